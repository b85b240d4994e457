//! Answers kept for requests that are sent again.

use base::{Micros, Problem};
use store::{Tx, args};

/// What is kept under an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// Hash of method, path and body.
    pub request: String,
    /// Whether the answer is there, or the request is still being worked on.
    pub done: bool,
    pub status: u16,
    /// JSON list of names and values.
    pub headers: String,
    pub body: Vec<u8>,
}

/// A request that was begun longer ago than this died with its server; the key is free again.
const LEASE: Micros = 10 * 60 * 1_000_000;

/// Takes the key for a request. `None`: it is ours to answer; else what is kept.
pub(crate) async fn answer_begin(
    tx: &mut Tx,
    (who, key, request): (&str, &str, &str),
    now: Micros,
    expires_at: Micros,
) -> Result<Option<Kept>, Problem> {
    let stale = "DELETE FROM web_answer WHERE who = $1 AND idem_key = $2
                 AND (expires_at <= $3 OR (state = 'running' AND started_at <= $4))";
    tx.execute(stale, args![who, key, now, now - LEASE]).await?;
    let insert = "INSERT INTO web_answer (who, idem_key, request, state, status, headers, body, started_at, expires_at)
                  VALUES ($1, $2, $3, 'running', 0, '', $4, $5, $6) ON CONFLICT (who, idem_key) DO NOTHING";
    if tx.execute(insert, args![who, key, request, Vec::<u8>::new(), now, expires_at]).await? == 1 {
        return Ok(None);
    }
    let select = "SELECT request, state, status, headers, body FROM web_answer
                  WHERE who = $1 AND idem_key = $2";
    let row = tx.fetch_one(select, args![who, key]).await?;
    Ok(Some(Kept {
        request: row.get("request")?,
        done: row.get::<String>("state")? == "done",
        status: u16::try_from(row.get::<i64>("status")?).unwrap_or(500),
        headers: row.get("headers")?,
        body: row.get("body")?,
    }))
}

pub(crate) async fn answer_finish(
    tx: &mut Tx,
    (who, key): (&str, &str),
    (status, headers, body): (u16, &str, Vec<u8>),
) -> Result<(), Problem> {
    let sql = "UPDATE web_answer SET state = 'done', status = $3, headers = $4, body = $5
               WHERE who = $1 AND idem_key = $2";
    tx.execute(sql, args![who, key, i64::from(status), headers, body]).await?;
    Ok(())
}

pub(crate) async fn answer_delete(tx: &mut Tx, who: &str, key: &str) -> Result<(), Problem> {
    tx.execute("DELETE FROM web_answer WHERE who = $1 AND idem_key = $2", args![who, key]).await?;
    Ok(())
}

/// Frees all keys that are being worked on.
pub(crate) async fn answer_release(tx: &mut Tx) -> Result<u64, Problem> {
    tx.execute("DELETE FROM web_answer WHERE state = 'running'", args![]).await
}

/// Forgets kept answers that have expired, or all.
pub(crate) async fn answer_sweep(tx: &mut Tx, expired_at: Option<Micros>) -> Result<u64, Problem> {
    tx.execute("DELETE FROM web_answer WHERE expires_at <= $1", args![expired_at.unwrap_or(Micros::MAX)]).await
}
