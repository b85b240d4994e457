//! Sealing: hot rows become files, exactly once.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::TimestampMicrosecondType;
use base::{Code, Micros, Problem};
use store::args;

use super::{blocking, discard, erase};
use crate::catalog::file::file_add;
use crate::{FileIds, FileState, FileWriter, Lake, Month, NewFile, ORDER_LINE, WriteOptions, error, hot};

impl Lake {
    /// Writes all hot order lines to files, one per month, and deletes them from the hot table in the transaction that makes
    /// the files visible. Returns how many rows were sealed. When the hot rows were changed meanwhile (an erasure, another
    /// process that sealed), nothing happens and 0 is returned: the next call seals them.
    pub async fn seal(&self, now: Micros) -> Result<u64, Problem> {
        let mut tx = self.db().read().await?;
        let row =
            tx.fetch_one("SELECT CAST(COALESCE(max(id), 0) AS BIGINT) AS last FROM hot_order_line", args![]).await?;
        let last: i64 = row.get("last")?;
        if last == 0 {
            return Ok(0);
        }
        let erasures = erase::count(&mut tx).await?;
        let batches = hot::load_until(&mut tx, last).await?;
        drop(tx);
        let rows: u64 = batches.iter().map(|b| b.num_rows() as u64).sum();
        let ids = self.file_ids().await?;
        let lake = self.clone();
        let files = blocking(move || write(&lake, &ids, &batches)).await?;
        let sealed = self.publish_sealed(now, &files, last, rows, erasures).await;
        if !matches!(sealed, Ok(n) if n > 0) {
            discard(self, &files);
        }
        sealed
    }

    async fn publish_sealed(
        &self,
        now: Micros,
        files: &[NewFile],
        last: i64,
        rows: u64,
        erasures: i64,
    ) -> Result<u64, Problem> {
        let mut tx = self.db().write().await?;
        // An erasure that has begun to look for his files ends first, or finds the sealed ones.
        erase::wait(&mut tx).await?;
        file_add(&mut tx, self, now, files, FileState::Live, None).await?;
        let gone = tx.execute("DELETE FROM hot_order_line WHERE id <= $1", args![last]).await?;
        // Fewer or more rows than were written: someone else changed them. Dropping the transaction undoes all.
        if gone != rows || erase::count(&mut tx).await? != erasures {
            return Ok(0);
        }
        tx.commit().await?;
        Ok(rows)
    }
}

fn write(lake: &Lake, ids: &FileIds, batches: &[RecordBatch]) -> Result<Vec<NewFile>, Problem> {
    let mut writers: BTreeMap<Month, FileWriter> = BTreeMap::new();
    for batch in batches {
        for (month, rows) in by_month(batch)? {
            let writer = match writers.entry(month) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(new) => {
                    let table = Arc::clone(&ORDER_LINE);
                    new.insert(FileWriter::new(lake, &table, Some(month), ids, WriteOptions::default())?)
                }
            };
            writer.write(&rows)?;
        }
    }
    writers.into_values().filter_map(|w| w.finish().transpose()).collect()
}

/// The rows of a batch by the month of their time, in order within each.
fn by_month(batch: &RecordBatch) -> Result<Vec<(Month, RecordBatch)>, Problem> {
    let Some(time) = batch.column_by_name("time").and_then(|t| t.as_primitive_opt::<TimestampMicrosecondType>()) else {
        return Err(Problem::new(Code::Internal, "hot rows have no time"));
    };
    let months: Vec<Month> = time.values().iter().map(|at| Month::of(*at)).collect();
    let mut distinct = months.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let rows = |month: Month| {
        let keep = BooleanArray::from(months.iter().map(|m| *m == month).collect::<Vec<_>>());
        Ok((month, filter_record_batch(batch, &keep).map_err(error::arrow)?))
    };
    distinct.into_iter().map(rows).collect()
}
