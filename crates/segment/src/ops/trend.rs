//! How many customers were at each place at the end of the months before a run.

use base::{Code, Problem};
use lake::Lake;

use super::run::{Request, compute};
use crate::facts::Pass;
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
    for at in ends {
        let counted = match compute(&snapshot, request, at, pass) {
            Ok((_, places)) => counts(request.book, &places),
            Err(problem) if problem.code == Code::TooLittleData => continue,
            Err(problem) => return Err(problem),
        };
        let mut tx = lake.db().write().await?;
        trend_add(&mut tx, run.id, at, &counted).await?;
        tx.commit().await?;
    }
    Ok(())
}
