//! The log of accepted batches. One waits until it is applied. One that cannot be is set aside, its body kept: what comes behind it
//! is not held up, and it can be tried again once the reason is mended.

use base::{Code, Micros, Problem};
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

/// The oldest batch that waits. On PostgreSQL it stays locked until the caller commits.
pub async fn intake_next(tx: &mut Tx) -> Result<Option<IntakeBatch>, Problem> {
    let lock = if tx.dialect() == store::Dialect::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!(
        "SELECT id, source, received_at, rows, body FROM intake_batch WHERE applied_at IS NULL AND failed_at IS NULL ORDER BY id LIMIT 1{lock}"
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

/// Sets a batch aside and notes why.
pub async fn intake_failed(tx: &mut Tx, id: i64, now: Micros, problem: &Problem) -> Result<(), Problem> {
    let sql = "UPDATE intake_batch SET failed_at = $2, error = $3 WHERE id = $1";
    tx.execute(sql, args![id, now, problem.to_string()]).await?;
    Ok(())
}

/// Lets batches that were set aside wait again; how many.
pub async fn intake_retry(tx: &mut Tx) -> Result<u64, Problem> {
    let sql = "UPDATE intake_batch SET failed_at = NULL, error = NULL WHERE failed_at IS NOT NULL";
    tx.execute(sql, args![]).await
}

/// The batches set aside, with the error of their last attempt; the oldest hundred.
pub async fn intake_set_aside(tx: &mut Tx) -> Result<Vec<(i64, String)>, Problem> {
    let sql = "SELECT id, error FROM intake_batch WHERE failed_at IS NOT NULL ORDER BY id LIMIT 100";
    tx.fetch_all(sql, args![]).await?.iter().map(|row| Ok((row.at(0)?, row.at(1)?))).collect()
}

/// Where a batch stands.
#[derive(Clone, Debug)]
pub enum IntakeState {
    /// It waits to be applied.
    Waiting,
    /// It is applied; its report as JSON.
    Applied(String),
    /// It could not be applied and is set aside; why.
    SetAside(String),
}

/// Where a batch stands.
pub async fn intake_state(tx: &mut Tx, id: i64) -> Result<IntakeState, Problem> {
    let sql = "SELECT applied_at, report, failed_at, error FROM intake_batch WHERE id = $1";
    let row = tx.fetch_optional(sql, args![id]).await?.ok_or_else(|| {
        Problem::new(Code::NotFound, format!("there is no batch {id}")).hint("the answer of POST /intake names it")
    })?;
    let text = |name| Ok::<_, Problem>(row.get::<Option<String>>(name)?.unwrap_or_default());
    if row.get::<Option<i64>>("applied_at")?.is_some() {
        return Ok(IntakeState::Applied(text("report")?));
    }
    Ok(if row.get::<Option<i64>>("failed_at")?.is_some() {
        IntakeState::SetAside(text("error")?)
    } else {
        IntakeState::Waiting
    })
}

/// Forgets batches that were applied before an instant; how many. Those that an import with staged parts asks about stay: resumed, it
/// looks whether customers have changed since it began.
pub async fn intake_forget(tx: &mut Tx, before: Micros) -> Result<u64, Problem> {
    let sql = "SELECT CAST(min(started_at) AS BIGINT) FROM import WHERE id IN (SELECT import_id FROM import_part)";
    let open = tx.fetch_one(sql, args![]).await?.at::<Option<i64>>(0)?;
    let before = open.map_or(before, |open| before.min(open));
    tx.execute("DELETE FROM intake_batch WHERE applied_at < $1", args![before]).await
}

/// How many batches wait, and since when the oldest does.
pub async fn intake_lag(tx: &mut Tx) -> Result<(i64, Option<Micros>), Problem> {
    let sql = "SELECT CAST(count(*) AS BIGINT) AS n, CAST(min(received_at) AS BIGINT) AS oldest FROM intake_batch WHERE applied_at IS NULL AND failed_at IS NULL";
    let row = tx.fetch_one(sql, args![]).await?;
    Ok((row.get("n")?, row.get("oldest")?))
}
