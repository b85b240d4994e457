//! Running values into the values of traits.

use base::amount::round_half_even;
use base::{Amount, Micros, Quantity};

use super::calendar::Calendar;
use super::expr::{Measure, Op, Thing};
use super::field::{Attr, Number, TEXTS};
use super::fold::before;
use super::interner::Texts;
use super::plan::{Leaf, Node};
use super::state::{Keys, Mode, State};

/// A value that is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar {
    Count(i64),
    /// In 1/10000 of the currency.
    Money(i128),
    Number(f64),
    /// The number of a value of a categorical column.
    Attr(Attr, u32),
    Time(Micros),
}

/// A value grew beyond what exact arithmetic holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beyond;

/// What finishing needs to know besides the running values.
pub(super) struct Finish<'a> {
    pub(super) as_of: Micros,
    pub(super) texts: &'a [Texts; TEXTS],
    pub(super) calendar: &'a mut Calendar,
}

impl State {
    /// To be called once after the last line of a customer.
    pub(super) fn settle(&mut self) -> Result<(), Beyond> {
        self.orders.settle();
        self.days.settle();
        if self.beyond { Err(Beyond) } else { Ok(()) }
    }
}

impl Finish<'_> {
    /// The value of a node; `None` is null.
    pub(super) fn node(&mut self, node: &Node, state: &State) -> Result<Option<Scalar>, Beyond> {
        match node {
            Node::Whole(n) => Ok(Some(Scalar::Count(*n))),
            Node::Real(x) => Ok(Some(Scalar::Number(*x))),
            Node::Leaf(leaf) => Ok(self.leaf(*leaf, state)),
            Node::Minus(inner) => Ok(match self.node(inner, state)? {
                Some(Scalar::Count(n)) => Some(Scalar::Count(n.checked_neg().ok_or(Beyond)?)),
                Some(Scalar::Money(n)) => Some(Scalar::Money(-n)),
                Some(Scalar::Number(x)) => Some(Scalar::Number(0.0 - x)),
                other => other,
            }),
            Node::Binary(op, left, right) => match (self.node(left, state)?, self.node(right, state)?) {
                (Some(left), Some(right)) => calculate(*op, left, right),
                _ => Ok(None),
            },
        }
    }

    /// The value of a leaf. Counts and sums over no lines are 0, all else is null.
    pub(super) fn leaf(&mut self, leaf: Leaf, state: &State) -> Option<Scalar> {
        let count = |n: i64| Some(Scalar::Count(n));
        match leaf {
            Leaf::Count(i) => count(state.counts[i].1),
            Leaf::Orders(filter) => count(i64::from(state.orders.counts[usize::from(filter)])),
            Leaf::Days(filter) => count(i64::from(state.days.counts[usize::from(filter)])),
            Leaf::Distinct(i, filter) => count(i64::from(state.distincts[i].counts[usize::from(filter)])),
            Leaf::Sum(i, number) => Some(decimal(number, state.sums[i].2)),
            Leaf::Mean(i, n, number) => mean(number, state.sums[i].2, state.counts[n].1),
            Leaf::Min(i, measure) => extreme(state, i, measure, state.extents[i].min),
            Leaf::Max(i, measure) => extreme(state, i, measure, state.extents[i].max),
            Leaf::Edge(i, thing) => state.edges[i].found.map(|(_, value)| match thing {
                Thing::Number(number) => decimal(number, i128::from(value)),
                Thing::Attr(attr) => shown(attr, value as u32),
            }),
            Leaf::Mode(i, attr) => self.mode(&state.modes[i]).map(|id| shown(attr, id)),
            Leaf::Recency(i) => self.days_since(state, i, state.extents[i].max),
            Leaf::Tenure(i) => self.days_since(state, i, state.extents[i].min),
            Leaf::GapMean(filter) => gap_mean(&state.days, filter),
            Leaf::GapSd(filter) => gap_sd(&state.days, filter),
        }
    }

    fn days_since(&mut self, state: &State, extent: usize, at: Micros) -> Option<Scalar> {
        if state.extents[extent].min > state.extents[extent].max {
            return None;
        }
        let days = i64::from(self.calendar.day(self.as_of)) - i64::from(self.calendar.day(at));
        Some(Scalar::Count(days))
    }

    /// The value with the largest weight; of equals the one that comes first.
    fn mode(&self, mode: &Mode) -> Option<u32> {
        let weight = |id: u32| mode.table[id as usize].1;
        mode.met.iter().copied().reduce(|best, id| match weight(id).cmp(&weight(best)) {
            std::cmp::Ordering::Greater => id,
            std::cmp::Ordering::Equal if before(mode.attr, id, best, self.texts) => id,
            _ => best,
        })
    }
}

