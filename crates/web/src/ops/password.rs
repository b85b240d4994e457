//! Changing a password, and setting a forgotten one by link.

use base::{Code, Problem, SessionId, UserId};
use store::Tx;

use super::throttle::{self, Buckets};
use super::{strong, user};
use crate::App;
use crate::entropy::{token, token_hash};
use crate::model::{Actor, Caller, Event, User, Via, Who};
use crate::store::session::{session_delete_all, session_rotate};
use crate::store::token::{Purpose, token_delete, token_delete_all, token_insert, token_user};
use crate::store::user::{user_by_email, user_get, user_set_password};

/// How long a link to set a new password works, in microseconds.
const RESET: i64 = base::clock::DAY;

/// Asks for the password of somebody who is signed in again. Counts as a try to sign in.
pub(crate) async fn confirm(app: &App, actor: &Actor, password: &str) -> Result<User, Problem> {
    let buckets = Buckets::new(&actor.email, &actor.caller);
    if let Some(seconds) = throttle::begin(app, &buckets).await? {
        return Err(Problem::new(Code::TooManyRequests, "too many wrong passwords")
            .hint(format!("try again in {seconds} seconds"))
            .again_after(seconds));
    }
    let mut tx = app.db.read().await?;
    let user = user::existing(&mut tx, actor.user).await?;
    drop(tx);
    if !app.passwords.verify(Some(user.password_hash.clone()), password).await? {
        return Err(Problem::new(Code::InvalidInput, "the password is wrong").field("password", "is wrong"));
    }
    let mut tx = app.db.write().await?;
    throttle::success(&mut tx, &buckets).await?;
    tx.commit().await?;
    Ok(user)
}

/// Changes one's own password: all other log-ins end, and this one gets another token, which is returned.
pub async fn password_change(app: &App, actor: &Actor, old: &str, new: &str) -> Result<String, Problem> {
    strong("new_password", new, &actor.email, &actor.name)?;
    let user = confirm(app, actor, old).await?;
    let hash = app.passwords.hash(app.entropy.as_ref(), new).await?;
    let secret = token(app.entropy.as_ref());
    let mut tx = app.db.write().await?;
    set(app, &mut tx, &user, &hash, this_session(actor)).await?;
    if let Some(id) = this_session(actor) {
        session_rotate(&mut tx, id, &token_hash(&secret)).await?;
    }
    app.audit(&mut tx, Event::new(actor, "auth.password", user.id)).await?;
    tx.commit().await?;
    Ok(secret)
}

fn this_session(actor: &Actor) -> Option<SessionId> {
    if let Via::Session(id) = actor.via { Some(id) } else { None }
}

async fn set(app: &App, tx: &mut Tx, user: &User, hash: &str, keep: Option<SessionId>) -> Result<(), Problem> {
    user_set_password(tx, user.id, hash, app.now()).await?;
    session_delete_all(tx, user.id, keep).await?;
    token_delete_all(tx, user.id).await?;
    throttle::forget(tx, &user.email).await
}

/// Makes a token with which somebody can set a new password. The old one works until then.
pub async fn reset_issue(app: &App, actor: &Actor, id: UserId) -> Result<String, Problem> {
    let mut tx = app.db.write().await?;
    let user = user::existing(&mut tx, id).await?;
    user::may_change(actor, &user, user.role)?;
    issue(app, tx, actor.into(), &user).await
}

/// The same for the command line, by address.
pub async fn reset_issue_by_email(app: &App, email: &str) -> Result<String, Problem> {
    let mut tx = app.db.write().await?;
    let user = user_by_email(&mut tx, &super::email(email)?).await?;
    let user = user.ok_or_else(|| {
        Problem::new(Code::NotFound, format!("there is no user {email}")).hint("see `guanxi user list`")
    })?;
    issue(app, tx, Who::system(), &user).await
}

async fn issue(app: &App, mut tx: Tx, who: Who, user: &User) -> Result<String, Problem> {
    let secret = token(app.entropy.as_ref());
    token_delete_all(&mut tx, user.id).await?;
    token_insert(&mut tx, &token_hash(&secret), Purpose::Reset, user.id, app.now() + RESET).await?;
    app.audit(&mut tx, Event::new(who, "user.password_reset", user.id)).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Whose password a token sets.
pub(crate) async fn reset_look(app: &App, secret: &str) -> Result<User, Problem> {
    let mut tx = app.db.read().await?;
    let id = token_user(&mut tx, &token_hash(secret), Purpose::Reset, app.now()).await?.ok_or_else(gone)?;
    user_get(&mut tx, id).await?.ok_or_else(gone)
}

/// Sets a new password with a token. All log-ins end; the second factor stays.
pub async fn reset_use(app: &App, caller: &Caller, secret: &str, new: &str) -> Result<(), Problem> {
    let user = reset_look(app, secret).await?;
    let id = user.id;
    strong("password", new, &user.email, &user.name)?;
    let new = app.passwords.hash(app.entropy.as_ref(), new).await?;
    let mut tx = app.db.write().await?;
    if !token_delete(&mut tx, &token_hash(secret)).await? {
        return Err(gone());
    }
    set(app, &mut tx, &user, &new, None).await?;
    app.audit(&mut tx, Event::new(Who::user(caller, id), "auth.password_reset", id)).await?;
    tx.commit().await
}

fn gone() -> Problem {
    Problem::new(Code::NotFound, "this link does not work any more: it was used, replaced, or is older than a day")
        .hint("ask an administrator for another one")
}

/// The path of the link of a token. The token stands behind `#`, which browsers do not send: it is in no log.
pub fn reset_path(token: &str) -> String {
    format!("/reset#{token}")
}
