//! The comparisons of a group as tables: from values to bits, from bits to filters.

use arrow::buffer::NullBuffer;
use base::Micros;
use rustc_hash::FxHashMap;

use super::calendar::Wall;
use super::condition::{Atom, Is, Test};
use super::field::{Attr, Number, TEXTS};
use super::interner::{MISSING, Texts};
use super::plan::{Group, Plan};

/// Combinations of comparisons remembered before the memory is begun anew.
const MOST_COMBINATIONS: usize = 1 << 16;

/// The comparisons of one group, as tables from values to bits.
#[derive(Debug)]
pub(super) struct Tables {
    /// By the number of a text.
    texts: [Vec<u64>; TEXTS],
    hours: [u64; 24],
    weekdays: [u64; 8],
    months: [u64; 13],
    numbers: Vec<(u64, Number, Is<i64>)>,
    /// Bit, first and last instant.
    windows: Vec<(u64, Micros, Micros)>,
    /// From the bits of comparisons to the bits of filters.
    filters: FxHashMap<u64, u64>,
}

impl Tables {
    pub(super) fn new(group: &Group, plan: &Plan, as_of: Micros) -> Self {
        let mut tables = Self {
            texts: std::array::from_fn(|_| Vec::new()),
            hours: [0; 24],
            weekdays: [0; 8],
            months: [0; 13],
            numbers: Vec::new(),
            windows: Vec::new(),
            filters: FxHashMap::default(),
        };
        for (n, atom) in group.atoms.iter().enumerate() {
            let bit = 1 << n;
            match atom {
                Atom::Clock(Attr::Hour, is) => mark(&mut tables.hours, is, bit),
                Atom::Clock(Attr::Weekday, is) => mark(&mut tables.weekdays, is, bit),
                Atom::Clock(_, is) => mark(&mut tables.months, is, bit),
                Atom::Number(number, is) => tables.numbers.push((bit, *number, is.clone())),
                Atom::Within(window) => {
                    let (from, to) = window.bounds(as_of, &plan.zone);
                    tables.windows.push((bit, from, to));
                }
                Atom::Text(..) => {}
            }
        }
        tables
    }

    /// Evaluates the comparisons of a text column for the texts that are new.
    pub(super) fn learn(&mut self, group: &Group, attr: Attr, texts: &Texts) {
        let table = &mut self.texts[attr as usize];
        for id in table.len()..texts.len() {
            let text = (id as u32 != MISSING).then(|| texts.get(id as u32).to_owned());
            let holds = |atom: &Atom| matches!(atom, Atom::Text(a, is) if *a == attr && is.holds(text.as_ref()));
            let bits = group.atoms.iter().enumerate().filter(|(_, atom)| holds(atom));
            table.push(bits.fold(0, |bits, (n, _)| bits | 1 << n));
        }
    }

    /// Adds the comparisons of a text column.
    pub(super) fn text(&self, attr: Attr, ids: &[u32], bits: &mut [u64]) {
        let table = &self.texts[attr as usize];
        bits.iter_mut().zip(ids).for_each(|(bits, id)| *bits |= table[*id as usize]);
    }

    /// Adds the comparisons of the clock.
    pub(super) fn clock(&self, walls: &[Wall], bits: &mut [u64]) {
        for (bits, wall) in bits.iter_mut().zip(walls) {
            *bits |= self.hours[usize::from(wall.hour)]
                | self.weekdays[usize::from(wall.weekday)]
                | self.months[usize::from(wall.month)];
        }
    }

    /// Adds the comparisons of a decimal column.
    pub(super) fn number(&self, number: Number, values: &[i64], nulls: Option<&NullBuffer>, bits: &mut [u64]) {
        for (bit, _, is) in self.numbers.iter().filter(|(_, n, _)| *n == number) {
            compare(is, *bit, values, nulls, bits);
        }
    }

    /// Adds the windows.
    pub(super) fn within(&self, times: &[Micros], bits: &mut [u64]) {
        for (bit, from, to) in &self.windows {
            for (bits, at) in bits.iter_mut().zip(times) {
                *bits |= if *from <= *at && *at <= *to { *bit } else { 0 };
            }
        }
    }

    /// From comparisons to filters; lines of one order mostly agree in the former.
    pub(super) fn flags(&mut self, group: &Group, times: &[Micros], as_of: Micros, bits: &[u64], flags: &mut Vec<u64>) {
        let mut last = None;
        for (at, bits) in times.iter().zip(bits) {
            let found = match last {
                Some((known, found)) if known == *bits => found,
                _ => self.combination(group, *bits),
            };
            last = Some((*bits, found));
            flags.push(if *at <= as_of { found } else { 0 });
        }
    }

    fn combination(&mut self, group: &Group, bits: u64) -> u64 {
        if self.filters.len() == MOST_COMBINATIONS {
            self.filters.clear();
        }
        *self.filters.entry(bits).or_insert_with(|| {
            let passed = group.filters.iter().enumerate().filter(|(_, filter)| filter.holds(bits));
            passed.fold(0, |flags, (n, _)| flags | 1 << n)
        })
    }
}

fn mark(table: &mut [u64], is: &Is<i64>, bit: u64) {
    for (value, bits) in table.iter_mut().enumerate() {
        *bits |= if is.holds(Some(&(value as i64))) { bit } else { 0 };
    }
}

/// Sets `bit` in the lines whose value passes.
fn compare(is: &Is<i64>, bit: u64, values: &[i64], nulls: Option<&NullBuffer>, bits: &mut [u64]) {
    match (nulls, &is.test) {
        (None, Test::Missing) if !is.negated => {}
        (None, Test::Missing) => bits.iter_mut().for_each(|bits| *bits |= bit),
        (None, _) => {
            for (bits, value) in bits.iter_mut().zip(values) {
                *bits |= if is.holds(Some(value)) { bit } else { 0 };
            }
        }
        (Some(nulls), _) => {
            for ((bits, value), valid) in bits.iter_mut().zip(values).zip(nulls) {
                *bits |= if is.holds(valid.then_some(value)) { bit } else { 0 };
            }
        }
    }
}
