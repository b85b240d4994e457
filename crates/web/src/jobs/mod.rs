//! Background work as the API shows it. Stages begin jobs with [`job_begin`] in the transaction of their change and answer with
//! [`Accepted`]; the binary adds [`routes`].

mod dto;
mod events;
mod file;
mod http;
mod news;

use std::path::PathBuf;

use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::Problem;
use jobs::store::{job_enqueue, job_get};
use jobs::{JobId, Starter};
use store::Tx;

pub use dto::{Job, JobKind, JobPage, JobState};
pub use file::{ForReading, Kinds};

use crate::App;
use crate::api::Json;
use crate::guard::{Limits, Routes};
use crate::model::Actor;
use news::News;

/// What the routes of jobs need.
#[derive(Clone)]
struct Jobs {
    app: App,
    /// Where jobs write their files.
    folder: PathBuf,
    /// Which jobs write some, and who may read them.
    kinds: Kinds,
    /// Told to all who follow them.
    news: News,
}

impl FromRef<Jobs> for App {
    fn from_ref(jobs: &Jobs) -> Self {
        jobs.app.clone()
    }
}

/// The routes below `/jobs`; `folder` is the one that the runner was given, `kinds` are those of its jobs that write files.
pub fn routes(app: &App, folder: impl Into<PathBuf>, kinds: Kinds) -> Routes {
    let streams = Limits { streams: true, ..Limits::default() };
    Routes::new()
        .with(crate::routes![http::job_list, http::job_get, http::job_cancel, http::job_retry])
        .with_limits(streams, crate::routes![events::job_events, file::job_file])
        .with_state(Jobs { app: app.clone(), folder: folder.into(), kinds, news: News::default() })
}

/// Puts a job of somebody in. The audit log and the commit are the caller's.
pub async fn job_begin<J: jobs::Job>(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    job: &J,
    object: Option<String>,
) -> Result<JobId, Problem> {
    let starter = Starter { user: Some(actor.user.0), name: actor.name.clone(), object };
    job_enqueue(tx, app.now(), job, &starter).await
}

/// `202` with the job that was begun.
#[derive(Debug)]
pub struct Accepted(pub Job);

impl Accepted {
    /// The answer for a job, after the commit, as somebody sees it.
    pub async fn of(app: &App, actor: &Actor, id: JobId) -> Result<Self, Problem> {
        let mut tx = app.db.read().await?;
        Ok(Self(Job::of(job_get(&mut tx, id).await?, actor)))
    }
}

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self.0)).into_response()
    }
}
