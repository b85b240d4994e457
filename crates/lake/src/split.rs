//! Takes rows out of files: what stays and what is taken become new files, both in order.

use std::collections::hash_map::Entry;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{filter_record_batch, not};
use base::Problem;
use rustc_hash::FxHashMap;

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

/// Rows of files: one bit each.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    files: FxHashMap<i64, Vec<u64>>,
}

impl Marks {
    /// Whether no row is marked.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a row of a file is marked.
    fn has(bits: &[u64], row: usize) -> bool {
        bits.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    fn add(&mut self, file: i64, bits: Vec<u64>) {
        match self.files.entry(file) {
            Entry::Vacant(new) => {
                new.insert(bits);
            }
            Entry::Occupied(mut known) => known.get_mut().iter_mut().zip(bits).for_each(|(old, new)| *old |= new),
        }
    }
}

impl Snapshot {
    /// Splits the files of a table in which `pick` (over batches of `reading.columns`) marks at least one row; see
    /// [`Snapshot::split_marked`].
    pub fn split(
        &self,
        table: &Arc<TableDef>,
        ids: &FileIds,
        reading: Reading<'_>,
        keep_taken: bool,
        pick: impl Fn(&RecordBatch) -> Result<BooleanArray, Problem> + Sync,
    ) -> Result<Vec<Split>, Problem> {
        let mut marks = Marks::default();
        self.mark(table, reading, &mut marks, pick)?;
        self.split_marked(table, ids, reading, keep_taken, &marks)
    }

    /// Adds to `marks` the rows of the files of a table that `pick` (over batches of `reading.columns`) chooses.
    pub fn mark(
        &self,
        table: &Arc<TableDef>,
        reading: Reading<'_>,
        marks: &mut Marks,
        pick: impl Fn(&RecordBatch) -> Result<BooleanArray, Problem> + Sync,
    ) -> Result<(), Problem> {
        let entries: Vec<&FileEntry> = self.files(table).collect();
        let all = Mutex::new(marks);
        on_threads(reading.threads, entries.len(), reading.cancel, &|| (), |(), at| {
            let mut bits = vec![0_u64; (entries[at].rows as usize).div_ceil(64)];
            let (mut row, mut any) = (0, false);
            self.each_batch(table, entries[at], reading.columns, reading.cancel, |batch| {
                for chosen in pick(batch)?.values().set_indices() {
                    bits[(row + chosen) / 64] |= 1 << ((row + chosen) % 64);
                    any = true;
                }
                row += batch.num_rows();
                Ok(())
            })?;
            if any {
                all.lock().unwrap_or_else(PoisonError::into_inner).add(entries[at].id, bits);
            }
            Ok(())
        })
        .map(drop)
    }

    /// Splits the files of a table that have marked rows. Other files are left alone and not returned. `keep_taken` says whether
    /// the marked rows are written to a file of their own or given up. The caller swaps the files in a transaction.
    pub fn split_marked(
        &self,
        table: &Arc<TableDef>,
        ids: &FileIds,
        reading: Reading<'_>,
        keep_taken: bool,
        marks: &Marks,
    ) -> Result<Vec<Split>, Problem> {
        let entries = self.files(table).filter_map(|entry| Some((entry, marks.files.get(&entry.id)?)));
        let entries: Vec<(&FileEntry, &Vec<u64>)> = entries.collect();
        let splits = Mutex::new(Vec::new());
        on_threads(reading.threads, entries.len(), reading.cancel, &|| (), |(), at| {
            let (entry, bits) = entries[at];
            let split = self.split_file(table, entry, ids, reading.cancel, keep_taken, bits)?;
            splits.lock().unwrap_or_else(PoisonError::into_inner).push(split);
            Ok(())
        })?;
        Ok(splits.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn split_file(
        &self,
        table: &Arc<TableDef>,
        entry: &FileEntry,
        ids: &FileIds,
        cancel: &AtomicBool,
        keep_taken: bool,
        bits: &[u64],
    ) -> Result<Split, Problem> {
        let writer = || FileWriter::new(&self.lake, table, entry.month, ids, WriteOptions::default());
        let mut kept = writer()?;
        let mut taken = keep_taken.then(writer).transpose()?;
        let mut row = 0;
        self.each_batch(table, entry, &table.names(), cancel, |batch| {
            let marked: BooleanArray = (row..row + batch.num_rows()).map(|row| Some(Marks::has(bits, row))).collect();
            row += batch.num_rows();
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
