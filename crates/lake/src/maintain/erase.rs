//! Erasing a person: no file, hot row or replaced file keeps the id.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, new_null_array};
use arrow::datatypes::{DataType, Int64Type};
use base::{Code, Micros, Problem};
use store::{Tx, args};

use super::stream::{Batches, file_batches, merge_sorted};
use super::{Rewritten, blocking, discard, file_swap};
use crate::catalog::file::file_list;
use crate::catalog::table::table_list;
use crate::read::customer::{Wanted, of_file, rows_of};
use crate::{FileEntry, FileIds, FileState, FileWriter, Lake, TableDef, WriteOptions, error};

/// How often an erasure starts again because files changed under it.
const TRIES: usize = 5;

/// A prepared erasure: the new files are written; [`Erasure::apply`] swaps them in the caller's transaction, [`Erasure::finish`]
/// deletes the old ones after its commit.
pub struct Erasure {
    lake: Lake,
    customer: i64,
    swaps: Vec<Rewritten>,
    /// Files that were looked at and do not hold the customer, and dropped ones that do.
    clean: Vec<i64>,
    dropped: Vec<FileEntry>,
}

/// How many erasures there were: tells writers that hot rows they have read are no longer what they were.
pub(super) async fn count(tx: &mut Tx) -> Result<i64, Problem> {
    let row = tx.fetch_optional("SELECT value FROM sequence WHERE name = 'lake_erasure'", args![]).await?;
    row.map_or(Ok(0), |row| row.get("value"))
}

/// Waits for an erasure that is being applied, and holds up the next one until the transaction ends.
pub(super) async fn wait(tx: &mut Tx) -> Result<(), Problem> {
    store::turn(tx, "lake_erasure").await
}

impl Lake {
    /// Erases a customer from the whole history: his order lines stay without his id, his rows of derived tables go. The files
    /// that held him are deleted before this returns.
    pub async fn erase(&self, now: Micros, customer: i64) -> Result<(), Problem> {
        for _ in 0..TRIES {
            let erasure = self.erase_prepare(customer).await?;
            let mut tx = self.db().write().await?;
            match erasure.apply(&mut tx, now).await {
                Ok(()) => {
                    tx.commit().await?;
                    return erasure.finish().await;
                }
                Err(problem) => {
                    drop(tx);
                    erasure.give_up();
                    if problem.code != Code::Conflict {
                        return Err(problem);
                    }
                }
            }
        }
        Err(Problem::new(Code::Conflict, "the history is being changed all the time, the customer was not erased")
            .hint("wait for running imports to end and run the command again"))
    }

    /// Writes new files for those that hold the customer. Nothing is changed yet.
    pub async fn erase_prepare(&self, customer: i64) -> Result<Erasure, Problem> {
        let mut tx = self.db().read().await?;
        let tables = table_list(&mut tx).await?;
        let files = near(&mut tx, customer).await?;
        drop(tx);
        let ids = self.file_ids().await?;
        let lake = self.clone();
        blocking(move || {
            let mut erasure = Erasure { lake, customer, swaps: Vec::new(), clean: Vec::new(), dropped: Vec::new() };
            for entry in files {
                let table = tables.values().find(|t| t.id == entry.table_id);
                let table = table.ok_or_else(|| Problem::new(Code::Internal, "a file belongs to no table"))?;
                if let Err(problem) = erasure.file(table, entry, &ids) {
                    erasure.give_up();
                    return Err(problem);
                }
            }
            Ok(erasure)
        })
        .await
    }
}

/// The files in any state whose bounds include the customer.
async fn near(tx: &mut Tx, customer: i64) -> Result<Vec<FileEntry>, Problem> {
    let states = [FileState::Live, FileState::Retired, FileState::Staged, FileState::Dropped];
    let mut files = file_list(tx, &states).await?;
    files.retain(|f| f.customers.is_some_and(|(min, max)| (min..=max).contains(&customer)));
    Ok(files)
}

