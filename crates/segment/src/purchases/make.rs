//! Purchases out of the history.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow::array::RecordBatch;
use base::Problem;
use lake::{ORDER_LINE, Reading, Rows, Slice, Snapshot};
use profile::traits::{LineMarks, LineReader, Simple};

use super::days::Days;
use super::{
    Again, Cell, DAY, Date, FREQUENCY, FREQUENCY_DAY, LinesPlan, Lists, Own, Purchases, RECENCY, SALE, TENURE,
};
use crate::everybody::{Everybody, ended};
use crate::facts::Pass;

/// Customers between two reports of progress.
const STEP: u64 = 4096;

/// What the reader says of a line, by the order of definitions: it counts as a purchase, on its day, its amount counts. The others are as in
/// cells.
const COUNTED: u8 = 4;
const ON_DAY: u8 = 8;
const PAID: u8 = 16;

/// What a pass gave.
pub(crate) struct Made {
    /// By the lines in files alone.
    pub(crate) sealed: Purchases,
    /// By all lines, of those customers who have others too.
    pub(crate) touched: Vec<(i64, Own)>,
}

impl Made {
    /// Everybody at a date.
    pub(crate) fn everybody(&self, date: &Date, threads: usize) -> Result<Everybody, Problem> {
        let touched = self.touched.iter().map(|(customer, own)| self.sealed.facts_by(*customer, own, date));
        let touched = touched.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(Everybody { sealed: self.sealed.facts(date, threads)?, touched })
    }
}

/// A batch, looked at when a row of it first counts.
type Lines = OnceCell<LineMarks>;

/// What a thread makes of a range of customers.
struct Part<'a> {
    maker: Maker<'a>,
    lists: Lists,
    touched: Vec<(i64, Own)>,
    done: u64,
    /// The bytes that were counted.
    weighed: usize,
}

/// Takes the lines of one customer after the other.
struct Maker<'a> {
    reader: LineReader,
    days: &'a Days,
    counted: Simple,
    own: Own,
    orders: Vec<(i64, i32)>,
    /// Something did not fit: an instant beyond the known days, a sum beyond 64 bits.
    beyond: bool,
}

impl LinesPlan {
    /// The purchases of everybody, in one pass; `None` when they cannot be told so or take more than `most` bytes.
    pub(crate) fn make(&self, snapshot: &Snapshot, pass: Pass<'_>, most: usize) -> Result<Option<Made>, Problem> {
        let reading = Reading { columns: self.columns(), threads: pass.threads, cancel: pass.cancel };
        let days = Days::new(&self.zone);
        let times = snapshot.files(&ORDER_LINE).filter_map(|file| file.time);
        if times.flat_map(|(first, last)| [first, last]).any(|at| days.slot(at).is_none()) {
            return Ok(None);
        }
        let (taken, beyond) = (AtomicUsize::new(0), AtomicBool::new(false));
        let made = snapshot.by_customer(
            &ORDER_LINE,
            reading,
            |_: &RecordBatch| Ok(Lines::new()),
            || Part::new(self, &days),
            |part, customer, rows| {
                part.customer(customer, rows)?;
                part.done += 1;
                if part.done == STEP {
                    (pass.progress)(std::mem::take(&mut part.done));
                    let more = part.lists.bytes() - std::mem::replace(&mut part.weighed, part.lists.bytes());
                    part.maker.beyond |= taken.fetch_add(more, Ordering::Relaxed) + more > most;
                }
                if part.maker.beyond {
                    beyond.store(true, Ordering::Relaxed);
                    return Err(ended());
                }
                Ok(())
            },
        );
        // What ends a pass early is no problem: the fold over all lines gives the answer.
        if beyond.into_inner() {
            return Ok(None);
        }
        let parts = made?;
        for part in &parts {
            (pass.progress)(part.done);
        }
        if parts.iter().map(|part| part.lists.bytes()).sum::<usize>() > most {
            return Ok(None);
        }
        Ok(joined(parts).map(|(lists, touched)| Made { sealed: Purchases { lists: Arc::new(lists), days }, touched }))
    }

    /// The purchases of one customer from all his lines; `None` when they cannot be told so.
    pub(crate) fn own(&self, of: &Purchases, batches: &[RecordBatch]) -> Result<Option<Own>, Problem> {
        let mut maker = Maker::new(self, &of.days);
        for batch in batches {
            let marks = maker.reader.read(batch)?;
            maker.lines(&marks, &(0..batch.num_rows()));
        }
        maker.finish();
        Ok((!maker.beyond).then_some(maker.own))
    }
}

impl<'a> Part<'a> {
    fn new(plan: &LinesPlan, days: &'a Days) -> Self {
        Self { maker: Maker::new(plan, days), lists: Lists::default(), touched: Vec::new(), done: 0, weighed: 0 }
    }

    /// Who has lines that are in no file is told without and with them.
    fn customer(&mut self, customer: i64, rows: &Rows<'_, Lines>) -> Result<(), Problem> {
        let (mut sealed, mut hot) = (false, false);
        for slice in rows.iter() {
            if slice.hot {
                hot = true;
            } else {
                self.maker.slice(&slice)?;
                sealed = true;
            }
        }
        if sealed {
            self.maker.finish();
            let Lists { customers, ends, cells, again } = &mut self.lists;
            let place = customers.len() as u32;
            customers.push(customer);
            cells.extend_from_slice(&self.maker.own.cells);
            ends.push(cells.len() as u32);
            again.extend(self.maker.own.again.iter().map(|again| (place, *again)));
            self.maker.own.clear();
        }
        if hot {
            rows.iter().try_for_each(|slice| self.maker.slice(&slice))?;
            self.maker.finish();
            self.touched.push((customer, std::mem::take(&mut self.maker.own)));
        }
        Ok(())
    }
}

