//! Everything in parallel, in no order.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use base::Problem;

use super::footer::Opened;
use super::open::{GroupReader, Projection};
use crate::{FileEntry, Month, Snapshot, TableDef, error};

/// Rows of a batch: small enough to stay in the processor's cache.
pub(crate) const BATCH_ROWS: usize = 8_192;

/// What to read and how.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The wanted columns, in this order.
    pub columns: &'a [&'a str],
    /// How many threads may work.
    pub threads: usize,
    /// Set by another thread to give up; the call then ends with a problem of the code `cancelled`.
    pub cancel: &'a AtomicBool,
}

/// A row group or a hot batch.
enum Unit {
    Group(Arc<Opened>, Arc<Projection>, usize),
    Hot(RecordBatch),
}

impl Snapshot {
    /// Gives every batch of a table (or of some of its months) to `each` on `reading.threads` threads. Every thread has a state
    /// from `init`; the states are returned. Text comes with dictionaries, decimals as 64-bit integers.
    pub fn scan<S: Send>(
        &self,
        table: &TableDef,
        reading: Reading<'_>,
        months: Option<&RangeInclusive<Month>>,
        init: impl Fn() -> S + Sync,
        each: impl Fn(&mut S, &RecordBatch) -> Result<(), Problem> + Sync,
    ) -> Result<Vec<S>, Problem> {
        let schema = table.read_schema(reading.columns)?;
        let units = self.units(table, &schema, reading, months)?;
        on_threads(reading.threads, units.len(), reading.cancel, &init, |state, at| match &units[at] {
            Unit::Hot(batch) => each(state, batch),
            Unit::Group(file, projection, group) => {
                let mut reader = GroupReader::open(file, projection, *group, 0..file.groups[*group].rows, BATCH_ROWS)?;
                while let Some(batch) = reader.next(projection)? {
                    if reading.cancel.load(Ordering::Relaxed) {
                        return Err(error::cancelled());
                    }
                    each(state, &batch)?;
                }
                Ok(())
            }
        })
    }

    fn units(
        &self,
        table: &TableDef,
        schema: &SchemaRef,
        reading: Reading<'_>,
        months: Option<&RangeInclusive<Month>>,
    ) -> Result<Vec<Unit>, Problem> {
        let mut units = Vec::new();
        let inside = |month: Option<Month>| months.zip(month).is_none_or(|(all, m)| all.contains(&m));
        let entries: Vec<&FileEntry> = self.files(table).filter(|f| inside(f.month)).collect();
        for file in self.open_all(table, &entries, reading)? {
            let projection = Arc::new(Projection::new(&file, schema));
            units.extend((0..file.groups.len()).map(|g| Unit::Group(Arc::clone(&file), Arc::clone(&projection), g)));
        }
        for batch in self.hot(table) {
            let batch = match months {
                Some(months) => only_months(batch, months)?,
                None => batch.clone(),
            };
            units.push(Unit::Hot(project(&batch, schema)?));
        }
        Ok(units)
    }
}

impl Snapshot {
    /// Opens files side by side: what a footer says takes a while to read.
    pub(super) fn open_all(
        &self,
        table: &TableDef,
        entries: &[&FileEntry],
        reading: Reading<'_>,
    ) -> Result<Vec<Arc<Opened>>, Problem> {
        let open = |done: &mut Vec<(usize, Arc<Opened>)>, at: usize| {
            done.push((at, self.open(table, entries[at])?));
            Ok(())
        };
        let parts = on_threads(reading.threads, entries.len(), reading.cancel, &Vec::new, open)?;
        let mut opened: Vec<_> = parts.into_iter().flatten().collect();
        opened.sort_unstable_by_key(|(at, _)| *at);
        Ok(opened.into_iter().map(|(_, file)| file).collect())
    }
}

/// The rows of a hot batch whose time is in these months.
fn only_months(batch: &RecordBatch, months: &RangeInclusive<Month>) -> Result<RecordBatch, Problem> {
    use arrow::array::{AsArray, BooleanArray};
    use arrow::datatypes::TimestampMicrosecondType;
    let Some(time) = batch.column_by_name("time") else { return Ok(batch.clone()) };
    let (from, until) = (months.start().start(), months.end().end());
    let inside = |at: &i64| (from..until).contains(at);
    let keep = BooleanArray::from(
        time.as_primitive::<TimestampMicrosecondType>().values().iter().map(inside).collect::<Vec<_>>(),
    );
    arrow::compute::filter_record_batch(batch, &keep).map_err(error::arrow)
}

/// The columns of `schema` out of a batch that has them all.
pub(crate) fn project(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Problem> {
    let places = schema.fields().iter().map(|f| batch.schema().index_of(f.name())).collect::<Result<Vec<_>, _>>();
    batch.project(&places.map_err(error::arrow)?).map_err(error::arrow)
}

/// Works off `0 .. count` on some threads, each with its own state; stops at the first problem.
pub(crate) fn on_threads<S: Send>(
    threads: usize,
    count: usize,
    cancel: &AtomicBool,
    init: &(impl Fn() -> S + Sync),
    work: impl Fn(&mut S, usize) -> Result<(), Problem> + Sync,
) -> Result<Vec<S>, Problem> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let states = Mutex::new(Vec::new());
    let run = || -> Result<(), Problem> {
        let mut state = init();
        while !failed.load(Ordering::Relaxed) {
            if cancel.load(Ordering::Relaxed) {
                return Err(error::cancelled());
            }
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break;
            }
            work(&mut state, at).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
        }
        states.lock().unwrap_or_else(PoisonError::into_inner).push(state);
        Ok(())
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(count)).map(|_| scope.spawn(run)).collect();
        let mut result = run();
        for other in others {
            let ended = other.join().unwrap_or_else(|_| Err(error::panicked()));
            result = result.and(ended);
        }
        result
    })?;
    Ok(states.into_inner().unwrap_or_else(PoisonError::into_inner))
}
