//! The inner loops: lines into running values. The kind of a value is decided outside of each loop, columns inside.

use std::ops::Range;

use super::block::Block;
use super::expr::{Measure, Thing};
use super::field::{Attr, TEXTS};
use super::interner::Texts;
use super::state::{Distinct, EdgeState, Extent, Keys, Mode, State};

/// Folds lines of one customer into the running values of one group.
pub(super) fn fold(state: &mut State, block: &Block, group: usize, rows: &Range<usize>, texts: &[Texts; TEXTS]) {
    let flags = &block.flags[group][rows.clone()];
    for (filter, count) in &mut state.counts {
        *count += flags.iter().map(|f| (f >> *filter & 1) as i64).sum::<i64>();
    }
    for (number, filter, sum) in &mut state.sums {
        let (values, width) = (&block.numbers[*number as usize][rows.clone()], block.widths[*number as usize]);
        // 2^40 × 2^20 lines stay within 64 bits; 128 bits hold any number of lines.
        let narrow = width >> 40 == 0 && values.len() <= 1 << 20;
        let part =
            if narrow { i128::from(total_narrow(flags, values, *filter)) } else { total(flags, values, *filter) };
        *sum = sum.wrapping_add(part);
    }
    for extent in &mut state.extents {
        let values = match extent.measure {
            Measure::Time => &block.time,
            Measure::Number(n) => &block.numbers[n as usize],
        };
        extend(extent, flags, &values[rows.clone()]);
    }
    for edge in &mut state.edges {
        let times = &block.time[rows.clone()];
        match edge.thing {
            Thing::Number(n) => {
                let values = &block.numbers[n as usize][rows.clone()];
                reach(edge, flags, times, values.iter().copied(), |a, b| a < b);
            }
            Thing::Attr(attr) => {
                let values = block.attrs[attr as usize][rows.clone()].iter().map(|id| i64::from(*id));
                reach(edge, flags, times, values, |a, b| before(attr, a as u32, b as u32, texts));
            }
        }
    }
    if state.orders.filters != 0 {
        collect(&mut state.orders, flags, &block.order[rows.clone()]);
    }
    if state.days.filters != 0 {
        collect(&mut state.days, flags, &block.day[rows.clone()]);
    }
    for distinct in &mut state.distincts {
        mark(distinct, state.turn, flags, &block.attrs[distinct.attr as usize][rows.clone()]);
    }
    for mode in &mut state.modes {
        let ids = &block.attrs[mode.attr as usize][rows.clone()];
        let beyond = match mode.weight {
            None => weigh(mode, state.turn, flags, ids, std::iter::repeat(1)),
            Some(n) => {
                let weights = block.numbers[n as usize][rows.clone()].iter().copied();
                weigh(mode, state.turn, flags, ids, weights)
            }
        };
        state.beyond |= beyond;
    }
}

/// Whether one value of a column comes before another: text by its bytes, numbers of the clock as they are,
/// parts of the day by their names.
pub(super) fn before(attr: Attr, a: u32, b: u32, texts: &[Texts; TEXTS]) -> bool {
    match attr {
        Attr::PartOfDay => super::field::PARTS[a as usize] < super::field::PARTS[b as usize],
        attr if attr.is_text() => {
            let texts = &texts[attr as usize];
            a != b && texts.get(a) < texts.get(b)
        }
        _ => a < b,
    }
}

/// Sum of the values that pass. Two to the 64 lines would fit.
fn total(flags: &[u64], values: &[i64], filter: u8) -> i128 {
    let mut sum = 0i128;
    for (flags, value) in flags.iter().zip(values) {
        let mask = (flags >> filter & 1).wrapping_neg() as i64;
        sum = sum.wrapping_add(i128::from(value & mask));
    }
    sum
}

/// The same for values whose sum surely fits.
fn total_narrow(flags: &[u64], values: &[i64], filter: u8) -> i64 {
    let mut sum = 0i64;
    for (flags, value) in flags.iter().zip(values) {
        let mask = (flags >> filter & 1).wrapping_neg() as i64;
        sum = sum.wrapping_add(value & mask);
    }
    sum
}

fn extend(extent: &mut Extent, flags: &[u64], values: &[i64]) {
    let (mut min, mut max) = (extent.min, extent.max);
    for (flags, value) in flags.iter().zip(values) {
        let pass = flags >> extent.filter & 1 == 1;
        min = min.min(if pass { *value } else { i64::MAX });
        max = max.max(if pass { *value } else { i64::MIN });
    }
    (extent.min, extent.max) = (min, max);
}

fn reach(
    edge: &mut EdgeState,
    flags: &[u64],
    times: &[i64],
    values: impl Iterator<Item = i64>,
    before: impl Fn(i64, i64) -> bool,
) {
    for ((flags, time), value) in flags.iter().zip(times).zip(values) {
        if flags >> edge.filter & 1 == 0 {
            continue;
        }
        let better = match edge.found {
            None => true,
            Some((at, held)) if at == *time => before(value, held),
            Some((at, _)) => (*time > at) == edge.last,
        };
        if better {
            edge.found = Some((*time, value));
        }
    }
}

/// Neighbours with one key become one entry at once: the lines of an order mostly stand together.
fn collect<K: Copy + PartialEq>(keys: &mut Keys<K>, flags: &[u64], values: &[K]) {
    let Some(first) = values.first() else { return };
    let (mut key, mut passed) = (*first, 0);
    for (flags, value) in flags.iter().zip(values) {
        if *value != key {
            if passed != 0 {
                keys.list.push((key, passed));
            }
            (key, passed) = (*value, 0);
        }
        passed |= flags & keys.filters;
    }
    if passed != 0 {
        keys.list.push((key, passed));
    }
}

fn mark(distinct: &mut Distinct, turn: u64, flags: &[u64], ids: &[u32]) {
    for (flags, id) in flags.iter().zip(ids) {
        let entry = &mut distinct.table[*id as usize];
        if entry.0 != turn {
            *entry = (turn, 0);
        }
        let mut fresh = flags & distinct.filters & !entry.1;
        entry.1 |= fresh;
        while fresh != 0 {
            distinct.counts[fresh.trailing_zeros() as usize] += 1;
            fresh &= fresh - 1;
        }
    }
}

/// Adds weights by value; true when one no longer fits. Neighbours with one value are summed before they are looked up.
fn weigh(mode: &mut Mode, turn: u64, flags: &[u64], ids: &[u32], weights: impl Iterator<Item = i64>) -> bool {
    let filter = mode.filter;
    let (mut beyond, mut held) = (false, None);
    let mut add = |id: u32, weight: i64| {
        let entry = &mut mode.table[id as usize];
        if entry.0 == turn {
            let (sum, over) = entry.1.overflowing_add(weight);
            entry.1 = sum;
            over
        } else {
            *entry = (turn, weight);
            mode.met.push(id);
            false
        }
    };
    for ((flags, id), weight) in flags.iter().zip(ids).zip(weights) {
        if flags >> filter & 1 == 0 {
            continue;
        }
        held = match held {
            Some((known, sum)) if known == *id => {
                let (sum, over) = i64::overflowing_add(sum, weight);
                beyond |= over;
                Some((known, sum))
            }
            before => {
                beyond |= before.is_some_and(|(id, sum)| add(id, sum));
                Some((*id, weight))
            }
        };
    }
    beyond | held.is_some_and(|(id, sum)| add(id, sum))
}
