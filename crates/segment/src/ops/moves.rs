//! Moves between two dates.

use base::{Amount, Code, CustomerId, Micros, Problem};
use jiff::Timestamp;
use lake::Snapshot;

use super::run::{Request, of_everybody, of_facts};
use crate::facts::Pass;
use crate::model::{Dimension, Facts, Place};
use crate::rules::book::Book;
use crate::rules::moves::Moves;

/// Where everyone was at two dates, placed by the same rules and settings with the population of each date.
#[derive(Clone, Debug, PartialEq)]
pub struct MovesRun {
    book: Book,
    before: Vec<Place>,
    after: Vec<Place>,
}

/// Places everyone at both reference dates. Windows that are relative move with the date. Nothing is written. Blocks the
/// calling thread.
pub fn moves(
    snapshot: &Snapshot,
    request: Request<'_>,
    (from, to): (Micros, Micros),
    pass: Pass<'_>,
) -> Result<MovesRun, Problem> {
    if from >= to {
        return Err(Problem::new(Code::InvalidArgument, "the first date is not before the second")
            .hint("give the earlier date first"));
    }
    let dated = |as_of: Micros, p: Problem| {
        let day = Timestamp::from_microsecond(as_of).unwrap_or_default().to_zoned(request.zone.tz().clone()).date();
        Problem { message: format!("at {day}: {}", p.message), ..p }
    };
    let places = |as_of: Micros, facts: &[Facts], today: i32| {
        of_facts(facts, request, (as_of, today)).map(|(_, places)| places).map_err(|p| dated(as_of, p))
    };
    let (facts, today) = of_everybody(snapshot, request, from, pass)?;
    // Before the first sale of the business everybody is not yet a customer: there is nothing to learn, and nobody to place.
    let young = facts.iter().all(|f| f.history.is_none());
    let before = if young { Vec::new() } else { places(from, &facts, today)? };
    drop(facts);
    let (facts, today) = of_everybody(snapshot, request, to, pass)?;
    Ok(MovesRun { book: request.book.clone(), before, after: places(to, &facts, today)? })
}

impl MovesRun {
    /// The table of moves by group, tier or stage.
    pub fn table(&self, dimension: Dimension) -> Moves {
        Moves::between(dimension, &self.book, &self.before, &self.after)
    }

    /// The memory it takes.
    pub(crate) const fn bytes(&self) -> usize {
        (self.before.len() + self.after.len()) * size_of::<Place>()
    }

    /// The money of who went from one place to another, in the order of [`MovesRun::who`]: sales less returns inside the window of
    /// the second date.
    pub(crate) fn money(&self, customers: &[CustomerId]) -> Amount {
        let value = |c: &CustomerId| {
            let at = self.after.binary_search_by_key(&c.0, |p| p.customer).ok()?;
            self.after[at].rfm.map(|rfm| rfm.monetary.0)
        };
        Amount(customers.iter().filter_map(value).sum())
    }

    /// Who went from one place to another (names as in [`Moves::places`]), ascending.
    pub fn who(&self, dimension: Dimension, from: &str, to: &str) -> Result<Vec<CustomerId>, Problem> {
        Moves::who(dimension, &self.book, &self.before, &self.after, (from, to))
    }
}
