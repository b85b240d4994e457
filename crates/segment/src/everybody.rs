//! The facts of everybody at some dates, in one pass over the history. What is in files seldom changes: it is told apart from what
//! customers have besides, so that it can be kept while orders come in.

use std::cell::OnceCell;
use std::sync::Arc;

use arrow::buffer::ScalarBuffer;
use base::{CustomerId, Micros, Problem};
use lake::{ORDER_LINE, Reading, Rows, Slice, Snapshot};
use profile::traits::{Folder, Prepared};

use crate::facts::{FactsPlan, LastDays, Pass, read, times};
use crate::model::Facts;

/// Customers between two reports of progress.
const STEP: u64 = 4096;

/// The facts of everybody with order lines until a date; both lists ascending by customer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Everybody {
    /// By lines in files alone.
    pub(crate) sealed: Arc<Vec<Facts>>,
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
        let all = if self.sealed.is_empty() { &self.touched } else { &*self.sealed };
        let mut cuts: Vec<i64> =
            (1..count).filter_map(|at| all.get(all.len() * at / count)).map(|f| f.customer).collect();
        cuts.dedup();
        let ends = cuts.iter().copied().chain([i64::MAX]);
        std::iter::once(i64::MIN).chain(cuts.iter().copied()).zip(ends).collect()
    }

    /// Everybody as one list.
    pub(crate) fn joined(self) -> Vec<Facts> {
        if self.touched.is_empty() {
            return Arc::unwrap_or_clone(self.sealed);
        }
        self.iter().copied().collect()
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
    /// Of every customer finished: the gap, and whether lines that are in no file were counted.
    finished: Vec<(u32, bool)>,
}

impl FactsPlan {
    /// The facts of everybody at each of the dates, all in one pass.
    pub(crate) fn everybody(
        &self,
        snapshot: &Snapshot,
        dates: &[Micros],
        pass: Pass<'_>,
    ) -> Result<Vec<Everybody>, Problem> {
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
        let mut all = vec![(Vec::new(), Vec::new()); dates.len()];
        for (folds, done) in ranges {
            (pass.progress)(done);
            for (fold, (sealed, touched)) in folds.into_iter().zip(&mut all) {
                let today = self.day(fold.as_of);
                fold.read_into(today, sealed, touched)?;
            }
        }
        Ok(all.into_iter().map(|(sealed, touched)| Everybody { sealed: Arc::new(sealed), touched }).collect())
    }
}

impl Fold {
    fn new(plan: &FactsPlan, date: usize, as_of: Micros) -> Self {
        let folder = Folder::new(plan.engine(), as_of);
        Self { date, as_of, folder, days: LastDays::default(), finished: Vec::new() }
    }

    /// Who has lines that are in no file is folded without and with them.
    fn customer(&mut self, customer: i64, rows: &Rows<'_, Lines>) -> Result<(), Problem> {
        let as_of = self.as_of;
        // The rows of a slice are in the order of time.
        let counted = || rows.iter().filter(move |slice| slice.prepared.times[slice.rows().start] <= as_of);
        let (mut sealed, mut hot) = (false, false);
        for slice in counted() {
            if slice.hot {
                hot = true;
            } else {
                self.fold(&slice)?;
                sealed = true;
            }
        }
        if sealed {
            self.finish(customer, false)?;
        }
        if hot {
            counted().try_for_each(|slice| self.fold(&slice))?;
            self.finish(customer, true)?;
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

    fn finish(&mut self, customer: i64, touched: bool) -> Result<(), Problem> {
        self.folder.finish(CustomerId(customer))?;
        self.finished.push((std::mem::take(&mut self.days).gap(), touched));
        Ok(())
    }

    fn read_into(mut self, today: i32, sealed: &mut Vec<Facts>, touched: &mut Vec<Facts>) -> Result<(), Problem> {
        let gaps: Vec<u32> = self.finished.iter().map(|(gap, _)| *gap).collect();
        for (facts, (_, with_hot)) in read(&self.folder.take()?, &gaps, today)?.into_iter().zip(self.finished) {
            if with_hot { touched.push(facts) } else { sealed.push(facts) }
        }
        Ok(())
    }
}
