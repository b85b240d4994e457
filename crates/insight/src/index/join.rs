//! An index with the orders that are in no file yet, made from that of the files: an order that has just come in must not cost as much
//! as all that came before it.

use std::sync::{Arc, OnceLock};

use base::Micros;

use super::link::chain;
use super::{Hour, Index, Made};

/// Which customers something holds for: a bit for each.
pub(crate) struct People(Vec<u64>);

impl People {
    pub(crate) fn new(customers: &[u32]) -> Self {
        Self::of(&[customers])
    }

    /// Of several lists together.
    pub(crate) fn of(lists: &[&[u32]]) -> Self {
        let most = lists.iter().copied().flatten().max().map_or(0, |most| *most as usize);
        let mut bits = vec![0; most / 64 + 1];
        for customer in lists.iter().copied().flatten() {
            bits[*customer as usize / 64] |= 1 << (customer % 64);
        }
        Self(bits)
    }

    pub(crate) fn has(&self, customer: u32) -> bool {
        self.0.get(customer as usize / 64).is_some_and(|word| word >> (customer % 64) & 1 == 1)
    }

    /// How many they are.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// All orders of both; no order is in both.
pub(super) fn join(base: &Arc<Index>, more: &Index, stamp: u64, as_of: Micros) -> Index {
    let both = [base.as_ref(), more];
    let known: Vec<_> = both.iter().filter_map(|index| index.known()).collect();
    let first_day = known.iter().map(|days| days.from.0).min().unwrap_or(0);
    let days = known.iter().map(|days| days.to.0).max().map_or(1, |last| (last - first_day + 1) as usize);
    let mut hours = vec![Hour::default(); days * 24];
    for index in both.iter().filter(|index| index.known().is_some()) {
        let offset = (index.first_day - first_day) as usize * 24;
        for (hour, part) in hours[offset..].iter_mut().zip(&index.hours) {
            hour.sales += part.sales;
            hour.returns += part.returns;
            hour.orders += part.orders;
        }
    }
    let orders = base.customer.len() + more.customer.len();
    let mut index = Index {
        stamp,
        as_of,
        made: Made::Over(Arc::clone(base)),
        first_day,
        hours,
        customer: Vec::with_capacity(orders),
        hour: Vec::with_capacity(orders),
        before: Vec::with_capacity(orders),
        second: Vec::with_capacity(orders),
        starts: vec![0],
        first: base.first.clone(),
        spread: more.spread.iter().chain(&base.spread).copied().collect(),
        cohorts: OnceLock::new(),
    };
    index.first.resize(base.first.len().max(more.first.len()), 0);
    index.spread.sort_unstable();
    for day in first_day..first_day + days as i32 {
        for part in both {
            let Some(at) = usize::try_from(day - part.first_day).ok().filter(|at| at + 1 < part.starts.len()) else {
                continue;
            };
            let range = part.starts[at] as usize..part.starts[at + 1] as usize;
            index.customer.extend_from_slice(&part.customer[range.clone()]);
            index.hour.extend_from_slice(&part.hour[range.clone()]);
            index.before.extend_from_slice(&part.before[range.clone()]);
            index.second.extend_from_slice(&part.second[range]);
        }
        index.starts.push(index.customer.len() as u32);
    }
    let touched = People::new(&more.customer);
    chain(&mut index, |customer| touched.has(customer));
    index
}

#[cfg(test)]
mod tests {
    use base::hash::mix;
    use lake::keep::pack;

    use super::super::extract::{Extract, Money};
    use super::super::link::link;
    use super::*;
    use crate::day::{Day, Period};

    /// Orders of some days; no key is given twice.
    fn extract(seed: u64, orders: u64, days: std::ops::Range<u64>) -> Extract {
        let random = |at: u64, salt: u64| mix(mix(seed ^ (salt << 32)) ^ at);
        let hour = |at: u64| ((days.start + random(at, 1) % (days.end - days.start)) * 24 + random(at, 2) % 24) as u32;
        let sold = |at: u64| if random(at, 3).is_multiple_of(7) { 0 } else { hour(at) + 1 };
        let first_hour = days.start as u32 * 24;
        let hours = (days.end - days.start) * 24;
        Extract {
            key: (0..orders).map(|at| mix(seed * 10_000 + at).cast_signed()).collect(),
            customer: (0..orders).map(|at| (random(at, 4) % 40) as u32).collect(),
            sold: (0..orders).map(sold).collect(),
            first_hour,
            money: (0..hours).map(|at| Money { sales: i128::from(random(at, 5) % 99), returns: -1 }).collect(),
        }
    }

    #[test]
    fn is_what_linking_all_gives() {
        // Later, earlier, over the same days, beyond both ends, without anything.
        for days in [400..460, 100..130, 210..300, 90..600, 250..251] {
            let files = [extract(1, 300, 200..290), extract(2, 200, 280..420)];
            let hot = extract(3, 60, days.clone());
            let base = Arc::new(link(&files, Made::Whole, 1, 1).unwrap());
            let joined = join(&base, &link(std::slice::from_ref(&hot), Made::Whole, 2, 2).unwrap(), 2, 2);
            let [one, two] = files;
            let linked = link(&[one, two, hot], Made::Whole, 2, 2).unwrap();
            assert_eq!(joined.known(), linked.known());
            assert_eq!(joined.first, linked.first);
            for (from, to) in [(0, 900), (100, 130), (210, 211), (279, 281), (300, 460), (459, 600), (700, 800)] {
                let period = Period::new(Day(from), Day(to)).unwrap();
                assert_eq!(joined.sums(period), linked.sums(period), "{days:?} {from}..{to}");
                assert_eq!(joined.by_hour(period), linked.by_hour(period));
                for who in [crate::index::Who::New, crate::index::Who::Repeat, crate::index::Who::Returning] {
                    assert_eq!(joined.customers(who, period), linked.customers(who, period));
                }
            }
            let bytes = pack::write(&joined, std::io::Cursor::new(Vec::new())).unwrap().into_inner();
            let kept: Index = pack::from_bytes(&bytes).unwrap();
            assert_eq!((kept.known(), &kept.first, &kept.spread), (joined.known(), &joined.first, &joined.spread));
            let all = Period::new(Day(0), Day(900)).unwrap();
            assert_eq!((kept.sums(all), kept.by_hour(all)), (joined.sums(all), joined.by_hour(all)));
            let born: Vec<u32> = joined.born_otherwise(&base);
            let months = |index: &Index| {
                let months = index.months();
                (0..50).map(|customer| index.first_month(&months, customer)).collect::<Vec<_>>()
            };
            let (now, then) = (months(&joined), months(&base));
            let expected: Vec<u32> = (0..50).filter(|at| now[*at as usize] != then[*at as usize]).collect();
            assert_eq!(born, expected);
        }
    }
}
