//! Dense ids: one counter per kind of thing, advanced in the caller's transaction. Counters are also what writers queue at.

use base::Problem;

use crate::{Dialect, Tx, args};

/// Reserves `count` consecutive ids of `name` and returns the first. Ids start at 1.
pub async fn next_ids(tx: &mut Tx, name: &str, count: i64) -> Result<i64, Problem> {
    let row = tx
        .fetch_one(
            "INSERT INTO sequence (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = sequence.value + $2 RETURNING value",
            args![name, count],
        )
        .await?;
    Ok(row.get::<i64>("value")? - count + 1)
}

/// Takes the turn of `name`: on PostgreSQL others that take it, or ids of that name, wait until the caller's transaction ends. On
/// SQLite a transaction that writes is alone anyway.
pub async fn turn(tx: &mut Tx, name: &str) -> Result<(), Problem> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => next_ids(tx, name, 0).await.map(drop),
    }
}
