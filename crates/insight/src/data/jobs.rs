//! The job that writes the answer to a question into a file.

use base::{Code, Problem};
use jobs::{Context, Failure, Job, Output, Runner};
use serde::{Deserialize, Serialize};
use web::jobs::ForReading;
use web::{Mask, Permission, Permissions};

use super::Data;
use crate::Format;

/// Most rows that a file may have.
const MOST: usize = 5_000_000;

/// Writes an answer to a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct ExportSql {
    /// The question.
    pub sql: String,
    /// csv, xlsx or jsonl.
    pub format: String,
    /// Whether personal data is masked, for who asked.
    pub masked: bool,
}

impl Job for ExportSql {
    const NAME: &'static str = "export.sql";
    const MAX_ATTEMPTS: i64 = 2;
}

impl ForReading for ExportSql {
    fn needs(&self) -> Permissions {
        let full = (!self.masked).then_some(Permission::CustomersPii);
        full.into_iter().chain([Permission::CustomersExport, Permission::SqlRun]).collect()
    }
}

/// Registers the bodies of this part.
pub fn jobs(runner: Runner, data: &Data) -> Runner {
    let data = data.clone();
    runner.register(move |cx: Context, job: ExportSql| {
        let data = data.clone();
        async move { export(&data, &cx, job).await.map_err(Failure::of) }
    })
}

async fn export(data: &Data, cx: &Context, job: ExportSql) -> Result<Output, Problem> {
    cx.progress.begin("asking", 0);
    let mask = if job.masked { Mask::On } else { Mask::Off };
    let ask = data.engine.ask(&job.sql, MOST, mask);
    let answer = tokio::select! {
        answer = ask => answer?,
        problem = cancelled(cx) => return Err(problem),
    };
    if answer.truncated {
        return Err(Problem::new(Code::InvalidInput, format!("the answer has more than {MOST} rows"))
            .hint("ask for less, in several files"));
    }
    let name = format!("answer.{}", job.format);
    let path = cx.file(&name)?;
    let format: Format = job.format.parse()?;
    cx.progress.begin("writing the file", answer.rows() as u64);
    let write = move || crate::export(&path, &answer.schema, &answer.batches, format);
    let rows = tokio::task::spawn_blocking(write).await;
    let rows = rows.map_err(|e| Problem::internal("writing a file was cut off", e))??;
    Ok(Output::new(serde_json::json!({ "rows": rows })).file(name))
}

/// Is over when somebody asks the job to stop.
async fn cancelled(cx: &Context) -> Problem {
    loop {
        if let Err(problem) = cx.cancel.check() {
            return problem;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
