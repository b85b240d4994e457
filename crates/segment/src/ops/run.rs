//! Running RFM over the lake.

use std::sync::Arc;

use base::{Clock, Code, CustomerId, Micros, Problem, Zone};
use lake::catalog::{file, table as catalog};
use lake::{Lake, Snapshot};
use profile::traits::Traits;

use crate::facts::{FactsPlan, Pass};
use crate::model::{Facts, Place};
use crate::rules::book::Book;
use crate::rules::classify::Learned;
use crate::rules::rfm::Settings;
use crate::settled::month_ends;
use crate::store::{Count, RfmRun, counts, run_add, trend_add};
use crate::table;

/// What to run.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The rules.
    pub book: &'a Book,
    /// Window, bins, weights; [`Book::settings`] or those of the call.
    pub settings: &'a Settings,
    /// The definitions of the traits in use.
    pub traits: &'a Traits,
    /// The business's time zone.
    pub zone: &'a Zone,
    /// Customers known to the product whether or not they bought, ascending: who never bought is a prospect.
    pub known: &'a [CustomerId],
}

/// Ends of months before a run that its trend has.
const TREND: i32 = 11;

/// Places every customer at a reference date, and counts how many were where at the ends of the months before, by the same rules with the
/// population of each date (a month with too little data has none). Writes the lake table `rfm` and stores the run, visible together.
/// Computing blocks the calling thread.
pub async fn rfm_run(
    lake: &Lake,
    clock: &dyn Clock,
    request: Request<'_>,
    as_of: Micros,
    pass: Pass<'_>,
) -> Result<RfmRun, Problem> {
    let snapshot = lake.snapshot().await?;
    let (learned, places, trend) = placed(&snapshot, request, as_of, pass)?;
    let book = request.book;
    let mut notes = book.notes.clone();
    notes.extend(learned.notes());
    let mut run = RfmRun {
        id: 0,
        created_at: clock.now(),
        zone: request.zone.name().to_owned(),
        customers: places.len() as u64,
        buyers: places.iter().filter(|p| p.buyer).count() as u64,
        counts: counts(book, &places),
        learned,
        book: book.clone(),
        notes,
    };
    let mut tx = lake.db().write().await?;
    let definition = Arc::new(catalog::table_define(&mut tx, run.created_at, table::NAME, &table::COLUMNS).await?);
    tx.commit().await?;
    let written = table::write(lake, &definition, &places, book, as_of).await?;
    let mut tx = lake.db().write().await?;
    file::file_replace(&mut tx, lake, run.created_at, &definition, written.as_slice()).await?;
    run_add(&mut tx, &mut run).await?;
    for (at, counted) in &trend {
        trend_add(&mut tx, run.id, *at, counted).await?;
    }
    tx.commit().await?;
    Ok(run)
}

/// What was learned, where everybody is, and how many were where at the ends of months.
type Placed = (Learned, Vec<Place>, Vec<(Micros, Vec<Count>)>);

fn placed(snapshot: &Snapshot, request: Request<'_>, as_of: Micros, pass: Pass<'_>) -> Result<Placed, Problem> {
    request.settings.check()?;
    let plan = FactsPlan::new(request.traits, &request.settings.window, request.zone)?;
    let mut dates = month_ends(request.zone, as_of, TREND + 1);
    // The last one is the reference date.
    dates.reverse();
    let placed = plan.everybody(snapshot, &dates, pass, |at, everybody| {
        let facts = with_known(everybody.iter().copied(), request.known);
        match of_facts(&facts, request, (at, plan.day(at))) {
            Ok(placed) if at == as_of => Ok((at, Some(placed), Vec::new())),
            Ok((_, places)) => Ok((at, None, counts(request.book, &places))),
            Err(problem) if at != as_of && problem.code == Code::TooLittleData => Ok((at, None, Vec::new())),
            Err(problem) => Err(problem),
        }
    })?;
    let (mut now, mut trend) = (None, Vec::new());
    for (at, placed, counted) in placed {
        match placed {
            Some(placed) => now = Some(placed),
            None if counted.is_empty() => {}
            None => trend.push((at, counted)),
        }
    }
    let none = || Problem::new(Code::Internal, "nobody was placed at the reference date");
    let (learned, places) = now.ok_or_else(none)?;
    Ok((learned, places, trend))
}

/// Cut points and places out of the facts of everybody.
pub(crate) fn of_facts(
    facts: &[Facts],
    request: Request<'_>,
    (as_of, today): (Micros, i32),
) -> Result<(Learned, Vec<Place>), Problem> {
    request.settings.check()?;
    let learned = Learned::from(facts.iter(), (as_of, today), request.settings.clone(), request.book)?;
    let places = facts.iter().map(|f| learned.place(f, request.book)).collect();
    Ok((learned, places))
}

/// Adds the known customers without order lines; both ascending.
pub(crate) fn with_known(facts: impl IntoIterator<Item = Facts>, known: &[CustomerId]) -> Vec<Facts> {
    let facts = facts.into_iter();
    let mut all = Vec::with_capacity(facts.size_hint().0.max(known.len()));
    let mut known = known.iter().map(|c| c.0).peekable();
    let nobody = |customer| Facts { customer, history: None, window: None };
    for one in facts {
        while let Some(customer) = known.next_if(|k| *k < one.customer) {
            all.push(nobody(customer));
        }
        known.next_if_eq(&one.customer);
        all.push(one);
    }
    all.extend(known.map(nobody));
    all
}
