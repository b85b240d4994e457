//! When everybody bought and for how much, 16 bytes for every quarter of an hour with a line of a customer: so the facts of any date and
//! any window are found without the lines.
//!
//! - `make`: out of the history, in one pass. `keep`: over a restart.
//! - `days`: from quarters of an hour to days. Days, and whatever is counted in days and months, begin and end at full quarters.
//! - `plan`: which definitions can be told so ([`LinesPlan`]); where others are in use, every question makes a pass.

mod days;
mod keep;
mod make;
mod plan;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use base::{Amount, CustomerId, Micros, Problem};
use profile::traits::Simple;

use crate::everybody::ended;
use crate::model::{Facts, History, InWindow};
use days::Days;
pub(crate) use keep::Base;
pub use keep::forget;
pub(crate) use plan::{Date, LinesPlan};

/// Purchases that are kept take no more bytes, so that there is room for lists: those of about 50 million lines.
pub(crate) const MOST: usize = 256 << 20;
/// Nor do those that are needed once.
pub(crate) const ONCE: usize = 1 << 30;

/// Microseconds of a quarter of an hour.
const SLOT: Micros = 15 * 60 * 1_000_000;

/// What counts in a cell. It makes somebody a customer, and tells when he last bought.
const RECENCY: u8 = 1;
/// It tells since when.
const TENURE: u8 = 2;
/// It is counted as a purchase …
const FREQUENCY: u8 = 4;
/// … on a day that has none before.
const FREQUENCY_DAY: u8 = 16;
/// It is the first of a day with purchases.
const DAY: u8 = 8;
/// It has a line of kind sale.
const SALE: u8 = 32;

/// A quarter of an hour with lines of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    /// What the lines add to monetary value, 1/10000.
    money: i64,
    /// Which, counted from 1970 in UTC.
    slot: i32,
    /// Purchases that begin in it in the lower 24 bits, what counts above.
    counted: u32,
}

/// A later quarter of an hour of an order, and the one before: in a window that begins between them the order counts too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Again {
    before: i32,
    slot: i32,
}

/// The purchases of one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Own {
    cells: Vec<Cell>,
    again: Vec<Again>,
}

/// The purchases of many.
#[derive(Debug)]
pub(crate) struct Purchases {
    lists: Arc<Lists>,
    days: Days,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Lists {
    /// Ascending.
    customers: Vec<i64>,
    /// Where the cells of each end.
    ends: Vec<u32>,
    cells: Vec<Cell>,
    /// With the places of their customers, ascending.
    again: Vec<(u32, Again)>,
}

impl Cell {
    const MOST: u32 = (1 << 24) - 1;

    const fn marks(self) -> u8 {
        (self.counted >> 24) as u8
    }

    const fn purchases(self) -> u32 {
        self.counted & Self::MOST
    }

    const fn has(self, mark: u8) -> bool {
        self.marks() & mark != 0
    }
}

impl Lists {
    fn bytes(&self) -> usize {
        let Self { customers, cells, again, .. } = self;
        customers.len() * (size_of::<i64>() + size_of::<u32>())
            + size_of_val(cells.as_slice())
            + size_of_val(again.as_slice())
    }
}

impl Purchases {
    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.lists.bytes()
    }

    /// The facts of everybody with lines until a date, ascending.
    pub(crate) fn facts(&self, date: &Date, threads: usize) -> Result<Vec<Facts>, Problem> {
        let (customers, threads) = (self.lists.customers.len(), threads.max(1));
        // The first part grows to hold them all.
        let mut all = Vec::with_capacity(customers);
        std::thread::scope(|scope| {
            let part = |at: usize| customers * at / threads..customers * (at + 1) / threads;
            let others: Vec<_> = (1..threads)
                .map(|at| {
                    scope.spawn(move || {
                        let mut facts = Vec::with_capacity(part(at).len());
                        self.facts_of(part(at), date, &mut facts).map(|()| facts)
                    })
                })
                .collect();
            self.facts_of(part(0), date, &mut all)?;
            for other in others {
                all.extend(other.join().unwrap_or_else(|_| Err(ended()))?);
            }
            Ok(all)
        })
    }