impl Erasure {
    fn file(&mut self, table: &Arc<TableDef>, entry: FileEntry, ids: &FileIds) -> Result<(), Problem> {
        if entry.state == FileState::Dropped {
            // Whether it holds him or not: nothing reads it for long, and looking may fail as it may be gone.
            self.dropped.push(entry);
            return Ok(());
        }
        let lake = &self.lake;
        let opened = lake.footers().get(lake.files(), table, &entry)?;
        let mut his = Vec::new();
        of_file(&opened, self.customer, &Wanted::new(table, &table.names())?, &mut his)?;
        if his.is_empty() {
            self.clean.push(entry.id);
            return Ok(());
        }
        let customer = self.customer;
        let others = file_batches(opened, table)?.flat_map(move |batch| match batch {
            Ok(batch) => without(&batch, customer).into_iter().map(Ok).collect::<Vec<_>>(),
            Err(problem) => vec![Err(problem)],
        });
        let mut streams: Vec<Batches> = vec![Box::new(others)];
        if table.monthly {
            streams.extend(his.into_iter().map(|batch| Box::new(std::iter::once(anonymous(&batch))) as Batches));
        }
        let mut writer = FileWriter::new(lake, table, entry.month, ids, WriteOptions::default())?;
        merge_sorted(table, streams, |batch| writer.write(batch))?;
        let new = writer.finish()?.into_iter().collect();
        self.swaps.push(Rewritten { old: vec![entry], new });
        Ok(())
    }

    /// Swaps the files and anonymises hot rows. A problem of the code `conflict`: files with him came meanwhile, prepare again.
    pub async fn apply(&self, tx: &mut Tx, now: Micros) -> Result<(), Problem> {
        // First, so that sealing and other erasures wait for each other from here on.
        store::next_ids(tx, "lake_erasure", 1).await?;
        let known = |id: i64| {
            self.clean.contains(&id)
                || self.dropped.iter().any(|f| f.id == id)
                || self.swaps.iter().any(|s| s.old.iter().any(|f| f.id == id))
        };
        if near(tx, self.customer).await?.iter().any(|f| !known(f.id)) {
            return Err(Problem::new(Code::Conflict, "the history was changed by another process meanwhile"));
        }
        file_swap(tx, &self.lake, now, &self.swaps).await?;
        tx.execute("UPDATE hot_order_line SET customer_id = NULL WHERE customer_id = $1", args![self.customer]).await?;
        crate::catalog::snapshot_add(tx, now, "inlined_delete:1", false).await?;
        // Should the process die before it deletes them, the next sweep does: it need not wait for readers.
        for file in self.old() {
            tx.execute("UPDATE lake_file SET dropped_at = 0 WHERE id = $1", args![file.id]).await?;
        }
        Ok(())
    }

    /// Deletes the files that held the customer.
    pub async fn finish(self) -> Result<(), Problem> {
        let old: Vec<FileEntry> = self.old().cloned().collect();
        super::sweep::delete(&self.lake, old).await
    }

    /// Deletes the new files: the transaction was given up.
    pub fn give_up(&self) {
        discard(&self.lake, self.swaps.iter().flat_map(|s| &s.new));
    }

    fn old(&self) -> impl Iterator<Item = &FileEntry> {
        self.swaps.iter().flat_map(|s| &s.old).chain(&self.dropped)
    }
}

/// The batch without the customer's rows: what comes before and after them.
fn without(batch: &RecordBatch, customer: i64) -> Vec<RecordBatch> {
    let Some(ids) = batch.column_by_name("customer_id").and_then(|a| a.as_primitive_opt::<Int64Type>()) else {
        return vec![batch.clone()];
    };
    let his = rows_of(ids, customer);
    vec![batch.slice(0, his.start), batch.slice(his.end, batch.num_rows() - his.end)]
}

/// The batch with the customer unknown.
fn anonymous(batch: &RecordBatch) -> Result<RecordBatch, Problem> {
    let at = batch.schema().index_of("customer_id").map_err(error::arrow)?;
    let mut columns = batch.columns().to_vec();
    columns[at] = new_null_array(&DataType::Int64, batch.num_rows());
    RecordBatch::try_new(batch.schema(), columns).map_err(error::arrow)
}
