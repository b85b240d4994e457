//! Moves between two dates.

use base::{Code, CustomerId, Micros, Problem};
use jiff::Timestamp;
use jiff::civil::Date;
use lake::Snapshot;

use super::run::{Request, of_everybody, of_facts};
use crate::facts::Pass;
use crate::flows::FlowTable;
use crate::model::{Dimension, Place, Text};
use crate::rules::book::Book;
use crate::rules::classify::Learned;
use crate::rules::moves::Moves;

/// Where everyone was at two dates, placed by the same rules and settings with the population of each date.
#[derive(Clone, Debug, PartialEq)]
pub struct MovesRun {
    book: Book,
    before: Vec<Place>,
    after: Vec<Place>,
    note: Option<Text>,
}

/// Places everyone at both reference dates. Windows that are relative move with the date. Where too few had bought by the first date
/// to learn scores from them, they have those of the second, and [`MovesRun::note`] says so. Nothing is written. Blocks the calling
/// thread.
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
    let day = |as_of: Micros| {
        Timestamp::from_microsecond(as_of).unwrap_or_default().to_zoned(request.zone.tz().clone()).date()
    };
    let dated = |as_of: Micros, p: Problem| {
        let day = day(as_of);
        Problem { message: format!("at {day}: {}", p.message), ..p }
    };
    let (facts, today) = of_everybody(snapshot, request, to, pass)?;
    let (learned, after) = of_facts(&facts, request, (to, today)).map_err(|p| dated(to, p))?;
    drop(facts);
    let (facts, today) = of_everybody(snapshot, request, from, pass)?;
    let mut run = MovesRun { book: request.book.clone(), before: Vec::new(), after, note: None };
    // Before the first sale of the business everybody is not yet a customer: there is nothing to learn, and nobody to place.
    if facts.iter().all(|f| f.history.is_none()) {
        return Ok(run);
    }
    run.before = match of_facts(&facts, request, (from, today)) {
        Err(problem) if problem.code == Code::TooLittleData => {
            run.note = Some(few(facts.iter().filter(|f| f.window.is_some()).count(), day(from), day(to)));
            let learned = Learned { as_of: from, today, ..learned };
            facts.iter().map(|f| learned.place(f, request.book)).collect()
        }
        done => done.map_err(|p| dated(from, p))?.1,
    };
    Ok(run)
}

fn few(buyers: usize, from: Date, to: Date) -> Text {
    Text {
        en: format!(
            "customers with a sale inside the window at {from}: {buyers}, too few to score; they have the scores of {to}"
        ),
        zh: format!("{from} 窗口内有销售的客户：{buyers}，不足以评分，改用 {to} 的评分界限"),
    }
}

impl MovesRun {
    /// The table of moves by group, tier or stage.
    pub fn table(&self, dimension: Dimension) -> Moves {
        Moves::between(dimension, &self.book, &self.before, &self.after)
    }

    /// What a reader should know.
    pub const fn note(&self) -> Option<&Text> {
        self.note.as_ref()
    }

    /// The memory it takes.
    pub(crate) const fn bytes(&self) -> usize {
        (self.before.len() + self.after.len()) * size_of::<Place>()
    }

    /// The table with everybody's money, as a page shows it.
    pub(crate) fn flows(&self, dimension: Dimension) -> FlowTable {
        let (table, money) = Moves::with_money(dimension, &self.book, &self.before, &self.after);
        let cells = table.cells.iter().zip(&money).enumerate().flat_map(|(from, (row, money))| {
            row.iter().zip(money).enumerate().map(move |(to, (count, money))| (from, to, *count, money.0))
        });
        FlowTable {
            flows: cells.filter(|(_, _, count, _)| *count > 0).collect(),
            from: table.from_totals(),
            to: table.to_totals(),
            places: table.places,
            note: self.note.clone(),
        }
    }

    /// Who went from one place to another (names as in [`Moves::places`]), ascending.
    pub fn who(&self, dimension: Dimension, from: &str, to: &str) -> Result<Vec<CustomerId>, Problem> {
        Moves::who(dimension, &self.book, &self.before, &self.after, (from, to))
    }
}
