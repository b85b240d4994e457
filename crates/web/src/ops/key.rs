//! API keys.

use base::{ApiKeyId, Code, Micros, Problem, UserId};

use super::name;
use super::user::{may_change, user_find};
use crate::App;
use crate::api::{Field, Kind, ListQuery, ListSpec, Page};
use crate::entropy::{token, token_hash};
use crate::model::{Actor, ApiKey, Event};
use crate::rules::permission::{Permission, Permissions};
use crate::store::key::{COLUMNS, key_get, key_insert, key_revoke, read};

/// What every key begins with, so that a leaked one is recognised.
pub(crate) const PREFIX: &str = "gxk_";
/// How much of a key is shown later.
const SHOWN: usize = PREFIX.len() + 6;

fn spec() -> ListSpec {
    ListSpec {
        name: "keys",
        fields: vec![
            Field::new("name", "k.name", Kind::Text).sortable(),
            Field::new("user", "k.user_id", Kind::Id("usr")),
            Field::new("created_at", "k.created_at", Kind::Time).sortable(),
            Field::new("used_at", "COALESCE(k.used_at, 0)", Kind::Time).sortable(),
            Field::new("revoked", "CASE WHEN k.revoked_at IS NULL THEN 0 ELSE 1 END", Kind::Bool),
        ],
        key: ("k.id", true),
        sort: "",
    }
}

/// A page of keys, the newest first.
pub async fn key_list(app: &App, query: &ListQuery) -> Result<Page<ApiKey>, Problem> {
    let list = query.check(spec())?;
    let mut tx = app.db.read().await?;
    list.fetch(&mut tx, COLUMNS, "web_key k WHERE 1 = 1", vec![], read).await
}

/// Makes a key. It can do no more than who makes it. Returns the key itself, which is nowhere else.
pub async fn key_create(
    app: &App,
    actor: &Actor,
    shown: &str,
    scopes: &[String],
    expires_at: Option<Micros>,
) -> Result<(ApiKey, String), Problem> {
    let name = name(shown)?;
    let scopes = allowed(actor, scopes)?;
    key_put(app, actor, (actor.user, &name), &scopes, expires_at).await
}

/// Makes a key that belongs to somebody else: for who may change that person, who must have all that the key can do.
pub async fn key_create_for(
    app: &App,
    actor: &Actor,
    user: UserId,
    shown: &str,
    scopes: &[String],
    expires_at: Option<Micros>,
) -> Result<(ApiKey, String), Problem> {
    if !actor.may(Permission::UsersManage) {
        return Err(Problem::new(Code::Forbidden, "only who manages users makes a key for somebody else")
            .hint("leave user out, or ask an administrator"));
    }
    let owner = user_find(app, user).await.map_err(|problem| {
        let message = problem.message.clone();
        if problem.code == Code::NotFound { problem.field("user", message) } else { problem }
    })?;
    may_change(actor, &owner, owner.role)?;
    if owner.disabled {
        let name = &owner.name;
        let problem = Problem::new(Code::Conflict, format!("{name} is locked out, so a key would not work"));
        return Err(problem.hint("let him in again first"));
    }
    let name = name(shown)?;
    let scopes = allowed(actor, scopes)?;
    if let Some(scope) = scopes.iter().find(|scope| !owner.role.permissions().contains(scope)) {
        let (name, scope) = (&owner.name, scope.as_str());
        let message = format!("{name} does not have {scope}");
        return Err(Problem::new(Code::InvalidInput, "a key cannot have these scopes").field("scopes", message));
    }
    key_put(app, actor, (user, &name), &scopes, expires_at).await
}

async fn key_put(
    app: &App,
    actor: &Actor,
    (user, name): (UserId, &str),
    scopes: &Permissions,
    expires_at: Option<Micros>,
) -> Result<(ApiKey, String), Problem> {
    if expires_at.is_some_and(|at| at <= app.now()) {
        let message = "must be in the future";
        return Err(Problem::new(Code::InvalidInput, format!("expires_at {message}")).field("expires_at", message));
    }
    let secret = format!("{PREFIX}{}", token(app.entropy.as_ref()));
    let mut tx = app.db.write().await?;
    let new = (user, name, scopes, expires_at);
    let id = key_insert(&mut tx, app.now(), new, (&secret[..SHOWN], &token_hash(&secret))).await?;
    let mut detail = serde_json::json!({"scopes": scopes.iter().map(|p| p.as_str()).collect::<Vec<_>>()});
    if user != actor.user {
        detail["for"] = user.to_string().into();
    }
    app.audit(&mut tx, Event::new(actor, "key.create", id).detail(detail)).await?;
    let key = key_get(&mut tx, id).await?.ok_or_else(|| missing(id))?;
    tx.commit().await?;
    Ok((key, secret))
}

/// The scopes as permissions; a problem names every one that is unknown or more than the actor has.
fn allowed(actor: &Actor, scopes: &[String]) -> Result<Permissions, Problem> {
    let mut wrong = Vec::new();
    let mut set = Permissions::new();
    for (i, scope) in scopes.iter().enumerate() {
        match Permission::parse(scope) {
            Ok(permission) if actor.may(permission) => {
                set.insert(permission);
            }
            Ok(_) => wrong.push((i, format!("you do not have {scope} yourself"))),
            Err(p) => wrong.push((i, format!("{}; {}", p.message, p.hint.unwrap_or_default()))),
        }
    }
    if scopes.is_empty() {
        return Err(Problem::new(Code::InvalidInput, "a key needs at least one scope")
            .hint("GET /api/v1/roles lists the permissions")
            .field("scopes", "must not be empty"));
    }
    if wrong.is_empty() {
        return Ok(set);
    }
    let problem = Problem::new(Code::InvalidInput, "a key cannot have these scopes");
    Err(wrong.into_iter().fold(problem, |p, (i, message)| p.field(format!("scopes[{i}]"), message)))
}

/// Stops a key for good.
pub async fn revoke(app: &App, actor: &Actor, id: ApiKeyId) -> Result<(), Problem> {
    let mut tx = app.db.write().await?;
    key_get(&mut tx, id).await?.ok_or_else(|| missing(id))?;
    if key_revoke(&mut tx, id, app.now()).await? {
        app.audit(&mut tx, Event::new(actor, "key.revoke", id)).await?;
    }
    tx.commit().await
}

fn missing(id: ApiKeyId) -> Problem {
    Problem::new(Code::NotFound, format!("{id} does not exist")).hint("GET /api/v1/keys lists them")
}
