//! Why a customer is where he is: values, bounds, scores, and every rule from the first to the one that took him.

mod text;

use base::{Amount, CustomerId, Micros};
use serde::Serialize;

use crate::json::Bound;
use crate::model::{Facts, History, Text, days_between};
use crate::rules::classify::{Learned, axis_values};
use crate::rules::expr::Judged;
use crate::rules::rfm::Axis;
use crate::store::RfmRun;
use crate::table::Listed;

/// Why a customer is where he is, step by step; [`Explanation::lines`] says it in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The customer.
    pub customer: CustomerId,
    /// The reference date.
    #[serde(serialize_with = "crate::json::instant")]
    pub as_of: Micros,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// What the scores are made from.
    Values {
        /// The reference date's day.
        day: String,
        /// The window of the run.
        window: String,
        /// The day of the last sale.
        last_day: String,
        /// Days since then.
        recency_days: i64,
        /// Orders.
        frequency: u32,
        /// Sales less returns.
        #[serde(serialize_with = "crate::json::money")]
        monetary: Amount,
    },
    /// There is no sale inside the window: no scores, group or tier.
    Outside {
        /// The window of the run.
        window: String,
    },
    /// One score. Bounds are in days (recency), orders, or money, both included; a missing one is open.
    Score {
        /// The axis.
        axis: Axis,
        /// The score.
        score: u8,
        /// The best score.
        bins: u8,
        /// The least value with this score.
        least: Option<Bound>,
        /// The greatest value with this score.
        greatest: Option<Bound>,
        /// Whether bounds are fixed; otherwise they are quantiles.
        fixed: bool,
        /// Customers of the run.
        customers: u64,
    },
    /// The combined score.
    Combined {
        /// 0 … 100.
        score: f64,
        /// Weights of recency, frequency, monetary.
        weights: [f64; 3],
    },
    /// Scores as the group rules see them, when they are not already on that scale.
    Scale {
        /// On the scale of 1 … 5.
        cell: [u8; 3],
    },
    /// A rule of the groups.
    Group(Rule),
    /// The value tier.
    Tier {
        /// Its name.
        name: String,
        /// Its label.
        label: Text,
        /// The least value of the tier; none for the last.
        #[serde(serialize_with = "crate::json::money_if_any")]
        least: Option<Amount>,
        /// The least value of the next better tier; none for the best.
        #[serde(serialize_with = "crate::json::money_if_any")]
        better: Option<Amount>,
        /// The share of revenue up to the end of the tier, if drawn by share.
        share: Option<f64>,
    },
    /// The rhythm the stages are measured by.
    Rhythm {
        /// Days between purchase days.
        days: f64,
        /// The customer's own; otherwise the population's median stands in.
        own: bool,
        /// His purchase days.
        purchase_days: u32,
        /// Days from the first to the last of them.
        span_days: i64,
        /// How many customers the median is made from; 0: the default of the rules.
        population: u64,
    },
    /// A named limit in days.
    Limit {
        /// Its name.
        name: String,
        /// So many rhythms …
        rhythms: f64,
        /// … but at least …
        min_days: f64,
        /// … and at most …
        max_days: f64,
        /// … makes for him.
        days: f64,
    },
    /// A rule of the stages.
    Stage(Rule),
    /// The stored row says something else: the history changed after the run.
    Changed,
}

/// A rule and what it said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rule {
    /// Name of the group or stage.
    pub name: String,
    /// Its label.
    pub label: Text,
    /// The condition as written; none takes the rest.
    pub condition: Option<String>,
    /// Its clauses with their numbers and truth.
    pub clauses: Vec<Judged>,
    /// Whether it took the customer.
    pub holds: bool,
}

impl Explanation {
    pub(crate) fn new(run: &RfmRun, facts: &Facts, listed: Option<&Listed>) -> Self {
        let mut steps = Vec::new();
        rfm(run, facts, &mut steps);
        lifecycle(run, facts, &mut steps);
        if listed.is_some_and(|listed| differs(run, facts, listed)) {
            steps.push(Step::Changed);
        }
        Self { customer: CustomerId(facts.customer), as_of: run.learned.as_of, steps }
    }
}

