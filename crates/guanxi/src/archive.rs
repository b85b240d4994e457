//! Back-ups: the whole store as text and the files of the history of one instant, in a folder.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use base::{Code, Problem};
use lake::catalog::pin::{files_for_backup, pin_drop};
use lake::{FileEntry, Lake};
use serde::{Deserialize, Serialize};
use store::{Db, args, dump};

use crate::app::App;
use crate::config::FILE;

/// What a back-up holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The version of the program that made it.
    pub program: String,
    /// Schema version of the store.
    pub schema: i64,
    /// When it was made, microseconds UTC.
    pub made_at: i64,
    /// Rows per table.
    pub tables: Vec<(String, u64)>,
    /// Files of the history: path and bytes.
    pub files: Vec<(String, u64)>,
}

const MANIFEST: &str = "manifest.json";
/// How long files are kept for a back-up that does not end.
const PIN: i64 = 6 * 3_600_000_000;

/// Writes a back-up to a new folder. Consistent: the store is read in one transaction, and files never change.
pub(crate) async fn write(app: &App, to: &Path) -> Result<Manifest, Problem> {
    if to.exists() {
        return Err(Problem::new(Code::Conflict, format!("{} exists already", to.display())).hint("name a new folder"));
    }
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let pinned = files_for_backup(&mut tx, now + PIN, "backup").await?;
    tx.commit().await?;
    let part = to.with_extension("part");
    if part.exists() {
        std::fs::remove_dir_all(&part)?;
    }
    std::fs::create_dir_all(part.join("store"))?;
    // The pin holds everything the store lists from now on: what is dropped later is not deleted before it ends.
    let written = copy(app, &part, now).await;
    let mut tx = app.db.write().await?;
    pin_drop(&mut tx, pinned.pin).await?;
    tx.commit().await?;
    let manifest = written?;
    std::fs::rename(&part, to)?;
    Ok(manifest)
}

async fn copy(app: &App, part: &Path, now: i64) -> Result<Manifest, Problem> {
    let mut tx = app.db.read().await?;
    let mut tables = Vec::new();
    for table in dump::tables(app.db.dialect()) {
        let file = File::create(part.join("store").join(format!("{table}.jsonl.zst")))?;
        let mut out = BufWriter::new(zstd::Encoder::new(file, 3)?.auto_finish());
        let rows = dump::dump(&mut tx, &table, &mut out).await?;
        out.flush()?;
        tables.push((table, rows));
    }
    let entries = lake::catalog::file::file_list(
        &mut tx,
        &[lake::FileState::Live, lake::FileState::Retired, lake::FileState::Staged],
    )
    .await?;
    drop(tx);
    let files = copy_files(&app.lake, &entries, &part.join("lake"))?;
    let imports = app.data.join("imports");
    if imports.is_dir() {
        copy_folder(&imports, &part.join("imports"))?;
    }
    for name in [FILE, "traits.toml", "segments.toml"] {
        if app.data.join(name).is_file() {
            std::fs::copy(app.data.join(name), part.join(name))?;
        }
    }
    let manifest = Manifest {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: dump::version(app.db.dialect()),
        made_at: now,
        tables,
        files,
    };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|e| Problem::internal("the manifest cannot be written", e))?;
    std::fs::write(part.join(MANIFEST), text)?;
    Ok(manifest)
}

fn copy_files(lake: &Lake, entries: &[FileEntry], to: &Path) -> Result<Vec<(String, u64)>, Problem> {
    let mut files = Vec::new();
    for entry in entries {
        let target = to.join(&entry.path);
        if let Some(dir) = target.parent() {
            std::fs::create_dir_all(dir)?;
        }
        let bytes = std::fs::copy(lake.files().root().join(&entry.path), &target).map_err(|e| {
            Problem::new(Code::Unavailable, format!("the history file {} cannot be copied: {e}", entry.path))
                .hint("a person may have been erased meanwhile: run the back-up again")
        })?;
        files.push((entry.path.clone(), bytes));
    }
    Ok(files)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Problem> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            std::fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// Reads the manifest of a back-up.
pub(crate) fn manifest(from: &Path) -> Result<Manifest, Problem> {
    let text = std::fs::read_to_string(from.join(MANIFEST)).map_err(|e| {
        Problem::new(Code::NotFound, format!("{} is not a back-up of Guanxi", from.display()))
            .hint("name the folder that `guanxi backup` made")
            .caused_by(e)
    })?;
    serde_json::from_str(&text)
        .map_err(|e| Problem::new(Code::InvalidInput, format!("the back-up's manifest is damaged: {e}")))
}

/// Fills a new, empty store and an empty history from a back-up; all rows in one transaction.
pub(crate) async fn restore(from: &Path, db: &Db, lake_dir: &Path) -> Result<Manifest, Problem> {
    let manifest = manifest(from)?;
    if manifest.schema > dump::version(db.dialect()) {
        return Err(Problem::new(Code::IncompatibleStore, "the back-up was made by a newer Guanxi")
            .hint("restore it with that version"));
    }
    for (path, bytes) in &manifest.files {
        let source = from.join("lake").join(path);
        if std::fs::metadata(&source).map(|m| m.len()).ok() != Some(*bytes) {
            return Err(Problem::new(Code::InvalidInput, format!("the back-up lacks {path}, or it is damaged")));
        }
        let target = lake_dir.join(path);
        if let Some(dir) = target.parent() {
            std::fs::create_dir_all(dir)?;
        }
        std::fs::copy(source, target)?;
    }
    let mut tx = db.write().await?;
    for (table, rows) in &manifest.tables {
        let known = tx.fetch_one(&format!("SELECT CAST(count(*) AS BIGINT) AS n FROM {table}"), args![]).await?;
        if known.get::<i64>("n")? > 0 {
            tx.execute(&format!("DELETE FROM {table}"), args![]).await.map_err(|_| not_empty())?;
        }
        let file = File::open(from.join("store").join(format!("{table}.jsonl.zst")))?;
        let loaded = dump::load(&mut tx, table, BufReader::new(zstd::Decoder::new(file)?)).await?;
        if loaded != *rows {
            return Err(Problem::new(
                Code::InvalidInput,
                format!("the back-up of {table} has {loaded} rows instead of {rows}"),
            ));
        }
    }
    tx.commit().await?;
    Ok(manifest)
}

fn not_empty() -> Problem {
    Problem::new(Code::Conflict, "the database is not empty").hint("restore into a new database")
}
