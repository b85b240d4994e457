//! The running values of one customer. One state per thread serves all its customers, keeping its memory.
//!
//! Every running value is a sum, an extreme or a set, so the order in which lines arrive does not matter.

use super::expr::{Measure, Thing};
use super::field::{Attr, Number};
use super::plan::{Edge, Group};

/// The running values of a group.
#[derive(Debug)]
pub(super) struct State {
    pub(super) counts: Vec<(u8, i64)>,
    pub(super) sums: Vec<(Number, u8, i128)>,
    pub(super) extents: Vec<Extent>,
    pub(super) edges: Vec<EdgeState>,
    pub(super) orders: Keys<i64>,
    pub(super) days: Keys<i32>,
    pub(super) distincts: Vec<Distinct>,
    pub(super) modes: Vec<Mode>,
    /// Tells the entries of this customer from older ones in the tables by value.
    pub(super) turn: u64,
    /// A weight grew beyond 64 bits.
    pub(super) beyond: bool,
}

/// Smallest and largest value; none was met while the smallest is the larger one.
#[derive(Debug)]
pub(super) struct Extent {
    pub(super) measure: Measure,
    pub(super) filter: u8,
    pub(super) min: i64,
    pub(super) max: i64,
}

/// The value at the first or last instant.
#[derive(Debug)]
pub(super) struct EdgeState {
    pub(super) thing: Thing,
    pub(super) filter: u8,
    pub(super) last: bool,
    /// The instant and the value there.
    pub(super) found: Option<(i64, i64)>,
}

/// Different keys, each with the filters it passed in any line.
#[derive(Debug)]
pub(super) struct Keys<K> {
    pub(super) filters: u64,
    pub(super) list: Vec<(K, u64)>,
    /// Number of different keys per filter, once settled.
    pub(super) counts: [u32; 64],
}

/// Different values of a column, with the filters each passed.
#[derive(Debug)]
pub(super) struct Distinct {
    pub(super) attr: Attr,
    pub(super) filters: u64,
    /// By value: turn and filters.
    pub(super) table: Vec<(u64, u64)>,
    pub(super) counts: [u32; 64],
}

/// Weights of the values of a column.
#[derive(Debug)]
pub(super) struct Mode {
    pub(super) attr: Attr,
    pub(super) weight: Option<Number>,
    pub(super) filter: u8,
    /// By value: turn and weight.
    pub(super) table: Vec<(u64, i64)>,
    /// The values met.
    pub(super) met: Vec<u32>,
}

impl State {
    pub(super) fn new(group: &Group) -> Self {
        let extent = |(measure, filter): &(Measure, u8)| Extent {
            measure: *measure,
            filter: *filter,
            min: i64::MAX,
            max: i64::MIN,
        };
        let edge = |e: &Edge| EdgeState { thing: e.thing, filter: e.filter, last: e.last, found: None };
        let distinct = |(attr, filters): &(Attr, u64)| Distinct {
            attr: *attr,
            filters: *filters,
            table: Vec::new(),
            counts: [0; 64],
        };
        let mode = |(attr, weight, filter): &(Attr, Option<Number>, u8)| Mode {
            attr: *attr,
            weight: *weight,
            filter: *filter,
            table: Vec::new(),
            met: Vec::new(),
        };
        Self {
            counts: group.counts.iter().map(|filter| (*filter, 0)).collect(),
            sums: group.sums.iter().map(|(number, filter)| (*number, *filter, 0)).collect(),
            extents: group.extents.iter().map(extent).collect(),
            edges: group.edges.iter().map(edge).collect(),
            orders: Keys::new(group.orders),
            days: Keys::new(group.days),
            distincts: group.distincts.iter().map(distinct).collect(),
            modes: group.modes.iter().map(mode).collect(),
            turn: 1,
            beyond: false,
        }
    }

    /// Makes room for all values known by now; `len` tells how many a column has.
    pub(super) fn reserve(&mut self, len: impl Fn(Attr) -> usize) {
        for distinct in &mut self.distincts {
            let len = len(distinct.attr).max(distinct.table.len());
            distinct.table.resize(len, (0, 0));
        }
        for mode in &mut self.modes {
            let len = len(mode.attr).max(mode.table.len());
            mode.table.resize(len, (0, 0));
        }
    }

    /// Begins the next customer.
    pub(super) fn reset(&mut self) {
        self.turn += 1;
        self.beyond = false;
        self.counts.iter_mut().for_each(|(_, n)| *n = 0);
        self.sums.iter_mut().for_each(|(_, _, sum)| *sum = 0);
        self.extents.iter_mut().for_each(|e| (e.min, e.max) = (i64::MAX, i64::MIN));
        self.edges.iter_mut().for_each(|e| e.found = None);
        self.orders.reset();
        self.days.reset();
        self.distincts.iter_mut().for_each(|d| d.counts = [0; 64]);
        self.modes.iter_mut().for_each(|m| m.met.clear());
    }
}

impl<K: Copy + Ord> Keys<K> {
    fn new(filters: u64) -> Self {
        Self { filters, list: Vec::new(), counts: [0; 64] }
    }

    fn reset(&mut self) {
        self.list.clear();
        self.counts = [0; 64];
    }

    /// Sorts the keys, joins equal ones and counts them per filter.
    pub(super) fn settle(&mut self) {
        if !self.list.is_sorted_by_key(|(key, _)| *key) {
            self.list.sort_unstable_by_key(|(key, _)| *key);
        }
        self.list.dedup_by(|later, first| {
            let same = later.0 == first.0;
            first.1 |= if same { later.1 } else { 0 };
            same
        });
        for (_, filters) in &self.list {
            let mut left = *filters;
            while left != 0 {
                self.counts[left.trailing_zeros() as usize] += 1;
                left &= left - 1;
            }
        }
    }

    /// The keys that passed a filter, in order.
    pub(super) fn passed(&self, filter: u8) -> impl Iterator<Item = K> {
        self.list.iter().filter(move |(_, filters)| filters >> filter & 1 == 1).map(|(key, _)| *key)
    }
}
