//! Takes rows out of files: what stays and what is taken become new files, both in order.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{filter_record_batch, not};
use base::Problem;

use crate::read::open::{GroupReader, Projection};
use crate::read::scan::{BATCH_ROWS, on_threads};
use crate::{FileEntry, FileIds, FileWriter, NewFile, Reading, Snapshot, TableDef, WriteOptions, error};

/// One file and the two that replace it. Neither is registered.
#[derive(Clone, Debug)]
pub struct Split {
    /// The file.
    pub old: FileEntry,
    /// The rows that stay; `None` when all were taken.
    pub kept: Option<NewFile>,
    /// The rows that were taken; `None` when they were not wanted.
    pub taken: Option<NewFile>,
}

impl Snapshot {
    /// Splits the files of a table in which `pick` (over batches of `reading.columns`) marks at least one row. Files without a
    /// marked row are left alone and not returned. `keep_taken` says whether the marked rows are written to a file of their own
    /// or given up. The caller swaps the files in a transaction.
    pub fn split(
        &self,
        table: &Arc<TableDef>,
        ids: &FileIds,
        reading: Reading<'_>,
        keep_taken: bool,
        pick: impl Fn(&RecordBatch) -> Result<BooleanArray, Problem> + Sync,
    ) -> Result<Vec<Split>, Problem> {
        let entries: Vec<&FileEntry> = self.files(table).collect();
        let splits = Mutex::new(Vec::new());
        on_threads(reading.threads, entries.len(), reading.cancel, &|| (), |(), at| {
            if self.any(table, entries[at], reading, &pick)? {
                let split = self.split_file(table, entries[at], ids, reading, keep_taken, &pick)?;
                splits.lock().unwrap_or_else(PoisonError::into_inner).push(split);
            }
            Ok(())
        })?;
        Ok(splits.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn any(
        &self,
        table: &TableDef,
        entry: &FileEntry,
        reading: Reading<'_>,
        pick: &impl Fn(&RecordBatch) -> Result<BooleanArray, Problem>,
    ) -> Result<bool, Problem> {
        let mut found = false;
        self.each_batch(table, entry, reading.columns, reading.cancel, |batch| {
            found = found || pick(batch)?.true_count() > 0;
            Ok(())
        })?;
        Ok(found)
    }

    fn split_file(
        &self,
        table: &Arc<TableDef>,
        entry: &FileEntry,
        ids: &FileIds,
        reading: Reading<'_>,
        keep_taken: bool,
        pick: &impl Fn(&RecordBatch) -> Result<BooleanArray, Problem>,
    ) -> Result<Split, Problem> {
        let writer = || FileWriter::new(&self.lake, table, entry.month, ids, WriteOptions::default());
        let mut kept = writer()?;
        let mut taken = keep_taken.then(writer).transpose()?;
        self.each_batch(table, entry, &table.names(), reading.cancel, |batch| {
            let places = reading.columns.iter().map(|c| batch.schema().index_of(c)).collect::<Result<Vec<_>, _>>();
            let seen = batch.project(&places.map_err(error::arrow)?).map_err(error::arrow)?;
            let marked = pick(&seen)?;
            if let Some(taken) = &mut taken {
                taken.write(&filter_record_batch(batch, &marked).map_err(error::arrow)?)?;
            }
            let stays = not(&marked).map_err(error::arrow)?;
            kept.write(&filter_record_batch(batch, &stays).map_err(error::arrow)?)
        })?;
        Ok(Split {
            old: entry.clone(),
            kept: kept.finish()?,
            taken: taken.map(FileWriter::finish).transpose()?.flatten(),
        })
    }

    /// The batches of one file in order.
    pub(crate) fn each_batch(
        &self,
        table: &TableDef,
        entry: &FileEntry,
        columns: &[&str],
        cancel: &AtomicBool,
        mut each: impl FnMut(&RecordBatch) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let file = self.open(table, entry)?;
        let projection = Arc::new(Projection::new(&file, &table.read_schema(columns)?));
        for group in 0..file.groups.len() {
            let mut reader = GroupReader::open(&file, &projection, group, 0..file.groups[group].rows, BATCH_ROWS)?;
            while let Some(batch) = reader.next(&projection)? {
                if cancel.load(std::sync::atomic::Ordering::Relaxed) {
                    return Err(error::cancelled());
                }
                each(&batch)?;
            }
        }
        Ok(())
    }
}
