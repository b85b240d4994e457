//! Who bought when, in memory: 9 bytes per order of a known customer and 2 per customer, made anew when files changed; twice that while
//! there are orders that are in no file yet.
//!
//! Orders are kept by day; each says on which day the customer's order before it was, and the one before that. So the different
//! customers of any period are the orders whose predecessor is earlier than it, and those who bought twice the orders whose
//! predecessor is in it and whose second one is not: counting is one look at the orders of the period, without a set.

pub(crate) mod extract;
pub(crate) mod join;
pub(crate) mod keep;
mod link;
pub(crate) mod numbers;

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use base::{Micros, Zone};
use lake::{FileEntry, ORDER_LINE, Snapshot};

use crate::cohorts::Matrix;
use crate::day::{Day, Period};
pub use numbers::Numbers;

/// Deletes what is kept of files that a snapshot does not show.
pub(crate) fn forget(snapshot: &Snapshot, zone: &Zone, cache: &Path) -> std::io::Result<()> {
    let files: Vec<&FileEntry> = snapshot.files(&ORDER_LINE).collect();
    keep::sweep(&keep::shelf(cache, zone.name()), &files)
}

/// What happened in one hour on the clocks of the business.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hour {
    /// Amount of sales.
    pub sales: i128,
    /// Amount of returns, negative.
    pub returns: i128,
    /// Orders placed.
    pub orders: u32,
}

/// What everything else on the overview follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Amount of sales, in 1/10000.
    pub sales: i128,
    /// Amount of returns, negative.
    pub returns: i128,
    /// Orders placed.
    pub orders: u64,
    /// Customers with an order.
    pub active: u64,
    /// Customers whose first order it was.
    pub new: u64,
    /// Customers with two orders or more.
    pub repeat: u64,
}

/// What an index was made from.
pub(crate) enum Made {
    /// From all lines together.
    Whole,
    /// From files alone; the name of its cohorts on the shelf.
    Files(String),
    /// From the index of the files, and lines that are in none yet.
    Over(Arc<Index>),
}

/// All orders with a sale.
pub struct Index {
    /// What data it was made from.
    pub stamp: u64,
    /// When it was made.
    pub as_of: Micros,
    /// From what.
    pub(crate) made: Made,
    /// The day of the first hour.
    first_day: i32,
    /// 24 for every day.
    hours: Vec<Hour>,
    /// Where the orders of each day begin; one entry more than days.
    starts: Vec<u32>,
    /// The customer of each order.
    customer: Vec<u32>,
    /// Its hour of the day.
    hour: Vec<u8>,
    /// The day of the customer's order before it, plus one; 0 = it was the first.
    before: Vec<u16>,
    /// The day of the order before that one.
    second: Vec<u16>,
    /// The day of the first order of every customer, plus one; 0 = none.
    first: Vec<u16>,
    /// The keys of orders that do not lie together, ascending.
    pub(crate) spread: Vec<i64>,
    /// Cohorts, made when first asked for.
    pub(crate) cohorts: OnceLock<Matrix>,
}

/// Which customers of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// With an order.
    Active,
    /// With their first one.
    New,
    /// Who had bought before it.
    Returning,
    /// With two orders or more.
    Repeat,
}

impl Index {
    /// The days of a period that are known, counted from the first.
    fn days(&self, period: Period) -> Range<usize> {
        let count = self.starts.len() as i32 - 1;
        let place = |day: i32| (day - self.first_day).clamp(0, count) as usize;
        place(period.from.0)..place(period.to.0 + 1)
    }

    fn orders_of(&self, days: &Range<usize>) -> Range<usize> {
        self.starts[days.start] as usize..self.starts[days.end] as usize
    }

    /// As days are kept: plus one.
    fn mark(day: Day) -> u16 {
        (day.0 + 1).clamp(1, i32::from(u16::MAX)) as u16
    }

    /// The sums of a period.
    pub fn sums(&self, period: Period) -> Sums {
        let days = self.days(period);
        let mut sums = Sums::default();
        for hour in &self.hours[days.start * 24..days.end * 24] {
            sums.sales += hour.sales;
            sums.returns += hour.returns;
            sums.orders += u64::from(hour.orders);
        }
        let (orders, from) = (self.orders_of(&days), Self::mark(period.from));
        let (mut active, mut new, mut repeat) = (0u32, 0u32, 0u32);
        for (before, second) in self.before[orders.clone()].iter().zip(&self.second[orders]) {
            active += u32::from(*before < from);
            new += u32::from(*before == 0);
            repeat += u32::from(*before >= from && *second < from);
        }
        Sums { active: active.into(), new: new.into(), repeat: repeat.into(), ..sums }
    }

