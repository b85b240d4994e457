//! What single lines are to traits that need no more than which lines count: whoever keeps that knows the traits of any date without
//! reading the lines again.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use base::{Micros, Problem};

use super::block::Block;
use super::condition::Atom;
use super::field::Number;
use super::plan::{Leaf, Node, Plan};
use super::prepare::Decoder;

/// How such a trait follows from the lines that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Simple {
    /// Days since the last one.
    Recency,
    /// Days since the first one.
    Tenure,
    /// How many.
    Count,
    /// Of how many orders.
    Orders,
    /// On how many days.
    Days,
    /// The sum of an amount of money, in 1/10000.
    Money,
}

/// A plan of such traits only.
#[derive(Clone, Debug)]
pub struct LinePlan {
    plan: Arc<Plan>,
    kinds: Vec<Simple>,
    /// The filter of each trait.
    filters: Vec<u8>,
    /// The amounts that are added up.
    money: Option<Number>,
}

/// Tells which lines count. For one thread: it remembers texts from batch to batch.
#[derive(Debug)]
pub struct LineReader {
    plan: LinePlan,
    decoder: Decoder,
}

/// Lines of a batch.
#[derive(Debug)]
pub struct LineMarks {
    block: Block,
    marks: Vec<u8>,
    money: Option<Number>,
}

impl LinePlan {
    /// `None` when a trait of the plan is more than that or looks at the date it is computed at, when there are more than eight, or when
    /// two add up different amounts.
    pub fn new(plan: &Arc<Plan>) -> Option<Self> {
        let [group] = &plan.groups[..] else { return None };
        if plan.traits.len() > 8 || group.atoms.iter().any(|atom| matches!(atom, Atom::Within(_))) {
            return None;
        }
        let (mut kinds, mut filters, mut added) = (Vec::new(), Vec::new(), Vec::new());
        for compiled in &plan.traits {
            let Node::Leaf(leaf) = &compiled.node else { return None };
            let (kind, filter) = match *leaf {
                Leaf::Recency(at) => (Simple::Recency, group.extents[at].1),
                Leaf::Tenure(at) => (Simple::Tenure, group.extents[at].1),
                Leaf::Count(at) => (Simple::Count, group.counts[at]),
                Leaf::Orders(filter) => (Simple::Orders, filter),
                Leaf::Days(filter) => (Simple::Days, filter),
                Leaf::Sum(at, number) if number.is_money() => {
                    added.push(number);
                    (Simple::Money, group.sums[at].1)
                }
                _ => return None,
            };
            kinds.push(kind);
            filters.push(filter);
        }
        let money = added.first().copied();
        let alike = added.iter().all(|number| Some(*number) == money);
        alike.then(|| Self { plan: Arc::clone(plan), kinds, filters, money })
    }

    /// How each trait follows from lines, in their order.
    pub fn kinds(&self) -> &[Simple] {
        &self.kinds
    }

    /// The columns of `order_line` to read, besides `customer_id`.
    pub fn columns(&self) -> &[&'static str] {
        self.plan.columns()
    }

    /// Looks at lines.
    pub fn reader(&self) -> LineReader {
        LineReader { decoder: Decoder::new(&self.plan, Micros::MAX), plan: self.clone() }
    }
}

impl LineReader {
    /// Looks at a batch of `order_line` that has at least the columns of [`LinePlan::columns`].
    pub fn read(&mut self, batch: &RecordBatch) -> Result<LineMarks, Problem> {
        let mut block = Block::new(1);
        self.decoder.read(&self.plan.plan, batch, &mut block)?;
        let (mut last, mut marks) = ((0, 0), Vec::with_capacity(block.len()));
        for flags in &block.flags[0] {
            if *flags != last.0 {
                let bit = |(at, filter): (usize, &u8)| u8::from(flags >> filter & 1 == 1) << at;
                last = (*flags, self.plan.filters.iter().enumerate().map(bit).sum());
            }
            marks.push(last.1);
        }
        Ok(LineMarks { block, marks, money: self.plan.money })
    }
}

impl LineMarks {
    /// When they were.
    pub fn times(&self, rows: &Range<usize>) -> &[Micros] {
        &self.block.time[rows.clone()]
    }

    /// Per line a bit for each trait, the first one lowest: whether it counts.
    pub fn marks(&self, rows: &Range<usize>) -> &[u8] {
        &self.marks[rows.clone()]
    }

    /// The orders they belong to; empty when no trait counts orders.
    pub fn orders(&self, rows: &Range<usize>) -> &[i64] {
        self.block.order.get(rows.clone()).unwrap_or_default()
    }

    /// What they add to the sum, where they count there; empty when there is none.
    pub fn money(&self, rows: &Range<usize>) -> &[i64] {
        self.money.map_or(&[], |number| &self.block.numbers[number as usize][rows.clone()])
    }
}
