//! Use cases: run RFM over the lake, read its result, classify one customer, explain him, compare two dates.

mod list;
mod moves;
#[cfg(test)]
mod online_retail;
mod run;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::atomic::AtomicBool;

use base::{Code, CustomerId, Problem, Zone};
use lake::{Lake, Snapshot};
use profile::traits::Traits;

use crate::explain::Explanation;
use crate::facts::FactsPlan;
use crate::model::Place;
use crate::store::{self as runs, RfmRun};
use crate::table::{self, Listed};

pub use list::{group_each, group_find, group_list, place_find};
pub use moves::{MovesRun, moves};
pub(crate) use moves::{between, check, in_order};
pub use run::{Request, rfm_run};
pub(crate) use run::{of_facts, with_known};

/// The newest run; without any, a problem that says how to make one.
pub async fn rfm_latest(lake: &Lake) -> Result<RfmRun, Problem> {
    let mut tx = lake.db().read().await?;
    runs::run_latest(&mut tx).await?.ok_or_else(table::no_run)
}

/// The number of the newest run; `None` before the first.
pub async fn rfm_newest(lake: &Lake) -> Result<Option<i64>, Problem> {
    runs::run_newest(&mut lake.db().read().await?).await
}

/// The runs kept, the newest first.
pub async fn rfm_runs(lake: &Lake) -> Result<Vec<RfmRun>, Problem> {
    let mut tx = lake.db().read().await?;
    runs::run_list(&mut tx).await
}

/// The row of one customer in the newest run; `None` when he was not known then.
pub fn rfm_of(snapshot: &Snapshot, customer: CustomerId) -> Result<Option<Listed>, Problem> {
    table::row_of(snapshot, customer)
}

/// Places single customers by the cut points and rules of a run, e.g. after a new order. Make one and keep it.
#[derive(Debug)]
pub struct Classifier {
    run: RfmRun,
    plan: FactsPlan,
}

impl Classifier {
    /// By the newest run.
    pub async fn latest(lake: &Lake, traits: &Traits) -> Result<Self, Problem> {
        Self::of_run(rfm_latest(lake).await?, traits)
    }

    /// By a run.
    pub fn of_run(run: RfmRun, traits: &Traits) -> Result<Self, Problem> {
        let plan = FactsPlan::new(traits, &run.learned.settings.window, &Zone::named(&run.zone)?)?;
        Ok(Self { run, plan })
    }

    /// The run.
    pub const fn run(&self) -> &RfmRun {
        &self.run
    }

    /// Where a customer stands with all lines until `now`. Scores compare him with the population of the run at its
    /// reference date; a purchase after that date counts as 0 days ago.
    pub fn classify(&self, snapshot: &Snapshot, customer: CustomerId, now: base::Micros) -> Result<Place, Problem> {
        let facts = self.plan.one(snapshot, now.max(self.run.learned.as_of), customer)?;
        Ok(self.run.learned.place(&facts, &self.run.book))
    }

    /// The columns of `order_line` that [`Self::classify_lines`] needs.
    pub fn columns(&self) -> &[&'static str] {
        self.plan.columns()
    }

    /// As [`Self::classify`], from all lines of the customer, e.g. within the transaction that adds some.
    pub fn classify_lines(
        &self,
        lines: &[arrow::array::RecordBatch],
        customer: CustomerId,
        now: base::Micros,
    ) -> Result<Place, Problem> {
        let facts = self.plan.of_batches(lines, now.max(self.run.learned.as_of), customer)?;
        Ok(self.run.learned.place(&facts, &self.run.book))
    }

    /// Where a customer stood at an instant, from all his lines: by the cut points and the rhythm of the run.
    pub(crate) fn place_at(
        &self,
        lines: &[arrow::array::RecordBatch],
        customer: CustomerId,
        at: base::Micros,
    ) -> Result<Place, Problem> {
        let facts = self.plan.of_batches(lines, at, customer)?;
        let mut learned = self.run.learned.clone();
        (learned.as_of, learned.today) = (at, self.plan.day(at));
        Ok(learned.place(&facts, &self.run.book))
    }

    /// Why a customer is where he is, at the reference date of the run.
    pub fn explain(&self, snapshot: &Snapshot, customer: CustomerId) -> Result<Explanation, Problem> {
        let lines = snapshot.of_customer(&lake::ORDER_LINE, customer.0, self.plan.columns())?;
        self.explain_lines(snapshot, &lines, customer)
    }

    /// As [`Self::explain`], from all lines of the customer.
    pub fn explain_lines(
        &self,
        snapshot: &Snapshot,
        lines: &[arrow::array::RecordBatch],
        customer: CustomerId,
    ) -> Result<Explanation, Problem> {
        let facts = self.plan.of_batches(lines, self.run.learned.as_of, customer)?;
        let listed = table::row_of(snapshot, customer)?;
        if facts.history.is_none() && facts.window.is_none() && listed.is_none() {
            return Err(Problem::new(Code::NotFound, format!("customer {customer} is not in the latest RFM run"))
                .hint("check the id, or make a new run when he is new"));
        }
        Ok(Explanation::new(&self.run, &facts, listed.as_ref()))
    }
}

/// A flag that is never set, for reads too short to be cancelled.
static NEVER: AtomicBool = AtomicBool::new(false);
