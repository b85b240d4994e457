//! Definitions that can be told from quarters of an hour, and dates.

use std::ops::Range;

use base::{Micros, Problem, Zone};
use profile::traits::{LinePlan, Plan, Simple, Traits};

use super::days::slot;

/// Definitions of recency, frequency and monetary value as what a line is to them.
#[derive(Clone, Debug)]
pub(crate) struct LinesPlan {
    pub(super) lines: LinePlan,
    pub(super) zone: Zone,
    /// What frequency counts: orders, days or lines.
    pub(super) counted: Simple,
    /// Plans with the same number keep the same.
    pub(super) stamp: u64,
}

/// A reference date with a window, in quarters of an hour.
#[derive(Clone, Debug)]
pub(crate) struct Date {
    pub(super) end: i32,
    pub(super) window: Range<i32>,
    pub(super) today: i32,
    pub(super) counted: Simple,
}

impl LinesPlan {
    /// Of recency, tenure, frequency, its days, monetary value and the days of sale, in this order; `None` when they are more than that.
    pub(crate) fn new(definitions: &str, zone: &Zone) -> Result<Option<Self>, Problem> {
        let stamp = base::hash::stable_parts([definitions.as_bytes(), zone.name().as_bytes()]);
        let Some(lines) = LinePlan::new(&Plan::compile(&Traits::parse(definitions)?, zone)?) else { return Ok(None) };
        let [Simple::Recency, Simple::Tenure, counted, Simple::Days, Simple::Money, Simple::Days] = *lines.kinds()
        else {
            return Ok(None);
        };
        let known = matches!(counted, Simple::Orders | Simple::Days | Simple::Count);
        Ok(known.then(|| Self { lines, zone: zone.clone(), counted, stamp }))
    }

    /// Tells apart what is kept.
    pub(crate) const fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The columns of `order_line` to read.
    pub(crate) fn columns(&self) -> &[&'static str] {
        self.lines.columns()
    }

    /// A reference date that is on day `today`; `None` when it or the window does not begin and end at full quarters.
    pub(crate) fn date(&self, as_of: Micros, window: &str, today: i32) -> Option<Date> {
        let (from, to) = profile::traits::span(window, as_of, &self.zone)?;
        let from = if from == Micros::MIN { Some(i32::MIN) } else { slot(from) };
        let (end, until) = (slot(as_of.checked_add(1)?)?, slot(to.checked_add(1)?)?);
        Some(Date { end, window: from?..until, today, counted: self.counted })
    }
}
