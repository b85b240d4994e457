//! The facts of everybody.

use std::cell::OnceCell;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::buffer::ScalarBuffer;
use base::{Code, CustomerId, Micros, Problem};
use lake::{ORDER_LINE, Reading, Rows, Slice, Snapshot};
use profile::traits::{Folder, Prepared};

use crate::facts::{FactsPlan, LastDays, Pass, read, times};
use crate::model::Facts;
use crate::purchases;

/// Customers between two reports of progress.
const STEP: u64 = 4096;

/// The facts of everybody with order lines until a date; both lists ascending by customer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Everybody {
    /// By lines that are kept.
    pub(crate) sealed: Vec<Facts>,
    /// By all lines, of those customers who have others too. They stand in the place of the ones above.
    pub(crate) touched: Vec<Facts>,
}

impl Everybody {
    /// Everybody, ascending.
    pub(crate) fn iter(&self) -> Each<'_> {
        self.between(i64::MIN, i64::MAX)
    }

    /// The customers `from .. until`, ascending.
    pub(crate) fn between(&self, from: i64, until: i64) -> Each<'_> {
        let part = |all: &'_ [Facts]| {
            let start = all.partition_point(|f| f.customer < from);
            start..all.partition_point(|f| f.customer < until)
        };
        Each { sealed: self.sealed[part(&self.sealed)].iter(), touched: self.touched[part(&self.touched)].iter() }
    }

    /// Ranges `from .. until` of about equally many customers that are everybody together.
    pub(crate) fn parts(&self, count: usize) -> Vec<(i64, i64)> {
        let all = if self.sealed.is_empty() { &self.touched } else { &self.sealed };
        let mut cuts: Vec<i64> =
            (1..count).filter_map(|at| all.get(all.len() * at / count)).map(|f| f.customer).collect();
        cuts.dedup();
        let ends = cuts.iter().copied().chain([i64::MAX]);
        std::iter::once(i64::MIN).chain(cuts.iter().copied()).zip(ends).collect()
    }
}

/// Customers in order.
#[derive(Clone)]
pub(crate) struct Each<'a> {
    sealed: std::slice::Iter<'a, Facts>,
    touched: std::slice::Iter<'a, Facts>,
}

impl<'a> Iterator for Each<'a> {
    type Item = &'a Facts;

    fn next(&mut self) -> Option<&'a Facts> {
        let next = |list: &std::slice::Iter<'a, Facts>| list.as_slice().first().map_or(i64::MAX, |f| f.customer);
        let (sealed, touched) = (next(&self.sealed), next(&self.touched));
        if sealed < touched {
            return self.sealed.next();
        }
        if sealed == touched {
            let replaced = self.sealed.next();
            return self.touched.next().or(replaced);
        }
        self.touched.next()
    }
}

/// A batch of order lines, made ready for a date when a row first counts there.
struct Lines {
    times: ScalarBuffer<Micros>,
    days: Vec<i32>,
    dates: Vec<OnceCell<Prepared>>,
}

/// The fold of one date over a range of customers.
struct Fold {
    date: usize,
    as_of: Micros,
    folder: Folder,
    days: LastDays,
    /// Of every customer finished: the gap.
    gaps: Vec<u32>,
}

/// The facts of how many dates are in memory at once.
const DATES: usize = 2;

impl FactsPlan {
    /// The facts of every customer with order lines until the reference date, ascending, in one pass.
    pub fn all(&self, snapshot: &Snapshot, as_of: Micros, pass: Pass<'_>) -> Result<Vec<Facts>, Problem> {
        Ok(self.fold(snapshot, &[as_of], pass)?.pop().unwrap_or_default())
    }

