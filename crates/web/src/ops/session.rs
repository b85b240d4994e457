//! Seeing and ending log-ins.

use base::{Code, Problem, SessionId, UserId};

use super::user;
use crate::App;
use crate::model::{Actor, Event, Session, Via};
use crate::store::session::{session_delete, session_delete_all, session_list};

/// The log-ins of a user.
pub async fn list(app: &App, id: UserId) -> Result<Vec<Session>, Problem> {
    let mut tx = app.db.read().await?;
    user::existing(&mut tx, id).await?;
    session_list(&mut tx, id, app.now(), app.idle_since()).await
}

/// Ends one of one's own log-ins.
pub(crate) async fn end(app: &App, actor: &Actor, id: SessionId) -> Result<(), Problem> {
    let mut tx = app.db.write().await?;
    if !session_delete(&mut tx, actor.user, id).await? {
        return Err(Problem::new(Code::NotFound, format!("{id} is not one of your log-ins"))
            .hint("GET /api/v1/auth/sessions lists them"));
    }
    app.audit(&mut tx, Event::new(actor, "session.end", id)).await?;
    tx.commit().await
}

/// Ends all of one's own log-ins but this one; how many.
pub(crate) async fn end_others(app: &App, actor: &Actor) -> Result<u64, Problem> {
    let keep = if let Via::Session(id) = actor.via { Some(id) } else { None };
    let mut tx = app.db.write().await?;
    let ended = session_delete_all(&mut tx, actor.user, keep).await?;
    let detail = serde_json::json!({"ended": ended});
    app.audit(&mut tx, Event::new(actor, "session.end_all", actor.user).detail(detail)).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Ends all log-ins of a user; how many.
pub async fn end_all_of(app: &App, actor: &Actor, id: UserId) -> Result<u64, Problem> {
    let mut tx = app.db.write().await?;
    let target = user::existing(&mut tx, id).await?;
    user::may_change(actor, &target, target.role)?;
    let ended = session_delete_all(&mut tx, id, None).await?;
    let detail = serde_json::json!({"ended": ended});
    app.audit(&mut tx, Event::new(actor, "session.end_all", id).detail(detail)).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Signs out.
pub(crate) async fn leave(app: &App, actor: &Actor) -> Result<(), Problem> {
    let Via::Session(id) = actor.via else { return Ok(()) };
    let mut tx = app.db.write().await?;
    session_delete(&mut tx, actor.user, id).await?;
    app.audit(&mut tx, Event::new(actor, "auth.logout", id)).await?;
    tx.commit().await
}
