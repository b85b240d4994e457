//! Claims jobs and runs their bodies.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::store::Db;
use base::{Clock, Code, Problem};
use tokio::task::JoinHandle;

use crate::files::folder_of;
use crate::model::{Failure, Job, JobId, JobRow, Output};
use crate::progress::{Cancel, Progress};
use crate::rules;
use crate::store::lease::{Claim, job_cancelled, job_claim, job_fail, job_finish, job_release, job_renew};

/// What a body is given besides its payload.
#[derive(Clone)]
pub struct Context {
    /// The job's number.
    pub id: JobId,
    /// Which try this is, from 1.
    pub attempt: i64,
    /// The number of the user who began it.
    pub by: Option<i64>,
    /// Where to say how far it is.
    pub progress: Progress,
    /// To be looked at often.
    pub cancel: Cancel,
    folder: PathBuf,
}

impl Context {
    /// Where to write a file for who began the job; its name goes into [`Output::file`]. The folder is the job's own.
    pub fn file(&self, name: &str) -> Result<PathBuf, Problem> {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            return Err(Problem::new(Code::InvalidArgument, format!("\"{name}\" is not a name for a file")));
        }
        std::fs::create_dir_all(&self.folder)?;
        Ok(self.folder.join(name))
    }
}

type Body = Arc<dyn Fn(Context, String) -> Pin<Box<dyn Future<Output = Result<Output, Failure>> + Send>> + Send + Sync>;

/// A set of bodies by job name, and the loop that runs them.
#[derive(Clone)]
pub struct Runner {
    db: Db,
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    bodies: BTreeMap<&'static str, Body>,
}

/// How long a claim holds without a sign of life.
const LEASE: i64 = 60_000_000;
/// How often progress is looked at; it is written when there is some.
const TICK: Duration = Duration::from_secs(1);
/// How often the lease is renewed, and the wish to stop is looked for.
const RENEW_EVERY: Duration = Duration::from_secs(2);
/// How long a runner without work waits.
const IDLE: Duration = Duration::from_millis(300);

impl Runner {
    /// A runner without bodies; files of jobs go below `folder`.
    pub fn new(db: Db, clock: Arc<dyn Clock>, folder: impl Into<PathBuf>) -> Self {
        Self { db, clock, folder: folder.into(), bodies: BTreeMap::new() }
    }

    /// Registers the body of a kind of job.
    #[must_use]
    pub fn register<J, F, Fut>(mut self, body: F) -> Self
    where
        J: Job,
        F: Fn(Context, J) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Output, Failure>> + Send + 'static,
    {
        let body = Arc::new(body);
        let run: Body = Arc::new(move |context, payload| {
            let body = Arc::clone(&body);
            Box::pin(async move {
                let job = serde_json::from_str::<J>(&payload).map_err(|e| {
                    Failure::GiveUp(Problem::internal(format!("the payload of {} cannot be read", J::NAME), e))
                })?;
                body(context, job).await
            })
        });
        self.bodies.insert(J::NAME, run);
        self
    }

