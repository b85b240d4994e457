//! Life-cycle stages: an ordered list of conditions relative to the customer's own rhythm.

use super::book::Title;
use super::expr::{Condition, Judged, Values, Vocabulary};
use crate::model::{History, days_between};

/// What a stage's condition may speak about, see `segments.default.toml`.
pub const VARIABLES: [&str; 7] =
    ["orders", "purchase_days", "tenure_days", "recency_days", "rhythm_days", "rhythms", "last_gap_days"];

/// Index of `last_gap_days`: limits compared with it are reckoned from the rhythm before that gap.
const LAST_GAP: usize = 6;

/// With fewer purchase days than this a customer has no rhythm of his own yet.
pub const OWN_RHYTHM_FROM: u32 = 3;

/// A named limit in days: so many rhythms, within bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The name conditions use.
    pub name: String,
    /// Multiples of the rhythm.
    pub rhythms: f64,
    /// Never less than this many days.
    pub min_days: f64,
    /// Never more than this many days.
    pub max_days: f64,
}

impl Limit {
    /// The limit in days for a rhythm.
    pub fn days(&self, rhythm_days: f64) -> f64 {
        (self.rhythms * rhythm_days).clamp(self.min_days, self.max_days)
    }
}

/// One stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Name, label, description, action.
    pub title: Title,
    /// When a customer is in it; only the last has none.
    pub when: Option<Condition>,
}

/// All stages with their limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Lifecycle {
    pub(super) stages: Vec<Stage>,
    pub(super) limits: Vec<Limit>,
    pub(super) limit_names: Vec<String>,
    pub(super) default_rhythm_days: f64,
}

/// The mean number of days between purchase days, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    /// Days.
    pub days: f64,
    /// The customer's own; otherwise what stands in for it.
    pub own: bool,
}

/// The mean gap of a customer with a rhythm of his own.
pub fn own_rhythm(history: &History) -> Option<f64> {
    (history.purchase_days >= OWN_RHYTHM_FROM)
        .then(|| f64::from(history.last_day - history.first_day) / f64::from(history.purchase_days - 1))
}

/// The median of the own rhythms of a population; the mean of the middle two when they are even in number.
pub fn median_rhythm(rhythms: &mut [f64]) -> Option<f64> {
    if rhythms.is_empty() {
        return None;
    }
    let (middle, even) = (rhythms.len() / 2, rhythms.len().is_multiple_of(2));
    let (low, high, _) = rhythms.select_nth_unstable_by(middle, f64::total_cmp);
    let high = *high;
    let below = low.iter().copied().max_by(f64::total_cmp);
    Some(below.filter(|_| even).map_or(high, |below| f64::midpoint(below, high)))
}

/// A customer's numbers as conditions see them.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    history: Option<&'a History>,
    today: i32,
    limits: &'a [Limit],
    /// The rhythm now.
    pub rhythm: Rhythm,
    /// The rhythm before the last gap.
    pub rhythm_before: Rhythm,
}

impl Lifecycle {
    /// The stages in the order of the rules.
    pub fn all(&self) -> &[Stage] {
        &self.stages
    }

    /// The named limits.
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// The rhythm that stands in when nobody has one, in days.
    pub const fn default_rhythm_days(&self) -> f64 {
        self.default_rhythm_days
    }

    /// A customer's numbers on a day; `stand_in` is the rhythm of the population in days.
    pub fn standing<'a>(&'a self, history: Option<&'a History>, today: i32, stand_in: f64) -> Standing<'a> {
        let or_stand_in =
            |own: Option<f64>| own.map_or(Rhythm { days: stand_in, own: false }, |days| Rhythm { days, own: true });
        let before = history.filter(|h| h.purchase_days > 1).map(|h| History {
            purchase_days: h.purchase_days - 1,
            last_day: h.last_day - h.last_gap_days as i32,
            ..*h
        });
        Standing {
            history,
            today,
            limits: &self.limits,
            rhythm: or_stand_in(history.and_then(own_rhythm)),
            rhythm_before: or_stand_in(before.as_ref().and_then(own_rhythm)),
        }
    }

    /// The index of the stage of a customer.
    pub fn of(&self, standing: &Standing<'_>) -> u8 {
        let found = self.stages.iter().position(|s| s.when.as_ref().is_none_or(|c| c.holds(standing)));
        found.unwrap_or(self.stages.len() - 1) as u8
    }

    /// What the rules say to a customer, from the first to the one that takes him.
    pub fn tried(&self, standing: &Standing<'_>) -> Vec<(&Stage, Vec<Judged>, bool)> {
        let taken = usize::from(self.of(standing));
        let words = Vocabulary { variables: &VARIABLES, limits: &self.limit_names };
        let judged = |s: &Stage| s.when.as_ref().map_or_else(Vec::new, |c| c.judge(standing, words));
        self.stages[..=taken].iter().enumerate().map(|(i, s)| (s, judged(s), i == taken)).collect()
    }
}

impl Values for Standing<'_> {
    fn variable(&self, index: usize) -> f64 {
        let Some(h) = self.history else {
            // Who never bought has no recency or rhythm: comparisons with them are false.
            return if index < 2 { 0.0 } else { f64::NAN };
        };
        // In the order of [`VARIABLES`].
        match index {
            0 => f64::from(h.orders),
            1 => f64::from(h.purchase_days),
            2 => days_between(h.first_day, self.today) as f64,
            3 => days_between(h.last_day, self.today) as f64,
            4 => self.rhythm.days,
            5 => days_between(h.last_day, self.today) as f64 / self.rhythm.days,
            _ => f64::from(h.last_gap_days),
        }
    }

    fn limit(&self, index: usize, variable: usize) -> f64 {
        let rhythm = if variable == LAST_GAP { self.rhythm_before } else { self.rhythm };
        self.limits[index].days(rhythm.days)
    }
}
