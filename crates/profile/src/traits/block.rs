//! Lines as the fold wants them: plain columns of integers.

use std::ops::Range;

use super::field::{ATTRS, NUMBERS};
use super::plan::Needs;

/// Columns of equal length; those that no trait needs stay empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) time: Vec<i64>,
    pub(super) order: Vec<i64>,
    pub(super) day: Vec<i32>,
    /// Unscaled; 0 where missing.
    pub(super) numbers: [Vec<i64>; NUMBERS],
    /// Per decimal column the bits that any magnitude in it has: tells when 64 bits suffice for a sum.
    pub(super) widths: [u64; NUMBERS],
    /// Numbers of texts (0 where missing), or the clock's own numbers.
    pub(super) attrs: [Vec<u32>; ATTRS],
    /// Per group a word per line: bit n tells whether the line passes filter n. 0 for lines after the reference date.
    pub(super) flags: Vec<Vec<u64>>,
}

impl Block {
    pub(super) fn new(groups: usize) -> Self {
        Self { flags: vec![Vec::new(); groups], ..Self::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.flags[0].len()
    }

    /// Forgets the lines and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.time.clear();
        self.order.clear();
        self.day.clear();
        self.numbers.iter_mut().for_each(Vec::clear);
        self.widths = [0; NUMBERS];
        self.attrs.iter_mut().for_each(Vec::clear);
        self.flags.iter_mut().for_each(Vec::clear);
    }

    /// Appends lines of another block, only the columns that the fold reads.
    pub(super) fn append(&mut self, other: &Self, rows: &Range<usize>, kept: &Needs) {
        let rows = rows.clone();
        for (mine, theirs) in self.flags.iter_mut().zip(&other.flags) {
            push(mine, &theirs[rows.clone()]);
        }
        if kept.time {
            push(&mut self.time, &other.time[rows.clone()]);
        }
        if kept.order {
            push(&mut self.order, &other.order[rows.clone()]);
        }
        if kept.day {
            push(&mut self.day, &other.day[rows.clone()]);
        }
        for (i, _) in kept.numbers.iter().enumerate().filter(|(_, kept)| **kept) {
            push(&mut self.numbers[i], &other.numbers[i][rows.clone()]);
            self.widths[i] |= other.widths[i];
        }
        for (i, _) in kept.attrs.iter().enumerate().filter(|(_, kept)| **kept) {
            push(&mut self.attrs[i], &other.attrs[i][rows.clone()]);
        }
    }
}

/// For a few values: copying them as memory costs a call.
fn push<T: Copy>(mine: &mut Vec<T>, theirs: &[T]) {
    mine.reserve(theirs.len());
    for value in theirs {
        mine.push(*value);
    }
}
