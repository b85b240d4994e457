//! What the routes of the overview give.

use std::collections::BTreeMap;

use base::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Instant, ListLink, ListPage, Text};

use crate::day::Period;
use crate::overview::Measured;
use crate::{Insight, overview};

/// Days of the business, both included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"from": "2026-01-01", "to": "2026-03-31"}))]
pub(super) struct Range {
    /// The first.
    #[schema(value_type = String, format = Date)]
    pub(super) from: String,
    /// The last.
    #[schema(value_type = String, format = Date)]
    pub(super) to: String,
}

impl From<Period> for Range {
    fn from(period: Period) -> Self {
        Self { from: period.from.to_string(), to: period.to.to_string() }
    }
}

/// The orders of a period, all or of one kind.
fn orders_of(period: Period, kind: Option<&'static str>) -> ListLink {
    let mut query = BTreeMap::from([("from", period.from.to_string()), ("to", period.to.to_string())]);
    query.extend(kind.map(|kind| ("kind", kind.to_owned())));
    ListLink { page: ListPage::Orders, query }
}

/// One point of a trend.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"date": "2026-01-01", "value": "1234.50", "before": "1100.00"}))]
pub(super) struct Point {
    /// The first day of the step.
    #[schema(format = Date)]
    pub(super) date: String,
    /// The value, decimal text.
    pub(super) value: Option<String>,
    /// The same step of the comparison.
    pub(super) before: Option<String>,
}

/// A metric of a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "orders", "label": {"en": "Orders", "zh": "订单数"},
    "description": {"en": "Orders with a sale, placed in the period", "zh": "期内下单且有销售的订单"},
    "formula": {"en": "number of order keys whose first sale line is in the period", "zh": "首个销售行在期内的订单数"},
    "sql": "select count(*) from (…)", "unit": "count", "value": "1204", "before": "1100", "change": 0.0945, "better": "up",
    "series": [{"date": "2026-01-01", "value": "390", "before": "371"}],
    "list": {"page": "orders", "query": {"from": "2026-01-01", "to": "2026-03-31", "kind": "sale"}}
}))]
pub(super) struct Metric {
    /// The stable name.
    pub(super) name: &'static str,
    /// What people call it.
    pub(super) label: Text,
    /// What it says.
    pub(super) description: Text,
    /// How it is computed, in words.
    pub(super) formula: Text,
    /// SQL that gives the same.
    pub(super) sql: String,
    /// `money`, `count` or `share`.
    pub(super) unit: &'static str,
    /// The value, decimal text; `null` when there is nothing to divide by.
    pub(super) value: Option<String>,
    /// The value of the comparison.
    pub(super) before: Option<String>,
    /// (value − before) ÷ |before|; of shares the difference.
    pub(super) change: Option<f64>,
    /// `up` or `down`: which way is good.
    pub(super) better: &'static str,
    /// The trend.
    pub(super) series: Vec<Point>,
    /// The list behind it.
    pub(super) list: ListLink,
}

impl Metric {
    pub(super) fn new(measured: Measured, period: Period, insight: &Insight) -> Result<Self, Problem> {
        let (metric, unit) = (measured.metric, measured.metric.unit);
        let text = |(en, zh): (&str, &str)| Text::new(en, zh);
        let write = |value: Option<i128>| value.map(|value| unit.write(value));
        let point =
            |p: overview::Point| Point { date: p.day.to_string(), value: write(p.value), before: write(p.before) };
        Ok(Self {
            name: metric.name,
            label: text(metric.label),
            description: text(metric.description),
            formula: text(metric.formula),
            sql: metric.sql(period, &insight.business.zone)?,
            unit: unit.as_str(),
            value: write(measured.value),
            before: write(measured.before),
            change: metric.change(measured.value, measured.before),
            better: if metric.more_is_better { "up" } else { "down" },
            series: measured.series.into_iter().map(point).collect(),
            list: match metric.orders {
                Some(kind) => orders_of(period, kind),
                None => ListLink::customers(format!("metric:{}@{}", metric.name, period.text())),
            },
        })
    }
}