    /// The kinds of jobs that have a body.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.bodies.keys().copied()
    }

    /// Claims and runs one due job. `None` when nothing is due.
    pub async fn run_one(&self) -> Result<Option<JobId>, Problem> {
        self.run_next(&Cancel::default()).await
    }

    /// Runs jobs until `stop` is asked. What runs then is asked to end; it goes back into the queue and begins again later.
    pub async fn run_until(&self, stop: &Cancel) {
        while !stop.asked() {
            self.run_or_wait(stop).await;
        }
    }

    /// Runs one due job as [`Runner::run_until`] does, or waits a moment when there is none.
    pub async fn run_or_wait(&self, stop: &Cancel) {
        match self.run_next(stop).await {
            Ok(Some(_)) => {}
            Ok(None) => tokio::time::sleep(IDLE).await,
            Err(problem) => {
                tracing::error!(%problem, cause = ?problem.source, "the table of jobs cannot be worked on");
                tokio::time::sleep(RENEW_EVERY).await;
            }
        }
    }

    async fn run_next(&self, stop: &Cancel) -> Result<Option<JobId>, Problem> {
        let names: Vec<&str> = self.kinds().collect();
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let job = job_claim(&mut tx, now, &names, now + LEASE).await?;
        tx.commit().await?;
        let Some(job) = job else { return Ok(None) };
        self.run(&job, stop).await?;
        Ok(Some(job.id))
    }

    /// Runs a claimed job to its end and writes the outcome.
    async fn run(&self, job: &JobRow, stop: &Cancel) -> Result<(), Problem> {
        let claim = Claim { id: job.id, attempt: job.attempts };
        let (progress, cancel) = (Progress::default(), Cancel::default());
        let folder = folder_of(&self.folder, job.id);
        if folder.is_dir() {
            std::fs::remove_dir_all(&folder)?;
        }
        let context = Context {
            id: job.id,
            attempt: job.attempts,
            by: job.user,
            progress: progress.clone(),
            cancel: cancel.clone(),
            folder,
        };
        let Some(body) = self.bodies.get(job.name.as_str()) else {
            return Err(Problem::new(Code::Internal, format!("no body is registered for {}", job.name)));
        };
        let span = tracing::info_span!("job", id = %job.id, name = job.name);
        let work = tokio::spawn(tracing::Instrument::instrument(body(context, job.payload.clone()), span));
        let (outcome, stopped) = self.follow(claim, work, &progress, &cancel, stop).await;
        self.end(claim, job, outcome, stopped).await
    }

    /// Waits for a body, renews its lease and writes its progress. Also says whether it was stopped for the end of the server.
    async fn follow(
        &self,
        claim: Claim,
        mut work: JoinHandle<Result<Output, Failure>>,
        progress: &Progress,
        cancel: &Cancel,
        stop: &Cancel,
    ) -> (Result<Output, Failure>, bool) {
        let (mut told, mut renewed, mut person) = (progress.get(), Instant::now(), false);
        loop {
            tokio::select! {
                ended = &mut work => {
                    let panicked = |e| Err(Failure::Retry(Problem::internal("the work met a defect", e)));
                    return (ended.unwrap_or_else(panicked), stop.asked() && !person);
                }
                () = tokio::time::sleep(TICK) => {}
            }
            if stop.asked() {
                cancel.ask();
            }
            let now = progress.get();
            let news = (now != told).then_some((now.0.as_str(), now.1, now.2));
            if news.is_none() && renewed.elapsed() < RENEW_EVERY {
                continue;
            }
            match self.renew(claim, news).await {
                Ok(true) => {
                    person = true;
                    cancel.ask();
                }
                Ok(false) => {}
                // The lease holds for longer than most troubles.
                Err(problem) => tracing::warn!(%problem, id = %claim.id, "the progress of a job was not written"),
            }
            (told, renewed) = (now, Instant::now());
        }
    }

    async fn renew(&self, claim: Claim, told: Option<(&str, u64, u64)>) -> Result<bool, Problem> {
        let mut tx = self.db.write().await?;
        let stop = job_renew(&mut tx, claim, self.clock.now() + LEASE, told).await?;
        tx.commit().await?;
        Ok(stop)
    }

    async fn end(
        &self,
        claim: Claim,
        job: &JobRow,
        outcome: Result<Output, Failure>,
        stopped: bool,
    ) -> Result<(), Problem> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        match outcome {
            Ok(output) => job_finish(&mut tx, claim, now, &output).await?,
            Err(Failure::Cancelled) if stopped => job_release(&mut tx, claim, now).await?,
            Err(Failure::Cancelled) => job_cancelled(&mut tx, claim, now).await?,
            Err(Failure::GiveUp(p)) => {
                tracing::warn!(id = %job.id, name = job.name, problem = %p, cause = ?p.source, "a job failed");
                job_fail(&mut tx, claim, now, &p, None).await?;
            }
            Err(Failure::Retry(p)) => {
                tracing::warn!(id = %job.id, name = job.name, problem = %p, cause = ?p.source, "a job will be tried again");
                let again = (job.attempts < job.max_attempts).then(|| now + rules::back_off(job.attempts));
                job_fail(&mut tx, claim, now, &p, again).await?;
            }
        }
        tx.commit().await
    }
}

/// Runs a body that keeps its thread busy (files, folds) where it holds up no request. What it awaits need not be `Send`.
pub async fn heavy<F, Fut>(work: F) -> Result<Output, Failure>
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = Result<Output, Failure>>,
{
    let runtime = tokio::runtime::Handle::current();
    let work = tokio::task::spawn_blocking(move || runtime.block_on(work())).await;
    work.unwrap_or_else(|e| Err(Failure::Retry(Problem::internal("the work met a defect", e))))
}

#[cfg(test)]
mod tests;
