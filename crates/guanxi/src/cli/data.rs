//! `guanxi backup` and `guanxi restore`.

use std::path::{Path, PathBuf};

use base::{Code, Problem};

use super::args::{BackupArgs, RestoreArgs};
use super::audit;
use crate::app::App;
use crate::config::{Config, FILE};
use crate::follow::Follow;
use crate::output::{self, count};
use crate::{archive, text, upkeep};

pub(crate) async fn backup(app: &App, args: &BackupArgs, json: bool) -> Result<(), Problem> {
    let follow = Follow::start();
    follow.progress.begin("copying", 0);
    let event = audit::event("backup.make", args.to.display().to_string());
    let manifest = audit::work(app, event, archive::write(app, &args.to, archive::About::default())).await?;
    drop(follow);
    if json {
        return output::json(&manifest);
    }
    let (rows, files, to) = (count(manifest.rows()), count(manifest.files.len() as i64), args.to.display());
    output::line(text::say("{0} [row|rows] and {1} [file|files] of history are in {2}", &[&rows, &files, &to]));
    output::line(text::say("Get them back with: guanxi restore {0} NEW-FOLDER", &[&to]));
    Ok(())
}

pub(crate) async fn restore(
    args: &RestoreArgs,
    data: Option<PathBuf>,
    lang: Option<&str>,
    json: bool,
) -> Result<(), Problem> {
    let to = &args.to;
    if data.is_some_and(|d| d != *to) {
        return Err(
            Problem::new(Code::InvalidArgument, "--data and the folder to restore to differ").hint("leave --data out")
        );
    }
    if !is_new(to)? {
        return Err(Problem::new(Code::Conflict, format!("{} is not empty", to.display())).hint("name a new folder"));
    }
    archive::manifest(&args.from)?;
    let made = !to.exists();
    std::fs::create_dir_all(to)?;
    let to = std::path::absolute(to)?;
    let follow = Follow::start();
    follow.progress.begin("restoring", 0);
    let filled = fill(args, &to, lang).await;
    drop(follow);
    if filled.is_err() {
        // Half a restore must not look like data.
        empty(&to, made);
    }
    let manifest = filled?;
    if json {
        return output::json(&serde_json::json!({
            "data": to, "program": manifest.program, "made_at": manifest.made_at, "rows": manifest.rows(),
            "files": manifest.files.len()
        }));
    }
    let to = to.display();
    output::line(text::say("{0} holds the back-up of version {1} now", &[&to, &manifest.program]));
    output::line(text::say("Check it: guanxi --data {0} doctor", &[&to]));
    Ok(())
}

/// Whether a folder is missing or empty.
fn is_new(folder: &Path) -> Result<bool, Problem> {
    Ok(!folder.exists() || folder.read_dir()?.next().is_none())
}

/// Removes what a failed restore has put into the folder, and the folder when it was made for it.
fn empty(folder: &Path, made: bool) {
    // That something cannot be removed matters less than why the restore failed.
    let _ = std::fs::remove_dir_all(folder);
    if !made {
        let _ = std::fs::create_dir(folder);
    }
}

async fn fill(args: &RestoreArgs, to: &Path, lang: Option<&str>) -> Result<archive::Manifest, Problem> {
    for name in [FILE, "traits.toml", "segments.toml"] {
        if args.from.join(name).is_file() {
            std::fs::copy(args.from.join(name), to.join(name))?;
        }
    }
    if let Some(url) = &args.database {
        set_database(to, url)?;
    }
    let config = Config::load(to)?;
    let lake = config.lake_dir(to);
    if !is_new(&lake)? {
        return Err(Problem::new(
            Code::Conflict,
            format!("the folder of the history, {}, is not empty", lake.display()),
        )
        .hint(format!("move it away, or change lake.dir in {}", args.from.join(FILE).display())));
    }
    let url = config.store_url(to);
    // The database of the back-up is rarely the one to restore to.
    let elsewhere = |problem: Problem| {
        let reached = !matches!(problem.code, Code::Conflict | Code::NotFound | Code::Unavailable);
        if args.database.is_some() || url.starts_with("sqlite:") || reached {
            return problem;
        }
        problem.hint(
            "the back-up is of a PostgreSQL database: name a new, empty one with --database postgres://user@host/database, \
             or give --database \"\" for SQLite in the new folder",
        )
    };
    let db = store::Db::open(&url).await.map_err(elsewhere)?;
    let filled = archive::restore(&args.from, &db, &lake).await;
    db.close().await;
    if filled.is_err() && !lake.starts_with(to) {
        empty(&lake, false);
    }
    let manifest = filled.map_err(elsewhere)?;
    archive::copy_folder(&args.from.join("imports"), &to.join("imports"))?;
    let app = App::open(Some(to.to_owned()), lang).await?;
    audit::note(&app, audit::event("backup.restore", args.from.display().to_string())).await?;
    upkeep::leave_ready(&app).await;
    Ok(manifest)
}

fn set_database(to: &Path, url: &str) -> Result<(), Problem> {
    let path = to.join(FILE);
    let text = if path.is_file() { std::fs::read_to_string(&path)? } else { String::new() };
    let mut root: toml::Table = text
        .parse()
        .map_err(|e| Problem::new(Code::InvalidConfig, format!("the back-up's {FILE} cannot be read: {e}")))?;
    let store = root.entry("store").or_insert_with(|| toml::Table::new().into());
    if let Some(store) = store.as_table_mut() {
        store.insert("url".into(), url.into());
    }
    let text = toml::to_string(&root).map_err(|e| Problem::internal("the configuration cannot be written", e))?;
    Ok(std::fs::write(path, text)?)
}
