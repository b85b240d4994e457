//! The job that writes the answer to a question into a file.

use base::{Code, Problem};
use jobs::{Context, Failure, Job, Output, Runner};
use serde::{Deserialize, Serialize};
use web::jobs::ForReading;
use web::{Mask, Permission, Permissions};

use super::Data;
use crate::{Format, export_arriving};

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
    let name = format!("answer.{}", job.format);
    let (path, format) = (cx.file(&name)?, job.format.parse::<Format>()?);
    let (progress, mut begun) = (cx.progress.clone(), false);
    let told = move |rows| {
        if !std::mem::replace(&mut begun, true) {
            progress.begin("writing the file", 0);
        }
        progress.add(rows as u64);
    };
    let rows = export_arriving(path, format, told, async |to| {
        tokio::select! {
            truncated = data.engine.ask_into(&job.sql, MOST, mask, to) => complete(truncated?),
            problem = cancelled(cx) => Err(problem),
        }
    });
    let rows = rows.await?;
    Ok(Output::new(serde_json::json!({ "rows": rows })).file(name))
}

fn complete(truncated: bool) -> Result<(), Problem> {
    if truncated {
        return Err(Problem::new(Code::InvalidInput, format!("the answer has more than {MOST} rows"))
            .hint("ask for less, in several files"));
    }
    Ok(())
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
