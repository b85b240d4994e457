//! The log of accepted batches.

use base::{Micros, Problem};
use store::{Tx, args, next_ids};

/// A batch of events as accepted: JSON lines, compressed.
#[derive(Clone, Debug)]
pub struct IntakeBatch {
    /// Its number; batches are applied in this order.
    pub id: i64,
    /// The source whose order ids it uses.
    pub source: String,
    /// When it was accepted.
    pub received_at: Micros,
    /// How many lines.
    pub rows: i64,
    /// zstd of the JSON lines.
    pub body: Vec<u8>,
}

/// Keeps a batch; durable with the caller's commit.
pub async fn intake_add(tx: &mut Tx, now: Micros, source: &str, rows: i64, body: Vec<u8>) -> Result<i64, Problem> {
    let id = next_ids(tx, "intake_batch", 1).await?;
    let sql = "INSERT INTO intake_batch (id, source, received_at, rows, body) VALUES ($1, $2, $3, $4, $5)";
    tx.execute(sql, args![id, source, now, rows, body]).await?;
    Ok(id)
}

/// The oldest batch that is not applied. On PostgreSQL it stays locked until the caller commits.
pub async fn intake_next(tx: &mut Tx) -> Result<Option<IntakeBatch>, Problem> {
    let lock = if tx.dialect() == store::Dialect::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!(
        "SELECT id, source, received_at, rows, body FROM intake_batch WHERE applied_at IS NULL ORDER BY id LIMIT 1{lock}"
    );
    let Some(row) = tx.fetch_optional(&sql, args![]).await? else { return Ok(None) };
    Ok(Some(IntakeBatch {
        id: row.get("id")?,
        source: row.get("source")?,
        received_at: row.get("received_at")?,
        rows: row.get("rows")?,
        body: row.get("body")?,
    }))
}

/// Notes a batch as applied. Its body is given up: what it said is in the history now, and an erased person must not live on here.
pub async fn intake_applied(tx: &mut Tx, id: i64, now: Micros, report: &str) -> Result<(), Problem> {
    let (empty, sql) =
        (Vec::<u8>::new(), "UPDATE intake_batch SET applied_at = $2, report = $3, body = $4 WHERE id = $1");
    tx.execute(sql, args![id, now, report, empty]).await?;
    Ok(())
}

/// How many batches wait, and since when the oldest does.
pub async fn intake_lag(tx: &mut Tx) -> Result<(i64, Option<Micros>), Problem> {
    let sql = "SELECT CAST(count(*) AS BIGINT) AS n, CAST(min(received_at) AS BIGINT) AS oldest FROM intake_batch WHERE applied_at IS NULL";
    let row = tx.fetch_one(sql, args![]).await?;
    Ok((row.get("n")?, row.get("oldest")?))
}
