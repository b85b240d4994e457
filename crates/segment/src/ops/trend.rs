//! How many customers were at each place at the end of the months before a run.

use base::{Code, Problem};
use lake::Lake;

use super::run::{Request, of_facts, with_known};
use crate::facts::{FactsPlan, Pass};
use crate::settled::month_ends;
use crate::store::{RfmRun, counts, trend_add};

/// Places everyone at the ends of so many months before the run, by its rules with the population of each date, and stores how many
/// were where. A month with too little data has none.
pub async fn rfm_trend(
    lake: &Lake,
    run: &RfmRun,
    request: Request<'_>,
    months: i32,
    pass: Pass<'_>,
) -> Result<(), Problem> {
    let snapshot = lake.snapshot().await?;
    let mut ends = month_ends(request.zone, run.learned.as_of, months + 1);
    ends.pop();
    let plan = FactsPlan::new(request.traits, &request.settings.window, request.zone)?;
    let mut counted = Vec::with_capacity(ends.len());
    plan.everybody(&snapshot, &ends, pass, |at, everybody| {
        let facts = with_known(everybody.iter().copied(), request.known);
        match of_facts(&facts, request, (at, plan.day(at))) {
            Ok((_, places)) => counted.push((at, counts(request.book, &places))),
            Err(problem) if problem.code == Code::TooLittleData => {}
            Err(problem) => return Err(problem),
        }
        Ok(())
    })?;
    let mut tx = lake.db().write().await?;
    for (at, counted) in &counted {
        trend_add(&mut tx, run.id, *at, counted).await?;
    }
    tx.commit().await
}
