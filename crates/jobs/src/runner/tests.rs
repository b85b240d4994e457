use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ::store::testing::TestDb;
use base::{Clock, Code, FixedClock, Problem};
use serde::{Deserialize, Serialize};

use super::Runner;
use crate::model::{Failure, Job, JobState};
use crate::store::{job_cancel, job_claim, job_enqueue, job_get, job_retry};

#[derive(Serialize, Deserialize)]
struct Add {
    a: i64,
    b: i64,
}

impl Job for Add {
    const NAME: &'static str = "test.add";
    const MAX_ATTEMPTS: i64 = 2;
}

::store::on_both!(runs_once, retries_then_dies, a_dead_runner_loses_its_lease, cancels_before_the_start);

async fn put(t: &TestDb, clock: &FixedClock, job: &Add) -> crate::JobId {
    let mut tx = t.db.write().await.unwrap();
    let id = job_enqueue(&mut tx, clock.now(), job).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn runs_once(t: TestDb) {
    let clock = Arc::new(FixedClock::at(1_000));
    let runner = Runner::new(t.db.clone(), clock.clone())
        .register(|_, job: Add| async move { Ok(serde_json::json!(job.a + job.b)) });
    let id = put(&t, &clock, &Add { a: 2, b: 3 }).await;
    assert_eq!(runner.run_one().await.unwrap(), Some(id));
    assert_eq!(runner.run_one().await.unwrap(), None);
    let row = job_get(&mut t.db.read().await.unwrap(), id).await.unwrap();
    assert_eq!((row.state, row.result.as_deref(), row.attempts), (JobState::Done, Some("5"), 1));
}

async fn retries_then_dies(t: TestDb) {
    let clock = Arc::new(FixedClock::at(1_000));
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let runner = Runner::new(t.db.clone(), clock.clone()).register(move |_, _: Add| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Err(Failure::Retry(Problem::new(Code::Unavailable, "no answer"))) }
    });
    let id = put(&t, &clock, &Add { a: 0, b: 0 }).await;
    runner.run_one().await.unwrap();
    assert_eq!(runner.run_one().await.unwrap(), None, "the second try waits for its time");
    clock.advance(20_000_000);
    runner.run_one().await.unwrap();
    let row = job_get(&mut t.db.read().await.unwrap(), id).await.unwrap();
    assert_eq!(
        (row.state, row.error.as_deref(), tries.load(Ordering::Relaxed)),
        (JobState::Dead, Some("no answer"), 2)
    );
    let mut tx = t.db.write().await.unwrap();
    job_retry(&mut tx, id, clock.now()).await.unwrap();
    assert_eq!(job_get(&mut tx, id).await.unwrap().state, JobState::Queued);
}

async fn a_dead_runner_loses_its_lease(t: TestDb) {
    let clock = FixedClock::at(1_000);
    let id = put(&t, &clock, &Add { a: 0, b: 0 }).await;
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(job_claim(&mut tx, 1_000, &["test.add"], 5_000).await.unwrap().map(|j| j.id), Some(id));
    assert!(job_claim(&mut tx, 4_999, &["test.add"], 9_000).await.unwrap().is_none());
    let again = job_claim(&mut tx, 5_001, &["test.add"], 9_000).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempts), (id, 2));
    assert!(job_claim(&mut tx, 99_000, &["other.name"], 100_000).await.unwrap().is_none());
}

async fn cancels_before_the_start(t: TestDb) {
    let clock = FixedClock::at(1_000);
    let id = put(&t, &clock, &Add { a: 0, b: 0 }).await;
    let mut tx = t.db.write().await.unwrap();
    job_cancel(&mut tx, id, 2_000).await.unwrap();
    assert!(job_claim(&mut tx, 3_000, &["test.add"], 9_000).await.unwrap().is_none());
    assert_eq!(job_cancel(&mut tx, id, 3_000).await.unwrap_err().code, Code::Conflict);
}
