//! Throws away what has expired. Run now and then; it does not matter when.

use base::{Problem, clock::DAY};
use store::Tx;

use crate::App;
use crate::store::{answer, audit, session, throttle, token};

/// Removes expired log-ins, tokens, counts of failures, kept answers, and old audit entries when the settings say so.
pub async fn sweep(app: &App) -> Result<(), Problem> {
    let now = app.now();
    let mut tx = app.db.write().await?;
    session::session_sweep(&mut tx, now, app.idle_since()).await?;
    token::token_sweep(&mut tx, now).await?;
    throttle::throttle_sweep(&mut tx, now - 2 * DAY).await?;
    answer::answer_sweep(&mut tx, Some(now)).await?;
    if app.settings.audit_days > 0 {
        audit::audit_sweep(&mut tx, now - i64::from(app.settings.audit_days) * DAY).await?;
    }
    tx.commit().await
}

/// Frees the keys of requests that nobody works on any more: when the server starts.
pub(crate) async fn release(app: &App) -> Result<(), Problem> {
    let mut tx = app.db.write().await?;
    answer::answer_release(&mut tx).await?;
    tx.commit().await
}

/// Forgets all kept answers, in the caller's transaction: part of erasing a person, who may be named in one.
pub async fn forget_answers(tx: &mut Tx) -> Result<u64, Problem> {
    answer::answer_sweep(tx, None).await
}