    /// As [`Self::all`] for several dates, all in one pass.
    fn fold(&self, snapshot: &Snapshot, dates: &[Micros], pass: Pass<'_>) -> Result<Vec<Vec<Facts>>, Problem> {
        let reading = Reading { columns: self.columns(), threads: pass.threads, cancel: pass.cancel };
        let last = dates.iter().copied().max().unwrap_or(i64::MIN);
        let ranges = snapshot.until(last).by_customer(
            &ORDER_LINE,
            reading,
            |batch| {
                let cells = dates.iter().map(|_| OnceCell::new()).collect();
                Ok(Lines { times: times(batch)?.clone(), days: self.sale_days(batch)?, dates: cells })
            },
            || (dates.iter().enumerate().map(|(at, as_of)| Fold::new(self, at, *as_of)).collect::<Vec<_>>(), 0),
            |(folds, done), customer, rows| {
                folds.iter_mut().try_for_each(|fold| fold.customer(customer, rows))?;
                *done += 1;
                if *done == STEP {
                    (pass.progress)(std::mem::take(done));
                }
                Ok(())
            },
        )?;
        let mut all = vec![Vec::new(); dates.len()];
        for (folds, done) in ranges {
            (pass.progress)(done);
            for (mut fold, all) in folds.into_iter().zip(&mut all) {
                all.append(&mut read(&fold.folder.take()?, &fold.gaps, self.day(fold.as_of))?);
            }
        }
        Ok(all)
    }

    /// What `with` makes of the facts of everybody at each of the dates, by a pass over the history for every two of them.
    pub(crate) fn folded<T>(
        &self,
        snapshot: &Snapshot,
        dates: &[Micros],
        pass: Pass<'_>,
        with: impl Fn(Micros, Everybody) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        let mut all = Vec::with_capacity(dates.len());
        for dates in dates.chunks(DATES) {
            for (at, sealed) in dates.iter().zip(self.fold(snapshot, dates, pass)?) {
                all.push(with(*at, Everybody { sealed, touched: Vec::new() })?);
            }
        }
        Ok(all)
    }

    /// As [`Self::folded`], by one pass where the definitions allow it; several threads take a date each then.
    pub(crate) fn everybody<T: Send>(
        &self,
        snapshot: &Snapshot,
        dates: &[Micros],
        pass: Pass<'_>,
        with: impl Fn(Micros, Everybody) -> Result<T, Problem> + Sync,
    ) -> Result<Vec<T>, Problem> {
        let Some((lines, dated)) = self.lines(dates) else { return self.folded(snapshot, dates, pass, with) };
        let Some(made) = lines.make(snapshot, pass, purchases::ONCE)? else {
            return self.folded(snapshot, dates, pass, with);
        };
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((at, date)) = dates.iter().zip(&dated).nth(next.fetch_add(1, Ordering::Relaxed)) {
                done.push((*at, with(*at, made.everybody(date, 1)?)?));
            }
            Ok::<_, Problem>(done)
        };
        let mut done = std::thread::scope(|scope| {
            let others: Vec<_> = (1..pass.threads.min(dates.len())).map(|_| scope.spawn(work)).collect();
            let mut done = work()?;
            for other in others {
                done.extend(other.join().unwrap_or_else(|_| Err(ended()))?);
            }
            Ok::<_, Problem>(done)
        })?;
        // In the order in which they were asked for.
        done.sort_by_key(|(at, _)| dates.iter().position(|date| date == at));
        Ok(done.into_iter().map(|(_, made)| made).collect())
    }
}

impl Fold {
    fn new(plan: &FactsPlan, date: usize, as_of: Micros) -> Self {
        let folder = Folder::new(plan.engine(), as_of);
        Self { date, as_of, folder, days: LastDays::default(), gaps: Vec::new() }
    }

    fn customer(&mut self, customer: i64, rows: &Rows<'_, Lines>) -> Result<(), Problem> {
        let as_of = self.as_of;
        let mut some = false;
        // The rows of a slice are in the order of time.
        for slice in rows.iter().filter(|slice| slice.prepared.times[slice.rows().start] <= as_of) {
            self.fold(&slice)?;
            some = true;
        }
        if some {
            self.folder.finish(CustomerId(customer))?;
            self.gaps.push(std::mem::take(&mut self.days).gap());
        }
        Ok(())
    }

    fn fold(&mut self, slice: &Slice<'_, Lines>) -> Result<(), Problem> {
        let Lines { times, days, dates } = slice.prepared;
        let prepared = if let Some(prepared) = dates[self.date].get() {
            prepared
        } else {
            let prepared = self.folder.prepare(slice.batch)?;
            dates[self.date].get_or_init(|| prepared)
        };
        self.folder.fold(prepared, slice.rows());
        self.days.see(&days[slice.rows()], &times[slice.rows()], self.as_of);
        Ok(())
    }
}

/// A thread came to an end that it should not.
pub(crate) fn ended() -> Problem {
    Problem::new(Code::Internal, "placing customers met a defect")
}
