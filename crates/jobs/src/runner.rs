//! Claims jobs and runs their bodies.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ::store::Db;
use base::{Clock, Code, Problem};

use crate::model::{Failure, Job, JobId, JobRow};
use crate::progress::{Cancel, Progress};
use crate::{rules, store};

/// What a body is given besides its payload.
#[derive(Clone)]
pub struct Context {
    /// The job's number.
    pub id: JobId,
    /// Where to say how far it is.
    pub progress: Progress,
    /// To be looked at often.
    pub cancel: Cancel,
}

type Body = Arc<dyn Fn(Context, String) -> Pin<Box<dyn Future<Output = Result<String, Failure>> + Send>> + Send + Sync>;

/// A set of bodies by job name, and the loop that runs them.
#[derive(Clone)]
pub struct Runner {
    db: Db,
    clock: Arc<dyn Clock>,
    bodies: BTreeMap<&'static str, Body>,
}

/// How long a claim holds without a sign of life.
const LEASE: i64 = 60_000_000;
const RENEW_EVERY: Duration = Duration::from_secs(2);

impl Runner {
    /// A runner without bodies.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock, bodies: BTreeMap::new() }
    }

    /// Registers the body of a kind of job. The result is stored as JSON.
    #[must_use]
    pub fn register<J, F, Fut>(mut self, body: F) -> Self
    where
        J: Job,
        F: Fn(Context, J) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<serde_json::Value, Failure>> + Send + 'static,
    {
        let body = Arc::new(body);
        let run: Body = Arc::new(move |context, payload| {
            let body = Arc::clone(&body);
            Box::pin(async move {
                let job = serde_json::from_str::<J>(&payload).map_err(|e| {
                    Failure::GiveUp(Problem::internal(format!("the payload of {} cannot be read", J::NAME), e))
                })?;
                Ok(body(context, job).await?.to_string())
            })
        });
        self.bodies.insert(J::NAME, run);
        self
    }

    /// Claims and runs one due job. `None` when nothing is due.
    pub async fn run_one(&self) -> Result<Option<JobId>, Problem> {
        let names: Vec<&str> = self.bodies.keys().copied().collect();
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let job = store::job_claim(&mut tx, now, &names, now + LEASE).await?;
        tx.commit().await?;
        let Some(job) = job else { return Ok(None) };
        self.run(&job, Progress::default(), Cancel::default()).await?;
        Ok(Some(job.id))
    }

    /// Runs jobs until `stop` is asked; sleeps a little when none is due.
    pub async fn run_until(&self, stop: &Cancel) -> Result<(), Problem> {
        while !stop.asked() {
            if self.run_one().await?.is_none() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        Ok(())
    }

    /// Runs a claimed job to its end and writes the outcome.
    async fn run(&self, job: &JobRow, progress: Progress, cancel: Cancel) -> Result<(), Problem> {
        let Some(body) = self.bodies.get(job.name.as_str()) else {
            return Err(Problem::new(Code::Internal, format!("no body is registered for {}", job.name)));
        };
        let context = Context { id: job.id, progress: progress.clone(), cancel: cancel.clone() };
        let span = tracing::info_span!("job", id = %job.id, name = job.name);
        let mut work = tokio::spawn(tracing::Instrument::instrument(body(context, job.payload.clone()), span));
        let outcome = loop {
            tokio::select! {
                ended = &mut work => break ended.unwrap_or_else(|e| Err(Failure::Retry(Problem::internal("the job's body panicked", e)))),
                () = tokio::time::sleep(RENEW_EVERY) => self.renew(job.id, &progress, &cancel).await?,
            }
        };
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        match outcome {
            Ok(result) => store::job_finish(&mut tx, job.id, now, &result).await?,
            Err(Failure::Cancelled) => store::job_cancelled(&mut tx, job.id, now).await?,
            Err(Failure::GiveUp(p)) => store::job_fail(&mut tx, job.id, now, &p.message, None).await?,
            Err(Failure::Retry(p)) => {
                let again = (job.attempts < job.max_attempts).then(|| now + rules::back_off(job.attempts));
                store::job_fail(&mut tx, job.id, now, &p.message, again).await?;
            }
        }
        tx.commit().await
    }

    async fn renew(&self, id: JobId, progress: &Progress, cancel: &Cancel) -> Result<(), Problem> {
        let (stage, done, total) = progress.get();
        let mut tx = self.db.write().await?;
        if store::job_renew(&mut tx, id, self.clock.now() + LEASE, &stage, done, total).await? {
            cancel.ask();
        }
        tx.commit().await
    }
}

#[cfg(test)]
mod tests;
