//! How good the data is.

use std::time::Duration;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Allowed, ApiError, Instant, Json, Limits, Mask, Path, Query, Routes, Text, may};

use super::{RowPage, RowQuery};
use crate::data::Data;
use crate::data::quality::{CHECKS, Dimension};

/// One check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "lines_with_customer", "dimension": "complete", "table": "order_line",
    "label": {"en": "Lines have a customer", "zh": "订单行有客户"},
    "description": {"en": "Order lines that name a customer.", "zh": "标明客户的订单行。"}, "passed": 75, "failed": 25,
    "score": 0.75, "hint": {"en": "Ask for the card at the till.", "zh": "收银时请出示会员卡。"}
}))]
struct Check {
    name: &'static str,
    dimension: Dimension,
    table: &'static str,
    label: Text,
    description: Text,
    passed: i64,
    failed: i64,
    /// The share that passes, 0 to 1.
    score: f64,
    /// What to do.
    hint: Text,
}

/// A side of quality.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"dimension": "complete", "label": {"en": "Complete", "zh": "完整"}, "score": 0.9}))]
struct QualityScore {
    dimension: Dimension,
    label: Text,
    /// The mean of its checks.
    score: f64,
}

/// How good the data is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"as_of": "2026-05-01T08:30:00Z", "score": 0.93, "scores": [], "checks": []}))]
struct Quality {
    /// When it was counted.
    as_of: Instant,
    /// The mean of the sides.
    score: f64,
    scores: Vec<QualityScore>,
    checks: Vec<Check>,
}

pub(super) fn routes() -> Routes<Data> {
    // The first look at much data takes longer than other requests; then it is known until the data changes.
    let limits = Limits { time: Some(Duration::from_mins(3)), ..Limits::default() };
    Routes::new().with_limits(limits, web::routes![quality_get, quality_rows])
}

/// How good the data is
#[utoipa::path(get, path = "/quality", tag = "data",
    responses((status = 200, description = "Every check with its score.", body = Quality)))]
async fn quality_get(_: Allowed<may::InsightRead>, State(data): State<Data>) -> Result<Json<Quality>, ApiError> {
    let quality = data.quality().await?;
    let check = |(c, n): (&crate::data::quality::Check, &crate::data::quality::Counted)| Check {
        name: c.name,
        dimension: c.dimension,
        table: c.table,
        label: c.label(),
        description: c.about(),
        passed: n.passed,
        failed: n.failed,
        score: n.score(),
        hint: c.hint(),
    };
    let side =
        |dimension: Dimension| QualityScore { dimension, label: dimension.label(), score: quality.side(dimension) };
    Ok(Json(Quality {
        as_of: Instant(quality.as_of),
        score: quality.score(),
        scores: Dimension::ALL.map(side).into(),
        checks: CHECKS.iter().zip(&quality.counts).map(check).collect(),
    }))
}

/// See the rows behind a check
///
/// Those that fail. Without `customers.pii` personal data is masked.
#[utoipa::path(get, path = "/quality/{name}/rows", tag = "data", params(("name" = String, Path, example = "lines_with_customer"), RowQuery),
    responses((status = 200, description = "A page of rows.", body = RowPage)))]
async fn quality_rows(
    actor: Allowed<may::InsightRead>,
    State(data): State<Data>,
    Path(name): Path<String>,
    Query(query): Query<RowQuery>,
) -> Result<Json<RowPage>, ApiError> {
    let mask = actor.mask();
    let (check, rows) = data.faults(&name, query.cursor.as_deref(), query.limit()?, mask).await?;
    if check.table == "customer" && mask == Mask::Off {
        data.app.audit_read(&actor, "quality.read", name).await;
    }
    let quality = data.quality().await?;
    let failed = CHECKS.iter().zip(&quality.counts).find(|(c, _)| c.name == check.name).map_or(0, |(_, n)| n.failed);
    Ok(Json(RowPage::new(rows, failed)))
}
