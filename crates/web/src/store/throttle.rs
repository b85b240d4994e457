//! Failed log-ins.

use base::{Micros, Problem};
use store::{Tx, args};

/// Failures and until when the next try is refused.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tries {
    pub failures: i64,
    pub blocked_to: Micros,
    pub failed_at: Micros,
}

/// What stands for a bucket. On PostgreSQL the row is held, so that tries made at once are counted one by one.
pub(crate) async fn throttle_get(tx: &mut Tx, bucket: &str) -> Result<Tries, Problem> {
    let touch = "INSERT INTO web_throttle (bucket, failures, blocked_to, failed_at) VALUES ($1, 0, 0, 0)
                 ON CONFLICT (bucket) DO UPDATE SET failures = web_throttle.failures
                 RETURNING failures, blocked_to, failed_at";
    let row = tx.fetch_one(touch, args![bucket]).await?;
    Ok(Tries { failures: row.get("failures")?, blocked_to: row.get("blocked_to")?, failed_at: row.get("failed_at")? })
}

pub(crate) async fn throttle_set(tx: &mut Tx, bucket: &str, tries: Tries) -> Result<(), Problem> {
    let sql = "UPDATE web_throttle SET failures = $2, blocked_to = $3, failed_at = $4 WHERE bucket = $1";
    tx.execute(sql, args![bucket, tries.failures, tries.blocked_to, tries.failed_at]).await?;
    Ok(())
}

pub(crate) async fn throttle_delete(tx: &mut Tx, bucket: &str) -> Result<(), Problem> {
    tx.execute("DELETE FROM web_throttle WHERE bucket = $1", args![bucket]).await?;
    Ok(())
}

pub(crate) async fn throttle_sweep(tx: &mut Tx, before: Micros) -> Result<u64, Problem> {
    tx.execute("DELETE FROM web_throttle WHERE failed_at < $1", args![before]).await
}
