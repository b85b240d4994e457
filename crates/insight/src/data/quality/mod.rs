//! How good the data is: complete, valid, unique, consistent, fresh; and the rows behind every fault.

mod checks;
mod count;
mod rows;

use std::sync::{Arc, Mutex, PoisonError};

use base::{Micros, Problem, clock::DAY};
use lake::ORDER_LINE;

pub(crate) use checks::{CHECKS, Check, Dimension};
pub(crate) use rows::Rows;

use super::Data;

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub passed: i64,
    pub failed: i64,
}

impl Counted {
    /// Of `all` so many fail.
    pub(super) fn of(all: i64, failed: i64) -> Self {
        Self { passed: all - failed, failed }
    }

    /// The share that passes; nothing to ask is well.
    pub(crate) fn score(self) -> f64 {
        let all = self.passed + self.failed;
        if all == 0 { 1.0 } else { self.passed as f64 / all as f64 }
    }
}

/// How all checks ended, in the order of [`CHECKS`].
#[derive(Clone, Debug)]
pub(crate) struct Quality {
    pub as_of: Micros,
    pub counts: Vec<Counted>,
}

impl Quality {
    /// The mean of the checks of a side.
    pub(crate) fn side(&self, side: Dimension) -> f64 {
        let scores: Vec<f64> =
            CHECKS.iter().zip(&self.counts).filter(|(c, _)| c.dimension == side).map(|(_, n)| n.score()).collect();
        scores.iter().sum::<f64>() / scores.len().max(1) as f64
    }

    /// The mean of the sides.
    pub(crate) fn score(&self) -> f64 {
        Dimension::ALL.map(|side| self.side(side)).iter().sum::<f64>() / Dimension::ALL.len() as f64
    }
}

/// What was counted last, and of which data.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    last: Mutex<Option<(u64, Arc<Quality>)>>,
    counting: tokio::sync::Mutex<()>,
}

impl Kept {
    fn get(&self, stamp: u64) -> Option<Arc<Quality>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(of, _)| *of == stamp).map(|(_, quality)| Arc::clone(quality))
    }
}

impl Data {
    /// How good the data is now. Counted once for the same data on the same day, however many ask.
    pub(crate) async fn quality(&self) -> Result<Arc<Quality>, Problem> {
        let stamp = self.stamp().await?;
        if let Some(known) = self.quality.get(stamp) {
            return Ok(known);
        }
        let _counting = self.quality.counting.lock().await;
        if let Some(known) = self.quality.get(stamp) {
            return Ok(known);
        }
        let counted = Arc::new(self.count().await?);
        let mut last = self.quality.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((stamp, Arc::clone(&counted)));
        Ok(counted)
    }

    async fn stamp(&self) -> Result<u64, Problem> {
        let snapshot = self.lake.snapshot().await?;
        let parts = [
            snapshot.id().cast_unsigned(),
            snapshot.rows(&ORDER_LINE),
            self.tables.stamp().await?,
            (self.app.now() / DAY).cast_unsigned(),
        ];
        Ok(base::hash::stable_parts(parts.iter().map(|p| p.to_le_bytes()).collect::<Vec<_>>().iter().map(|p| &p[..])))
    }
}
