//! A place in one file, moving forward through a range of customers.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::Int64Type;
use base::Problem;

use super::Part;
use crate::read::footer::Opened;
use crate::read::open::{GroupReader, Projection};
use crate::read::scan::BATCH_ROWS;

/// The head of a cursor that is through. No customer has this id.
pub(super) const END: i64 = i64::MAX;

/// A batch that is being walked through.
pub(super) struct Held<P> {
    pub(super) batch: RecordBatch,
    pub(super) prepared: P,
    pub(super) serial: u64,
    customers: Int64Array,
}

/// Where a cursor's batches come from.
pub(super) enum Source {
    File {
        file: Arc<Opened>,
        projection: Arc<Projection>,
        spans: VecDeque<(usize, Range<usize>)>,
        reader: Option<GroupReader>,
    },
    Hot(VecDeque<RecordBatch>),
}

impl Source {
    /// The pages of a file that may hold customers of the range; `None` when there are none.
    pub(super) fn file(
        file: &Arc<Opened>,
        projection: &Arc<Projection>,
        (from, to): (i64, i64),
    ) -> Result<Option<Self>, Problem> {
        let mut spans = VecDeque::new();
        for group in 0..file.groups.len() {
            spans.extend(file.rows_of(group, from, to)?.map(|rows| (group, rows)));
        }
        let (file, projection) = (Arc::clone(file), Arc::clone(projection));
        Ok((!spans.is_empty()).then_some(Self::File { file, projection, spans, reader: None }))
    }

    /// The hot batches that may hold customers of the range.
    pub(super) fn hot(hot: &[RecordBatch], at: usize, (from, to): (i64, i64)) -> Option<Self> {
        let inside = |batch: &&RecordBatch| {
            let ids = batch.column(at).as_primitive::<Int64Type>();
            let known = ids.null_count();
            known < ids.len() && ids.value(known) <= to && ids.value(ids.len() - 1) >= from
        };
        let batches: VecDeque<_> = hot.iter().filter(inside).cloned().collect();
        (!batches.is_empty()).then_some(Self::Hot(batches))
    }

    fn next(&mut self) -> Result<Option<RecordBatch>, Problem> {
        match self {
            Self::Hot(batches) => Ok(batches.pop_front()),
            Self::File { file, projection, spans, reader } => loop {
                if let Some(open) = reader {
                    if let Some(batch) = open.next(projection)? {
                        return Ok(Some(batch));
                    }
                    *reader = None;
                }
                let Some((group, rows)) = spans.pop_front() else { return Ok(None) };
                *reader = Some(GroupReader::open(file, projection, group, rows, BATCH_ROWS)?);
            },
        }
    }
}

/// Walks through the rows of one source.
pub(super) struct Cursor<P> {
    source: Source,
    column: usize,
    from: i64,
    to: i64,
    held: VecDeque<Held<P>>,
    at: usize,
    serial: u64,
}

impl<P> Cursor<P> {
    /// A cursor before the first row; `column` is the place of `customer_id`.
    pub(super) fn new(number: usize, source: Source, column: usize, (from, to): (i64, i64)) -> Self {
        // Batches are numbered within a range: the cursor's number above, its own count below.
        let serial = (number as u64) << 32;
        Self { source, column, from, to, held: VecDeque::with_capacity(2), at: 0, serial }
    }

    /// Reads the first batch; the customer of the first row.
    pub(super) fn begin(&mut self, prepare: &impl Fn(&RecordBatch) -> Result<P, Problem>) -> Result<i64, Problem> {
        self.refill(prepare)?;
        Ok(self.head())
    }

    /// The customer of the row at which the cursor stands.
    pub(super) fn head(&self) -> i64 {
        self.held.back().and_then(|h| h.customers.values().get(self.at)).copied().unwrap_or(END)
    }

    /// Whether its rows are in no file yet.
    pub(super) const fn hot(&self) -> bool {
        matches!(self.source, Source::Hot(_))
    }

    /// The batch at `index` of those still held.
    pub(super) fn held(&self, index: usize) -> &Held<P> {
        &self.held[index]
    }

    /// Steps over the rows of `customer`, noting them in `parts`; how many batches are held now.
    pub(super) fn take(
        &mut self,
        me: u32,
        customer: i64,
        parts: &mut Vec<Part>,
        prepare: &impl Fn(&RecordBatch) -> Result<P, Problem>,
    ) -> Result<usize, Problem> {
        while let Some(held) = self.held.back() {
            let ids = &held.customers.values()[self.at..];
            let run = ids.iter().position(|id| *id != customer).unwrap_or(ids.len());
            let (start, end) = (self.at as u32, (self.at + run) as u32);
            parts.push(Part { cursor: me, held: self.held.len() as u32 - 1, start, end });
            self.at += run;
            if run < ids.len() || !self.refill(prepare)? || self.head() != customer {
                break;
            }
        }
        Ok(self.held.len())
    }

    /// Gives up all batches but the one at which the cursor stands.
    pub(super) fn let_go(&mut self) {
        let old = self.held.len().saturating_sub(1);
        self.held.drain(..old);
    }

    /// Reads on to the next batch with rows of the range; `false` when there is none (the cursor then stands at the end).
    fn refill(&mut self, prepare: &impl Fn(&RecordBatch) -> Result<P, Problem>) -> Result<bool, Problem> {
        while let Some(batch) = self.source.next()? {
            let ids = batch.column(self.column).as_primitive::<Int64Type>();
            // Unknown customers come first in a file.
            let unknown = ids.null_count();
            let known = &ids.values()[unknown..];
            let start = unknown + known.partition_point(|id| *id < self.from);
            let end = unknown + known.partition_point(|id| *id <= self.to);
            if start < end {
                let batch = batch.slice(start, end - start);
                let customers = batch.column(self.column).as_primitive::<Int64Type>().clone();
                let prepared = prepare(&batch)?;
                self.serial += 1;
                self.held.push_back(Held { batch, prepared, serial: self.serial, customers });
                self.at = 0;
                return Ok(true);
            }
            if end < ids.len() && start == end && known.last().is_some_and(|last| *last > self.to) {
                return Ok(false);
            }
        }
        Ok(false)
    }
}
