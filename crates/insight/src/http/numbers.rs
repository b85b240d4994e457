//! The overview: metrics, cohorts, hours, what sells most.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::Problem;
use base::amount::format_scaled;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::api::page::limit;
use web::may::InsightRead;
use web::{Allowed, ApiError, Instant, ListLink, Query, Routes};

use super::dto::{Cohort, Cohorts, HourCell, Hours, Metric, Overview, Range, Row, Top};
use super::of_data;
use crate::day::{Compare, Day, Period};
use crate::metrics::Unit;
use crate::top::{Dimension, TopRow};
use crate::{Insight, cohorts};

/// How many rows `top` gives when nobody says, and at most.
const TOP: (usize, usize) = (10, 200);

/// A period.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Days {
    /// The first day.
    #[param(format = Date, example = "2026-01-01")]
    from: String,
    /// The last day.
    #[param(format = Date, example = "2026-03-31")]
    to: String,
}

/// A period with a comparison.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Compared {
    /// The first day.
    #[param(format = Date, example = "2026-01-01")]
    from: String,
    /// The last day.
    #[param(format = Date, example = "2026-03-31")]
    to: String,
    /// `previous` (unless given): the period before, as many whole months when it is whole months, else as many days; `year`: the same
    /// dates a year earlier; `none`.
    #[serde(default)]
    #[param(inline)]
    compare: Comparison,
}

/// What sells most of what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TopQuery {
    /// The first day.
    #[param(format = Date, example = "2026-01-01")]
    from: String,
    /// The last day.
    #[param(format = Date, example = "2026-03-31")]
    to: String,
    /// As in the overview.
    #[serde(default)]
    #[param(inline)]
    compare: Comparison,
    /// `product`, `category`, `store` or `channel`.
    #[param(inline)]
    by: Dimension,
    /// How many rows at most: 1 to 200, 10 unless given.
    #[param(minimum = 1, maximum = 200, example = 10)]
    limit: Option<usize>,
}

/// With what a period is compared.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Comparison {
    #[default]
    Previous,
    Year,
    None,
}

impl Comparison {
    const fn of(self) -> Option<Compare> {
        match self {
            Self::Previous => Some(Compare::Previous),
            Self::Year => Some(Compare::Year),
            Self::None => None,
        }
    }
}

fn period(from: &str, to: &str) -> Result<Period, Problem> {
    Period::new(Day::parse(from, "from")?, Day::parse(to, "to")?)
}

fn money(value: i128) -> String {
    Unit::Money.write(value)
}

pub(super) fn routes() -> Routes<Insight> {
    Routes::new().with(web::routes![overview_get, cohort_list, hour_list, top_list])
}

/// The numbers of a period, with their trend
#[utoipa::path(get, path = "/overview", tag = "overview", params(Compared),
    responses((status = 200, description = "The numbers, with an ETag.", body = Overview),
        (status = 304, description = "It is still that of If-None-Match.")))]
async fn overview_get(
    _: Allowed<InsightRead>,
    State(insight): State<Insight>,
    Query(query): Query<Compared>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let period = period(&query.from, &query.to)?;
    let found = insight.overview(period, query.compare.of()).await?;
    let metrics = found.metrics.into_iter().map(|m| Metric::new(m, period, &insight));
    let body = Overview {
        period: period.into(),
        comparison: found.comparison.map(Range::from),
        step: found.step.as_str(),
        currency: insight.business.currency.clone(),
        metrics: metrics.collect::<Result<_, _>>()?,
        as_of: Instant(found.as_of),
    };
    Ok(of_data(&format!("overview {query:?}"), &headers, body)?)
}

/// Retention by month of the first purchase
///
/// Whole months, from that of the first day to that of the last.
#[utoipa::path(get, path = "/overview/cohorts", tag = "overview", params(Days),
    responses((status = 200, description = "The cohorts, with an ETag.", body = Cohorts),
        (status = 304, description = "It is still that of If-None-Match.")))]
async fn cohort_list(
    _: Allowed<InsightRead>,
    State(insight): State<Insight>,
    Query(query): Query<Days>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = insight.cohorts(period(&query.from, &query.to)?).await?;
    let cohort = |c: cohorts::Cohort| Cohort {
        month: lake::Month(c.month).to_string(),
        size: c.customers.first().copied().unwrap_or(0),
        revenue: money(c.revenues.iter().sum()),
        revenues: c.revenues.into_iter().map(money).collect(),
        customers: c.customers,
    };
    let body = Cohorts {
        currency: insight.business.currency.clone(),
        months: found.months,
        cohorts: found.cohorts.into_iter().map(cohort).collect(),
        mean: found.mean,
    };
    Ok(of_data(&format!("cohorts {query:?}"), &headers, body)?)
}

/// Revenue and orders by weekday and hour
#[utoipa::path(get, path = "/overview/hours", tag = "overview", params(Days),
    responses((status = 200, description = "The cells with sales, with an ETag.", body = Hours),
        (status = 304, description = "It is still that of If-None-Match.")))]
async fn hour_list(
    _: Allowed<InsightRead>,
    State(insight): State<Insight>,
    Query(query): Query<Days>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let by_hour = insight.by_hour(period(&query.from, &query.to)?).await?;
    let mut cells = Vec::new();
    for (weekday, hours) in (1..).zip(by_hour) {
        for (hour, (revenue, orders)) in (0..).zip(hours).filter(|(_, cell)| *cell != (0, 0)) {
            cells.push(HourCell { weekday, hour, orders, revenue: money(revenue) });
        }
    }
    let body = Hours { currency: insight.business.currency.clone(), cells };
    Ok(of_data(&format!("hours {query:?}"), &headers, body)?)
}

/// What sells most
#[utoipa::path(get, path = "/overview/top", tag = "overview", params(TopQuery),
    responses((status = 200, description = "The first ones, with an ETag.", body = Top),
        (status = 304, description = "It is still that of If-None-Match.")))]
async fn top_list(
    _: Allowed<InsightRead>,
    State(insight): State<Insight>,
    Query(query): Query<TopQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let period = period(&query.from, &query.to)?;
    let limit = limit(query.limit, TOP.0, TOP.1)?;
    let by = query.by;
    let found = insight.top(by, period, query.compare.of(), limit).await?;
    let row = |row: TopRow| Row {
        share: if found.revenue > 0 { row.sold.revenue as f64 / found.revenue as f64 } else { 0.0 },
        list: ListLink::customers(format!("bought:{}/{}@{}", by.as_str(), row.sold.key, period.text())),
        label: row.label,
        revenue: money(row.sold.revenue),
        before: row.before.map(money),
        orders: row.sold.orders,
        customers: row.sold.customers,
        pieces: format_scaled(row.sold.pieces, 3, 0),
        key: row.sold.key,
    };
    let body = Top {
        currency: insight.business.currency.clone(),
        by: by.as_str(),
        others: money(found.others),
        rows: found.rows.into_iter().map(row).collect(),
    };
    Ok(of_data(&format!("top {query:?}"), &headers, body)?)
}
