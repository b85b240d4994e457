//! Whether the installation is as it should be: `guanxi doctor`, and the check of the console.

use std::path::Path;

use base::Problem;
use collect::import::{ImportRow, ImportState};
use collect::store::import::import_list;
use collect::store::intake::{intake_lag, intake_set_aside};
use jobs::Progress;
use lake::FileState;
use lake::catalog::file::file_list;
use lake::maintain::Swept;
use serde::{Deserialize, Serialize};
use store::args;
use utoipa::ToSchema;
use web::Text;

use crate::app::App;
use crate::output::count;
use crate::text::{both, both_because};
use crate::{archive, erase, when};

/// Left-over files younger than this stay where others work, however short the grace period: they may be being written. In microseconds.
const SPARED: i64 = 3_600_000_000;

/// How many damaged files are named.
const NAMED: usize = 20;

/// How to look.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = CheckupNew, example = json!({"quick": true}))]
pub(crate) struct How {
    /// Do not read every byte of the history, only sizes and footers.
    pub quick: bool,
    /// Remove left-over files, and give up imports that died.
    pub fix: bool,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckupSubject)]
pub(crate) enum What {
    /// The database: integrity and version.
    OperationalStore,
    /// The files of the history, against their list and their hashes.
    History,
    /// Orders that wait to be applied or to be sealed into files.
    Lag,
    /// Imports that neither ended nor failed.
    UnfinishedImports,
    /// Room on the disk.
    FreeDisk,
    /// Files that no list knows.
    LeftOverFiles,
}

/// One thing looked at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CheckupItem)]
pub(crate) struct Check {
    /// What.
    pub what: What,
    /// What it is called.
    pub label: Text,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found, a sentence each.
    pub found: Vec<Text>,
}

/// What a check-up found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"ok": true, "version": "0.1.0", "checks": [{"what": "free_disk", "label": {"en": "free disk", "zh": "磁盘余量"},
    "ok": true, "found": [{"en": "80.1 GiB", "zh": "80.1 GiB"}]}]}))]
pub(crate) struct Checkup {
    /// Whether all is.
    pub ok: bool,
    /// The version of the program.
    pub version: String,
    /// What was looked at.
    pub checks: Vec<Check>,
}

impl Check {
    fn new(what: What, ok: bool, found: Vec<Text>) -> Self {
        let label = match what {
            What::OperationalStore => both("operational store", &[]),
            What::History => both("history", &[]),
            What::Lag => both("lag", &[]),
            What::UnfinishedImports => both("unfinished imports", &[]),
            What::FreeDisk => both("free disk", &[]),
            What::LeftOverFiles => both("left-over files", &[]),
        };
        Self { what, label, ok, found }
    }
}

/// Who else may be writing files while it is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// Whoever else has the data folder open.
    Processes,
    /// Also the work of this process.
    Ours,
}

/// Looks at everything. Young files are taken for left over only where nobody can be writing them.
pub(crate) async fn run(app: &App, how: How, others: Others, progress: &Progress) -> Result<Checkup, Problem> {
    let mut checks = vec![database(app).await?, history(app, how.quick, progress).await?, waiting(app).await?];
    if how.fix {
        erase::complete(app).await?;
        app.importer().give_up_dead().await?;
    }
    checks.extend([unfinished(app).await?, disk(app)?]);
    let left = async |alone: bool| {
        let spared = if alone { 0 } else { grace(app).max(SPARED) };
        if how.fix { removed(app, spared).await } else { left_over(app, spared).await }
    };
    checks.push(if others == Others::Ours { left(false).await? } else { app.presence.alone(left).await? });
    let ok = checks.iter().all(|check| check.ok);
    Ok(Checkup { ok, version: env!("CARGO_PKG_VERSION").to_owned(), checks })
}

async fn database(app: &App) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let found = match app.db.dialect() {
        store::Dialect::Sqlite => tx.fetch_one("PRAGMA integrity_check", args![]).await?.at::<String>(0)?,
        store::Dialect::Postgres => "ok".to_owned(),
    };
    let row = tx.fetch_one("SELECT CAST(max(version) AS BIGINT) AS v FROM _sqlx_migrations", args![]).await?;
    let version: i64 = row.get("v")?;
    let text = both("{0}, schema version {1}", &[&found, &version]);
    Ok(Check::new(What::OperationalStore, found == "ok", vec![text]))
}

async fn history(app: &App, quick: bool, progress: &Progress) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let files = file_list(&mut tx, &[FileState::Live, FileState::Retired, FileState::Staged]).await?;
    drop(tx);
    progress.begin("checking files", files.iter().map(|f| f.bytes as u64).sum());
    let counted = progress.clone();
    let findings = app.lake.verify(!quick, move |bytes| counted.add(bytes)).await?;
    let live = || files.iter().filter(|f| f.state == FileState::Live);
    let (rows, bytes) = live().fold((0, 0), |a, f| (a.0 + f.rows, a.1 + f.bytes));
    let sizes: [&dyn std::fmt::Display; 3] = [&count(live().count() as i64), &count(rows), &(bytes >> 20)];
    let mut found = vec![both("{0} [file|files], {1} [row|rows], {2} MiB", &sizes)];
    if quick {
        found.push(both("not every byte was read", &[]));
    }
    found.extend(findings.iter().take(NAMED).map(|f| both_because("{0}: {1}", &f.path, &f.what)));
    if findings.len() > NAMED {
        found.push(both("and {0} more", &[&(findings.len() - NAMED)]));
    }
    Ok(Check::new(What::History, findings.is_empty(), found))
}

