//! From facts to places: cuts drawn over a population, and the place of one customer by them.

use base::{Code, Micros, Problem};
use serde::{Deserialize, Serialize};

use super::book::Book;
use super::groups::Cell;
use super::lifecycle::{median_rhythm, own_rhythm};
use super::rfm::{Axis, Bins, Cuts, Settings, five, monetary_value, recency_value};
use super::value::TierCuts;
use crate::model::{Facts, InWindow, Place, Rfm, Scores, days_between};

/// What a run learned from its population: enough to place one touched customer without the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// The reference date.
    pub as_of: Micros,
    /// Its day on the wall, counted from 1970-01-01.
    pub today: i32,
    /// The settings of the run.
    pub settings: Settings,
    /// Customers with a sale inside the window.
    pub customers: u64,
    /// Cuts of recency, frequency, monetary.
    pub cuts: [Cuts; 3],
    /// Cuts of the value tiers.
    pub tiers: TierCuts,
    /// The median rhythm of the customers who have one, or the default of the rules, in days.
    pub rhythm_days: f64,
    /// How many customers have a rhythm of their own.
    pub rhythms: u64,
}

/// The values of a customer on the three axes, more is better.
pub const fn axis_values(window: &InWindow, today: i32) -> [i64; 3] {
    [recency_value(days_between(window.last_day, today)), window.frequency as i64, monetary_value(window.monetary)]
}

impl Learned {
    /// Draws all cuts; the reference date is given as an instant and as its day. Refuses a population too small for the bins, and settings no run can be made with.
    pub fn from<'a>(
        population: impl Iterator<Item = &'a Facts>,
        (as_of, today): (Micros, i32),
        settings: Settings,
        book: &Book,
    ) -> Result<Self, Problem> {
        settings.check()?;
        let mut axes: [Vec<i64>; 3] = Default::default();
        let mut rhythms: Vec<f64> = Vec::new();
        for facts in population {
            rhythms.extend(facts.history.as_ref().and_then(own_rhythm));
            if let Some(window) = &facts.window {
                axes.iter_mut().zip(axis_values(window, today)).for_each(|(axis, value)| axis.push(value));
            }
        }
        let customers = axes[0].len() as u64;
        enough(customers, &settings)?;
        let cuts = std::array::from_fn(|at| Cuts::of(&settings.bins[at], &mut axes[at]));
        let tiers = book.tiers.cuts(&mut axes[2]);
        let own = rhythms.len() as u64;
        let rhythm_days = median_rhythm(&mut rhythms).unwrap_or(book.lifecycle.default_rhythm_days());
        Ok(Self { as_of, today, settings, customers, cuts, tiers, rhythm_days, rhythms: own })
    }

    /// Where a customer stands by these cuts and rules, as of the run's reference date: what he bought after it counts,
    /// with 0 days of recency.
    pub fn place(&self, facts: &Facts, book: &Book) -> Place {
        let standing = book.lifecycle.standing(facts.history.as_ref(), self.today, self.rhythm_days);
        Place {
            customer: facts.customer,
            rfm: facts.window.as_ref().map(|w| self.rfm(w, book)),
            stage: book.lifecycle.of(&standing),
            buyer: facts.history.is_some(),
        }
    }

    fn rfm(&self, window: &InWindow, book: &Book) -> Rfm {
        let values = axis_values(window, self.today);
        let scores: [u8; 3] = std::array::from_fn(|at| self.cuts[at].score(values[at]));
        Rfm {
            recency_days: days_between(window.last_day, self.today),
            frequency: window.frequency,
            monetary: window.monetary,
            scores: Scores { r: scores[0], f: scores[1], m: scores[2] },
            score: self.settings.combined(scores),
            group: book.groups.of(self.cell(scores)),
            tier: self.tiers.tier(values[2]),
        }
    }

    /// Scores on the scale of the group rules.
    pub fn cell(&self, scores: [u8; 3]) -> Cell {
        Cell(std::array::from_fn(|at| five(scores[at], self.cuts[at].bins())))
    }

    /// What a reader of the result should know: axes on which everyone is alike.
    pub fn notes(&self) -> Vec<String> {
        let alike = |(axis, cuts): (&Axis, &Cuts)| {
            let one = cuts.0.iter().all(|cut| *cut == cuts.0[0]);
            (one && cuts.bins() > 2).then(|| {
                format!(
                    "{} hardly tells customers apart (most have the same value): try a longer window or fixed bounds",
                    axis.as_str()
                )
            })
        };
        Axis::ALL.iter().zip(&self.cuts).filter_map(alike).collect()
    }
}

fn enough(customers: u64, settings: &Settings) -> Result<(), Problem> {
    let bins = settings.bins.iter().filter(|b| matches!(b, Bins::Quantile(_))).map(|b| u64::from(b.count()));
    let needed = bins.max().unwrap_or(1);
    if customers >= needed {
        return Ok(());
    }
    let what = match customers {
        0 => "no customer has a sale inside the window".to_owned(),
        n => format!("{n} customers with a sale inside the window are too few for {needed} quantile bins"),
    };
    Err(Problem::new(Code::TooLittleData, what)
        .hint(format!("at least {needed} are needed: use a longer window, fewer bins, or fixed bounds")))
}
