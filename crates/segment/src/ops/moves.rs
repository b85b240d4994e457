//! Moves between two dates.

use base::{Code, CustomerId, Micros, Problem};
use jiff::Timestamp;
use lake::Snapshot;

use super::run::{Request, compute};
use crate::facts::Pass;
use crate::model::{Dimension, Place};
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
    let places = |as_of: Micros| {
        compute(snapshot, request, as_of, pass).map(|(_, places)| places).map_err(|p| {
            let day = Timestamp::from_microsecond(as_of).unwrap_or_default().to_zoned(request.zone.tz().clone()).date();
            Problem { message: format!("at {day}: {}", p.message), ..p }
        })
    };
    Ok(MovesRun { book: request.book.clone(), before: places(from)?, after: places(to)? })
}

impl MovesRun {
    /// The table of moves by group, tier or stage.
    pub fn table(&self, dimension: Dimension) -> Moves {
        Moves::between(dimension, &self.book, &self.before, &self.after)
    }

    /// Who went from one place to another (names as in [`Moves::places`]), ascending.
    pub fn who(&self, dimension: Dimension, from: &str, to: &str) -> Result<Vec<CustomerId>, Problem> {
        Moves::who(dimension, &self.book, &self.before, &self.after, (from, to))
    }
}