async fn waiting(app: &App) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let (batches, oldest) = intake_lag(&mut tx).await?;
    let aside = intake_set_aside(&mut tx).await?;
    let row = tx.fetch_one("SELECT CAST(count(*) AS BIGINT) AS n FROM hot_order_line", args![]).await?;
    let hot: i64 = row.get("n")?;
    let mut found =
        vec![both("{0} [batch|batches] waiting, {1} [line|lines] not sealed yet", &[&batches, &count(hot)])];
    if let Some(oldest) = oldest {
        found.push(both("the oldest batch waits since {0}", &[&when::show(oldest, &app.zone)]));
    }
    let why = |(id, why): &(i64, String)| both_because("batch {0} was set aside: {1} (guanxi intake --retry)", id, why);
    found.extend(aside.iter().map(why));
    Ok(Check::new(What::Lag, aside.is_empty(), found))
}

async fn unfinished(app: &App) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let imports = import_list(&mut tx, 1_000).await?;
    drop(tx);
    let names = |running: bool| {
        let of = imports.iter().filter(|i| is_open(i) && (i.state == ImportState::Running) == running);
        of.map(|i| i.id.to_string()).collect::<Vec<_>>().join(", ")
    };
    let (running, stopped) = (names(true), names(false));
    // Who works holds the lock.
    let dead = !running.is_empty() && app.importer().lock().is_ok();
    let mut found = Vec::new();
    if dead {
        found.push(both(
            "{0}: cut off in the middle; guanxi doctor --fix gives it up, guanxi import resume begins it anew",
            &[&running],
        ));
    } else if !running.is_empty() {
        found.push(both("{0}: at work", &[&running]));
    }
    if !stopped.is_empty() {
        found.push(both("{0}: resume or leave them", &[&stopped]));
    }
    if found.is_empty() {
        found.push(both("none", &[]));
    }
    // None of it is visible: nothing is wrong with the data.
    Ok(Check::new(What::UnfinishedImports, true, found))
}

/// How many bytes are free on the disk of a folder.
pub(crate) fn free(folder: &Path) -> std::io::Result<u64> {
    let stat = rustix::fs::statvfs(folder)?;
    Ok(stat.f_bavail * stat.f_frsize)
}

fn disk(app: &App) -> Result<Check, Problem> {
    let free = free(&app.data)?;
    let text = format!("{:.1} GiB", free as f64 / f64::from(1 << 30));
    Ok(Check::new(What::FreeDisk, free > 1 << 30, vec![Text::new(&text, &text)]))
}

async fn left_over(app: &App, spared: i64) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let all = [FileState::Live, FileState::Retired, FileState::Staged, FileState::Dropped];
    let known: std::collections::HashSet<String> =
        file_list(&mut tx, &all).await?.into_iter().map(|f| f.path).collect();
    drop(tx);
    let present = app.lake.files().list()?;
    let before = app.clock.now() - spared;
    let orphans = present.iter().filter(|f| !known.contains(&f.path) && f.modified <= before).count();
    Ok(Check::new(What::LeftOverFiles, orphans == 0, vec![both("{0} [file|files]", &[&orphans])]))
}

async fn removed(app: &App, spared: i64) -> Result<Check, Problem> {
    let swept = sweep_older(app, spared).await?;
    let parts = archive::clear_dead(&app.config.backup_dir(&app.data))?;
    let found = both("{0} removed", &[&(swept.dropped + swept.orphans + parts)]);
    Ok(Check::new(What::LeftOverFiles, true, vec![found]))
}

const fn is_open(import: &ImportRow) -> bool {
    matches!(import.state, ImportState::Running | ImportState::Cancelled)
}

/// Deletes what is no longer needed: replaced files after the grace period, files that no list knows.
pub(crate) async fn sweep(app: &App) -> Result<Swept, Problem> {
    sweep_older(app, grace(app)).await
}

/// How long replaced files stay, in microseconds.
fn grace(app: &App) -> i64 {
    i64::from(app.config.lake.grace_hours) * 3_600_000_000
}

async fn sweep_older(app: &App, grace: i64) -> Result<Swept, Problem> {
    let mut tx = app.db.read().await?;
    let imports = import_list(&mut tx, 1_000).await?;
    drop(tx);
    let running: Vec<i64> = imports.iter().filter(|i| is_open(i)).map(|i| i.id.0).collect();
    app.lake.sweep(app.clock.now(), grace, &running).await
}
