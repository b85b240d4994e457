//! Background work of the stage: runs, and lists written to files.

use std::sync::Arc;

use ::jobs::{Context, Failure, Job, Output, Runner};
use arrow::array::RecordBatch;
use base::{Code, Micros, Problem};
use profile::ops::customer_ids;
use serde::{Deserialize, Serialize};
use web::jobs::ForReading;
use web::{Mask, Permission, Permissions};

use crate::facts::Pass;
use crate::list::column::Cell;
use crate::list::query::Ask;
use crate::list::sheet::Sheet;
use crate::list::values::Reader;
use crate::model::Lang;
use crate::ops::{Request, rfm_run};
use crate::reference;
use crate::rules::rfm::Settings;
use crate::stage::Stage;

/// Customers of a batch that is written.
const BATCH: usize = 5_000;

/// Scores and groups all customers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunRfm {
    /// The reference date; the end of the day of the last order without.
    pub as_of: Option<Micros>,
    /// Window, bins, weights.
    pub settings: Settings,
    /// Who makes it.
    pub by: String,
}

impl RunRfm {
    /// Who makes a run that follows an import.
    pub const BY_ITSELF: &str = "Guanxi";
}

impl Job for RunRfm {
    const NAME: &'static str = "segment.run";
    const MAX_ATTEMPTS: i64 = 3;
}

/// Writes a list of customers to a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportCustomers {
    /// csv, xlsx or jsonl.
    pub format: String,
    /// Who is meant.
    pub query: Ask,
    /// Which columns.
    pub columns: Vec<String>,
    /// Whether personal data is written in part.
    pub masked: bool,
    /// For people, in this language; for programs otherwise.
    #[serde(default)]
    pub language: Option<Lang>,
}

impl Job for ExportCustomers {
    const NAME: &'static str = "export.customers";
    const MAX_ATTEMPTS: i64 = 2;
}

impl ForReading for ExportCustomers {
    fn needs(&self) -> Permissions {
        let full = (!self.masked).then_some(Permission::CustomersPii);
        full.into_iter().chain([Permission::CustomersExport]).collect()
    }
}

/// Registers the bodies of this stage.
#[must_use]
pub fn jobs(runner: Runner, stage: &Stage) -> Runner {
    let (one, other) = (stage.clone(), stage.clone());
    let runner = runner.register(move |cx: Context, job: RunRfm| {
        let stage = one.clone();
        async move { run(&stage, &cx, job).await.map_err(Failure::of) }
    });
    runner.register(move |cx: Context, job: ExportCustomers| {
        let stage = other.clone();
        async move { export(&stage, &cx, job).await.map_err(Failure::of) }
    })
}

impl Stage {
    /// The usual reference date.
    pub(crate) async fn last_day(&self) -> Result<Micros, Problem> {
        reference(&self.lake, &self.zone, self.app.now())
            .await?
            .ok_or_else(|| Problem::new(Code::TooLittleData, "there are no orders yet").hint("import some first"))
    }
}

async fn run(stage: &Stage, cx: &Context, job: RunRfm) -> Result<Output, Problem> {
    let _one = stage.writing.lock().await;
    cx.progress.begin("grouping customers", 0);
    let by_itself = job.by == RunRfm::BY_ITSELF;
    let as_of = match job.as_of {
        Some(at) => at,
        None => stage.last_day().await?,
    };
    let (book, traits) = (stage.book()?, stage.traits()?);
    let known = customer_ids(&mut stage.app.db.read().await?).await?;
    let (stage, progress, cancel) = (stage.clone(), cx.progress.clone(), cx.cancel.clone());
    let work = move || {
        let count = |n| progress.add(n);
        let pass = Pass { threads: stage.threads, cancel: cancel.flag(), progress: &count };
        let request =
            Request { book: &book, settings: &job.settings, traits: &traits, zone: &stage.zone, known: &known };
        tokio::runtime::Handle::current().block_on(async {
            let run = rfm_run(&stage.lake, &*stage.app.clock, request, as_of, pass).await?;
            let mut tx = stage.app.db.write().await?;
            crate::store::run_sign(&mut tx, run.id, &job.by).await?;
            tx.commit().await?;
            Ok::<_, Problem>(run)
        })
    };
    let run = match crate::list::frame::blocking(work).await {
        // Nobody asked for groups of a business that has hardly begun: they come with more customers.
        Err(problem) if problem.code == Code::TooLittleData && by_itself => {
            return Ok(Output::new(serde_json::json!({ "customers": 0, "buyers": 0 })));
        }
        run => run?,
    };
    let result = serde_json::json!({ "customers": run.customers, "buyers": run.buyers });
    Ok(Output::new(result).object(format!("run_{}", run.id)))
}

async fn export(stage: &Stage, cx: &Context, job: ExportCustomers) -> Result<Output, Problem> {
    let found = stage.find(&job.query, job.masked).await?;
    let names = std::iter::once("id").chain(job.columns.iter().map(String::as_str));
    let columns = crate::http::chosen(&found.columns, names)?;
    let rows = found.all().await?;
    cx.progress.begin("writing customers", rows.len() as u64);
    let mask = if job.masked { Mask::On } else { Mask::Off };
    let reader = Reader::open(&stage.app.db, &found.frame, columns.clone(), mask).await?;
    let sheet = Sheet::new(columns, job.language.map(|language| (language, stage.zone.clone())));
    let schema = sheet.schema();
    let name = format!("customers-{}.{}", stage.day(stage.app.now()), job.format);
    let path = cx.file(&name)?;
    let (sender, receiver) = std::sync::mpsc::sync_channel::<Result<RecordBatch, Problem>>(2);
    let (export, shape, format) = (Arc::clone(&stage.outside.export), Arc::clone(&schema), job.format.clone());
    let writing = tokio::task::spawn_blocking(move || export(&path, &shape, &mut receiver.into_iter(), &format));
    for chunk in rows.chunks(BATCH) {
        cx.cancel.check()?;
        let lines = reader.lines(chunk).await?;
        let cells: Vec<&[Cell]> = lines.iter().map(|l| l.cells.as_slice()).collect();
        let batch = sheet.batch(&cells);
        // Waiting for the writer is waiting for the disk.
        if tokio::task::block_in_place(|| sender.send(batch)).is_err() {
            break;
        }
        cx.progress.add(chunk.len() as u64);
    }
    drop(sender);
    let written = writing.await.map_err(|e| Problem::internal("writing a list was cut off", e))??;
    Ok(Output::new(serde_json::json!({ "rows": written })).file(name))
}

/// Whether somebody's export holds personal data in full.
pub(crate) fn masked(actor: &web::Actor) -> bool {
    !actor.may(Permission::CustomersPii)
}
