//! Questions in SQL.

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::jobs::job_begin;
use web::{Accepted, Allowed, ApiError, Event, Json, Limits, Mask, Path, Permission, Routes, Text, may};

use super::answer::SqlResult;
use super::{TableColumn, columns};
use crate::data::jobs::ExportSql;
use crate::data::{Data, cells, personal};

/// A table that a question can name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "order_line", "label": {"en": "Order lines", "zh": "订单行"}, "columns": []}))]
struct SqlTable {
    name: String,
    label: Text,
    columns: Vec<TableColumn>,
}

/// What a question may use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"seconds": 60, "rows": 100_000, "memory_mib": 512}))]
struct SqlLimits {
    seconds: u64,
    rows: usize,
    memory_mib: usize,
}

/// What can be asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"tables": [{"name": "order_line", "label": {"en": "Order lines", "zh": "订单行"}, "columns": []}],
    "functions": ["count", "sum"], "limits": {"seconds": 60, "rows": 100_000, "memory_mib": 512}}))]
struct SqlSchema {
    tables: Vec<SqlTable>,
    functions: Vec<String>,
    limits: SqlLimits,
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "qry_a1b2c3d4e5f6g7h8i9j0", "sql": "SELECT count(*) FROM order_line", "limit": 1000}))]
struct SqlRun {
    /// `qry_` and at least 20 letters or digits, chosen at random: by it the question can be cancelled before it is answered.
    id: String,
    /// One statement that only reads.
    sql: String,
    /// How many rows to give at most.
    #[schema(minimum = 1)]
    limit: Option<usize>,
}

/// A question whose answer goes into a file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sql": "SELECT * FROM trait", "format": "csv"}))]
struct SqlExport {
    sql: String,
    #[schema(inline)]
    format: ExportFormat,
}

/// The kind of file.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ExportFormat {
    Csv,
    Xlsx,
    Jsonl,
}

/// The longest statement, in bytes.
const LONGEST: usize = 100_000;

pub(super) fn routes() -> Routes<Data> {
    // The engine has limits of its own; this is the end behind them.
    let limits = Limits { time: Some(Duration::from_mins(10)), ..Limits::default() };
    Routes::new().with(web::routes![sql_schema, sql_cancel, sql_export]).with_limits(limits, web::routes![sql_run])
}

/// See what can be asked
#[utoipa::path(get, path = "/sql/schema", tag = "sql",
    responses((status = 200, description = "Tables, functions and limits.", body = SqlSchema)))]
async fn sql_schema(_: Allowed<may::SqlRun>, State(data): State<Data>) -> Result<Json<SqlSchema>, ApiError> {
    let mut tables = data.lake.snapshot().await?.schema();
    tables.extend(data.engine.others().await?);
    let table = |(name, schema): (String, arrow::datatypes::SchemaRef)| {
        let column = |f: &arrow::datatypes::Field| TableColumn {
            name: f.name().clone(),
            r#type: cells::type_name(f.data_type()),
            nullable: f.is_nullable(),
            filled: None,
        };
        let columns = schema.fields().iter().map(|f| column(f)).collect();
        SqlTable { label: super::tables::words(&name).0, name, columns }
    };
    let sql = "SELECT DISTINCT routine_name FROM information_schema.routines ORDER BY routine_name";
    let functions = data.engine.ask(sql, 10_000, Mask::On).await?;
    let functions = cells::rows(&functions.batches, false)?.into_iter().flatten();
    let limits = data.engine.limits;
    Ok(Json(SqlSchema {
        tables: tables.into_iter().map(table).collect(),
        functions: functions.filter_map(|f| f.as_str().map(ToOwned::to_owned)).collect(),
        limits: SqlLimits { seconds: limits.time.as_secs(), rows: limits.rows, memory_mib: limits.memory >> 20 },
    }))
}

