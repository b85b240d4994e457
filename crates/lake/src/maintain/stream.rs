//! Sorted streams of batches and their merge, with bounded memory.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use arrow::datatypes::SchemaRef;
use base::Problem;

use super::order::Keys;
use crate::read::footer::Opened;
use crate::read::open::{GroupReader, Projection};
use crate::read::scan::BATCH_ROWS;
use crate::{TableDef, error};

/// Rows fetched of a file at a time.
const SPAN_ROWS: usize = 32_768;

/// Rows that all files of a merge together hold in memory, about 150 bytes each: of many files fewer of each.
const MERGE_ROWS: usize = 1 << 20;

/// Sorted batches of a table, all columns.
pub(crate) type Batches = Box<dyn Iterator<Item = Result<RecordBatch, Problem>> + Send>;

/// All rows of a file in order.
pub(crate) fn file_batches(file: Arc<Opened>, table: &TableDef) -> Result<Batches, Problem> {
    batches(file, table, SPAN_ROWS)
}

/// All rows of each of some files in order, for a merge of them.
pub(crate) fn files_batches(files: Vec<Arc<Opened>>, table: &TableDef) -> Result<Vec<Batches>, Problem> {
    let span = (MERGE_ROWS / files.len().max(1)).clamp(BATCH_ROWS / 4, SPAN_ROWS);
    files.into_iter().map(|file| batches(file, table, span)).collect()
}

fn batches(file: Arc<Opened>, table: &TableDef, span: usize) -> Result<Batches, Problem> {
    let schema: SchemaRef = table.read_schema(&table.names())?;
    let projection = Projection::new(&file, &schema);
    let spans = file.groups.iter().enumerate().flat_map(|(at, group)| {
        let rows = group.rows;
        (0..rows).step_by(span).map(move |start| (at, start..rows.min(start + span)))
    });
    let spans = spans.collect::<Vec<_>>();
    let mut spans = spans.into_iter();
    let mut reader: Option<GroupReader> = None;
    let mut next = move || -> Result<Option<RecordBatch>, Problem> {
        loop {
            if let Some(open) = &mut reader
                && let Some(batch) = open.next(&projection)?
            {
                return Ok(Some(batch));
            }
            let Some((group, rows)) = spans.next() else { return Ok(None) };
            reader = Some(GroupReader::open(&file, &projection, group, rows, BATCH_ROWS)?);
        }
    };
    Ok(Box::new(std::iter::from_fn(move || next().transpose())))
}

/// A stream with its current batch.
struct Head {
    rest: Batches,
    batch: RecordBatch,
    keys: Keys,
    row: usize,
    /// The place of `batch` in the pending output; `None` when it is not yet there.
    place: Option<usize>,
}

impl Head {
    fn open(table: &TableDef, mut rest: Batches) -> Result<Option<Self>, Problem> {
        let Some((batch, keys)) = advance(table, &mut rest)? else { return Ok(None) };
        Ok(Some(Self { rest, batch, keys, row: 0, place: None }))
    }

    /// The end of the run of rows that do not come after the first row of `limit`.
    fn run(&self, limit: Option<&Self>) -> usize {
        let Some(limit) = limit else { return self.keys.len() };
        let after = |row: &usize| self.keys.compare(*row, &limit.keys, limit.row).is_gt();
        (self.row + 1..self.keys.len()).find(after).unwrap_or(self.keys.len())
    }
}

fn advance(table: &TableDef, rest: &mut Batches) -> Result<Option<(RecordBatch, Keys)>, Problem> {
    for batch in rest.by_ref() {
        let batch = batch?;
        if batch.num_rows() > 0 {
            let keys = Keys::new(table, &batch)?;
            return Ok(Some((batch, keys)));
        }
    }
    Ok(None)
}

/// Merges sorted streams into one; equal rows keep the order of the streams. `out` gets the batches.
pub(crate) fn merge_sorted(
    table: &TableDef,
    streams: Vec<Batches>,
    mut out: impl FnMut(&RecordBatch) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut heads = Vec::with_capacity(streams.len());
    for stream in streams {
        heads.extend(Head::open(table, stream)?);
    }
    let mut pending = Pending::default();
    while !heads.is_empty() {
        let (least, second) = two_least(&heads);
        let end = heads[least].run(second.map(|s| &heads[s]));
        let head = &mut heads[least];
        let place = *head.place.get_or_insert_with(|| pending.add(&head.batch));
        pending.rows.extend((head.row..end).map(|row| (place, row)));
        head.row = end;
        if pending.rows.len() >= BATCH_ROWS {
            pending.flush(&mut out)?;
            for head in &mut heads {
                head.place = None;
            }
        }
        let head = &mut heads[least];
        if head.row == head.keys.len() {
            match advance(table, &mut head.rest)? {
                Some((batch, keys)) => (head.batch, head.keys, head.row, head.place) = (batch, keys, 0, None),
                None => drop(heads.remove(least)),
            }
        }
    }
    pending.flush(&mut out)
}

/// The streams with the least and the second least row; earlier streams win ties.
fn two_least(heads: &[Head]) -> (usize, Option<usize>) {
    let before = |a: usize, b: usize| heads[a].keys.compare(heads[a].row, &heads[b].keys, heads[b].row).is_lt();
    let (mut least, mut second) = (0, None);
    for at in 1..heads.len() {
        if before(at, least) {
            (least, second) = (at, Some(least));
        } else if second.is_none_or(|s| before(at, s)) {
            second = Some(at);
        }
    }
    (least, second)
}

/// Rows picked for the output, by batch and row.
#[derive(Default)]
struct Pending {
    batches: Vec<RecordBatch>,
    rows: Vec<(usize, usize)>,
}

impl Pending {
    fn add(&mut self, batch: &RecordBatch) -> usize {
        self.batches.push(batch.clone());
        self.batches.len() - 1
    }

    fn flush(&mut self, out: &mut impl FnMut(&RecordBatch) -> Result<(), Problem>) -> Result<(), Problem> {
        if !self.rows.is_empty() {
            let batches: Vec<&RecordBatch> = self.batches.iter().collect();
            out(&interleave_record_batch(&batches, &self.rows).map_err(error::arrow)?)?;
        }
        self.batches.clear();
        self.rows.clear();
        Ok(())
    }
}
