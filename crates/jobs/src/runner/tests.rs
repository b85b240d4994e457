use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ::store::testing::TestDb;
use base::{Clock, Code, FixedClock, Problem};
use serde::{Deserialize, Serialize};

use super::Runner;
use crate::model::{Failure, Job, JobRow, JobState, Output, Starter};
use crate::progress::Cancel;
use crate::store::lease::{Claim, job_claim, job_finish};
use crate::store::{job_cancel, job_changes, job_enqueue, job_forget, job_get, job_none_open, job_open, job_retry};

#[derive(Serialize, Deserialize)]
struct Add {
    a: i64,
    b: i64,
}

impl Job for Add {
    const NAME: &'static str = "test.add";
    const MAX_ATTEMPTS: i64 = 2;
}

::store::on_both!(
    runs_once,
    retries_then_dies,
    a_dead_runner_loses_its_lease,
    cancels_before_the_start,
    a_stop_of_the_server_is_no_cancel,
    who_dies_at_every_try_is_dead,
    files_are_kept_for_a_day,
    changes_are_told_in_order
);

fn runner(t: &TestDb, clock: &Arc<FixedClock>) -> Runner {
    Runner::new(t.db.clone(), Arc::clone(clock) as _, t.dir.path().join("jobs"))
}

async fn get(t: &TestDb, id: crate::JobId) -> JobRow {
    job_get(&mut t.db.read().await.unwrap(), id).await.unwrap()
}

async fn put(t: &TestDb, clock: &FixedClock, job: &Add) -> crate::JobId {
    let mut tx = t.db.write().await.unwrap();
    let starter = Starter { user: Some(7), name: "Ann".into(), object: Some("imp_3".into()) };
    let id = job_enqueue(&mut tx, clock.now(), job, &starter).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn runs_once(t: TestDb) {
    let clock = Arc::new(FixedClock::at(1_000));
    let runner = runner(&t, &clock)
        .register(|_, job: Add| async move { Ok(Output::new(serde_json::json!(job.a + job.b)).object("run_1")) });
    let id = put(&t, &clock, &Add { a: 2, b: 3 }).await;
    assert_eq!(runner.run_one().await.unwrap(), Some(id));
    assert_eq!(runner.run_one().await.unwrap(), None);
    let row = get(&t, id).await;
    assert_eq!((row.state, row.result.as_deref(), row.attempts), (JobState::Done, Some("5"), 1));
    assert_eq!((row.user, row.began_by.as_str(), row.object.as_deref()), (Some(7), "Ann", Some("run_1")));
}

async fn retries_then_dies(t: TestDb) {
    let clock = Arc::new(FixedClock::at(1_000));
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let runner = runner(&t, &clock).register(move |_, _: Add| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Err(Failure::Retry(Problem::new(Code::Unavailable, "no answer").hint("plug it in"))) }
    });
    let id = put(&t, &clock, &Add { a: 0, b: 0 }).await;
    runner.run_one().await.unwrap();
    assert_eq!(runner.run_one().await.unwrap(), None, "the second try waits for its time");
    clock.advance(20_000_000);
    runner.run_one().await.unwrap();
    let row = job_get(&mut t.db.read().await.unwrap(), id).await.unwrap();
    assert_eq!((row.error_code.as_deref(), row.error_hint.as_deref()), (Some("unavailable"), Some("plug it in")));
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
    let late = Claim { id, attempt: 1 };
    job_finish(&mut tx, late, 9_000, &Output::default()).await.unwrap();
    assert_eq!(job_get(&mut tx, id).await.unwrap().state, JobState::Running, "who lost the lease ends nothing");
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

async fn a_stop_of_the_server_is_no_cancel(t: TestDb) {
    let clock = Arc::new(FixedClock::at(1_000));
    let stop = Cancel::default();
    let asked = stop.clone();
    let runner = runner(&t, &clock).register(move |cx, _: Add| {
        asked.ask();
        async move {
            while !cx.cancel.asked() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            Err(Failure::Cancelled)
        }
    });
    let id = put(&t, &clock, &Add { a: 0, b: 0 }).await;
    runner.run_until(&stop).await;
    let row = get(&t, id).await;
    assert_eq!((row.state, row.attempts), (JobState::Queued, 0), "it begins again with the next start");
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(job_none_open::<Add>(&mut tx).await.unwrap_err().code, Code::Conflict);
}

async fn who_dies_at_every_try_is_dead(t: TestDb) {
    let clock = FixedClock::at(1_000);
    let id = put(&t, &clock, &Add { a: 0, b: 0 }).await;
    let mut tx = t.db.write().await.unwrap();
    for now in [1_000, 2_001] {
        assert!(job_claim(&mut tx, now, &["test.add"], now + 1_000).await.unwrap().is_some());
    }
    assert!(job_claim(&mut tx, 4_000, &["test.add"], 5_000).await.unwrap().is_none());
    let row = job_get(&mut tx, id).await.unwrap();
    assert_eq!(row.state, JobState::Dead);
    assert!(row.error.unwrap().contains("2 times"));
}

async fn files_are_kept_for_a_day(t: TestDb) {
    let clock = Arc::new(FixedClock::at(1_000));
    let runner = runner(&t, &clock).register(|cx, _: Add| async move {
        assert!(cx.file("../x").is_err());
        let path = cx.file("a.csv").map_err(Failure::of)?;
        std::fs::write(path, "1").map_err(|e| Failure::of(e.into()))?;
        Ok(Output::default().file("a.csv"))
    });
    let id = put(&t, &clock, &Add { a: 0, b: 0 }).await;
    runner.run_one().await.unwrap();
    let path = crate::files::find(&runner.folder, &get(&t, id).await, 2_000).unwrap();
    assert_eq!(crate::files::sweep(&t.db, &runner.folder, clock.now(), false).await.unwrap(), 0);
    clock.advance(crate::files::KEPT + 1);
    assert!(crate::files::find(&runner.folder, &get(&t, id).await, clock.now()).is_err());
    assert_eq!(crate::files::sweep(&t.db, &runner.folder, clock.now(), false).await.unwrap(), 1);
    assert!(!path.exists() && get(&t, id).await.file.is_none());
}

async fn changes_are_told_in_order(t: TestDb) {
    let clock = Arc::new(FixedClock::at(1_000));
    let runner = runner(&t, &clock).register(|_, _: Add| async move { Ok(Output::default()) });
    let (one, two) = (put(&t, &clock, &Add { a: 0, b: 0 }).await, put(&t, &clock, &Add { a: 1, b: 1 }).await);
    let (open, last) = job_open(&mut t.db.read().await.unwrap()).await.unwrap();
    assert_eq!(open.iter().map(|j| j.id).collect::<Vec<_>>(), [one, two]);
    assert_eq!(open[1].change, last);
    runner.run_one().await.unwrap();
    let news = job_changes(&mut t.db.read().await.unwrap(), last, 10).await.unwrap();
    assert_eq!(news.iter().map(|j| (j.id, j.state)).collect::<Vec<_>>(), [(one, JobState::Done)]);
    let mut tx = t.db.write().await.unwrap();
    clock.advance(10);
    assert_eq!(job_forget(&mut tx, clock.now()).await.unwrap(), 1, "what ended before goes, what waits stays");
}
