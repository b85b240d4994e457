//! Conditions on a line, in negation normal form: `not` is pushed down to the comparisons, where a missing value makes
//! both a comparison and its negation untrue. That gives the answers of SQL's three-valued logic with two values.

use std::collections::BTreeSet;
use std::ops::{Bound, RangeBounds};

use super::field::{Attr, Number};
use super::window::Window;

/// A formula over `A`. `All([])` is true.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Logic<A> {
    All(Vec<Logic<A>>),
    Any(Vec<Logic<A>>),
    Is(A),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Atom {
    /// A decimal column, compared as unscaled integer.
    Number(Number, Is<i64>),
    /// A text column.
    Text(Attr, Is<String>),
    /// A number read off the clock.
    Clock(Attr, Is<i64>),
    /// The time lies in a window.
    Within(Window),
}

/// A test of a value, possibly negated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Is<T> {
    pub(super) test: Test<T>,
    pub(super) negated: bool,
}

/// A test of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Test<T> {
    OneOf(Vec<T>),
    Between(Bound<T>, Bound<T>),
    Missing,
}

impl<T: PartialOrd> Is<T> {
    /// Whether `value` passes; a missing value passes only `is null`.
    pub(super) fn holds(&self, value: Option<&T>) -> bool {
        match (&self.test, value) {
            (Test::Missing, value) => value.is_none() != self.negated,
            (_, None) => false,
            (Test::OneOf(values), Some(value)) => values.contains(value) != self.negated,
            (Test::Between(low, high), Some(value)) => (low.as_ref(), high.as_ref()).contains(value) != self.negated,
        }
    }
}

impl<A: Clone> Logic<A> {
    /// True of every line.
    pub(super) const fn always() -> Self {
        Self::All(Vec::new())
    }

    /// Both; nested conjunctions become one.
    pub(super) fn and(self, other: Self) -> Self {
        let mut parts = Vec::new();
        for side in [self, other] {
            match side {
                Self::All(inner) => parts.extend(inner),
                one => parts.push(one),
            }
        }
        if parts.len() == 1 { parts.swap_remove(0) } else { Self::All(parts) }
    }
}

impl Logic<Atom> {
    /// The same formula over numbers that `number` gives to the comparisons; conjunctions in canonical order.
    pub(super) fn numbered(&self, number: &mut impl FnMut(&Atom) -> u8) -> Logic<u8> {
        match self {
            Self::Is(atom) => Logic::Is(number(atom)),
            Self::Any(parts) => Logic::Any(parts.iter().map(|part| part.numbered(number)).collect()),
            Self::All(parts) => {
                let (mut atoms, mut rest) = (BTreeSet::new(), Vec::new());
                for part in parts {
                    match part.numbered(number) {
                        Logic::Is(n) => drop(atoms.insert(n)),
                        other => rest.push(other),
                    }
                }
                Logic::All(atoms.into_iter().map(Logic::Is).chain(rest).collect())
            }
        }
    }
}

impl Logic<u8> {
    /// The value when bit `n` of `bits` tells whether comparison `n` holds.
    pub(super) fn holds(&self, bits: u64) -> bool {
        match self {
            Self::Is(n) => bits >> n & 1 == 1,
            Self::All(parts) => parts.iter().all(|part| part.holds(bits)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(bits)),
        }
    }
}
