//! Log-ins.

use base::{Micros, Problem, SessionId, UserId};
use store::{Row, Tx, args, next_ids};

use super::user;
use crate::model::{Caller, Session, User};

const COLUMNS: &str = "s.id, s.user_id, s.ip, s.device, s.created_at, s.seen_at, s.expires_at";

pub(crate) async fn session_insert(
    tx: &mut Tx,
    now: Micros,
    user: UserId,
    token_hash: &str,
    caller: &Caller,
    expires_at: Micros,
) -> Result<SessionId, Problem> {
    user_seen(tx, user, now).await?;
    let id = next_ids(tx, "web_session", 1).await?;
    tx.execute(
        "INSERT INTO web_session (id, user_id, token_hash, ip, device, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        args![id, user.0, token_hash, caller.ip.to_string(), caller.device.as_str(), now, expires_at],
    )
    .await?;
    Ok(SessionId(id))
}

/// The log-in of a token and its user, when both still hold.
pub(crate) async fn session_find(
    tx: &mut Tx,
    token_hash: &str,
    now: Micros,
    idle_since: Micros,
) -> Result<Option<(Session, User)>, Problem> {
    let sql = format!(
        "SELECT {}, s.id AS session_id, s.seen_at FROM web_session s JOIN web_user u ON u.id = s.user_id
         WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND u.disabled = 0",
        user::COLUMNS
    );
    let Some(row) = tx.fetch_optional(&sql, args![token_hash, now, idle_since]).await? else { return Ok(None) };
    let user = user::read(&row)?;
    let session = Session {
        id: SessionId(row.get("session_id")?),
        user: user.id,
        ip: String::new(),
        device: String::new(),
        created_at: 0,
        seen_at: row.get("seen_at")?,
        expires_at: 0,
    };
    Ok(Some((session, user)))
}

/// The log-ins of a user that still hold, the last used first.
pub(crate) async fn session_list(
    tx: &mut Tx,
    user: UserId,
    now: Micros,
    idle_since: Micros,
) -> Result<Vec<Session>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM web_session s WHERE s.user_id = $1 AND s.expires_at > $2 AND s.seen_at > $3
         ORDER BY s.seen_at DESC, s.id DESC"
    );
    tx.fetch_all(&sql, args![user.0, now, idle_since]).await?.iter().map(read).collect()
}

pub(crate) async fn session_seen(tx: &mut Tx, id: SessionId, at: Micros, ip: &str) -> Result<(), Problem> {
    let row = tx.fetch_optional("SELECT user_id FROM web_session WHERE id = $1", args![id.0]).await?;
    // The user before the log-in, as everywhere: two transactions that take both must not wait for each other.
    if let Some(row) = row {
        user_seen(tx, UserId(row.at(0)?), at).await?;
    }
    let sql = "UPDATE web_session SET seen_at = $2, ip = $3 WHERE id = $1 AND seen_at < $2";
    tx.execute(sql, args![id.0, at, ip]).await?;
    Ok(())
}

async fn user_seen(tx: &mut Tx, user: UserId, at: Micros) -> Result<(), Problem> {
    let sql = "UPDATE web_user SET last_seen_at = $2 WHERE id = $1 AND COALESCE(last_seen_at, 0) < $2";
    tx.execute(sql, args![user.0, at]).await?;
    Ok(())
}

/// Gives a log-in another token.
pub(crate) async fn session_rotate(tx: &mut Tx, id: SessionId, token_hash: &str) -> Result<(), Problem> {
    tx.execute("UPDATE web_session SET token_hash = $2 WHERE id = $1", args![id.0, token_hash]).await?;
    Ok(())
}

/// Ends one log-in of a user. `false` when there is none.
pub(crate) async fn session_delete(tx: &mut Tx, user: UserId, id: SessionId) -> Result<bool, Problem> {
    Ok(tx.execute("DELETE FROM web_session WHERE id = $1 AND user_id = $2", args![id.0, user.0]).await? == 1)
}

pub(crate) async fn session_delete_token(tx: &mut Tx, token_hash: &str) -> Result<(), Problem> {
    tx.execute("DELETE FROM web_session WHERE token_hash = $1", args![token_hash]).await?;
    Ok(())
}

/// Ends all log-ins of a user but `keep`; how many.
pub(crate) async fn session_delete_all(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<u64, Problem> {
    let keep = keep.map_or(0, |id| id.0);
    tx.execute("DELETE FROM web_session WHERE user_id = $1 AND id <> $2", args![user.0, keep]).await
}

pub(crate) async fn session_sweep(tx: &mut Tx, now: Micros, idle_since: Micros) -> Result<u64, Problem> {
    tx.execute("DELETE FROM web_session WHERE expires_at <= $1 OR seen_at <= $2", args![now, idle_since]).await
}

fn read(row: &Row) -> Result<Session, Problem> {
    Ok(Session {
        id: SessionId(row.get("id")?),
        user: UserId(row.get("user_id")?),
        ip: row.get("ip")?,
        device: row.get("device")?,
        created_at: row.get("created_at")?,
        seen_at: row.get("seen_at")?,
        expires_at: row.get("expires_at")?,
    })
}
