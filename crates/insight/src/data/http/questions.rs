//! Saved questions.

use axum::extract::State;
use axum::http::StatusCode;
use base::QuestionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Allowed, ApiError, IfMatch, Instant, Json, Path, Routes, Versioned, may};

use crate::data::Data;
use crate::data::question::{self, Chart, Saying};

/// A saved question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "que_3", "name": "Revenue by month", "description": "", "sql": "SELECT 1", "chart": {"kind": "bar", "x": "month", "y": ["revenue"]}, "shared": true, "by": "Anna Li", "updated_at": "2026-05-01T08:30:00Z", "etag": "\"v1\""}))]
struct Question {
    #[schema(value_type = String)]
    id: QuestionId,
    name: String,
    description: String,
    sql: String,
    chart: Chart,
    /// Whether everybody sees it; only who made it changes it.
    shared: bool,
    by: String,
    updated_at: Instant,
    /// To be sent back as If-Match.
    etag: String,
}

impl From<question::Question> for Question {
    fn from(q: question::Question) -> Self {
        let Saying { name, description, sql, chart, shared } = q.saying;
        let (updated_at, etag) = (Instant(q.updated_at), format!("\"v{}\"", q.version));
        Self { id: q.id, name, description, sql, chart, shared, by: q.by, updated_at, etag }
    }
}

/// A question to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Revenue by month", "sql": "SELECT 1", "shared": false}))]
struct QuestionNew {
    name: String,
    #[serde(default)]
    description: Option<String>,
    sql: String,
    #[serde(default)]
    chart: Option<Chart>,
    shared: bool,
}

impl From<QuestionNew> for Saying {
    fn from(q: QuestionNew) -> Self {
        Self {
            name: q.name.trim().to_owned(),
            description: q.description.unwrap_or_default(),
            sql: q.sql,
            chart: q.chart.unwrap_or_default(),
            shared: q.shared,
        }
    }
}

pub(super) fn routes() -> Routes<Data> {
    Routes::new().with(web::routes![question_list, question_create, question_update, question_delete])
}

/// List saved questions
///
/// One's own and those that others share, by name.
#[utoipa::path(get, path = "/sql/questions", tag = "sql",
    responses((status = 200, description = "All of them.", body = Vec<Question>)))]
async fn question_list(actor: Allowed<may::SqlRun>, State(data): State<Data>) -> Result<Json<Vec<Question>>, ApiError> {
    Ok(Json(data.questions(&actor).await?.into_iter().map(Question::from).collect()))
}

/// Save a question
#[utoipa::path(post, path = "/sql/questions", tag = "sql", request_body = QuestionNew,
    responses((status = 201, description = "It is saved.", body = Question)))]
async fn question_create(
    actor: Allowed<may::SqlRun>,
    State(data): State<Data>,
    Json(new): Json<QuestionNew>,
) -> Result<(StatusCode, Versioned<Question>), ApiError> {
    let made = data.question_add(&actor, new.into()).await?;
    Ok((StatusCode::CREATED, Versioned::new(made.version, made.into())))
}

/// Change a saved question
#[utoipa::path(put, path = "/sql/questions/{id}", tag = "sql", request_body = QuestionNew,
    params(("id" = String, Path, example = "que_1"), ("If-Match" = Option<String>, Header, description = "The ETag that was read.")),
    responses((status = 200, description = "As it is now, with an ETag.", body = Question),
        (status = 412, description = "It was changed meanwhile.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn question_update(
    actor: Allowed<may::SqlRun>,
    State(data): State<Data>,
    Path(id): Path<QuestionId>,
    known: IfMatch,
    Json(new): Json<QuestionNew>,
) -> Result<Versioned<Question>, ApiError> {
    let changed = data.question_change(&actor, id, new.into(), &known).await?;
    Ok(Versioned::new(changed.version, changed.into()))
}

/// Forget a saved question
#[utoipa::path(delete, path = "/sql/questions/{id}", tag = "sql", params(("id" = String, Path, example = "que_1")),
    responses((status = 204, description = "It is forgotten.")))]
async fn question_delete(
    actor: Allowed<may::SqlRun>,
    State(data): State<Data>,
    Path(id): Path<QuestionId>,
) -> Result<StatusCode, ApiError> {
    data.question_remove(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
