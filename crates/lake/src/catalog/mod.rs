//! The list of tables and files, in the operational store. All functions work in the caller's transaction: a swap of files is
//! one with the change it belongs to.

pub mod file;
pub mod pin;
pub mod state;
pub mod table;

use base::{Micros, Problem};
use store::{Tx, args};

/// Numbers a visible change. The row stays locked until the caller commits, so numbers rise in the order of the commits.
pub async fn snapshot_add(tx: &mut Tx, now: Micros, what: &str, schema_changed: bool) -> Result<i64, Problem> {
    let id = store::next_ids(tx, "lake_snapshot", 1).await?;
    tx.execute(
        "INSERT INTO lake_snapshot (id, time, schema_version, what)
         VALUES ($1, $2, COALESCE((SELECT max(schema_version) FROM lake_snapshot), 0) + $3, $4)",
        args![id, now, i64::from(schema_changed), what],
    )
    .await?;
    Ok(id)
}

/// Holds the list of files as it is until the caller's transaction ends: on PostgreSQL others that change it, or add hot rows, wait
/// (on SQLite a write transaction is alone anyway). Who decides by what is known calls this before he looks.
pub async fn snapshot_hold(tx: &mut Tx) -> Result<(), Problem> {
    store::turn(tx, "lake_snapshot").await
}

/// The newest change; 0 when there was none.
pub async fn snapshot_last(tx: &mut Tx) -> Result<i64, Problem> {
    let row = tx.fetch_one("SELECT CAST(COALESCE(max(id), 0) AS BIGINT) AS id FROM lake_snapshot", args![]).await?;
    row.get("id")
}

/// Whether order lines came or went in files since an instant; files that were only merged do not count.
pub async fn lines_changed_since(tx: &mut Tx, at: Micros) -> Result<bool, Problem> {
    let sql = "SELECT id FROM lake_snapshot WHERE time > $1
               AND what IN ('inserted_into_table:1', 'deleted_from_table:1', 'inlined_delete:1') LIMIT 1";
    Ok(tx.fetch_optional(sql, args![at]).await?.is_some())
}
