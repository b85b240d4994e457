//! Merging: many small files of a month become one, and large files of a month that hold the same customers become files of one
//! range of customers each, so that a customer's month is in one file and not in all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use base::{Micros, Problem};
use futures::{StreamExt as _, stream};

use super::stream::{files_batches, merge_sorted};
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
    /// Split a month by customers when a customer may be in so many of its files of at least a quarter of `small_rows`.
    pub most_overlap: usize,
}

/// How many months are merged at once, at most: each holds some batches of every file.
const AT_ONCE: usize = 4;

impl Default for MergePolicy {
    fn default() -> Self {
        Self { small_rows: 1_000_000, least_files: 6, most_rows: 4_000_000, most_overlap: 3 }
    }
}

impl Lake {
    /// Merges small files of the same month. Returns how many files were replaced. A change by another process meanwhile
    /// leaves that month as it is.
    pub async fn merge(&self, now: Micros, policy: MergePolicy) -> Result<usize, Problem> {
        let snapshot = self.snapshot().await?;
        let mut replaced = 0;
        let groups: Vec<Wanted> = snapshot.tables().flat_map(|table| wanted(&snapshot, table, policy)).collect();
        if groups.is_empty() {
            return Ok(0);
        }
        let ids = self.file_ids().await?;
        let merge = |(table, inputs, cut): Wanted| {
            let (lake, old, snapshot, ids) = (self.clone(), inputs.clone(), snapshot.clone(), ids.clone());
            async move { (inputs, blocking(move || merge_files(&lake, &snapshot, &table, &old, &ids, cut)).await) }
        };
        // One is the work of one thread.
        let width = std::thread::available_parallelism().map_or(1, usize::from).min(AT_ONCE);
        let mut merged = stream::iter(groups).map(merge).buffer_unordered(width);
        let mut failed = None;
        // To the end also after a failure: what is being written would be left over.
        while let Some((inputs, new)) = merged.next().await {
            let count = inputs.len();
            match self.swapped(now, inputs, new).await {
                Ok(true) => replaced += count,
                Ok(false) => {}
                Err(problem) => failed = failed.or(Some(problem)),
            }
        }
        failed.map_or(Ok(replaced), Err)
    }

    /// Puts new files in the place of old ones; whether they still were there.
    async fn swapped(
        &self,
        now: Micros,
        old: Vec<FileEntry>,
        new: Result<Vec<NewFile>, Problem>,
    ) -> Result<bool, Problem> {
        let new = new?;
        match self.swap_merged(now, old, new.clone()).await {
            Ok(()) => Ok(true),
            Err(problem) => {
                discard(self, &new);
                if problem.code == base::Code::Conflict { Ok(false) } else { Err(problem) }
            }
        }
    }

    async fn swap_merged(&self, now: Micros, old: Vec<FileEntry>, new: Vec<NewFile>) -> Result<(), Problem> {
        let mut tx = self.db().write().await?;
        file_swap(&mut tx, self, now, &[Rewritten { old, new }]).await?;
        tx.commit().await
    }
}

/// Files to merge, and after how many rows a new one begins.
type Wanted = (Arc<TableDef>, Vec<FileEntry>, i64);

/// Which files to merge together.
fn wanted(snapshot: &Snapshot, table: &Arc<TableDef>, policy: MergePolicy) -> Vec<Wanted> {
    let mut months: BTreeMap<Option<Month>, Vec<FileEntry>> = BTreeMap::new();
    for file in snapshot.files(table) {
        months.entry(file.month).or_default().push(file.clone());
    }
    let mut all = Vec::new();
    for files in months.into_values() {
        if is_deep(&files, policy) {
            all.push((Arc::clone(table), files, policy.small_rows));
        } else {
            let small = files.into_iter().filter(|f| f.rows < policy.small_rows).collect();
            all.extend(of_small(small, policy).into_iter().map(|group| (Arc::clone(table), group, i64::MAX)));
        }
    }
    all
}

/// Small files of a month in groups.
fn of_small(mut files: Vec<FileEntry>, policy: MergePolicy) -> Vec<Vec<FileEntry>> {
    if files.len() < policy.least_files.max(2) {
        return Vec::new();
    }
    files.sort_by_key(|f| f.rows);
    let (mut groups, mut group, mut rows) = (Vec::new(), Vec::<FileEntry>::new(), 0);
    for file in files {
        if rows + file.rows > policy.most_rows && !group.is_empty() {
            groups.push(std::mem::take(&mut group));
            rows = 0;
        }
        rows += file.rows;
        group.push(file);
    }
    groups.push(group);
    groups.retain(|g| g.len() > 1);
    groups
}

/// Whether a customer may be in too many of the larger files of a month. The month is written anew then with its small files, which
/// cost little more.
fn is_deep(files: &[FileEntry], policy: MergePolicy) -> bool {
    let large: Vec<FileEntry> = files.iter().filter(|f| f.rows >= policy.small_rows / 4).cloned().collect();
    large.iter().map(|f| f.rows).sum::<i64>() > policy.small_rows && depth(&large) >= policy.most_overlap.max(2)
}

/// In how many of the files one customer may be, at most.
fn depth(files: &[FileEntry]) -> usize {
    let bounds: Vec<(i64, i64)> = files.iter().filter_map(|f| f.customers).collect();
    let holding = |at: i64| bounds.iter().filter(|(min, max)| (*min..=*max).contains(&at)).count();
    bounds.iter().map(|(min, _)| holding(*min)).max().unwrap_or(0)
}

/// Merges files; a new one begins with the first customer after `cut` rows.
fn merge_files(
    lake: &Lake,
    snapshot: &Snapshot,
    table: &Arc<TableDef>,
    inputs: &[FileEntry],
    ids: &FileIds,
    cut: i64,
) -> Result<Vec<NewFile>, Problem> {
    let files = inputs.iter().map(|entry| snapshot.open(table, entry)).collect::<Result<Vec<_>, _>>()?;
    let streams = files_batches(files, table)?;
    // Equal parts of somewhat more than `cut` rows: none is small again, though each ends with a customer.
    let rows: i64 = inputs.iter().map(|file| file.rows).sum();
    let part = rows / (rows / cut.saturating_add(cut / 4)).max(1);
    let writer = || FileWriter::new(lake, table, inputs[0].month, ids, WriteOptions::default());
    let (mut open, mut done) = (writer()?, Vec::new());
    let written = merge_sorted(table, streams, |batch| {
        let mut rest = batch.clone();
        while rest.num_rows() > 0 {
            let begins = next_customer(&rest, part - open.rows());
            let count = begins.unwrap_or(rest.num_rows());
            open.write(&rest.slice(0, count))?;
            rest = rest.slice(count, rest.num_rows() - count);
            if begins.is_some() {
                done.extend(std::mem::replace(&mut open, writer()?).finish()?);
            }
        }
        Ok(())
    });
    let ended = written.and_then(|()| open.finish());
    match ended {
        Ok(last) => {
            done.extend(last);
            Ok(done)
        }
        Err(problem) => {
            discard(lake, &done);
            Err(problem)
        }
    }
}

/// The first row at or after `from` at which another customer begins.
fn next_customer(batch: &RecordBatch, from: i64) -> Option<usize> {
    let ids = batch.column_by_name("customer_id")?.as_primitive_opt::<Int64Type>()?;
    let of = |row: usize| ids.is_valid(row).then(|| ids.value(row));
    (from.max(1) as usize..batch.num_rows()).find(|row| of(*row) != of(row - 1))
}