fn rfm(run: &RfmRun, facts: &Facts, steps: &mut Vec<Step>) {
    let (learned, book) = (&run.learned, &run.book);
    let window = learned.settings.window.clone();
    let placed = learned.place(facts, book).rfm;
    let Some((sales, rfm)) = facts.window.as_ref().zip(placed) else {
        steps.push(Step::Outside { window });
        return;
    };
    steps.push(Step::Values {
        day: date(learned.today),
        window,
        last_day: date(sales.last_day),
        recency_days: rfm.recency_days,
        frequency: rfm.frequency,
        monetary: rfm.monetary,
    });
    let scores = [rfm.scores.r, rfm.scores.f, rfm.scores.m];
    steps.extend((0..3).map(|at| score(learned, at, scores[at])));
    steps.push(Step::Combined { score: rfm.score, weights: learned.settings.weights });
    let cell = learned.cell(scores);
    if learned.cuts.iter().any(|c| c.bins() != 5) {
        steps.push(Step::Scale { cell: cell.0 });
    }
    steps.extend(book.groups.tried(cell).into_iter().map(|tried| {
        Step::Group(Rule {
            name: tried.group.title.name.clone(),
            label: tried.group.title.label.clone(),
            condition: tried.group.when.as_ref().map(|w| w.text().to_owned()),
            clauses: tried.clauses,
            holds: tried.holds,
        })
    }));
    let at = usize::from(learned.tiers.tier(axis_values(sales, learned.today)[2]));
    let title = &book.tiers.all()[at].title;
    steps.push(Step::Tier {
        name: title.name.clone(),
        label: title.label.clone(),
        least: learned.tiers.least.get(at).copied().map(Amount),
        better: at.checked_sub(1).map(|better| Amount(learned.tiers.least[better])),
        share: book.tiers.share(at),
    });
}

fn score(learned: &Learned, at: usize, score: u8) -> Step {
    let (least, greatest) = learned.cuts[at].range(score);
    // Recency is kept negated: more is better.
    let (least, greatest) = if at == 0 { (greatest.map(|v| -v), least.map(|v| -v)) } else { (least, greatest) };
    let axis = Axis::ALL[at];
    let bound = |value| if axis == Axis::Monetary { Bound::Money(Amount(value)) } else { Bound::Count(value) };
    Step::Score {
        axis,
        score,
        bins: learned.cuts[at].bins(),
        least: least.map(bound),
        greatest: greatest.map(bound),
        fixed: matches!(learned.settings.bins[at], crate::rules::rfm::Bins::Fixed(_)),
        customers: learned.customers,
    }
}

fn lifecycle(run: &RfmRun, facts: &Facts, steps: &mut Vec<Step>) {
    let (learned, lifecycle) = (&run.learned, &run.book.lifecycle);
    let standing = lifecycle.standing(facts.history.as_ref(), learned.today, learned.rhythm_days);
    if let Some(History { first_day, last_day, purchase_days, .. }) = facts.history {
        steps.push(Step::Rhythm {
            days: standing.rhythm.days,
            own: standing.rhythm.own,
            purchase_days,
            span_days: days_between(first_day, last_day),
            population: learned.rhythms,
        });
        steps.extend(lifecycle.limits().iter().map(|limit| Step::Limit {
            name: limit.name.clone(),
            rhythms: limit.rhythms,
            min_days: limit.min_days,
            max_days: limit.max_days,
            days: limit.days(standing.rhythm.days),
        }));
    }
    steps.extend(lifecycle.tried(&standing).into_iter().map(|(stage, clauses, holds)| {
        Step::Stage(Rule {
            name: stage.title.name.clone(),
            label: stage.title.label.clone(),
            condition: stage.when.as_ref().map(|w| w.text().to_owned()),
            clauses,
            holds,
        })
    }));
}

/// Whether the row of the run differs from what the history says now.
fn differs(run: &RfmRun, facts: &Facts, listed: &Listed) -> bool {
    let place = run.learned.place(facts, &run.book);
    let values = place.rfm.map(|r| (r.recency_days, i64::from(r.frequency), r.monetary));
    let stored = listed.recency.zip(listed.frequency).zip(listed.monetary).map(|((r, f), m)| (r, f, m));
    values != stored || run.book.lifecycle.all()[usize::from(place.stage)].title.name != listed.stage
}

/// A day counted from 1970-01-01 as a date.
fn date(day: i32) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(day)).map_or_else(|_| day.to_string(), |date| date.to_string())
}