/// Ranges of customers as one; `None` when something did not fit.
fn joined(parts: Vec<Part<'_>>) -> Option<(Lists, Vec<(i64, Own)>)> {
    let sum = |of: fn(&Lists) -> usize| parts.iter().map(|part| of(&part.lists)).sum::<usize>();
    if u32::try_from(sum(|l| l.cells.len())).is_err() {
        return None;
    }
    let mut all = Lists {
        customers: Vec::with_capacity(sum(|l| l.customers.len())),
        ends: Vec::with_capacity(sum(|l| l.ends.len())),
        cells: Vec::with_capacity(sum(|l| l.cells.len())),
        again: Vec::with_capacity(sum(|l| l.again.len())),
    };
    let mut touched = Vec::new();
    for part in parts {
        let Lists { customers, ends, cells, again } = part.lists;
        let (place, begin) = (all.customers.len() as u32, all.cells.len() as u32);
        all.customers.extend(customers);
        all.ends.extend(ends.into_iter().map(|end| end + begin));
        all.cells.extend(cells);
        all.again.extend(again.into_iter().map(|(at, again)| (at + place, again)));
        touched.extend(part.touched);
    }
    Some((all, touched))
}

impl<'a> Maker<'a> {
    fn new(plan: &LinesPlan, days: &'a Days) -> Self {
        Self {
            reader: plan.lines.reader(),
            days,
            counted: plan.counted,
            own: Own::default(),
            orders: Vec::new(),
            beyond: false,
        }
    }

    fn slice(&mut self, slice: &Slice<'_, Lines>) -> Result<(), Problem> {
        let marks = if let Some(marks) = slice.prepared.get() {
            marks
        } else {
            let marks = self.reader.read(slice.batch)?;
            slice.prepared.get_or_init(|| marks)
        };
        self.lines(marks, &slice.rows());
        Ok(())
    }

    fn lines(&mut self, of: &LineMarks, rows: &Range<usize>) {
        let orders = of.orders(rows);
        for (at, ((time, marks), money)) in of.times(rows).iter().zip(of.marks(rows)).zip(of.money(rows)).enumerate() {
            let Some(slot) = self.days.slot(*time) else {
                self.beyond = true;
                continue;
            };
            let counts = marks & COUNTED != 0;
            let counted = u32::from(*marks) << 24 | u32::from(counts && self.counted == Simple::Count);
            self.add(Cell { money: if marks & PAID == 0 { 0 } else { *money }, slot, counted });
            if counts && self.counted == Simple::Orders && self.orders.last() != Some(&(orders[at], slot)) {
                self.orders.push((orders[at], slot));
            }
        }
    }

    fn add(&mut self, cell: Cell) {
        match self.own.cells.last_mut() {
            Some(last) if last.slot == cell.slot => self.beyond |= !last.join(cell),
            _ => self.own.cells.push(cell),
        }
    }

    /// Ends the customer: one cell for each quarter, with the orders and days that begin in it.
    fn finish(&mut self) {
        let cells = &mut self.own.cells;
        if !cells.is_sorted_by_key(|cell| cell.slot) {
            cells.sort_unstable_by_key(|cell| cell.slot);
            let beyond = &mut self.beyond;
            cells.dedup_by(|later, first| {
                let same = later.slot == first.slot;
                *beyond |= same && !first.join(*later);
                same
            });
        }
        self.orders.sort_unstable();
        self.orders.dedup();
        let mut before = None;
        for (order, slot) in self.orders.drain(..) {
            match before.replace((order, slot)) {
                Some((known, before)) if known == order => self.own.again.push(Again { before, slot }),
                _ => {
                    if let Ok(at) = cells.binary_search_by_key(&slot, |cell| cell.slot) {
                        self.beyond |= cells[at].purchases() == Cell::MOST;
                        cells[at].counted = cells[at].counted.wrapping_add(1);
                    }
                }
            }
        }
        let (mut frequency, mut on) = (None, None);
        for cell in cells {
            let (marks, day) = (cell.marks(), self.days.of(cell.slot));
            let first = |mark: u8, last: &mut Option<i32>| marks & mark != 0 && last.replace(day) != Some(day);
            let mut kept = marks & (RECENCY | TENURE | FREQUENCY | SALE);
            kept |= if first(COUNTED, &mut frequency) { FREQUENCY_DAY } else { 0 };
            kept |= if first(ON_DAY, &mut on) { DAY } else { 0 };
            cell.counted = cell.purchases() | u32::from(kept) << 24;
        }
    }
}

impl Own {
    fn clear(&mut self) {
        self.cells.clear();
        self.again.clear();
    }
}

impl Cell {
    /// Adds another one of the same quarter; whether it fits.
    fn join(&mut self, other: Self) -> bool {
        let purchases = self.purchases() + other.purchases();
        let marks = u32::from(self.marks() | other.marks()) << 24;
        let (money, over) = self.money.overflowing_add(other.money);
        (self.money, self.counted) = (money, purchases & Self::MOST | marks);
        !over && purchases <= Self::MOST
    }
}
