//! Setting up and taking away the second factor.

use base::{Code, Problem, UserId};

use super::login::proves;
use super::password::confirm;
use crate::App;
use crate::entropy::{bytes, token_hash};
use crate::model::{Actor, Event};
use crate::rules::{password::recovery_code, totp};
use crate::store::user::{recovery_set, user_get, user_set_totp};

/// How many recovery codes there are.
const CODES: usize = 10;

/// What an authenticator app needs.
#[derive(Clone, Debug)]
pub struct Setup {
    /// To be typed in.
    pub secret: String,
    /// To be opened.
    pub url: String,
    /// To be scanned (SVG).
    pub qr: String,
}

/// Begins: a secret that waits for its first code. The password is asked again.
pub async fn totp_begin(app: &App, actor: &Actor, password: &str) -> Result<Setup, Problem> {
    let user = confirm(app, actor, password).await?;
    if user.totp_on {
        return Err(Problem::new(Code::Conflict, "the second factor is on already").hint("turn it off first"));
    }
    let secret = totp::secret(bytes(app.entropy.as_ref()));
    let url = totp::url(&secret, "Guanxi", &user.email)?;
    let qr = totp::qr_svg(&url)?;
    let mut tx = app.db.write().await?;
    user_set_totp(&mut tx, user.id, Some(&secret), false, 0).await?;
    tx.commit().await?;
    Ok(Setup { secret, url, qr })
}

/// Turns it on with the first code. Returns the recovery codes, which are nowhere else.
pub async fn totp_enable(app: &App, actor: &Actor, code: &str) -> Result<Vec<String>, Problem> {
    let mut tx = app.db.write().await?;
    let user = super::user::existing(&mut tx, actor.user).await?;
    let Some(secret) = user.totp_secret.filter(|_| !user.totp_on) else {
        return Err(Problem::new(Code::Conflict, "the second factor is not being set up")
            .hint("begin with POST /api/v1/auth/totp/setup"));
    };
    let Some(step) = totp::check(&secret, code, 0, app.now())? else {
        return Err(Problem::new(Code::InvalidInput, "the code is not the one shown now")
            .hint("wait for the next code and check the clock of the device")
            .field("code", "is not the one shown now"));
    };
    let codes: Vec<String> = (0..CODES).map(|_| recovery_code(bytes(app.entropy.as_ref()))).collect();
    let hashes: Vec<String> = codes.iter().map(|c| token_hash(c)).collect();
    user_set_totp(&mut tx, user.id, Some(&secret), true, step).await?;
    recovery_set(&mut tx, user.id, &hashes).await?;
    app.audit(&mut tx, Event::new(actor, "auth.totp_enable", user.id)).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Turns it off; password and a code are asked.
pub async fn totp_disable(app: &App, actor: &Actor, password: &str, code: &str) -> Result<(), Problem> {
    let user = confirm(app, actor, password).await?;
    let mut tx = app.db.write().await?;
    if user.totp_on && !proves(app, &mut tx, &user, code).await? {
        return Err(Problem::new(Code::InvalidInput, "the code is wrong or was used before")
            .hint("wait for the next code, or use a recovery code")
            .field("code", "is wrong or was used before"));
    }
    remove(app, tx, actor, user.id).await
}

/// Takes away somebody's second factor: the device is lost.
pub async fn totp_remove(app: &App, actor: &Actor, id: UserId) -> Result<(), Problem> {
    let mut tx = app.db.write().await?;
    let user = super::user::existing(&mut tx, id).await?;
    super::user::may_change(actor, &user, user.role)?;
    remove(app, tx, actor, id).await
}

async fn remove(app: &App, mut tx: store::Tx, actor: &Actor, id: UserId) -> Result<(), Problem> {
    if user_get(&mut tx, id).await?.is_some_and(|u| u.totp_secret.is_some()) {
        user_set_totp(&mut tx, id, None, false, 0).await?;
        recovery_set(&mut tx, id, &[]).await?;
        app.audit(&mut tx, Event::new(actor, "auth.totp_disable", id)).await?;
    }
    tx.commit().await
}
