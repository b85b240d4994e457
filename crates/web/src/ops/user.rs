//! Seeing and changing users.

use std::net::Ipv4Addr;
use std::sync::Arc;

use base::{Code, Problem, UserId};
use store::Tx;

use super::name;
use crate::App;
use crate::api::{Field, IfMatch, Kind, ListQuery, ListSpec, Page};
use crate::model::{Actor, Caller, Event, User, Via};
use crate::rules::role::Role;
use crate::store::session::session_delete_all;
use crate::store::token::token_delete_all;
use crate::store::user::{COLUMNS, first_owner, owner_count_without, read, user_by_email, user_get, user_update};

/// What is to be changed about a user.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Name.
    pub name: Option<String>,
    /// Role.
    pub role: Option<Role>,
    /// Locked out or let in again.
    pub disabled: Option<bool>,
}

fn spec() -> ListSpec {
    let roles = Role::ALL.iter().map(|r| r.as_str().into()).collect();
    ListSpec {
        name: "users",
        fields: vec![
            Field::new("email", "u.email", Kind::Text).sortable(),
            Field::new("name", "u.name", Kind::Text).sortable(),
            Field::new("role", "u.role", Kind::OneOf(roles)).sortable(),
            Field::new("disabled", "u.disabled", Kind::Bool).sortable(),
            Field::new("created_at", "u.created_at", Kind::Time).sortable(),
            Field::new("last_seen_at", "COALESCE(u.last_seen_at, 0)", Kind::Time).sortable(),
        ],
        key: ("u.id", false),
        sort: "",
    }
}

/// A page of users.
pub async fn user_list(app: &App, query: &ListQuery) -> Result<Page<User>, Problem> {
    let list = query.check(spec())?;
    let mut tx = app.db.read().await?;
    list.fetch(&mut tx, COLUMNS, "web_user u WHERE 1 = 1", vec![], read).await
}

/// One user, or a problem.
pub(crate) async fn existing(tx: &mut Tx, id: UserId) -> Result<User, Problem> {
    user_get(tx, id).await?.ok_or_else(|| {
        Problem::new(Code::NotFound, format!("{id} does not exist")).hint("GET /api/v1/users lists them")
    })
}

/// One user.
pub async fn user_find(app: &App, id: UserId) -> Result<User, Problem> {
    existing(&mut app.db.read().await?, id).await
}

/// Somebody for the command line to act as: the user of an address, or the first owner.
pub async fn act_as(app: &App, address: Option<&str>) -> Result<Actor, Problem> {
    let mut tx = app.db.read().await?;
    let user = match address {
        Some(address) => user_by_email(&mut tx, &super::email(address)?).await?,
        None => first_owner(&mut tx).await?,
    };
    let user = user.filter(|u| !u.disabled).ok_or_else(|| {
        let whom = address.map_or_else(|| "owner".to_owned(), |a| format!("user {a}"));
        Problem::new(Code::NotFound, format!("there is no {whom} who may sign in")).hint("see `guanxi user list`")
    })?;
    let permissions = Arc::new(user.role.permissions());
    let caller = Caller { ip: Ipv4Addr::LOCALHOST.into(), device: String::new(), request: String::new() };
    let User { id, name, email, role, .. } = user;
    Ok(Actor { user: id, name, email, role, via: Via::CommandLine, permissions, caller })
}

/// Refuses what would let the actor become more than he is. Nobody changes those who may what he may not, nor makes such:
/// he could sign in as them. And a key never changes who made it: it would have his password.
pub(crate) fn may_change(actor: &Actor, user: &User, to: Role) -> Result<(), Problem> {
    if matches!(actor.via, Via::Key(_)) && user.id == actor.user {
        return Err(Problem::new(Code::Forbidden, "a key cannot change the person who made it")
            .hint("sign in with a browser, or ask another administrator"));
    }
    may_make(actor, Some(user.role), to)
}

/// Refuses a role for somebody new, or who was something before, that may more than the actor.
pub(crate) fn may_make(actor: &Actor, from: Option<Role>, to: Role) -> Result<(), Problem> {
    if !actor.role.may_set(from, to) {
        return Err(Problem::new(Code::Forbidden, "only an owner can change an owner or make one").hint("ask an owner"));
    }
    let lacking = from.into_iter().chain([to]).flat_map(Role::permissions).find(|p| !actor.may(*p));
    let Some(lacking) = lacking else { return Ok(()) };
    let message = format!("this changes or makes somebody who has {}, which you do not have", lacking.as_str());
    Err(Problem::new(Code::Forbidden, message).hint(match actor.via {
        Via::Key(_) => "do it in a browser, or with a key that has all permissions of that role",
        Via::Session(_) | Via::CommandLine => "ask an administrator whose role has it",
    }))
}

/// Changes name, role or lock of a user. Locking out ends his log-ins and stops his keys; the last owner stays.
pub async fn user_change(
    app: &App,
    actor: &Actor,
    id: UserId,
    change: &Change,
    known: &IfMatch,
) -> Result<User, Problem> {
    let mut tx = app.db.write().await?;
    let before = existing(&mut tx, id).await?;
    known.check(before.version)?;
    let (role, disabled) = (change.role.unwrap_or(before.role), change.disabled.unwrap_or(before.disabled));
    let name = change.name.as_deref().map_or_else(|| Ok(before.name.clone()), name)?;
    may_change(actor, &before, role)?;
    if id == actor.user && (role != before.role || disabled) {
        return Err(Problem::new(Code::Conflict, "nobody can change his own role or lock himself out")
            .hint("ask another administrator"));
    }
    let was_owner = before.role == Role::Owner && !before.disabled;
    if was_owner && (role != Role::Owner || disabled) && owner_count_without(&mut tx, id).await? == 0 {
        return Err(Problem::new(Code::Conflict, "this is the last owner").hint("make somebody else an owner first"));
    }
    user_update(&mut tx, id, &name, role, disabled).await?;
    if disabled && !before.disabled {
        session_delete_all(&mut tx, id, None).await?;
        token_delete_all(&mut tx, id).await?;
    }
    let mut detail = serde_json::Map::new();
    if role != before.role {
        // A link for a password that was made for the lesser role must not open the greater one.
        token_delete_all(&mut tx, id).await?;
        detail.insert("role".to_owned(), serde_json::json!([before.role, role]));
    }
    if disabled != before.disabled {
        detail.insert("disabled".to_owned(), disabled.into());
    }
    if name != before.name {
        detail.insert("name".to_owned(), true.into());
    }
    app.audit(&mut tx, Event::new(actor, "user.update", id).detail(detail.into())).await?;
    let after = existing(&mut tx, id).await?;
    tx.commit().await?;
    Ok(after)
}

/// Says it better when an address is taken.
pub(crate) fn taken(problem: Problem) -> Problem {
    if problem.code != Code::Conflict {
        return problem;
    }
    Problem::new(Code::Conflict, "there is a user with this e-mail address already")
        .hint("change that user, or use another address")
        .field("email", "is taken")
}
