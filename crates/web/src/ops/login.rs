//! Signing in: password, then the second factor if it is on; every log-in gets a new token.

use base::{Code, Problem, SessionId};
use store::Tx;

use super::throttle::{Buckets, begin, half_way, success};
use crate::App;
use crate::entropy::{token, token_hash};
use crate::model::{Caller, Event, Outcome, User, Who};
use crate::rules::totp;
use crate::store::session::{session_delete_token, session_insert};
use crate::store::token::{Purpose, token_delete, token_insert, token_try, token_user};
use crate::store::user::{recovery_use, user_by_email, user_get, user_use_totp};

/// How long the second step may take, in microseconds.
const SECOND_STEP: i64 = 5 * 60 * 1_000_000;
/// Codes tried for one password.
const CODES: i64 = 5;
const DAY: i64 = base::clock::DAY;

/// A new log-in: its number, and the token for the cookie that is nowhere else.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Number.
    pub id: SessionId,
    /// For the cookie.
    pub token: String,
    /// Whose.
    pub user: User,
}

/// How a try to sign in ended.
#[derive(Debug)]
pub enum Login {
    /// Signed in.
    Done(Box<NewSession>),
    /// The password is right; the second factor is asked for, under this token.
    SecondFactor(String),
    /// Refused for so many seconds: too many tries failed.
    Wait(u64),
}

/// Tries an address and a password. `old` is the token of a log-in of the same browser, which ends.
pub async fn login(
    app: &App,
    caller: &Caller,
    (email, password): (&str, &str),
    old: Option<&str>,
) -> Result<Login, Problem> {
    let email = email.trim().to_lowercase();
    let buckets = Buckets::new(&email, caller);
    if let Some(seconds) = begin(app, &buckets).await? {
        return Ok(Login::Wait(seconds));
    }
    let mut tx = app.db.read().await?;
    let user = user_by_email(&mut tx, &email).await?;
    drop(tx);
    let stored = user.as_ref().map(|u| u.password_hash.clone());
    let right = app.passwords.verify(stored, password).await?;
    let user = match user {
        Some(user) if right && !user.disabled => user,
        other => {
            let who = other.map_or_else(|| Who::anonymous(caller), |u| Who::user(caller, u.id));
            app.audit_later(Event::new(who, "auth.login", "").ended(Outcome::Failed)).await;
            return Err(wrong("the e-mail address or the password is wrong"));
        }
    };
    let mut tx = app.db.write().await?;
    if user.totp_on {
        half_way(&mut tx, &buckets).await?;
        let secret = token(app.entropy.as_ref());
        token_insert(&mut tx, &token_hash(&secret), Purpose::Login, user.id, app.now() + SECOND_STEP).await?;
        tx.commit().await?;
        return Ok(Login::SecondFactor(secret));
    }
    success(&mut tx, &buckets).await?;
    let session = open(app, &mut tx, caller, user, old).await?;
    tx.commit().await?;
    Ok(Login::Done(Box::new(session)))
}

/// The second step: a code of the authenticator app, or a recovery code, which is used up.
pub async fn second_step(
    app: &App,
    caller: &Caller,
    (challenge, code): (&str, &str),
    old: Option<&str>,
) -> Result<Login, Problem> {
    let hash = token_hash(challenge);
    let again = || wrong("this log-in took too long or too many codes; begin again with the password");
    let mut tx = app.db.read().await?;
    let id = token_user(&mut tx, &hash, Purpose::Login, app.now()).await?.ok_or_else(again)?;
    let email = user_get(&mut tx, id).await?.ok_or_else(again)?.email;
    drop(tx);
    let buckets = Buckets::new(&email, caller);
    if let Some(seconds) = begin(app, &buckets).await? {
        return Ok(Login::Wait(seconds));
    }
    let mut tx = app.db.write().await?;
    let tried = token_try(&mut tx, &hash, Purpose::Login, app.now(), CODES).await?;
    let user = match tried {
        Some(id) => user_get(&mut tx, id).await?.filter(|u| !u.disabled),
        None => None,
    };
    let Some(user) = user else { return Err(again()) };
    if !proves(app, &mut tx, &user, code).await? {
        let event = Event::new(Who::user(caller, user.id), "auth.totp", user.id).ended(Outcome::Failed);
        app.audit(&mut tx, event).await?;
        tx.commit().await?;
        return Err(wrong("the code is wrong or was used before")
            .hint("wait for the next code, check the clock of the device, or use a recovery code"));
    }
    if !token_delete(&mut tx, &hash).await? {
        return Err(again());
    }
    success(&mut tx, &buckets).await?;
    let session = open(app, &mut tx, caller, user, old).await?;
    tx.commit().await?;
    Ok(Login::Done(Box::new(session)))
}

/// Whether a code is the second factor's, or a recovery code; either works once.
pub(crate) async fn proves(app: &App, tx: &mut Tx, user: &User, code: &str) -> Result<bool, Problem> {
    let Some(secret) = user.totp_secret.as_deref() else { return Ok(false) };
    if let Some(step) = totp::check(secret, code, user.totp_step, app.now())? {
        return user_use_totp(tx, user.id, step).await;
    }
    let used = recovery_use(tx, user.id, &token_hash(code.trim().to_lowercase().as_str())).await?;
    if used {
        app.audit(tx, Event::new(Who { user: Some(user.id), ..Who::system() }, "auth.recovery_code", user.id)).await?;
    }
    Ok(used)
}

/// Opens a log-in.
pub(crate) async fn open(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    user: User,
    old: Option<&str>,
) -> Result<NewSession, Problem> {
    if let Some(old) = old {
        session_delete_token(tx, &token_hash(old)).await?;
    }
    let token = token(app.entropy.as_ref());
    let expires = app.now() + i64::from(app.settings.session_days) * DAY;
    let id = session_insert(tx, app.now(), user.id, &token_hash(&token), caller, expires).await?;
    app.audit(tx, Event::new(Who::user(caller, user.id), "auth.login", id)).await?;
    Ok(NewSession { id, token, user })
}

fn wrong(message: &str) -> Problem {
    Problem::new(Code::Unauthenticated, message)
        .hint("check both, or ask an administrator for a link to set a new password")
}
