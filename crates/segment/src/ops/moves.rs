//! Moves between two dates.

use base::{Code, CustomerId, Micros, Problem};
use jiff::Timestamp;
use jiff::civil::Date;
use lake::Snapshot;

use super::run::Request;
use crate::everybody::{Everybody, ended};
use crate::facts::{FactsPlan, Pass};
use crate::flows::FlowTable;
use crate::model::{Dimension, Text};
use crate::rules::book::Book;
use crate::rules::classify::Learned;
use crate::rules::moves::{Move, Moves};

/// Who went from where to where between two dates, placed by the same rules and settings with the population of each date.
#[derive(Clone, Debug, PartialEq)]
pub struct MovesRun {
    book: Book,
    moves: Vec<Move>,
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
    check(request, (from, to))?;
    let plan = FactsPlan::new(request.traits, &request.settings.window, request.zone)?;
    let dates = plan.everybody(snapshot, &[from, to], pass, |at, everybody| Ok((at, everybody)))?;
    between(&plan, request, std::array::from_fn(|at| (dates[at].0, &dates[at].1)), pass.threads)
}

/// Refuses what no moves can be told by.
pub(crate) fn check(request: Request<'_>, (from, to): (Micros, Micros)) -> Result<(), Problem> {
    in_order(from, to)?;
    request.settings.check()
}

/// Refuses dates that are not in order.
pub(crate) fn in_order(from: Micros, to: Micros) -> Result<(), Problem> {
    if from < to {
        return Ok(());
    }
    let message = "the first date is not before the second";
    Err(Problem::new(Code::InvalidArgument, message).hint("give the earlier date first").field("to", message))
}

/// As [`moves`], from what is known of everybody at both dates.
pub(crate) fn between(
    plan: &FactsPlan,
    request: Request<'_>,
    [(from, earlier), (to, later)]: [(Micros, &Everybody); 2],
    threads: usize,
) -> Result<MovesRun, Problem> {
    let day = |as_of: Micros| {
        Timestamp::from_microsecond(as_of).unwrap_or_default().to_zoned(request.zone.tz().clone()).date()
    };
    let learn = |as_of: Micros, all: &Everybody| {
        let learned = Learned::from(all.iter(), (as_of, plan.day(as_of)), request.settings.clone(), request.book);
        let day = day(as_of);
        learned.map_err(|p| Problem { message: format!("at {day}: {}", p.message), ..p })
    };
    let (before, after) = std::thread::scope(|scope| {
        if threads < 2 {
            return (learn(from, earlier), learn(to, later));
        }
        let before = scope.spawn(|| learn(from, earlier));
        let after = learn(to, later);
        (before.join().unwrap_or_else(|_| Err(ended())), after)
    });
    let after = after?;
    let mut note = None;
    let before = match before {
        Err(problem) if problem.code == Code::TooLittleData => {
            // Before the first sale of the business everybody is not yet a customer, which is nothing to be told.
            if earlier.iter().any(|f| f.history.is_some()) {
                let buyers = earlier.iter().filter(|f| f.window.is_some()).count();
                note = Some(few(buyers, day(from), day(to)));
            }
            Learned { as_of: from, today: plan.day(from), ..after.clone() }
        }
        done => done?,
    };
    let place = |(first, until): (i64, i64)| {
        let before = earlier.between(first, until).map(|f| before.place(f, request.book));
        Move::all(before, later.between(first, until).map(|f| after.place(f, request.book)))
    };
    let parts = later.parts(threads);
    let moves = std::thread::scope(|scope| {
        let others: Vec<_> = parts[1..].iter().map(|part| scope.spawn(|| place(*part))).collect();
        let mut moves = place(parts[0]);
        for other in others {
            moves.extend(other.join().map_err(|_| ended())?);
        }
        Ok::<_, Problem>(moves)
    })?;
    Ok(MovesRun { book: request.book.clone(), moves, note })
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
        Moves::between(dimension, &self.book, &self.moves)
    }

    /// What a reader should know.
    pub const fn note(&self) -> Option<&Text> {
        self.note.as_ref()
    }

    /// The memory it takes.
    pub(crate) const fn bytes(&self) -> usize {
        self.moves.len() * size_of::<Move>()
    }

    /// The table with everybody's money, as a page shows it.
    pub(crate) fn flows(&self, dimension: Dimension) -> FlowTable {
        let (table, money) = Moves::with_money(dimension, &self.book, &self.moves);
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
        Moves::who(dimension, &self.book, &self.moves, (from, to))
    }
}
