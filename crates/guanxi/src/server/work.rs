//! The jobs that span stages: computing traits, back-ups, erasing, tidying up.

use std::sync::Arc;

use base::{Code, CustomerId, Micros};
use jobs::{Context, Failure, Job, Output, Runner, heavy};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::app::App;
use crate::archive::{self, About, shelf};
use crate::checkup::{self, How, Others};
use crate::{erase, upkeep};

/// Computes all traits anew.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RebuildTraits {
    /// As of when; the day of the last order otherwise.
    pub as_of: Option<Micros>,
}

/// Work on back-ups.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Backup {
    /// Makes one.
    Make {
        /// Who asked for it.
        by: String,
        /// What for.
        note: Option<String>,
    },
    /// Reads one and compares it with what was written.
    Verify {
        /// Which.
        id: String,
    },
}

/// Erases a person.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EraseCustomer {
    /// Whom.
    pub customer: CustomerId,
}

/// Looks whether the installation is as it should be.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CheckUp {
    /// How.
    pub how: How,
}

/// Seals, merges, sweeps.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Maintain {}

impl Job for RebuildTraits {
    const NAME: &'static str = "traits.rebuild";
    const MAX_ATTEMPTS: i64 = 3;
}

impl Job for Backup {
    const NAME: &'static str = "backup.make";
    const MAX_ATTEMPTS: i64 = 3;
}

impl Job for EraseCustomer {
    const NAME: &'static str = "customer.erase";
    const MAX_ATTEMPTS: i64 = 10;
}

impl Job for CheckUp {
    const NAME: &'static str = "store.check";
    const MAX_ATTEMPTS: i64 = 3;
}

impl Job for Maintain {
    const NAME: &'static str = "lake.maintain";
    const MAX_ATTEMPTS: i64 = 3;
}

/// Registers the bodies.
pub(crate) fn jobs(runner: Runner, app: &Arc<App>) -> Runner {
    let (traits, backup, erasure) = (Arc::clone(app), Arc::clone(app), Arc::clone(app));
    let (check, tidy) = (Arc::clone(app), Arc::clone(app));
    runner
        .register(move |cx, job: RebuildTraits| {
            let app = Arc::clone(&traits);
            heavy(move || async move { rebuild(&app, &cx, &job).await })
        })
        .register(move |cx, job: Backup| {
            let app = Arc::clone(&backup);
            heavy(move || async move { back_up(&app, &cx, job).await })
        })
        .register(move |cx, job: EraseCustomer| {
            let app = Arc::clone(&erasure);
            heavy(move || async move { erase_customer(&app, &cx, &job).await })
        })
        .register(move |cx, job: CheckUp| {
            let app = Arc::clone(&check);
            heavy(move || async move { check_up(&app, &cx, &job).await })
        })
        .register(move |cx, _: Maintain| {
            let app = Arc::clone(&tidy);
            heavy(move || async move { maintain(&app, &cx).await })
        })
}

async fn rebuild(app: &App, cx: &Context, job: &RebuildTraits) -> Result<Output, Failure> {
    let as_of = match job.as_of {
        Some(at) => at,
        None => app.as_of(None).await.map_err(Failure::of)?,
    };
    let customers = app.rebuild_traits(as_of, &cx.progress, &cx.cancel).await.map_err(Failure::of)?;
    Ok(Output::new(json!({ "customers": customers, "as_of": base::clock::rfc3339(as_of) })))
}

async fn back_up(app: &App, cx: &Context, job: Backup) -> Result<Output, Failure> {
    let folder = app.config.backup_dir(&app.data);
    match job {
        Backup::Make { by, note } => {
            cx.progress.begin("copying", 0);
            let id = shelf::new_id(app.clock.now());
            let to = shelf::path(&folder, &id).map_err(Failure::of)?;
            let about = About { by: Some(by), note };
            let manifest = archive::write(app, &to, about).await.map_err(Failure::of)?;
            Ok(Output::new(json!({ "rows": manifest.rows(), "files": manifest.files.len() })).object(id))
        }
        Backup::Verify { id } => {
            let path = shelf::path(&folder, &id).map_err(Failure::of)?;
            let found = archive::verify::verify(&path, app.clock.now(), &cx.progress, &cx.cancel);
            let (rows, files) = found.map_err(Failure::of)?;
            Ok(Output::new(json!({ "rows": rows, "files": files })).object(id))
        }
    }
}

async fn erase_customer(app: &App, cx: &Context, job: &EraseCustomer) -> Result<Output, Failure> {
    cx.progress.begin("erasing", 0);
    match erase::person(app, job.customer, None).await {
        // An earlier try came further than it could tell.
        Err(problem) if problem.code == Code::NotFound && cx.attempt > 1 => {
            erase::complete(app).await.map_err(Failure::of)?;
        }
        // Others were working on the same files.
        Err(problem) if problem.code == Code::Conflict => return Err(Failure::Retry(problem)),
        done => done.map_err(Failure::of)?,
    }
    Ok(Output::default().object(job.customer))
}

async fn check_up(app: &App, cx: &Context, job: &CheckUp) -> Result<Output, Failure> {
    let found = checkup::run(app, job.how, Others::Ours, &cx.progress).await.map_err(Failure::of)?;
    Ok(Output::new(serde_json::to_value(found).unwrap_or_default()))
}

async fn maintain(app: &App, cx: &Context) -> Result<Output, Failure> {
    cx.progress.begin("tidying up", 0);
    match upkeep::run(app).await {
        Err(problem) if problem.code == Code::Conflict => Err(Failure::Retry(problem)),
        Err(problem) => Err(Failure::of(problem)),
        Ok(done) => Ok(Output::new(serde_json::to_value(done).unwrap_or_default())),
    }
}
