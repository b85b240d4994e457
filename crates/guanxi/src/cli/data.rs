//! `guanxi backup` and `guanxi restore`.

use std::path::PathBuf;

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
    if to.join(FILE).exists() || to.join("guanxi.db").exists() {
        return Err(
            Problem::new(Code::Conflict, format!("{} holds data already", to.display())).hint("name a new folder")
        );
    }
    archive::manifest(&args.from)?;
    std::fs::create_dir_all(to)?;
    let to = std::path::absolute(to)?;
    for name in [FILE, "traits.toml", "segments.toml"] {
        if args.from.join(name).is_file() {
            std::fs::copy(args.from.join(name), to.join(name))?;
        }
    }
    if let Some(url) = &args.database {
        set_database(&to, url)?;
    }
    let filled = fill(args, &to).await;
    if filled.is_err() {
        // Half a restore must not look like data.
        let _ = std::fs::remove_file(to.join(FILE));
    }
    let manifest = filled?;
    output::line(format!("{} holds the back-up of version {} now", to.display(), manifest.program));
    output::line(format!("Check it: guanxi --data {} doctor", to.display()));
    Ok(())
}

async fn fill(args: &RestoreArgs, to: &std::path::Path) -> Result<archive::Manifest, Problem> {
    let config = Config::load(to)?;
    let db = store::Db::open(&config.store_url(to)).await?;
    let manifest = archive::restore(&args.from, &db, &config.lake_dir(to)).await?;
    db.close().await;
    App::open(Some(to.to_owned())).await?;
    Ok(manifest)
}

fn set_database(to: &std::path::Path, url: &str) -> Result<(), Problem> {
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
