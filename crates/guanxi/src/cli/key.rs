//! `guanxi key`: keys with which programs call the API.

use base::{Code, Problem};
use web::ops::key::{key_create, key_list, revoke};
use web::ops::user::act_as;
use web::rules::permission::Permission;
use web::{Instant, ListQuery};

use super::args::KeyCommand;
use crate::app::App;
use crate::{output, server, text, when};

pub(crate) async fn run(app: &App, command: KeyCommand, json: bool) -> Result<(), Problem> {
    let web = server::web(app)?;
    match command {
        KeyCommand::List => list(app, &web, json).await?,
        KeyCommand::Make { name, scope, expires, user } => {
            let actor = act_as(&web, user.as_deref()).await?;
            let expires = expires.map(|day| when::end_of(when::date(&day)?, &app.zone)).transpose()?;
            let (key, secret) = key_create(&web, &actor, &name, &scope, expires).await.map_err(with_fields)?;
            if json {
                output::json(&serde_json::json!({ "id": key.id, "name": key.name, "secret": secret }))?;
            } else {
                output::line(secret);
                output::note(text::say(
                    "{0} of {1}. It is shown this once; send it as: Authorization: Bearer …",
                    &[&key.id, &actor.email],
                ));
            }
        }
        KeyCommand::Revoke { id } => {
            let actor = act_as(&web, None).await?;
            revoke(&web, &actor, id.parse()?).await?;
            if json {
                output::json(&serde_json::json!({ "revoked": id }))?;
            } else {
                output::line(text::say("{0} works no more", &[&id]));
            }
        }
    }
    web.flush().await;
    Ok(())
}

/// On the command line nobody sees the fields of a problem: they go into the message.
fn with_fields(mut problem: Problem) -> Problem {
    if problem.code == Code::InvalidInput && !problem.fields.is_empty() {
        let fields: Vec<&str> = problem.fields.iter().map(|f| f.message.as_str()).collect();
        problem.message = format!("{}; {}", problem.message, fields.join("; "));
        let known: Vec<&str> = Permission::ALL.iter().map(|p| p.as_str()).collect();
        problem = problem.hint(format!("scopes: {}", known.join(", ")));
    }
    problem
}

async fn list(app: &App, web: &web::App, json: bool) -> Result<(), Problem> {
    let mut query = ListQuery { limit: Some(500), ..ListQuery::default() };
    let mut keys = Vec::new();
    loop {
        let page = key_list(web, &query).await?;
        keys.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let scopes = |key: &web::model::ApiKey| key.scopes.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(" ");
    if json {
        let shown: Vec<_> = keys
            .iter()
            .map(|key| {
                serde_json::json!({
                    "id": key.id, "name": key.name, "prefix": key.prefix, "user": key.user, "scopes": scopes(key),
                    "created_at": Instant(key.created_at), "expires_at": key.expires_at.map(Instant),
                    "used_at": key.used_at.map(Instant), "revoked_at": key.revoked_at.map(Instant)
                })
            })
            .collect();
        return output::json(&shown);
    }
    let day = |at: Option<i64>| at.map_or_else(String::new, |at| when::day(at, &app.zone));
    let rows = keys.iter().map(|key| {
        let (used, until, gone) = (day(key.used_at), day(key.expires_at), day(key.revoked_at));
        vec![key.id.to_string(), key.name.clone(), key.prefix.clone(), scopes(key), used, until, gone]
    });
    output::table(&["key", "name", "begins with", "scopes", "last used", "expires", "revoked"], rows);
    Ok(())
}
