//! The metrics of a period with their trend.

use base::{Micros, Problem};

use crate::Insight;
use crate::day::{Compare, Day, Period, Step};
use crate::index::Sums;
use crate::metrics::{METRICS, Metric};

/// One point of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The first day of the step.
    pub day: Day,
    /// The value.
    pub value: Option<i128>,
    /// The value of the same step of the comparison.
    pub before: Option<i128>,
}

/// A metric of a period.
#[derive(Debug)]
pub struct Measured {
    /// Which.
    pub metric: &'static Metric,
    /// The value, in the units of [`crate::metrics::Unit`].
    pub value: Option<i128>,
    /// The value of the comparison.
    pub before: Option<i128>,
    /// The trend.
    pub series: Vec<Point>,
}

/// The metrics of a period.
#[derive(Debug)]
pub struct Overview {
    /// The period.
    pub period: Period,
    /// What it is compared with.
    pub comparison: Option<Period>,
    /// How fine the series are.
    pub step: Step,
    /// The metrics.
    pub metrics: Vec<Measured>,
    /// When the numbers were made.
    pub as_of: Micros,
    /// Changes with the data.
    pub stamp: u64,
}

impl Insight {
    /// All metrics of a period.
    pub async fn overview(&self, period: Period, compare: Option<Compare>) -> Result<Overview, Problem> {
        let (_, index) = self.index().await?;
        let comparison = compare.map(|c| period.before(c)).filter(|before| index.reaches(*before));
        let step = period.step();
        let series =
            |period: Period| period.pieces(step).into_iter().map(|p| (p.from, index.sums(p))).collect::<Vec<_>>();
        let (now, then) = (series(period), comparison.map(series).unwrap_or_default());
        let (sums, before) = (index.sums(period), comparison.map(|p| index.sums(p)));
        let measured = |metric: &'static Metric| {
            let point = |(at, (day, sums)): (usize, &(Day, Sums))| Point {
                day: *day,
                value: metric.value(sums),
                before: then.get(at).and_then(|(_, sums)| metric.value(sums)),
            };
            Measured {
                metric,
                value: metric.value(&sums),
                before: before.as_ref().and_then(|sums| metric.value(sums)),
                series: now.iter().enumerate().map(point).collect(),
            }
        };
        let metrics = METRICS.iter().map(measured).collect();
        Ok(Overview { period, comparison, step, metrics, as_of: index.as_of, stamp: index.stamp })
    }

    /// Sales less returns, and orders, by weekday (Monday first) and hour.
    pub async fn by_hour(&self, period: Period) -> Result<[[(i128, u64); 24]; 7], Problem> {
        let (_, index) = self.index().await?;
        Ok(index.by_hour(period))
    }
}