/// Ask a question
///
/// One statement that only reads (SELECT, WITH, EXPLAIN, SHOW, DESCRIBE). Without `customers.pii` names and attributes of customers are
/// masked before the question is answered.
#[utoipa::path(post, path = "/sql/queries", tag = "sql", request_body = SqlRun,
    responses((status = 200, description = "The answer.", body = SqlResult),
        (status = 404, description = "A table does not exist.", body = web::ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The id is in use, or the question was cancelled.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn sql_run(
    actor: Allowed<may::SqlRun>,
    State(data): State<Data>,
    Json(run): Json<SqlRun>,
) -> Result<Response, ApiError> {
    check(&run.sql)?;
    let entry = data.running.enter(&run.id, actor.user)?;
    let most = data.engine.limits.rows;
    let limit = run.limit.unwrap_or(most);
    if limit == 0 || limit > most {
        let message = format!("must be 1 to {most}");
        return Err(Problem::new(Code::InvalidInput, format!("limit {message}")).field("limit", message).into());
    }
    noted(&data, &actor, &run.sql).await;
    let began = Instant::now();
    let answer = tokio::select! {
        answer = data.engine.ask(&run.sql, limit, actor.mask()) => answer.map_err(told)?,
        problem = entry.ended() => return Err(problem.into()),
    };
    let result = SqlResult {
        columns: columns(cells::columns(&answer.schema, false)),
        rows: [],
        row_count: answer.rows(),
        truncated: answer.truncated,
        took_ms: began.elapsed().as_millis() as u64,
        currency: data.currency.to_string(),
    };
    Ok(result.with(answer.batches)?)
}

/// Cancel a question
#[utoipa::path(delete, path = "/sql/queries/{id}", tag = "sql", params(("id" = String, Path, example = "qry_a1b2c3d4e5f6g7h8i9j0")),
    responses((status = 204, description = "It ends.")))]
async fn sql_cancel(
    actor: Allowed<may::SqlRun>,
    State(data): State<Data>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    data.running.end(&id, actor.user)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Write an answer to a file
///
/// Whoever asks must be allowed to ask questions in SQL, too.
#[utoipa::path(post, path = "/sql/exports", tag = "sql", request_body = SqlExport,
    responses((status = 202, description = "Begun.", body = web::Job),
        (status = 404, description = "A table does not exist.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn sql_export(
    actor: Allowed<may::CustomersExport>,
    State(data): State<Data>,
    Json(export): Json<SqlExport>,
) -> Result<Accepted, ApiError> {
    check(&export.sql)?;
    if !actor.may(Permission::SqlRun) {
        let message = "a question in SQL is exported by who may ask it (sql.run)";
        return Err(Problem::new(Code::Forbidden, message).hint("ask an administrator for another role").into());
    }
    // What cannot be answered is told now, not by a job that fails.
    data.engine.ask(&format!("EXPLAIN {}", export.sql), 1_000, actor.mask()).await.map_err(told)?;
    let format = match export.format {
        ExportFormat::Csv => "csv",
        ExportFormat::Xlsx => "xlsx",
        ExportFormat::Jsonl => "jsonl",
    };
    let masked = actor.mask() == Mask::On;
    let personal = personal(&export.sql);
    let job = ExportSql { sql: export.sql, format: format.to_owned(), masked };
    let mut tx = data.app.db.write().await?;
    let id = job_begin(&data.app, &mut tx, &actor, &job, None).await?;
    let mut event = Event::new(&*actor, "sql.export", id.to_string());
    event.detail = serde_json::json!({ "format": format, "tables": personal, "masked": masked });
    data.app.audit(&mut tx, event).await?;
    tx.commit().await?;
    Ok(Accepted::of(&data.app, &actor, id).await?)
}

fn check(sql: &str) -> Result<(), Problem> {
    if !sql.trim().is_empty() && sql.len() <= LONGEST {
        return Ok(());
    }
    let message = format!("must have 1 to {LONGEST} characters");
    Err(Problem::new(Code::InvalidInput, format!("sql {message}")).field("sql", message))
}

/// Notes who saw personal data. The statement itself is not kept: it may name a person.
async fn noted(data: &Data, actor: &web::Actor, sql: &str) {
    for table in personal(sql).into_iter().filter(|_| actor.mask() == Mask::Off) {
        data.app.audit_read(actor, "sql.run", table).await;
    }
}

/// What the engine says is for who asked, also when it is the memory or the time that is short.
fn told(problem: Problem) -> ApiError {
    let (status, code) = match problem.code {
        Code::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        Code::Cancelled => (StatusCode::SERVICE_UNAVAILABLE, "timeout"),
        _ => return problem.into(),
    };
    let hint = problem.hint.clone().unwrap_or_default();
    ApiError::http(status, code, problem.message).hint(hint)
}