    fn facts_of(&self, places: Range<usize>, date: &Date, all: &mut Vec<Facts>) -> Result<(), Problem> {
        let Lists { customers, ends, cells, again } = &*self.lists;
        let mut from = places.start.checked_sub(1).map_or(0, |before| ends[before] as usize);
        let mut again = &again[again.partition_point(|(at, _)| (*at as usize) < places.start)..];
        let mut own = Vec::new();
        for at in places {
            let cells = &cells[from..ends[at] as usize];
            from = ends[at] as usize;
            own.clear();
            while let Some(((_, one), rest)) = again.split_first().filter(|((place, _), _)| *place as usize == at) {
                own.push(*one);
                again = rest;
            }
            all.extend(facts(customers[at], (cells, &own), date, &self.days)?);
        }
        Ok(())
    }

    /// The facts of one customer by his own purchases; `None` without lines until the date.
    pub(crate) fn facts_by(&self, customer: i64, own: &Own, date: &Date) -> Result<Option<Facts>, Problem> {
        facts(customer, (&own.cells, &own.again), date, &self.days)
    }
}

/// The facts of a customer; `None` without lines until the date.
fn facts(
    customer: i64,
    (cells, again): (&[Cell], &[Again]),
    date: &Date,
    days: &Days,
) -> Result<Option<Facts>, Problem> {
    let cells = &cells[..cells.partition_point(|cell| cell.slot < date.end)];
    if cells.is_empty() {
        return Ok(None);
    }
    let (mut first, mut last, mut w_last) = (None, None, None);
    let (mut orders, mut purchase_days, mut bought, mut bought_days, mut money) = (0u32, 0u32, 0u32, 0u32, 0i128);
    let mut begun_before = None;
    for cell in cells {
        let slot = cell.slot;
        if cell.has(TENURE) {
            first.get_or_insert(slot);
        }
        last = if cell.has(RECENCY) { Some(slot) } else { last };
        orders += cell.purchases();
        purchase_days += u32::from(cell.has(DAY));
        if date.window.contains(&slot) {
            w_last = if cell.has(RECENCY) { Some(slot) } else { w_last };
            bought += cell.purchases();
            bought_days += u32::from(cell.has(FREQUENCY_DAY));
            if cell.has(FREQUENCY) {
                begun_before.get_or_insert(!cell.has(FREQUENCY_DAY));
            }
            money += i128::from(cell.money);
        }
    }
    let within = |again: &&Again| again.before < date.window.start && date.window.contains(&again.slot);
    let (orders, bought) = match date.counted {
        // A window may begin within a day.
        Simple::Days => (
            cells.iter().filter(|cell| cell.has(FREQUENCY_DAY)).count() as u32,
            bought_days + u32::from(begun_before == Some(true)),
        ),
        _ => (orders, bought + again.iter().filter(within).count() as u32),
    };
    let Some(money) = i64::try_from(money).ok().filter(|money| money.unsigned_abs() < LIMIT) else {
        return Err(profile::traits::beyond(CustomerId(customer), "window_monetary"));
    };
    let history = last.map(|last| History {
        first_day: first.map_or(date.today, |slot| days.of(slot)),
        last_day: days.of(last),
        orders,
        purchase_days,
        last_gap_days: gap(cells, days),
    });
    let window = w_last.map(|slot| InWindow { last_day: days.of(slot), frequency: bought, monetary: Amount(money) });
    Ok(Some(Facts { customer, history, window }))
}

/// The lake's decimals have 18 digits.
const LIMIT: u64 = 1_000_000_000_000_000_000;

/// Days between the last two with a sale.
fn gap(cells: &[Cell], days: &Days) -> u32 {
    let mut sold = cells.iter().rev().filter(|cell| cell.has(SALE)).map(|cell| days.of(cell.slot));
    sold.next().map_or(0, |last| sold.find(|day| *day != last).map_or(0, |before| last.abs_diff(before)))
}
