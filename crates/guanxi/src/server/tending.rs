//! What happens without anybody asking for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use base::Problem;
use jobs::{Job as _, Starter, store};

use super::live::Live;
use super::work::Maintain;
use crate::app::App;
use crate::upkeep::{self, tell};

/// How often waiting batches are looked for.
const INTAKE: Duration = Duration::from_secs(5);
/// Whoever opens the overview at once has its numbers before the processors are wanted for moves between other days.
const SOON: Duration = Duration::from_secs(1);
/// How often it is looked whether what the first pages ask for is ready while the files of the history stay as they are.
const WARM: Duration = Duration::from_mins(1);
/// How often the moves of the overview are counted.
const MOVES: Duration = Duration::from_mins(10);
/// How long after it ended the history is tidied up again, in microseconds.
const TIDY: i64 = 15 * 60_000_000;

/// Applies what waits, begins the periodic job when it is due, and keeps ready what the first pages ask for. For ever.
pub(super) async fn tend(app: App, live: Arc<Live>) {
    let mut warmed: Option<Instant> = None;
    let mut moved: Option<Instant> = None;
    let mut files = None;
    loop {
        let now = files_of(&app).await;
        let changed = std::mem::replace(&mut files, now) != now;
        let site = live.site().filter(|_| changed || warmed.is_none_or(|at| at.elapsed() >= WARM));
        if let Some(site) = &site {
            tell(site.numbers.warm().await.map(drop));
            tokio::time::sleep(SOON).await;
            tell(site.people.warm_moves().await);
        }
        tokio::time::sleep(INTAKE).await;
        // After a pause: whoever opens the overview at once is not to share the processors with lists that nobody has asked for.
        if let Some(site) = &site {
            tell(upkeep::ready_top(site).await);
            tell(site.people.warm().await);
            if moved.is_none_or(|at| at.elapsed() >= MOVES) {
                tell(site.people.warm_flows().await);
                moved = Some(Instant::now());
            }
            warmed = Some(Instant::now());
        }
        let app = app.clone();
        let runtime = tokio::runtime::Handle::current();
        let turn = tokio::task::spawn_blocking(move || runtime.block_on(once(&app))).await;
        match turn {
            Ok(Ok(())) => {}
            Ok(Err(problem)) => tracing::warn!(%problem, cause = ?problem.source, "what waits could not be done"),
            Err(error) => tracing::error!(%error, "what waits met a defect"),
        }
    }
}

/// Tells apart which files the history is made of.
async fn files_of(app: &App) -> Option<u64> {
    Some(app.lake.snapshot_sealed().await.ok()?.stamp(&lake::ORDER_LINE))
}

async fn once(app: &App) -> Result<(), Problem> {
    upkeep::intake(app).await?;
    let now = app.clock.now();
    let mut tx = app.db.read().await?;
    let due = store::job_last_end(&mut tx, Maintain::NAME).await?.is_some_and(|ended| ended + TIDY <= now);
    drop(tx);
    if due {
        let mut tx = app.db.write().await?;
        store::job_enqueue(&mut tx, now, &Maintain {}, &Starter::system()).await?;
        tx.commit().await?;
    }
    Ok(())
}
