//! The one fold: what a thread holds to compute the traits of one customer after the other.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use base::{Code, CustomerId, Micros, Problem};

use super::block::Block;
use super::finish::{Beyond, Finish};
use super::fold::fold;
use super::output::Output;
use super::plan::Plan;
use super::prepare::Decoder;
use super::state::State;

/// Shorter runs of lines are gathered first: the loops want some length.
const SHORT: usize = 48;
/// As many gathered lines are folded at once.
const GATHERED: usize = 1024;

/// A batch made ready, to be folded by the same [`Folder`] that prepared it.
#[derive(Debug)]
pub struct Prepared(Block);

/// Computes traits at a reference date: prepare every batch once, fold the rows of a customer from all batches, in any
/// order, finish him, go on with the next.
#[derive(Debug)]
pub struct Folder {
    plan: Arc<Plan>,
    as_of: Micros,
    decoder: Decoder,
    states: Vec<State>,
    gathered: Block,
    spare: Vec<Block>,
    output: Output,
}

impl Folder {
    /// A fold at the reference instant `as_of`; later lines are not counted.
    pub fn new(plan: &Arc<Plan>, as_of: Micros) -> Self {
        Self {
            as_of,
            decoder: Decoder::new(plan, as_of),
            states: plan.groups.iter().map(State::new).collect(),
            gathered: Block::new(plan.groups.len()),
            spare: Vec::new(),
            output: Output::new(plan.schema.clone(), as_of),
            plan: plan.clone(),
        }
    }

    /// Decodes a batch of `order_line` that has at least the columns of [`Plan::columns`] and evaluates all filters.
    pub fn prepare(&mut self, batch: &RecordBatch) -> Result<Prepared, Problem> {
        let mut block = self.spare.pop().unwrap_or_else(|| Block::new(self.plan.groups.len()));
        self.decoder.read(&self.plan, batch, &mut block)?;
        let texts = &self.decoder.texts;
        for state in &mut self.states {
            state
                .reserve(|attr| if attr.is_text() { texts[attr as usize].len() } else { attr.bounds().1 as usize + 1 });
        }
        Ok(Prepared(block))
    }

    /// Takes a prepared batch back when its last customer is folded: the next one reuses its memory.
    pub fn recycle(&mut self, prepared: Prepared) {
        self.spare.push(prepared.0);
    }

    /// Adds rows of the present customer.
    pub fn fold(&mut self, prepared: &Prepared, rows: Range<usize>) {
        if rows.len() < SHORT {
            self.gathered.append(&prepared.0, &rows, &self.plan.kept);
            if self.gathered.len() >= GATHERED {
                self.fold_gathered();
            }
            return;
        }
        for (group, state) in self.states.iter_mut().enumerate() {
            fold(state, &prepared.0, group, &rows, &self.decoder.texts);
        }
    }

    /// Ends the present customer: appends his row to the output and begins the next. A sum that does not fit the lake's
    /// 18 digits is a problem, never a wrong number.
    pub fn finish(&mut self, customer: CustomerId) -> Result<(), Problem> {
        self.settle(customer)?;
        let mut finish = Finish { as_of: self.as_of, texts: &self.decoder.texts, calendar: &mut self.decoder.calendar };
        let mut failed = None;
        self.output.begin(customer.0);
        for (at, compiled) in self.plan.traits.iter().enumerate() {
            let value = finish.node(&compiled.node, &self.states[compiled.group]);
            let pushed = match value {
                Ok(value) => self.output.push(at, value, finish.texts),
                Err(Beyond) => self.output.push(at, None, finish.texts).and(Err(Beyond)),
            };
            if pushed.is_err() {
                failed.get_or_insert(&compiled.name);
            }
        }
        self.states.iter_mut().for_each(State::reset);
        failed.map_or(Ok(()), |name| Err(beyond(customer, name)))
    }

    /// Folds and finishes a customer of whom `batches` hold all lines and nothing else.
    pub fn customer(&mut self, customer: CustomerId, batches: &[RecordBatch]) -> Result<(), Problem> {
        for batch in batches {
            let prepared = self.prepare(batch)?;
            self.fold(&prepared, 0..batch.num_rows());
            self.recycle(prepared);
        }
        self.finish(customer)
    }

    /// Rows finished and not yet taken.
    pub fn finished(&self) -> usize {
        self.output.len()
    }

    /// The rows of the table `trait` finished since the last call.
    pub fn take(&mut self) -> Result<RecordBatch, Problem> {
        self.output.take()
    }

    /// Folds what is gathered and closes the sets. The states must be reset before the next customer.
    pub(super) fn settle(&mut self, customer: CustomerId) -> Result<(), Problem> {
        self.fold_gathered();
        for state in &mut self.states {
            state.settle().map_err(|Beyond| beyond(customer, "mode"))?;
        }
        Ok(())
    }

    /// The running values of the present customer, with what finishing them needs.
    pub(super) fn parts(&mut self) -> (&[State], Finish<'_>) {
        let finish = Finish { as_of: self.as_of, texts: &self.decoder.texts, calendar: &mut self.decoder.calendar };
        (&self.states, finish)
    }

    fn fold_gathered(&mut self) {
        let rows = 0..self.gathered.len();
        if rows.is_empty() {
            return;
        }
        for (group, state) in self.states.iter_mut().enumerate() {
            fold(state, &self.gathered, group, &rows, &self.decoder.texts);
        }
        self.gathered.clear();
    }
}

/// What is said of a value that the lake has no room for.
pub fn beyond(customer: CustomerId, name: &str) -> Problem {
    let message = format!("the trait \"{name}\" of customer {customer} is larger than 18 digits");
    Problem::new(Code::InvalidInput, message)
        .hint("look for a wrong amount or quantity among the lines of this customer")
}
