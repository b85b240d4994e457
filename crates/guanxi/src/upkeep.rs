//! What keeps an installation tidy. `guanxi maintain` does it once, the server now and then.

use std::sync::Arc;

use base::Problem;
use base::clock::DAY;
use collect::store::intake::{intake_forget, intake_lag};
use collect::uploads::Uploads;
use insight::day::Period;
use insight::top::Dimension;
use lake::maintain::MergePolicy;
use serde::Serialize;

use crate::app::App;
use crate::checkup::sweep;
use crate::erase;
use crate::refresh::Refresh;
use crate::server;
use crate::server::stages::Site;

/// What was done.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    /// Lines that went into files.
    pub sealed: u64,
    /// Small files that were merged.
    pub merged: usize,
    /// Replaced files that were removed.
    pub dropped: usize,
    /// Files that no list knew.
    pub orphans: usize,
}

/// Seals fresh lines, merges small files, removes replaced ones and what background work has left, ends erasures.
pub(crate) async fn run(app: &App) -> Result<Done, Problem> {
    let now = app.clock.now();
    let sealed = app.lake.seal(now).await?;
    let merged = app.lake.merge(now, MergePolicy::default()).await?;
    let swept = sweep(app).await?;
    erase::complete(app).await?;
    Uploads::new(app.db.clone(), &app.data).sweep(app.clock.as_ref()).await?;
    jobs::files::sweep(&app.db, &app.job_files(), now, false).await?;
    let mut tx = app.db.write().await?;
    jobs::store::job_forget(&mut tx, now - i64::from(app.config.jobs.keep_days) * DAY).await?;
    intake_forget(&mut tx, now - i64::from(app.config.intake.keep_days) * DAY).await?;
    tx.commit().await?;
    Ok(Done { sealed, merged, dropped: swept.dropped, orphans: swept.orphans })
}

/// What follows every import: small files of the history are merged, replaced ones removed when their time has come.
pub(crate) async fn after_import(app: &App) -> Result<(), Problem> {
    app.lake.merge(app.clock.now(), MergePolicy::default()).await?;
    sweep(app).await?;
    Ok(())
}

/// Makes ready what the overview follows from: whoever sees that an import is done opens it.
pub(crate) async fn ready(site: &Site) {
    tell(site.numbers.warm().await.map(drop));
    tell(site.people.warm_moves().await);
}

/// Makes ready what sells most in the periods that the overview opens with.
pub(crate) async fn ready_top(site: &Site) -> Result<(), Problem> {
    for (from, to) in site.people.opening_periods().await? {
        let period = Period::parse(&format!("{from}..{to}"), "period")?;
        site.numbers.warm_top(Dimension::Product, period).await?;
    }
    Ok(())
}

/// As [`ready`], for the next start. A server that has the folder open does so by itself; one that starts meanwhile waits for it.
pub(crate) async fn leave_ready(app: &App) {
    let work = async |alone: bool| {
        if alone {
            let site = Site::new(server::web(app)?, app.clone(), Arc::new(|_| Ok(())));
            ready(&site).await;
            site.numbers.keep().await?;
            site.people.warm_flows().await?;
            ready_top(&site).await?;
        }
        Ok(())
    };
    tell(app.presence.alone(work).await);
}

/// Says what could not be made ready: whoever asks waits for it then.
pub(crate) fn tell(made: Result<(), Problem>) {
    if let Err(problem) = made {
        tracing::warn!(%problem, "what pages ask for first could not be made ready");
    }
}

/// Applies the batches that wait, if there are any.
pub(crate) async fn intake(app: &App) -> Result<(), Problem> {
    let (waiting, _) = intake_lag(&mut app.db.read().await?).await?;
    if waiting > 0 {
        app.importer().apply_waiting(&Refresh::new(app).await?).await?;
    }
    Ok(())
}
