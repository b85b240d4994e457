//! `guanxi serve`: console, API and background work in one process.

mod console;
mod hello;
mod live;
pub(crate) mod stages;
mod tending;
pub(crate) mod work;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base::{Code, Problem};
use jobs::Cancel;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use web::{Server, SystemEntropy};

pub(crate) use hello::LogIn;
use live::Live;

use crate::app::App;
use crate::upkeep::tell;

/// What the first owner signs in with when nobody says.
pub(crate) const OWNER: &str = "owner@guanxi.local";
/// How long background work may take to come to a point where it can be stopped.
const FAREWELL: Duration = Duration::from_secs(20);

/// The state of the web, for the server and for commands that manage users and keys.
pub(crate) fn web(app: &App) -> Result<web::App, Problem> {
    let settings = app.config.server.clone();
    web::App::new(app.db.clone(), Arc::clone(&app.clock), Arc::new(SystemEntropy), settings)
}

/// Serves until the process is asked to end (Ctrl-C, SIGTERM). `owner`: the e-mail address of the first user.
pub(crate) async fn run(app: App, owner: &str, login: LogIn, json: bool) -> Result<(), Problem> {
    let mut ends = [SignalKind::interrupt(), SignalKind::terminate()].map(signal).into_iter();
    let (Some(Ok(mut interrupt)), Some(Ok(mut terminate))) = (ends.next(), ends.next()) else {
        return Err(Problem::new(Code::Unavailable, "the system does not tell when this program shall end"));
    };
    let web = web(&app)?;
    let history = app.lake.files().root().to_owned();
    web.needs(move || read(&history));
    let live = Live::new(app.clone(), web.clone())?;
    // Nobody is made an owner of a server that cannot listen.
    let interrupted = jobs::store::job_count(&mut app.db.read().await?, Some(jobs::JobState::Running)).await?;
    let server = Server::start(web.clone(), live.router()).await?;
    let first = web::ops::first_run::first_run(&web, owner).await?;
    let login = login.or_first(first);
    let stop = Cancel::default();
    let mut workers = JoinSet::new();
    for _ in 0..app.config.jobs.workers {
        let (live, stop) = (Arc::clone(&live), stop.clone());
        workers.spawn(async move { live.work(&stop).await });
    }
    let tending = tokio::spawn(tending::tend(app.clone(), Arc::clone(&live)));
    hello::say(&app, server.address, &login, json);
    hello::resume(interrupted, json);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    hello::farewell(json);
    stop.ask();
    tending.abort();
    let ended = server.stop().await;
    let all = async { while workers.join_next().await.is_some() {} };
    if tokio::time::timeout(FAREWELL, all).await.is_err() {
        tracing::warn!("background work did not end in time; it begins again with the next start");
    }
    if let Some(site) = live.site() {
        tell(site.numbers.keep().await);
    }
    live.end();
    app.db.close().await;
    ended
}

/// Whether the folder of the history can be read: a disk that is gone takes it along.
fn read(history: &Path) -> Result<(), Problem> {
    let looked = std::fs::read_dir(history).and_then(|mut entries| entries.next().transpose());
    looked
        .map(drop)
        .map_err(|e| Problem::new(Code::Unavailable, "the folder of the history cannot be read").caused_by(e))
}

#[cfg(test)]
mod data_tests;
#[cfg(test)]
mod tests;
