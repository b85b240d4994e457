//! What the list of files tells of the tables.

use std::collections::BTreeMap;

use base::{Micros, Problem};
use store::{Tx, args};

/// What the list of files says of a table.
#[derive(Clone, Debug, Default)]
pub struct TableState {
    /// When its rows last changed; merging files does not count.
    pub changed_at: Option<Micros>,
    /// Rows without a value in its files, by field id.
    pub nulls: BTreeMap<i32, i64>,
}

/// What the list of files says of all tables, by id.
pub async fn table_states(tx: &mut Tx) -> Result<BTreeMap<i64, TableState>, Problem> {
    let mut states = BTreeMap::<i64, TableState>::new();
    let sql = "SELECT f.table_id, s.field_id, CAST(sum(s.nulls) AS BIGINT) AS nulls FROM lake_file f
               JOIN lake_file_stat s ON s.file_id = f.id WHERE f.state = 'live' GROUP BY f.table_id, s.field_id";
    for row in tx.fetch_all(sql, args![]).await? {
        let state = states.entry(row.get("table_id")?).or_default();
        state.nulls.insert(row.get::<i64>("field_id")? as i32, row.get("nulls")?);
    }
    for row in tx.fetch_all("SELECT id FROM lake_table", args![]).await? {
        let id: i64 = row.get("id")?;
        // The newest change is at the end, so little is read.
        let sql = "SELECT time FROM lake_snapshot WHERE what = $1 ORDER BY id DESC LIMIT 1";
        let what = args![format!("inserted_into_table:{id}")];
        let changed = tx.fetch_optional(sql, what).await?;
        states.entry(id).or_default().changed_at = changed.map(|r| r.get("time")).transpose()?;
    }
    Ok(states)
}
