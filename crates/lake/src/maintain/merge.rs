//! Merging: many small files of a month become one.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Micros, Problem};

use super::stream::{file_batches, merge_sorted};
use super::{Rewritten, blocking, discard, file_swap};
use crate::{FileEntry, FileIds, FileWriter, Lake, Month, NewFile, Snapshot, TableDef, WriteOptions};

/// When files are merged and how large they become.
#[derive(Clone, Copy, Debug)]
pub struct MergePolicy {
    /// Files with fewer rows are small.
    pub small_rows: i64,
    /// Merge when a month has at least this many small files.
    pub least_files: usize,
    /// A merged file has at most this many rows (an input alone may have more).
    pub most_rows: i64,
}

impl Default for MergePolicy {
    fn default() -> Self {
        Self { small_rows: 1_000_000, least_files: 6, most_rows: 4_000_000 }
    }
}

impl Lake {
    /// Merges small files of the same month. Returns how many files were replaced. A change by another process meanwhile
    /// leaves that month as it is.
    pub async fn merge(&self, now: Micros, policy: MergePolicy) -> Result<usize, Problem> {
        let snapshot = self.snapshot().await?;
        let mut replaced = 0;
        let groups: Vec<_> = snapshot.tables().flat_map(|table| groups(&snapshot, table, policy)).collect();
        if groups.is_empty() {
            return Ok(0);
        }
        let ids = self.file_ids().await?;
        for (table, inputs) in groups {
            let (lake, old, snapshot, ids) = (self.clone(), inputs.clone(), snapshot.clone(), ids.clone());
            let new = blocking(move || merge_files(&lake, &snapshot, &table, &old, &ids)).await?;
            let count = inputs.len();
            let swapped = self.swap_merged(now, inputs, new.clone()).await;
            match swapped {
                Ok(()) => replaced += count,
                Err(problem) => {
                    discard(self, &new);
                    if problem.code != base::Code::Conflict {
                        return Err(problem);
                    }
                }
            }
        }
        Ok(replaced)
    }

    async fn swap_merged(&self, now: Micros, old: Vec<FileEntry>, new: Option<NewFile>) -> Result<(), Problem> {
        let mut tx = self.db().write().await?;
        file_swap(&mut tx, self, now, &[Rewritten { old, new }]).await?;
        tx.commit().await
    }
}

/// Which files to merge together.
fn groups(snapshot: &Snapshot, table: &Arc<TableDef>, policy: MergePolicy) -> Vec<(Arc<TableDef>, Vec<FileEntry>)> {
    let mut months: BTreeMap<Option<Month>, Vec<FileEntry>> = BTreeMap::new();
    for file in snapshot.files(table).filter(|f| f.rows < policy.small_rows) {
        months.entry(file.month).or_default().push(file.clone());
    }
    let mut groups = Vec::new();
    for mut files in months.into_values().filter(|files| files.len() >= policy.least_files.max(2)) {
        files.sort_by_key(|f| f.rows);
        let mut rows = 0;
        let mut group: Vec<FileEntry> = Vec::new();
        for file in files {
            if rows + file.rows > policy.most_rows && !group.is_empty() {
                groups.push(std::mem::take(&mut group));
                rows = 0;
            }
            rows += file.rows;
            group.push(file);
        }
        groups.push(group);
    }
    groups.retain(|g| g.len() > 1);
    groups.into_iter().map(|g| (Arc::clone(table), g)).collect()
}

fn merge_files(
    lake: &Lake,
    snapshot: &Snapshot,
    table: &Arc<TableDef>,
    inputs: &[FileEntry],
    ids: &FileIds,
) -> Result<Option<NewFile>, Problem> {
    let streams = inputs.iter().map(|entry| file_batches(snapshot.open(table, entry)?, table));
    let streams = streams.collect::<Result<Vec<_>, _>>()?;
    let mut writer = FileWriter::new(lake, table, inputs[0].month, ids, WriteOptions::default())?;
    merge_sorted(table, streams, |batch| writer.write(batch))?;
    writer.finish()
}
