//! `guanxi backup` and `guanxi restore`.

use std::path::{Path, PathBuf};

use base::{Code, Problem};

use super::args::{BackupArgs, RestoreArgs};
use crate::app::App;
use crate::config::{Config, FILE};
use crate::follow::Follow;
use crate::{archive, output};

pub(crate) async fn backup(app: &App, args: &BackupArgs, json: bool) -> Result<(), Problem> {
    let follow = Follow::start();
    follow.progress.begin("copying", 0);
    let manifest = archive::write(app, &args.to).await?;
    drop(follow);
    if json {
        return output::json(&manifest);
    }
    let rows: u64 = manifest.tables.iter().map(|t| t.1).sum();
    let (files, to) = (manifest.files.len(), args.to.display());
    output::line(format!("{} rows and {files} files of history are in {to}", output::count(rows)));
    output::line(format!("Get them back with: guanxi restore {to} NEW-FOLDER"));
    Ok(())
}

pub(crate) async fn restore(args: &RestoreArgs, data: Option<PathBuf>) -> Result<(), Problem> {
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
    let filled = fill(args, &to).await;
    if filled.is_err() {
        // Half a restore must not look like data.
        empty(&to, made);
    }
    let manifest = filled?;
    output::line(format!("{} holds the back-up of version {} now", to.display(), manifest.program));
    output::line(format!("Check it: guanxi --data {} doctor", to.display()));
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

async fn fill(args: &RestoreArgs, to: &Path) -> Result<archive::Manifest, Problem> {
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
    let db = store::Db::open(&config.store_url(to)).await?;
    let filled = archive::restore(&args.from, &db, &lake).await;
    db.close().await;
    if filled.is_err() && !lake.starts_with(to) {
        empty(&lake, false);
    }
    let manifest = filled?;
    archive::copy_folder(&args.from.join("imports"), &to.join("imports"))?;
    App::open(Some(to.to_owned())).await?;
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
