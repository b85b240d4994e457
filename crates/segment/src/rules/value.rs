//! Value tiers: by cumulative share of revenue (Pareto) or by fixed amounts.
//!
//! Pareto: the tier of a value is the first whose share exceeds the share of revenue made by customers with a strictly
//! larger value. So the customer who crosses the line is still in, equal values are always in the same tier, and the
//! unit of money plays no part. Revenue is the sum of positive values; who has none is in the last tier.

use base::{Amount, Code, Problem};
use serde::{Deserialize, Serialize};

use super::book::Title;

/// One tier.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Name, label, description, action.
    pub title: Title,
}

/// Where one tier ends and the next begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// Cumulative shares of revenue of all tiers but the last, ascending, in millionths.
    Pareto(Vec<u32>),
    /// The least amount of all tiers but the last, descending.
    Fixed(Vec<Amount>),
}

/// All tiers, the best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiers {
    tiers: Vec<Tier>,
    method: Method,
}

/// The least value of each tier but the last, descending: what a run keeps to place one touched customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierCuts {
    /// In 1/10000, one per tier but the last.
    pub least: Vec<i64>,
    /// Revenue of the population: the sum of its positive values, in 1/10000.
    pub revenue: i128,
}

/// Millionths in a whole.
const WHOLE: i128 = 1_000_000;

impl Tiers {
    /// Takes the tiers and the lines between them; there is one line fewer than tiers, each beyond the one before.
    pub fn new(tiers: Vec<Tier>, method: Method) -> Result<Self, Problem> {
        let (lines, in_order) = match &method {
            Method::Pareto(shares) => {
                (shares.len(), shares.is_sorted_by(|a, b| a < b) && shares.iter().all(|s| (1..1_000_000).contains(s)))
            }
            Method::Fixed(least) => (least.len(), least.is_sorted_by(|a, b| a > b)),
        };
        let hint = "shares grow from tier to tier, above 0 and below 1; amounts fall; the last tier has neither";
        if lines + 1 != tiers.len() || !in_order {
            return Err(Problem::new(Code::InvalidConfig, "the value tiers are not in order").hint(hint));
        }
        Ok(Self { tiers, method })
    }

    /// The tiers, the best first.
    pub fn all(&self) -> &[Tier] {
        &self.tiers
    }

    /// How the lines are drawn.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The cumulative share of revenue a tier ends at; `None` for the last and for fixed amounts.
    pub fn share(&self, tier: usize) -> Option<f64> {
        match &self.method {
            Method::Pareto(shares) => shares.get(tier).map(|s| f64::from(*s) / WHOLE as f64),
            Method::Fixed(_) => None,
        }
    }

    /// Draws the lines over a population's values (any order, in 1/10000). Sorts `values`.
    pub fn cuts(&self, values: &mut [i64]) -> TierCuts {
        let revenue = values.iter().filter(|v| **v > 0).map(|v| i128::from(*v)).sum();
        let least = match &self.method {
            Method::Fixed(least) => least.iter().map(|a| a.0).collect(),
            Method::Pareto(shares) => pareto(shares, values, revenue),
        };
        TierCuts { least, revenue }
    }
}

fn pareto(shares: &[u32], values: &mut [i64], revenue: i128) -> Vec<i64> {
    values.sort_unstable_by(|a, b| b.cmp(a));
    let beyond = values.first().map_or(1, |top| top.saturating_add(1).max(1));
    let mut least = vec![beyond; shares.len()];
    let (mut larger, mut at) = (0i128, 0);
    while at < values.len() && values[at] > 0 {
        let value = values[at];
        for (share, bound) in shares.iter().zip(&mut least) {
            if larger * WHOLE < revenue * i128::from(*share) {
                *bound = value;
            }
        }
        while at < values.len() && values[at] == value {
            larger += i128::from(value);
            at += 1;
        }
    }
    least
}

impl TierCuts {
    /// The index of the tier of a value, in 1/10000.
    pub fn tier(&self, value: i64) -> u8 {
        self.least.iter().position(|least| value >= *least).unwrap_or(self.least.len()) as u8
    }
}
