//! Lists written to files.

use axum::extract::State;
use base::{Code, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use web::jobs::{Accepted, Job, job_begin};
use web::rules::permission::may;
use web::{Allowed, ApiError, Event, Routes};

use super::customers::chosen;
use crate::jobs::{ExportCustomers, masked};
use crate::list::query::Ask;
use crate::model::Lang;
use crate::stage::Stage;

/// The kinds of files.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ExportFormat {
    /// Comma-separated.
    Csv,
    /// A workbook.
    Xlsx,
    /// One JSON object per line.
    Jsonl,
}

/// A list to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"format": "xlsx", "query": {"filter": ["monetary:ge:1000"]}, "columns": ["name", "phone", "monetary"]}))]
struct ExportNew {
    /// The kind of file.
    format: ExportFormat,
    /// Who is meant, as in the list.
    query: Ask,
    /// Names of columns; the id always comes first.
    columns: Vec<String>,
    /// For people: headings and places in this language, times on the clocks of the business. Names and instants otherwise.
    #[serde(default)]
    language: Option<Lang>,
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![customer_export])
}

/// Write a list to a file
#[utoipa::path(post, path = "/customers/exports", tag = "customers", request_body = ExportNew,
    responses((status = 202, description = "Begun.", body = Job)))]
async fn customer_export(
    actor: Allowed<may::CustomersExport>,
    State(stage): State<Stage>,
    web::Json(wanted): web::Json<ExportNew>,
) -> Result<Accepted, ApiError> {
    let format = match wanted.format {
        ExportFormat::Csv => "csv",
        ExportFormat::Xlsx => "xlsx",
        ExportFormat::Jsonl => "jsonl",
    };
    let masked = masked(&actor);
    // What cannot be written is said now, not by the job.
    let found = stage.find(&wanted.query, masked).await?;
    chosen(&found.columns, wanted.columns.iter().map(String::as_str))?;
    if !found.complete {
        let problem = Problem::new(Code::InvalidArgument, "the search fits too many customers to be written");
        return Err(problem
            .hint("type more of it, or narrow the list by filters")
            .field("query.q", "fits too many")
            .into());
    }
    let detail = serde_json::json!({ "format": format, "customers": found.total(), "columns": wanted.columns });
    let (format, columns) = (format.to_owned(), wanted.columns);
    let job = ExportCustomers { format, query: wanted.query, columns, masked, language: wanted.language };
    let mut tx = stage.app.db.write().await?;
    let id = job_begin(&stage.app, &mut tx, &actor, &job, None).await?;
    stage.app.audit(&mut tx, Event::new(&*actor, "customer.export", id.to_string()).detail(detail)).await?;
    tx.commit().await?;
    Ok(Accepted::of(&stage.app, &actor, id).await?)
}
