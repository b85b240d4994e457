//! Puts the extracts of all files together: who bought before, and every order counted once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use base::{Code, Micros, Problem};

use super::extract::Extract;
use super::{Hour, Index, Made};

/// A row of an extract whose order has other rows too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Copy {
    key: i64,
    part: usize,
    row: usize,
}

/// Orders that are spread over several rows, brought together.
#[derive(Default)]
struct Spread {
    /// Their keys, ascending.
    keys: Vec<i64>,
    /// For every extract the rows that are not to be counted, ascending.
    skip: Vec<Vec<usize>>,
    /// The hour of every such order that has a sale (plus one).
    orders: Vec<u32>,
    /// The same for every customer in it.
    visits: Vec<(u32, u32)>,
}

/// Makes the index. Memory while it works: 16 bytes per order for the extracts, 5 for finding copies, 9 for the result.
pub(super) fn link(parts: &[Extract], made: Made, stamp: u64, as_of: Micros) -> Result<Index, Problem> {
    let spread = spread(parts);
    let with_money = || parts.iter().filter(|p| !p.money.is_empty());
    let first = with_money().map(|p| p.first_hour / 24).min().unwrap_or(0);
    let last = with_money().map(|p| (p.first_hour + p.money.len() as u32 - 1) / 24).max().unwrap_or(0);
    let days = (last - first + 1) as usize;
    let mut hours = vec![Hour::default(); days * 24];
    let mut starts = vec![0u32; days + 1];
    let mut people = 0u32;
    for part in parts {
        for (at, money) in part.money.iter().enumerate() {
            let hour = &mut hours[part.first_hour as usize + at - first as usize * 24];
            hour.sales += money.sales;
            hour.returns += money.returns;
        }
    }
    let place = |sold: u32| (sold - 1 - first * 24) as usize;
    each_order(parts, &spread, |_, sold| hours[place(sold)].orders += 1);
    each_visit(parts, &spread, |customer, sold| {
        starts[place(sold) / 24 + 1] += 1;
        people = people.max(customer);
    });
    let mut sum = 0u32;
    for start in &mut starts {
        sum = sum.checked_add(*start).ok_or_else(too_many)?;
        *start = sum;
    }
    let mut index = Index {
        stamp,
        as_of,
        made,
        first_day: first as i32,
        hours,
        customer: vec![0; sum as usize],
        hour: vec![0; sum as usize],
        before: vec![0; sum as usize],
        second: vec![0; sum as usize],
        starts,
        first: vec![0; people as usize + 1],
        spread: spread.keys.clone(),
        cohorts: OnceLock::new(),
    };
    let mut next = index.starts.clone();
    each_visit(parts, &spread, |customer, sold| {
        let (day, hour) = (place(sold) / 24, place(sold) % 24);
        let at = next[day] as usize;
        index.customer[at] = customer;
        index.hour[at] = hour as u8;
        next[day] += 1;
    });
    chain(&mut index, |_| true);
    Ok(index)
}

fn too_many() -> Problem {
    Problem::new(Code::Internal, "there are more than 4 billion orders")
}

/// Every order with a sale: once.
fn each_order(parts: &[Extract], spread: &Spread, mut each: impl FnMut(u32, u32)) {
    each_row(parts, spread, &mut each);
    spread.orders.iter().for_each(|sold| each(0, *sold));
}

/// Every order with a sale of every known customer in it: once.
fn each_visit(parts: &[Extract], spread: &Spread, mut each: impl FnMut(u32, u32)) {
    let mut known = |customer: u32, sold: u32| {
        if customer > 0 {
            each(customer, sold);
        }
    };
    each_row(parts, spread, &mut known);
    spread.visits.iter().for_each(|(customer, sold)| known(*customer, *sold));
}

fn each_row(parts: &[Extract], spread: &Spread, each: &mut impl FnMut(u32, u32)) {
    for (part, skip) in parts.iter().zip(&spread.skip) {
        let mut from = 0;
        for until in skip.iter().copied().chain([part.key.len()]) {
            for (customer, sold) in part.customer[from..until].iter().zip(&part.sold[from..until]) {
                if *sold > 0 {
                    each(*customer, *sold);
                }
            }
            from = until + 1;
        }
    }
}

/// Tells every visit of the `wanted` customers which days they came before, going through the days in order.
pub(super) fn chain(index: &mut Index, wanted: impl Fn(u32) -> bool) {
    // The last two days of every customer, plus one; 0 = none.
    let mut last = vec![(0u16, 0u16); index.first.len()];
    for (offset, bounds) in index.starts.windows(2).enumerate() {
        let day = (index.first_day + offset as i32 + 1) as u16;
        for at in bounds[0] as usize..bounds[1] as usize {
            if !wanted(index.customer[at]) {
                continue;
            }
            let customer = index.customer[at] as usize;
            let (one, two) = last[customer];
            (index.before[at], index.second[at]) = (one, two);
            last[customer] = (day, one);
            if one == 0 {
                index.first[customer] = day;
            }
        }
    }
}

/// Finds the orders with several rows. One look marks a bit per key and notes the bits that are met again, a second one collects
/// the rows of these: nothing has to be sorted but the few that are suspected.
fn spread(parts: &[Extract]) -> Spread {
    let rows: usize = parts.iter().map(|p| p.key.len()).sum();
    let bits = (rows * 16).next_power_of_two().max(1 << 12);
    let shift = 64 - bits.trailing_zeros();
    let slot = |key: i64| (key.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize;
    let (mut seen, mut again) = (vec![0u64; bits / 64], vec![0u64; bits / 64]);
    for key in parts.iter().flat_map(|p| &p.key) {
        let (word, bit) = (slot(*key) / 64, 1u64 << (slot(*key) % 64));
        again[word] |= seen[word] & bit;
        seen[word] |= bit;
    }
    drop(seen);
    let mut copies = Vec::new();
    for (part, extract) in parts.iter().enumerate() {
        for (row, key) in extract.key.iter().enumerate() {
            if again[slot(*key) / 64] & 1 << (slot(*key) % 64) != 0 {
                copies.push(Copy { key: *key, part, row });
            }
        }
    }
    copies.sort_unstable();
    let mut found = Spread { skip: vec![Vec::new(); parts.len()], ..Spread::default() };
    for copies in copies.chunk_by(|a, b| a.key == b.key).filter(|c| c.len() > 1) {
        found.add(parts, copies);
    }
    found.skip.iter_mut().for_each(|rows| rows.sort_unstable());
    found
}

impl Spread {
    /// Counts the copies of one order as one.
    fn add(&mut self, parts: &[Extract], copies: &[Copy]) {
        self.keys.push(copies[0].key);
        let mut by_customer: BTreeMap<u32, u32> = BTreeMap::new();
        for copy in copies {
            self.skip[copy.part].push(copy.row);
            let (customer, sold) = (parts[copy.part].customer[copy.row], parts[copy.part].sold[copy.row]);
            if sold > 0 {
                by_customer.entry(customer).and_modify(|s| *s = sold.min(*s)).or_insert(sold);
            }
        }
        self.orders.extend(by_customer.values().copied().min());
        self.visits.extend(by_customer);
    }
}
