//! The value of a trait: arithmetic over aggregates of a customer's lines, and the type it has.

use super::condition::{Atom, Is, Logic, Test};
use super::definition::TraitType;
use super::field::{Attr, Number};
use super::lexer::Fault;

/// Arithmetic over aggregates.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    /// A whole number.
    Whole(i64),
    /// A number with a fraction.
    Real(f64),
    Aggregate(Aggregate),
    Minus(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
}

/// The four operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Plus,
    Minus,
    Times,
    Over,
}

/// One aggregate over the lines that pass its own condition (the trait's condition and window come on top).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Aggregate {
    pub(super) function: Function,
    pub(super) filter: Logic<Atom>,
    /// In the words of the definition, for explanations.
    pub(super) text: String,
}

/// What is aggregated and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Function {
    /// Number of lines.
    Count,
    Sum(Number),
    Mean(Number),
    Min(Measure),
    Max(Measure),
    First(Thing),
    Last(Thing),
    /// Number of different orders.
    Orders,
    /// Number of different days on the wall.
    Days,
    /// Number of different values.
    Distinct(Attr),
    /// The value with the largest weight: number of lines, or the sum of a decimal.
    Mode(Attr, Option<Number>),
    /// Whole days on the wall from the last line to the reference date.
    Recency,
    /// Whole days on the wall from the first line to the reference date.
    Tenure,
    /// Mean of the days between consecutive different days.
    GapMean,
    /// Sample standard deviation of those.
    GapSd,
}

/// What has a smallest and a largest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Measure {
    Number(Number),
    Time,
}

/// What the first or last line is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    Number(Number),
    Attr(Attr),
}

impl Function {
    const fn of_number(number: Number) -> TraitType {
        if number.is_money() { TraitType::Money } else { TraitType::Number }
    }

    const fn of_attr(attr: Attr) -> TraitType {
        if attr.is_text() || matches!(attr, Attr::PartOfDay) { TraitType::Text } else { TraitType::Count }
    }

    /// The type of the result.
    pub(super) const fn kind(self) -> TraitType {
        match self {
            Self::Count | Self::Orders | Self::Days | Self::Distinct(_) | Self::Recency | Self::Tenure => {
                TraitType::Count
            }
            Self::Sum(n)
            | Self::Mean(n)
            | Self::Min(Measure::Number(n))
            | Self::Max(Measure::Number(n))
            | Self::First(Thing::Number(n))
            | Self::Last(Thing::Number(n)) => Self::of_number(n),
            Self::Min(Measure::Time) | Self::Max(Measure::Time) => TraitType::Time,
            Self::First(Thing::Attr(a)) | Self::Last(Thing::Attr(a)) | Self::Mode(a, _) => Self::of_attr(a),
            Self::GapMean | Self::GapSd => TraitType::Number,
        }
    }

    /// The condition that leaves out lines without a value; true when there is always one.
    pub(super) fn presence(self) -> Logic<Atom> {
        let number = |n: Number| n.nullable().then_some(Atom::Number(n, Is { test: Test::Missing, negated: true }));
        let attr = |a: Attr| a.nullable().then_some(Atom::Text(a, Is { test: Test::Missing, negated: true }));
        let atom = match self {
            Self::Sum(n)
            | Self::Mean(n)
            | Self::Min(Measure::Number(n))
            | Self::Max(Measure::Number(n))
            | Self::First(Thing::Number(n))
            | Self::Last(Thing::Number(n)) => number(n),
            Self::First(Thing::Attr(a)) | Self::Last(Thing::Attr(a)) | Self::Distinct(a) | Self::Mode(a, _) => attr(a),
            _ => None,
        };
        atom.map_or_else(Logic::always, Logic::Is)
    }
}

impl Expr {
    /// The type, or why there is none. `at` is where the expression begins.
    pub(super) fn kind(&self, at: usize) -> Result<TraitType, Fault> {
        match self {
            Self::Whole(_) => Ok(TraitType::Count),
            Self::Real(_) => Ok(TraitType::Number),
            Self::Aggregate(aggregate) => Ok(aggregate.function.kind()),
            Self::Minus(inner) => arithmetic(inner.kind(at)?, at),
            Self::Binary(op, left, right) => {
                let (left, right) = (arithmetic(left.kind(at)?, at)?, arithmetic(right.kind(at)?, at)?);
                combine(*op, left, right, at)
            }
        }
    }

    /// Calls `visit` for every aggregate, left to right.
    pub(super) fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Aggregate)) {
        match self {
            Self::Whole(_) | Self::Real(_) => {}
            Self::Aggregate(aggregate) => visit(aggregate),
            Self::Minus(inner) => inner.each(visit),
            Self::Binary(_, left, right) => {
                left.each(visit);
                right.each(visit);
            }
        }
    }
}

fn arithmetic(kind: TraitType, at: usize) -> Result<TraitType, Fault> {
    match kind {
        TraitType::Text => Err(Fault::new(at, "text cannot be calculated with")),
        TraitType::Time => Err(Fault::new(at, "instants cannot be calculated with")
            .hint("recency and tenure give days as numbers".to_owned())),
        other => Ok(other),
    }
}

fn combine(op: Op, left: TraitType, right: TraitType, at: usize) -> Result<TraitType, Fault> {
    use TraitType::{Count, Money, Number};
    match (op, left, right) {
        (Op::Plus | Op::Minus, a, b) if a == b => Ok(a),
        (Op::Plus | Op::Minus, Money, _) | (Op::Plus | Op::Minus, _, Money) => {
            Err(Fault::new(at, "money can only be added to money or taken from money"))
        }
        (Op::Times, Money, Money) => Err(Fault::new(at, "money times money means nothing")),
        (Op::Times, Count, Count) => Ok(Count),
        (Op::Times | Op::Over, Money, Count) | (Op::Times, Count, Money) => Ok(Money),
        (Op::Over, Count | Number, Money) => {
            Err(Fault::new(at, "a number divided by money means nothing").hint("turn the division round".to_owned()))
        }
        _ => Ok(Number),
    }
}
