//! Scores: from a value of an axis to 1 … bins.
//!
//! A quantile score is `1 + floor(bins × (customers with a strictly worse value) / customers)`. It depends on the value
//! alone, so equal values get equal scores whatever the order of the input, and it never falls when the value gets
//! better. In SQL: `1 + bins * (rank() OVER (ORDER BY value) - 1) / count(*) OVER ()` in whole numbers. `guanxi query` does not
//! divide these in whole numbers: a rank is unsigned, a count signed, the type for both a decimal. There write
//! `1 + floor(5.0 * (rank() …`, which divides as floating numbers and is exact where it matters.
//!
//! A run keeps the smallest value of each score ([`Cuts`]); one touched customer is scored by them without the others.

use base::{Amount, Code, Problem};
use serde::{Deserialize, Serialize};

/// One of the three axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Days since the last sale.
    Recency,
    /// Orders with a sale.
    Frequency,
    /// Sales less returns.
    Monetary,
}

impl Axis {
    /// All three, in the order of [`Settings::bins`] and [`Settings::weights`].
    pub const ALL: [Self; 3] = [Self::Recency, Self::Frequency, Self::Monetary];

    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recency => "recency",
            Self::Frequency => "frequency",
            Self::Monetary => "monetary",
        }
    }
}

/// How an axis is cut into scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bins {
    /// As many bins of (nearly) equally many customers, 2 … 10.
    Quantile(u8),
    /// Lower bounds of the scores 2, 3, …, ascending, in the axis' unit (see [`Cuts`]).
    Fixed(Vec<i64>),
}

impl Bins {
    /// How many scores there are.
    pub fn count(&self) -> u8 {
        match self {
            Self::Quantile(bins) => *bins,
            Self::Fixed(bounds) => bounds.len() as u8 + 1,
        }
    }
}

/// Parameters of an RFM run that do not depend on the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Which sales count, written as the window of a trait: `all`, `365d`, `12 months`, `2011-01-01..2011-06-30` …
    pub window: String,
    /// Recency, frequency, monetary.
    pub bins: [Bins; 3],
    /// Weights of the combined score in the same order; not negative, not all zero.
    pub weights: [f64; 3],
}

impl Default for Settings {
    fn default() -> Self {
        Self { window: "all".into(), bins: [const { Bins::Quantile(5) }; 3], weights: [1.0; 3] }
    }
}

impl Settings {
    /// The same number of quantile bins on all three axes.
    #[must_use]
    pub fn with_bins(mut self, bins: u8) -> Self {
        self.bins = std::array::from_fn(|_| Bins::Quantile(bins));
        self
    }

    /// Refuses what no run can be made with.
    pub fn check(&self) -> Result<(), Problem> {
        let wrong = |what: String, hint: &str| Err(Problem::new(Code::InvalidArgument, what).hint(hint));
        for (axis, bins) in Axis::ALL.iter().zip(&self.bins) {
            if !(2..=10).contains(&bins.count()) {
                return wrong(
                    format!("{} bins for {} are not possible", bins.count(), axis.as_str()),
                    "use 2 to 10 bins",
                );
            }
            if let Bins::Fixed(bounds) = bins
                && !bounds.is_sorted_by(|a, b| a < b)
            {
                return wrong(
                    format!("the bounds of {} are not in order", axis.as_str()),
                    "each bound must be larger than the one before",
                );
            }
        }
        if self.weights.iter().any(|w| !w.is_finite() || *w < 0.0) || self.weights.iter().sum::<f64>() <= 0.0 {
            return wrong(
                "the weights are not usable".into(),
                "weights are 0 or more, and at least one is more than 0",
            );
        }
        Ok(())
    }

    /// The combined score, 0 (all worst) … 100 (all best): each score's way from 1 to its best, weighted.
    pub fn combined(&self, scores: [u8; 3]) -> f64 {
        let parts = scores.iter().zip(&self.bins).zip(&self.weights);
        let sum: f64 = parts.map(|((s, bins), w)| w * f64::from(s - 1) / f64::from(bins.count() - 1)).sum();
        100.0 * sum / self.weights.iter().sum::<f64>()
    }
}

/// The smallest value of each score from 2 up, ascending; a score nobody has repeats the bound of the next.
///
/// Values are such that more is better: recency in days **negated**, frequency in orders, monetary in 1/10000.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cuts(pub Vec<i64>);

impl Cuts {
    /// The cuts of a population's values (any order), or the fixed bounds. Sorts `values`.
    ///
    /// A top score that ties left empty is open to whoever comes to exceed all of the population.
    pub fn of(bins: &Bins, values: &mut [i64]) -> Self {
        let bins = match bins {
            Bins::Fixed(bounds) => return Self(bounds.clone()),
            Bins::Quantile(bins) => u64::from(*bins),
        };
        sort(values);
        let count = values.len() as u64;
        let mut cuts = Vec::with_capacity(bins as usize - 1);
        for (below, value) in values.iter().enumerate() {
            if below > 0 && values[below - 1] == *value {
                continue;
            }
            let score = 1 + bins * below as u64 / count;
            while (cuts.len() as u64) + 2 <= score {
                cuts.push(*value);
            }
        }
        let beyond = values.last().map_or(i64::MAX, |top| top.saturating_add(1));
        cuts.resize(bins as usize - 1, beyond);
        Self(cuts)
    }

    /// The score of a value: 1 + the number of cuts it reaches.
    pub fn score(&self, value: i64) -> u8 {
        1 + self.0.partition_point(|cut| *cut <= value) as u8
    }

    /// How many scores there are.
    pub fn bins(&self) -> u8 {
        self.0.len() as u8 + 1
    }

    /// The bounds of a score, each included: from the least to the greatest value; `None` is open.
    pub fn range(&self, score: u8) -> (Option<i64>, Option<i64>) {
        let at = usize::from(score);
        let from = at.checked_sub(2).and_then(|i| self.0.get(i)).copied();
        (from, self.0.get(at - 1).map(|next| next - 1))
    }
}

/// Sorts; where many are alike, as days and orders are, by counting them.
fn sort(values: &mut [i64]) {
    let (Some(least), Some(most)) = (values.iter().min().copied(), values.iter().max().copied()) else { return };
    let span = most.abs_diff(least);
    if span > values.len() as u64 / 8 {
        return values.sort_unstable();
    }
    let mut counts = vec![0usize; span as usize + 1];
    for value in values.iter() {
        counts[value.abs_diff(least) as usize] += 1;
    }
    let mut rest = values;
    for (above, count) in counts.into_iter().enumerate() {
        let (alike, others) = rest.split_at_mut(count);
        alike.fill(least + above as i64);
        rest = others;
    }
}

/// Spreads a score of any number of bins evenly over 1 … 5, half up; 5 bins stay as they are.
pub fn five(score: u8, bins: u8) -> u8 {
    let (at, steps) = (u32::from(score - 1) * 4, u32::from(bins - 1));
    1 + ((at * 2 + steps) / (steps * 2)) as u8
}

/// Recency as a value of its axis: more is better.
pub const fn recency_value(days: i64) -> i64 {
    -days
}

/// Money as a value of its axis.
pub const fn monetary_value(amount: Amount) -> i64 {
    amount.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counting_sorts(
            least in prop::sample::select(vec![i64::MIN, -9, 0, i64::MAX - 40]),
            above in prop::collection::vec(0..40i64, 0..400),
        ) {
            let mut values: Vec<i64> = above.iter().map(|above| least + above).collect();
            let mut wanted = values.clone();
            sort(&mut values);
            wanted.sort_unstable();
            prop_assert_eq!(values, wanted);
        }
    }
}
