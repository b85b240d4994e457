//! One look at the table of jobs for all who follow it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Problem;
use jobs::JobRow;
use jobs::store::{job_changes, job_open};
use store::Db;
use tokio::sync::watch;

/// How often the table is looked at; others than this process may change it.
pub(super) const LOOK: Duration = Duration::from_millis(700);
/// How many changes are read at once.
pub(super) const BATCH: i64 = 200;

/// What changed after the change `after`, up to `last`.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    after: i64,
    last: i64,
    jobs: Arc<[JobRow]>,
}

/// Tells what is new to all who listen, as long as somebody does.
#[derive(Clone, Debug, Default)]
pub(super) struct News(Arc<Mutex<Option<watch::Sender<Changes>>>>);

impl News {
    /// What is new from now on. Whoever listens first, then reads what there is, misses nothing.
    pub(super) fn listen(&self, db: &Db) -> watch::Receiver<Changes> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = told.as_ref() {
            return told.subscribe();
        }
        let (sender, receiver) = watch::channel(Changes::default());
        *told = Some(sender);
        drop(told);
        let (news, db) = (self.clone(), db.clone());
        tokio::spawn(async move { news.look(&db).await });
        receiver
    }

    async fn look(&self, db: &Db) {
        let mut last = None;
        while self.wanted() {
            match changes(db, last).await {
                Ok(changes) => {
                    let full = changes.jobs.len() as i64 == BATCH;
                    if last != Some(changes.last) {
                        last = Some(changes.last);
                        self.tell(changes);
                    }
                    if full {
                        continue;
                    }
                }
                Err(problem) => tracing::warn!(%problem, "changes of jobs cannot be read"),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whether somebody listens; when nobody does, the next one begins anew.
    fn wanted(&self) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = told.as_ref().is_some_and(|told| told.receiver_count() > 0);
        if !wanted {
            *told = None;
        }
        wanted
    }

    fn tell(&self, changes: Changes) {
        if let Some(told) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            told.send_replace(changes);
        }
    }
}

/// What changed since `last`; at first only how far the table is.
async fn changes(db: &Db, last: Option<i64>) -> Result<Changes, Problem> {
    let mut tx = db.read().await?;
    let Some(after) = last else {
        let last = job_open(&mut tx).await?.1;
        return Ok(Changes { after: last, last, jobs: Arc::default() });
    };
    let jobs = job_changes(&mut tx, after, BATCH).await?;
    Ok(Changes { after, last: jobs.last().map_or(after, |job| job.change), jobs: jobs.into() })
}

impl Changes {
    /// What is new for who knows the change `known`; `None`: more than is told here.
    pub(super) fn since(&self, known: i64) -> Option<Vec<JobRow>> {
        if self.last <= known {
            return Some(Vec::new());
        }
        (self.after <= known).then(|| self.jobs.iter().filter(|job| job.change > known).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_missed_something_is_told_so() {
        let changes = Changes { after: 4, last: 6, jobs: Arc::default() };
        for (known, told) in [(3, false), (4, true), (5, true), (6, true), (7, true)] {
            assert_eq!(changes.since(known).is_some(), told, "{known}");
        }
    }

    #[tokio::test]
    async fn the_table_is_looked_at_while_somebody_listens() {
        let t = store::testing::sqlite().await;
        let news = News::default();
        let (one, two) = (news.listen(&t.db), news.listen(&t.db));
        drop(one);
        tokio::time::sleep(2 * LOOK).await;
        assert!(news.0.lock().unwrap().is_some());
        drop(two);
        tokio::time::sleep(2 * LOOK).await;
        assert!(news.0.lock().unwrap().is_none());
    }
}