/// The numbers of a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "period": {"from": "2026-01-01", "to": "2026-03-31"}, "comparison": {"from": "2025-10-01", "to": "2025-12-31"},
    "step": "week", "currency": "CNY", "metrics": [], "as_of": "2026-04-01T08:00:00Z"
}))]
pub(super) struct Overview {
    /// The period.
    pub(super) period: Range,
    /// What it is compared with.
    pub(super) comparison: Option<Range>,
    /// How fine the trends are: `day` up to 45 days, `week` (seven days from the first) up to 190, else `month`.
    pub(super) step: &'static str,
    /// ISO 4217.
    pub(super) currency: String,
    /// The numbers.
    pub(super) metrics: Vec<Metric>,
    /// When they were counted.
    pub(super) as_of: Instant,
}

/// The customers who first bought in one month.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "month": "2026-01", "size": 120, "revenue": "30400.00", "customers": [120, 31, 24], "revenues": ["21000.00", "5200.00", "4200.00"]
}))]
pub(super) struct Cohort {
    /// The month.
    pub(super) month: String,
    /// How many.
    pub(super) size: u64,
    /// What they paid in all the months shown.
    pub(super) revenue: String,
    /// How many placed an order in that month, a month later, …
    pub(super) customers: Vec<u64>,
    /// What they paid, less what they returned, in that month, a month later, …
    pub(super) revenues: Vec<String>,
}

/// Retention by month of the first purchase.
#[expect(clippy::struct_field_names, reason = "names of the API")]
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"currency": "CNY", "months": 3, "cohorts": [], "mean": [1.0, 0.26, 0.2]}))]
pub(super) struct Cohorts {
    /// ISO 4217.
    pub(super) currency: String,
    /// How many months the period touches.
    pub(super) months: usize,
    /// Oldest first; months in which nobody bought for the first time are left out.
    pub(super) cohorts: Vec<Cohort>,
    /// Share of customers who placed an order, by months since the first purchase, of all cohorts that old.
    pub(super) mean: Vec<f64>,
}

/// What was sold in one hour of the week.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"weekday": 5, "hour": 19, "orders": 84, "revenue": "10250.00"}))]
pub(super) struct HourCell {
    /// Monday is 1.
    pub(super) weekday: u8,
    /// 0 to 23.
    pub(super) hour: u8,
    /// Orders placed.
    pub(super) orders: u64,
    /// Sales less returns.
    pub(super) revenue: String,
}

/// Sales by weekday and hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"currency": "CNY", "cells": [{"weekday": 5, "hour": 19, "orders": 84, "revenue": "10250.00"}]}))]
pub(super) struct Hours {
    /// ISO 4217.
    pub(super) currency: String,
    /// Those with sales or returns.
    pub(super) cells: Vec<HourCell>,
}

/// One product, category, store or channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TopRow, example = json!({
    "key": "SK0003", "label": "Green tea", "revenue": "1240.00", "before": "1100.00", "orders": 61, "customers": 58, "pieces": "73",
    "share": 0.031, "list": {"page": "customers", "query": {"within": "bought:product/SK0003@2026-01-01..2026-03-31"}}
}))]
pub(super) struct Row {
    /// The value.
    pub(super) key: String,
    /// What people call it.
    pub(super) label: String,
    /// Sales less returns.
    pub(super) revenue: String,
    /// The same in the comparison.
    pub(super) before: Option<String>,
    /// Different orders with a sale of it.
    pub(super) orders: usize,
    /// Different known customers who bought it.
    pub(super) customers: usize,
    /// Pieces sold less those returned.
    pub(super) pieces: String,
    /// Part of the revenue of the period.
    pub(super) share: f64,
    /// Those customers.
    pub(super) list: ListLink,
}

/// What sells most.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"currency": "CNY", "by": "product", "rows": [], "others": "0.00"}))]
pub(super) struct Top {
    /// ISO 4217.
    pub(super) currency: String,
    /// What was asked for.
    pub(super) by: &'static str,
    /// Most revenue first.
    pub(super) rows: Vec<Row>,
    /// Revenue of all that is not among the rows.
    pub(super) others: String,
}
