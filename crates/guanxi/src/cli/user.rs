//! `guanxi user`: who may sign in.

use base::{Code, Problem};
use serde::Serialize;
use web::model::User;
use web::ops::user::{Change, act_as, user_change, user_list};
use web::ops::{first_run, password};
use web::{IfMatch, Instant, ListQuery, Role};

use super::args::UserCommand;
use crate::app::App;
use crate::{output, server, text, when};

/// A user as it is printed.
#[derive(Serialize)]
struct Shown {
    id: String,
    email: String,
    name: String,
    role: Role,
    disabled: bool,
    totp: bool,
    last_seen_at: Option<Instant>,
}

impl From<&User> for Shown {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role,
            disabled: user.disabled,
            totp: user.totp_on,
            last_seen_at: user.last_seen_at.map(Instant),
        }
    }
}

pub(crate) async fn run(app: &App, command: UserCommand, json: bool) -> Result<(), Problem> {
    let web = server::web(app)?;
    match command {
        UserCommand::List => list(app, &web, json).await?,
        UserCommand::Add { email, name, role } => {
            let name = name.unwrap_or_else(|| email.clone());
            let made = first_run::user_create(&web, &email, &name, Role::parse(&role)?).await?;
            if json {
                output::json(&serde_json::json!({ "id": made.id, "email": made.email, "password": made.password }))?;
            } else {
                output::line(text::say("{0} can sign in with the password {1}", &[&made.email, &made.password]));
                output::note(text::t("It is shown this once."));
            }
        }
        UserCommand::ResetPassword { email } => {
            let token = password::reset_issue_by_email(&web, &email).await?;
            let address = web.settings.address(web.settings.listen()?);
            let link = format!("{address}{}", password::reset_path(&token));
            if json {
                output::json(&serde_json::json!({ "url": link }))?;
            } else {
                output::line(text::say("With this link {0} sets a new password, within a day:", &[&email]));
                output::line(link);
            }
        }
        UserCommand::Role { email, role } => {
            let change = Change { role: Some(Role::parse(&role)?), ..Change::default() };
            changed(&web, &email, &change, json).await?;
        }
        UserCommand::Disable { email } => {
            changed(&web, &email, &Change { disabled: Some(true), ..Change::default() }, json).await?;
        }
        UserCommand::Enable { email } => {
            changed(&web, &email, &Change { disabled: Some(false), ..Change::default() }, json).await?;
        }
    }
    web.flush().await;
    Ok(())
}

async fn list(app: &App, web: &web::App, json: bool) -> Result<(), Problem> {
    let users = all(web).await?;
    if json {
        return output::json(&users.iter().map(Shown::from).collect::<Vec<_>>());
    }
    let yes = |is: bool| if is { "✓" } else { "" }.to_owned();
    let rows = users.iter().map(|user| {
        let seen = user.last_seen_at.map_or_else(String::new, |at| when::show(at, &app.zone));
        vec![
            user.email.clone(),
            user.name.clone(),
            user.role.as_str().into(),
            yes(user.totp_on),
            yes(user.disabled),
            seen,
        ]
    });
    output::table(&["e-mail", "name", "role", "second factor", "locked out", "last seen"], rows);
    Ok(())
}

async fn all(web: &web::App) -> Result<Vec<User>, Problem> {
    let mut query = ListQuery { limit: Some(500), ..ListQuery::default() };
    let mut users = Vec::new();
    loop {
        let page = user_list(web, &query).await?;
        users.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(users);
        }
    }
}

/// Changes a user in the name of an owner; not himself, so for the owner another one is taken.
async fn changed(web: &web::App, email: &str, change: &Change, json: bool) -> Result<(), Problem> {
    let users = all(web).await?;
    let wanted = email.trim().to_lowercase();
    let user = users.iter().find(|u| u.email == wanted).ok_or_else(|| {
        Problem::new(Code::NotFound, format!("there is no user {email}")).hint("see `guanxi user list`")
    })?;
    let owner = users.iter().find(|u| u.role == Role::Owner && !u.disabled && u.id != user.id);
    let owner = owner.ok_or_else(|| {
        Problem::new(Code::Conflict, format!("{email} is the only owner"))
            .hint("add another owner first: guanxi user add EMAIL --role owner")
    })?;
    let actor = act_as(web, Some(&owner.email)).await?;
    let after = user_change(web, &actor, user.id, change, &IfMatch::any()).await?;
    if json {
        return output::json(&Shown::from(&after));
    }
    let state = if after.disabled { text::t("locked out") } else { text::t("may sign in") };
    output::line(text::say("{0}: {1}, {2}", &[&after.email, &after.role.as_str(), &state]));
    Ok(())
}
