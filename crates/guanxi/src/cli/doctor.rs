//! `guanxi doctor` and `guanxi maintain`.

use base::Problem;
use lake::FileState;
use lake::catalog::file::file_list;
use lake::maintain::MergePolicy;
use lake::maintain::Swept;
use serde::Serialize;
use store::args;

use crate::app::App;
use crate::output::{self, count};
use crate::when;

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
        let swept = app.lake.sweep(app.clock.now(), 0, &[]).await?;
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
    let mut found = format!("{} files, {} rows, {} MiB", files.len(), count(rows), bytes >> 20);
    for finding in findings.iter().take(20) {
        found.push_str(&format!("\n{}: {}", finding.path, finding.what));
    }
    Ok(Check { what: "history", ok: findings.is_empty(), found })
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
    let open: Vec<String> = imports
        .iter()
        .filter(|i| matches!(i.state, collect::import::ImportState::Running | collect::import::ImportState::Cancelled))
        .map(|i| format!("{} ({})", i.id, i.state.as_str()))
        .collect();
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

/// Deletes what is no longer needed: replaced files after the grace period, files that no list knows.
pub(crate) async fn sweep(app: &App) -> Result<Swept, Problem> {
    let grace = i64::from(app.config.lake.grace_hours) * 3_600_000_000;
    let mut tx = app.db.read().await?;
    let imports = collect::store::import::import_list(&mut tx, 1_000).await?;
    drop(tx);
    let open = |i: &&collect::import::ImportRow| {
        matches!(i.state, collect::import::ImportState::Running | collect::import::ImportState::Cancelled)
    };
    let running: Vec<i64> = imports.iter().filter(open).map(|i| i.id.0).collect();
    app.lake.sweep(app.clock.now(), grace, &running).await
}

pub(crate) async fn maintain(app: &App, json: bool) -> Result<(), Problem> {
    let now = app.clock.now();
    let sealed = app.lake.seal(now).await?;
    let merged = app.lake.merge(now, MergePolicy::default()).await?;
    let swept = sweep(app).await?;
    if json {
        return output::json(
            &serde_json::json!({ "sealed": sealed, "merged": merged, "dropped": swept.dropped, "orphans": swept.orphans }),
        );
    }
    let gone = swept.dropped + swept.orphans;
    output::line(format!("{} lines sealed, {merged} files merged, {gone} files removed", count(sealed)));
    Ok(())
}