    /// The customers of a period, ascending.
    pub fn customers(&self, who: Who, period: Period) -> Vec<i64> {
        let (orders, from) = (self.orders_of(&self.days(period)), Self::mark(period.from));
        let counts = |at: &usize| {
            let (before, second) = (self.before[*at], self.second[*at]);
            match who {
                Who::Active => before < from,
                Who::New => before == 0,
                Who::Returning => before > 0 && before < from,
                Who::Repeat => before >= from && second < from,
            }
        };
        let mut found: Vec<i64> = orders.filter(counts).map(|at| i64::from(self.customer[at])).collect();
        found.sort_unstable();
        found
    }

    /// The customers with an order at this hour of this weekday, ascending.
    pub fn customers_at(&self, weekday: u8, hour: u8, period: Period) -> Vec<i64> {
        let days = self.days(period);
        let days = days.filter(|day| Day(self.first_day + *day as i32).weekday() == weekday);
        let orders = days.flat_map(|day| self.orders_of(&(day..day + 1))).filter(|at| self.hour[*at] == hour);
        let mut found: Vec<i64> = orders.map(|at| i64::from(self.customer[at])).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The customers whose first order was in a month (see [`Day::month`]) and, when given, who had one so many months later.
    pub fn cohort(&self, month: i32, after: Option<i32>) -> Vec<i64> {
        let whole = |month: i32| Period { from: Day::first_of(month), to: Day(Day::first_of(month + 1).0 - 1) };
        let born = self.customers(Who::New, whole(month));
        match after {
            None => born,
            Some(after) => {
                let later = self.customers(Who::Active, whole(month + after));
                born.into_iter().filter(|customer| later.binary_search(customer).is_ok()).collect()
            }
        }
    }

    /// The month of the first order of a customer; `None` when he has none.
    pub(crate) fn first_month(&self, months: &[i32], customer: u32) -> Option<i32> {
        let first = self.first.get(customer as usize).copied().unwrap_or(0);
        let day = usize::from(first.checked_sub(1)?).checked_sub(self.first_day as usize)?;
        months.get(day).copied()
    }

    /// The customers whose first order is in another month than by `other`, which has the same orders but some.
    pub(crate) fn born_otherwise(&self, other: &Self) -> Vec<u32> {
        let (ours, theirs) = (self.months(), other.months());
        let same = |customer: u32| {
            let first = |index: &Self| index.first.get(customer as usize).copied().unwrap_or(0);
            first(self) == first(other) || self.first_month(&ours, customer) == other.first_month(&theirs, customer)
        };
        (0..self.first.len() as u32).filter(|customer| !same(*customer)).collect()
    }

    /// The first day that is known.
    pub(crate) const fn first_day(&self) -> i32 {
        self.first_day
    }

    /// The month of every day that is known.
    pub(crate) fn months(&self) -> Vec<i32> {
        (0..self.starts.len() as i32 - 1).map(|day| Day(self.first_day + day).month()).collect()
    }

    /// The days that are known; `None` when nothing was ever sold.
    pub fn known(&self) -> Option<Period> {
        let days = self.starts.len() as i32 - 1;
        let some = self.hours.iter().any(|h| h.orders > 0 || h.sales != 0 || h.returns != 0);
        some.then(|| Period { from: Day(self.first_day), to: Day(self.first_day + days - 1) })
    }

    /// Whether the data go back to the beginning of a period, but for a tenth of it: with less than that a comparison says nothing.
    pub fn reaches(&self, period: Period) -> bool {
        let days = period.to.0 - period.from.0 + 1;
        self.known().is_some_and(|known| known.from.0 <= period.from.0 + days / 10)
    }

    /// Every order of a known customer with its day (counted from the first), the customer, and the day of his order before.
    pub(crate) fn each_order(&self, mut each: impl FnMut(usize, u32, Option<usize>)) {
        for (day, bounds) in self.starts.windows(2).enumerate() {
            for at in bounds[0] as usize..bounds[1] as usize {
                let before = self.before[at].checked_sub(1).map(|day| day as usize - self.first_day as usize);
                each(day, self.customer[at], before);
            }
        }
    }

    /// Sales with returns, and orders, by weekday (Monday first) and hour.
    pub fn by_hour(&self, period: Period) -> [[(i128, u64); 24]; 7] {
        let mut cells = [[(0, 0); 24]; 7];
        for day in self.days(period) {
            let weekday = Day(self.first_day + day as i32).weekday();
            for (hour, cell) in self.hours[day * 24..][..24].iter().zip(&mut cells[usize::from(weekday) - 1]) {
                cell.0 += hour.sales + hour.returns;
                cell.1 += u64::from(hour.orders);
            }
        }
        cells
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.customer.len() * 9 + self.first.len() * 2 + self.hours.len() * size_of::<Hour>() + self.starts.len() * 4
    }
}
