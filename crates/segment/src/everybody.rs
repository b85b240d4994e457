//! The facts of everybody.

use std::cell::OnceCell;

use arrow::buffer::ScalarBuffer;
use base::{Code, CustomerId, Micros, Problem};
use lake::{ORDER_LINE, Reading, Rows, Slice, Snapshot};
use profile::traits::{Folder, Prepared};

use crate::facts::{FactsPlan, LastDays, Pass, read, times};
use crate::model::Facts;

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

/// A batch of order lines, made ready for the first of its rows that counts.
struct Lines {
    times: ScalarBuffer<Micros>,
    days: Vec<i32>,
    folded: OnceCell<Prepared>,
}

/// The fold over a range of customers.
struct Fold {
    as_of: Micros,
    folder: Folder,
    days: LastDays,
    /// Of every customer finished: the gap.
    gaps: Vec<u32>,
    done: u64,
}

impl FactsPlan {
    /// The facts of every customer with order lines until the reference date, ascending, in one pass.
    pub fn all(&self, snapshot: &Snapshot, as_of: Micros, pass: Pass<'_>) -> Result<Vec<Facts>, Problem> {
        let reading = Reading { columns: self.columns(), threads: pass.threads, cancel: pass.cancel };
        let ranges = snapshot.until(as_of).by_customer(
            &ORDER_LINE,
            reading,
            |batch| Ok(Lines { times: times(batch)?.clone(), days: self.sale_days(batch)?, folded: OnceCell::new() }),
            || Fold {
                as_of,
                folder: Folder::new(self.engine(), as_of),
                days: LastDays::default(),
                gaps: Vec::new(),
                done: 0,
            },
            |fold, customer, rows| {
                fold.customer(customer, rows)?;
                fold.done += 1;
                if fold.done == STEP {
                    (pass.progress)(std::mem::take(&mut fold.done));
                }
                Ok(())
            },
        )?;
        let (today, mut all) = (self.day(as_of), Vec::new());
        for mut fold in ranges {
            (pass.progress)(fold.done);
            all.append(&mut read(&fold.folder.take()?, &fold.gaps, today)?);
        }
        Ok(all)
    }

    /// The facts of everybody at each of the dates, in one pass where the definitions allow it.
    pub(crate) fn everybody(
        &self,
        snapshot: &Snapshot,
        dates: &[Micros],
        pass: Pass<'_>,
    ) -> Result<Vec<Everybody>, Problem> {
        if let Some((lines, dated)) = self.lines(dates)
            && let Some(made) = lines.make(snapshot, pass)?
        {
            return dated.iter().map(|date| made.everybody(date, pass.threads)).collect();
        }
        let all = |at: &Micros| Ok(Everybody { sealed: self.all(snapshot, *at, pass)?, touched: Vec::new() });
        dates.iter().map(all).collect()
    }
}

impl Fold {
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
        let Lines { times, days, folded } = slice.prepared;
        let prepared = if let Some(prepared) = folded.get() {
            prepared
        } else {
            let prepared = self.folder.prepare(slice.batch)?;
            folded.get_or_init(|| prepared)
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