/// A value of a column as scalar: numbers of the clock are numbers.
fn shown(attr: Attr, id: u32) -> Scalar {
    if attr.is_text() || attr == Attr::PartOfDay { Scalar::Attr(attr, id) } else { Scalar::Count(i64::from(id)) }
}

fn decimal(number: Number, unscaled: i128) -> Scalar {
    if number.is_money() { Scalar::Money(unscaled) } else { Scalar::Number(float(unscaled) / Quantity::ONE as f64) }
}

/// Mostly it fits 64 bits, for which the processor has an instruction.
fn float(n: i128) -> f64 {
    i64::try_from(n).map_or(n as f64, |n| n as f64)
}

fn mean(number: Number, sum: i128, count: i64) -> Option<Scalar> {
    match (count, number.is_money()) {
        (0, _) => None,
        (n, true) => Some(Scalar::Money(round_half_even(sum, i128::from(n)))),
        (n, false) => Some(Scalar::Number(float(sum) / (Quantity::ONE * n) as f64)),
    }
}

fn extreme(state: &State, extent: usize, measure: Measure, value: i64) -> Option<Scalar> {
    let extent = &state.extents[extent];
    (extent.min <= extent.max).then(|| match measure {
        Measure::Time => Scalar::Time(value),
        Measure::Number(number) => decimal(number, i128::from(value)),
    })
}

fn gap_mean(days: &Keys<i32>, filter: u8) -> Option<Scalar> {
    let gaps = i64::from(days.counts[usize::from(filter)]) - 1;
    let (first, last) = (days.passed(filter).next()?, days.passed(filter).last()?);
    (gaps > 0).then(|| Scalar::Number((i64::from(last) - i64::from(first)) as f64 / gaps as f64))
}

/// Sample standard deviation, from exact sums.
fn gap_sd(days: &Keys<i32>, filter: u8) -> Option<Scalar> {
    let (mut n, mut sum, mut squares) = (0i128, 0i128, 0i128);
    let mut before = None;
    for day in days.passed(filter) {
        if let Some(before) = before.replace(day) {
            let gap = i128::from(day) - i128::from(before);
            n += 1;
            sum += gap;
            squares += gap * gap;
        }
    }
    let spread = n * squares - sum * sum;
    (n > 1).then(|| Scalar::Number((spread as f64 / (n * (n - 1)) as f64).sqrt()))
}

fn calculate(op: Op, left: Scalar, right: Scalar) -> Result<Option<Scalar>, Beyond> {
    use Scalar::{Count, Money};
    if op == Op::Over {
        return Ok(divide(left, right));
    }
    let exact = |a: i128, b: i128| {
        match op {
            Op::Plus => a.checked_add(b),
            Op::Minus => a.checked_sub(b),
            Op::Times | Op::Over => a.checked_mul(b),
        }
        .ok_or(Beyond)
    };
    match (left, right) {
        (Count(a), Count(b)) => {
            let n = i64::try_from(exact(i128::from(a), i128::from(b))?).map_err(|_| Beyond)?;
            Ok(Some(Count(n)))
        }
        (Money(a), Money(b)) => Ok(Some(Money(exact(a, b)?))),
        (Money(a), Count(n)) | (Count(n), Money(a)) => Ok(Some(Money(exact(a, i128::from(n))?))),
        (a, b) => {
            let (a, b) = (real(a), real(b));
            Ok(Some(Scalar::Number(match op {
                Op::Plus => a + b,
                Op::Minus => a - b,
                Op::Times | Op::Over => a * b,
            })))
        }
    }
}

/// Null when the divisor is zero.
fn divide(left: Scalar, right: Scalar) -> Option<Scalar> {
    use Scalar::{Count, Money};
    match (left, right) {
        (Money(_) | Count(_), Count(0) | Money(0)) => None,
        (Money(a), Count(n)) => Some(Money(round_half_even(a * i128::from(n.signum()), i128::from(n).abs()))),
        (Count(a), Count(b)) => Some(Scalar::Number(a as f64 / b as f64 + 0.0)),
        (Money(a), Money(b)) => Some(Scalar::Number(float(a) / float(b) + 0.0)),
        (a, b) => {
            let (a, b) = (real(a), real(b));
            (b != 0.0).then(|| Scalar::Number(a / b + 0.0))
        }
    }
}

fn real(value: Scalar) -> f64 {
    match value {
        Scalar::Count(n) => n as f64,
        Scalar::Money(n) => float(n) / Amount::ONE as f64,
        Scalar::Number(x) => x,
        Scalar::Attr(..) | Scalar::Time(_) => f64::NAN,
    }
}
