//! One sorted pass: every customer once, with all his rows from all files.
//!
//! Files are sorted by customer, so a range of customers is a few pages of each file. Ranges are worked off in parallel; within
//! one, a cursor per file walks forward, and the rows of the least customer at any cursor are handed out together.

mod cursor;
mod ranges;

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use base::Problem;

use super::open::Projection;
use super::scan::{Reading, on_threads, project};
use crate::{FileEntry, Snapshot, TableDef, error};
use cursor::{Cursor, END, Source};

/// Rows of one customer that lie together in a batch.
#[derive(Clone, Copy)]
pub struct Slice<'a, P> {
    /// The batch, with the wanted columns in the wanted order.
    pub batch: &'a RecordBatch,
    /// What `prepare` made of the batch.
    pub prepared: &'a P,
    /// Tells batches apart within a range: the same number, the same batch.
    pub serial: u64,
    /// Whether the rows are in no file yet.
    pub hot: bool,
    start: u32,
    end: u32,
}

impl<P> Slice<'_, P> {
    /// The rows within the batch.
    pub fn rows(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// All rows of one customer: months in order, then hot rows; within a file ordered by time.
pub struct Rows<'a, P> {
    parts: &'a [Part],
    cursors: &'a [Cursor<P>],
}

/// Which rows of which batch of which cursor.
#[derive(Clone, Copy)]
pub(super) struct Part {
    cursor: u32,
    held: u32,
    start: u32,
    end: u32,
}

impl<'a, P> Rows<'a, P> {
    /// The slices in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Slice<'a, P>> + use<'a, P> {
        let cursors = self.cursors;
        self.parts.iter().map(move |part| {
            let cursor = &cursors[part.cursor as usize];
            let held = cursor.held(part.held as usize);
            Slice {
                batch: &held.batch,
                prepared: &held.prepared,
                serial: held.serial,
                hot: cursor.hot(),
                start: part.start,
                end: part.end,
            }
        })
    }

    /// How many slices.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Never: a customer that is handed out has rows.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// How many rows in all.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|p| (p.end - p.start) as usize).sum()
    }
}

impl Snapshot {
    /// Hands every known customer, in ascending order within a range of customers, to `each` with all his rows. `prepare` is called
    /// once for every batch, before its rows are handed out. Every range has a state from `init`; the states are returned in the
    /// order of the ranges, so that output collected in them is ordered by customer. Rows of unknown customers are left out.
    /// `customer_id` is added as the last column of the batches when it is not asked for.
    pub fn by_customer<S: Send, P>(
        &self,
        table: &TableDef,
        reading: Reading<'_>,
        prepare: impl Fn(&RecordBatch) -> Result<P, Problem> + Sync,
        init: impl Fn() -> S + Sync,
        each: impl Fn(&mut S, i64, &Rows<'_, P>) -> Result<(), Problem> + Sync,
    ) -> Result<Vec<S>, Problem> {
        let mut columns = reading.columns.to_vec();
        if !columns.contains(&"customer_id") {
            columns.push("customer_id");
        }
        let schema = table.read_schema(&columns)?;
        let files: Vec<&FileEntry> = self.files(table).filter(|f| f.customers.is_some()).collect();
        let files = self.open_all(table, &files, reading)?;
        let projections: Vec<_> = files.iter().map(|f| Arc::new(Projection::new(f, &schema))).collect();
        let hot = self.hot(table).iter().map(|b| project(b, &schema)).collect::<Result<Vec<_>, _>>()?;
        let at = schema.index_of("customer_id").map_err(error::arrow)?;
        let ranges = ranges::split(&files, self.rows(table), reading.threads)?;
        let states: Mutex<Vec<(usize, S)>> = Mutex::new(Vec::with_capacity(ranges.len()));
        on_threads(reading.threads, ranges.len(), reading.cancel, &|| (), |(), range| {
            let bounds = ranges[range];
            let mut sources = Vec::with_capacity(files.len() + 1);
            for (file, projection) in files.iter().zip(&projections) {
                sources.extend(Source::file(file, projection, bounds)?);
            }
            sources.extend(Source::hot(&hot, at, bounds));
            let mut state = init();
            let cursors = sources.into_iter().enumerate().map(|(n, s)| Cursor::new(n, s, at, bounds)).collect();
            walk(cursors, reading, &prepare, |customer, rows| each(&mut state, customer, rows))?;
            states.lock().unwrap_or_else(PoisonError::into_inner).push((range, state));
            Ok(())
        })?;
        let mut states = states.into_inner().unwrap_or_else(PoisonError::into_inner);
        states.sort_unstable_by_key(|(range, _)| *range);
        Ok(states.into_iter().map(|(_, state)| state).collect())
    }
}

/// Walks all cursors of a range forward together.
fn walk<P>(
    mut cursors: Vec<Cursor<P>>,
    reading: Reading<'_>,
    prepare: &impl Fn(&RecordBatch) -> Result<P, Problem>,
    mut each: impl FnMut(i64, &Rows<'_, P>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut heads = cursors.iter_mut().map(|c| c.begin(prepare)).collect::<Result<Vec<i64>, _>>()?;
    let mut parts: Vec<Part> = Vec::with_capacity(cursors.len());
    let mut moved: Vec<usize> = Vec::new();
    let mut seen = 0u32;
    loop {
        let customer = heads.iter().copied().min().unwrap_or(END);
        if customer == END {
            return Ok(());
        }
        parts.clear();
        for (at, head) in heads.iter_mut().enumerate().filter(|(_, head)| **head == customer) {
            let batches = cursors[at].take(at as u32, customer, &mut parts, prepare)?;
            *head = cursors[at].head();
            if batches > 1 {
                moved.push(at);
            }
        }
        each(customer, &Rows { parts: &parts, cursors: &cursors })?;
        for at in moved.drain(..) {
            cursors[at].let_go();
        }
        seen = seen.wrapping_add(1);
        if seen.is_multiple_of(4096) && reading.cancel.load(Ordering::Relaxed) {
            return Err(error::cancelled());
        }
    }
}

/// The schema that [`Snapshot::by_customer`] gives for `columns`.
pub fn pass_schema(table: &TableDef, columns: &[&str]) -> Result<SchemaRef, Problem> {
    let mut columns = columns.to_vec();
    if !columns.contains(&"customer_id") {
        columns.push("customer_id");
    }
    table.read_schema(&columns)
}
