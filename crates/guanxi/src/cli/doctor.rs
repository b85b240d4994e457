//! `guanxi doctor` and `guanxi maintain`.

use std::fs::{OpenOptions, TryLockError};

use base::Problem;
use collect::import::{ImportRow, ImportState};
use lake::FileState;
use lake::catalog::file::{file_drop, file_list, file_of_import};
use lake::maintain::MergePolicy;
use lake::maintain::Swept;
use serde::Serialize;
use store::args;

use crate::app::App;
use crate::output::{self, count};
use crate::{erase, when};

/// One thing looked at.
#[derive(Serialize)]
struct Check {
    what: &'static str,
    ok: bool,
    found: String,
}

pub(crate) async fn run(app: &App, fix: bool, json: bool) -> Result<(), Problem> {
    let mut checks =
        vec![database(app).await?, history(app).await?, waiting(app).await?, unfinished(app).await?, disk(app)?];
    if fix {
        erase::complete(app).await?;
        give_up_dead(app).await?;
        let swept = sweep_older(app, 0).await?;
        checks.push(Check {
            what: "left-over files",
            ok: true,
            found: format!("{} removed", swept.dropped + swept.orphans),
        });
    } else {
        checks.push(left_over(app).await?);
    }
    let well = checks.iter().all(|c| c.ok);
    if json {
        output::json(&serde_json::json!({ "ok": well, "version": env!("CARGO_PKG_VERSION"), "checks": checks }))?;
    } else {
        output::line(format!("Guanxi {} · data in {}", env!("CARGO_PKG_VERSION"), app.data.display()));
        output::table(
            &["", "checked", "found"],
            checks.iter().map(|c| vec![if c.ok { "✓" } else { "✗" }.into(), c.what.into(), c.found.clone()]),
        );
    }
    if well {
        return Ok(());
    }
    Err(Problem::new(base::Code::IncompatibleStore, "something is not as it should be")
        .hint("left-over files: `guanxi doctor --fix`; damaged files: restore a back-up"))
}

async fn database(app: &App) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let found = match app.db.dialect() {
        store::Dialect::Sqlite => tx.fetch_one("PRAGMA integrity_check", args![]).await?.at::<String>(0)?,
        store::Dialect::Postgres => "ok".to_owned(),
    };
    let row = tx.fetch_one("SELECT CAST(max(version) AS BIGINT) AS v FROM _sqlx_migrations", args![]).await?;
    let version: i64 = row.get("v")?;
    Ok(Check { what: "operational store", ok: found == "ok", found: format!("{found}, schema version {version}") })
}

async fn history(app: &App) -> Result<Check, Problem> {
    let findings = app.lake.verify(true).await?;
    let mut tx = app.db.read().await?;
    let files = file_list(&mut tx, &[FileState::Live]).await?;
    let (rows, bytes) = files.iter().fold((0, 0), |a, f| (a.0 + f.rows, a.1 + f.bytes));
    let mut found = vec![format!("{} files, {} rows, {} MiB", files.len(), count(rows), bytes >> 20)];
    found.extend(findings.iter().take(20).map(|f| format!("{}: {}", f.path, f.what)));
    Ok(Check { what: "history", ok: findings.is_empty(), found: found.join("\n") })
}

async fn waiting(app: &App) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let (batches, oldest) = collect::store::intake::intake_lag(&mut tx).await?;
    let row = tx.fetch_one("SELECT CAST(count(*) AS BIGINT) AS n FROM hot_order_line", args![]).await?;
    let hot: i64 = row.get("n")?;
    let since = oldest.map_or(String::new(), |t| format!(" since {}", when::show(t, &app.zone)));
    Ok(Check {
        what: "lag",
        ok: true,
        found: format!("{batches} batches wait{since}, {} lines are not sealed yet", count(hot)),
    })
}

async fn unfinished(app: &App) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let imports = collect::store::import::import_list(&mut tx, 1_000).await?;
    let open: Vec<String> =
        imports.iter().filter(|i| is_open(i)).map(|i| format!("{} ({})", i.id, i.state.as_str())).collect();
    let found = if open.is_empty() { "none".into() } else { format!("{}: resume or leave them", open.join(", ")) };
    Ok(Check { what: "unfinished imports", ok: true, found })
}

fn disk(app: &App) -> Result<Check, Problem> {
    let stat = rustix::fs::statvfs(&app.data).map_err(std::io::Error::from)?;
    let free = stat.f_bavail * stat.f_frsize;
    Ok(Check { what: "free disk", ok: free > 1 << 30, found: format!("{:.1} GiB", free as f64 / f64::from(1 << 30)) })
}

async fn left_over(app: &App) -> Result<Check, Problem> {
    let mut tx = app.db.read().await?;
    let all = [FileState::Live, FileState::Retired, FileState::Staged, FileState::Dropped];
    let known: std::collections::HashSet<String> =
        file_list(&mut tx, &all).await?.into_iter().map(|f| f.path).collect();
    drop(tx);
    let present = app.lake.files().list()?;
    let orphans = present.iter().filter(|f| !known.contains(&f.path)).count();
    Ok(Check { what: "left-over files", ok: orphans == 0, found: format!("{orphans}") })
}

/// Marks imports whose process has died as failed and lets go of what they had staged: resumed, they begin anew. Does nothing
/// while an import works.
async fn give_up_dead(app: &App) -> Result<(), Problem> {
    let folder = app.data.join("imports");
    std::fs::create_dir_all(&folder)?;
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("import.lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(()),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    for import in collect::store::import::import_list(&mut tx, 1_000).await?.iter().filter(|i| is_open(i)) {
        let staged = file_of_import(&mut tx, import.id.0, &[FileState::Staged]).await?;
        file_drop(&mut tx, now, &staged.iter().map(|f| f.id).collect::<Vec<_>>()).await?;
        // Together with the files: a part that is noted is never staged again.
        tx.execute("DELETE FROM import_part WHERE import_id = $1", args![import.id.0]).await?;
        let why = Some("it was stopped and not resumed");
        collect::store::import::import_set_state(&mut tx, now, import.id, ImportState::Failed, why).await?;
    }
    tx.commit().await
}

fn is_open(import: &ImportRow) -> bool {
    matches!(import.state, ImportState::Running | ImportState::Cancelled)
}

/// Deletes what is no longer needed: replaced files after the grace period, files that no list knows.
pub(crate) async fn sweep(app: &App) -> Result<Swept, Problem> {
    sweep_older(app, i64::from(app.config.lake.grace_hours) * 3_600_000_000).await
}

async fn sweep_older(app: &App, grace: i64) -> Result<Swept, Problem> {
    let mut tx = app.db.read().await?;
    let imports = collect::store::import::import_list(&mut tx, 1_000).await?;
    drop(tx);
    let running: Vec<i64> = imports.iter().filter(|i| is_open(i)).map(|i| i.id.0).collect();
    app.lake.sweep(app.clock.now(), grace, &running).await
}

pub(crate) async fn maintain(app: &App, json: bool) -> Result<(), Problem> {
    let now = app.clock.now();
    let sealed = app.lake.seal(now).await?;
    let merged = app.lake.merge(now, MergePolicy::default()).await?;
    let swept = sweep(app).await?;
    erase::complete(app).await?;
    if json {
        return output::json(
            &serde_json::json!({ "sealed": sealed, "merged": merged, "dropped": swept.dropped, "orphans": swept.orphans }),
        );
    }
    let gone = swept.dropped + swept.orphans;
    output::line(format!("{} lines sealed, {merged} files merged, {gone} files removed", count(sealed)));
    Ok(())
}
