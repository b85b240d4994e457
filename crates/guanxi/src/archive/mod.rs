//! Back-ups: the whole store as text and the files of the history of one instant, in a folder.

pub(crate) mod shelf;
pub(crate) mod verify;

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use base::{Code, Problem, hash};
use lake::catalog::pin::{files_for_backup, pin_drop};
use lake::{FileEntry, Lake};
use serde::{Deserialize, Serialize};
use store::{Db, args, dump};

use crate::app::App;
use crate::config::{FILE, MANIFEST};

/// What a back-up holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The version of the program that made it.
    pub program: String,
    /// Schema version of the store.
    pub schema: i64,
    /// When it was made.
    pub made_at: String,
    /// Rows per table.
    pub tables: Vec<(String, u64)>,
    /// Files of the history.
    pub files: Vec<Copied>,
    /// Who made it and what for.
    #[serde(flatten)]
    pub about: About,
}

/// What a person says of a back-up.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct About {
    /// Who made it; nobody: the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A file of the history in a back-up.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Copied {
    /// Below the folder of the history.
    pub path: String,
    pub bytes: u64,
    /// Of the content, to tell whether the back-up is still what was written.
    pub hash: u64,
}

impl Manifest {
    /// Rows of all tables.
    pub(crate) fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.1).sum()
    }
}

/// How long files are kept for a back-up that does not end.
const PIN: i64 = 6 * 3_600_000_000;

/// Writes a back-up to a new folder. Consistent: the store is read in one transaction, and files never change.
pub(crate) async fn write(app: &App, to: &Path, about: About) -> Result<Manifest, Problem> {
    if to.exists() {
        return Err(Problem::new(Code::Conflict, format!("{} exists already", to.display())).hint("name a new folder"));
    }
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let pinned = files_for_backup(&mut tx, now + PIN, "backup").await?;
    tx.commit().await?;
    // The pin holds everything the store lists from now on: what is dropped later is not deleted before it ends.
    let part = part_of(to);
    if let Err(problem) = to.parent().map_or(Ok(0), clear_dead) {
        // They take room, and no more.
        tracing::warn!(%problem, "what back-ups that died have left could not be removed");
    }
    let written = match Part::begin(&part) {
        Ok(begun) => copy(app, &part, now, about).await.and_then(|manifest| begun.end().map(|()| manifest)),
        Err(problem) => Err(problem),
    };
    let mut tx = app.db.write().await?;
    pin_drop(&mut tx, pinned.pin).await?;
    tx.commit().await?;
    if written.is_err() {
        // What is left is useless; that it cannot be removed matters less than why the back-up failed.
        let _ = std::fs::remove_dir_all(&part);
    }
    let manifest = written?;
    std::fs::rename(&part, to)?;
    Ok(manifest)
}

/// Where a back-up is written until it is whole; of this process alone.
fn part_of(to: &Path) -> PathBuf {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    to.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// The file of a back-up at work, locked by its process until it is whole.
const AT_WORK: &str = "at-work.lock";

/// A back-up at work.
struct Part {
    path: PathBuf,
    _lock: File,
}

impl Part {
    fn begin(part: &Path) -> Result<Self, Problem> {
        std::fs::create_dir_all(part.join("store"))?;
        let path = part.join(AT_WORK);
        let lock = File::create(&path)?;
        lock.lock()?;
        Ok(Self { path, _lock: lock })
    }

    fn end(self) -> Result<(), Problem> {
        Ok(std::fs::remove_file(&self.path)?)
    }
}

/// Removes from a folder what back-ups that died have left: folders `.NAME.PROCESS.part` whose lock nobody holds; how many. One
/// without a lock was begun this moment, or by an earlier version: it stays.
pub(crate) fn clear_dead(folder: &Path) -> Result<usize, Problem> {
    let mut cleared = 0;
    if !folder.is_dir() {
        return Ok(cleared);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let process = name.strip_prefix('.').and_then(|n| n.strip_suffix(".part")).and_then(|n| n.rsplit_once('.'));
        if process.is_none_or(|(_, id)| id.parse::<u32>().is_err()) {
            continue;
        }
        let Ok(lock) = File::open(path.join(AT_WORK)) else { continue };
        if lock.try_lock().is_ok() {
            std::fs::remove_dir_all(&path)?;
            cleared += 1;
        }
    }
    Ok(cleared)
}

async fn copy(app: &App, part: &Path, now: i64, about: About) -> Result<Manifest, Problem> {
    let mut tx = app.db.read().await?;
    let mut tables = Vec::new();
    for table in dump::tables(app.db.dialect()) {
        let file = File::create(part.join("store").join(format!("{table}.jsonl.zst")))?;
        let mut out = BufWriter::new(encoder(file)?);
        let rows = dump::dump(&mut tx, &table, &mut out).await?;
        let encoder = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        encoder.finish()?.sync_all()?;
        tables.push((table, rows));
    }
    let entries = lake::catalog::file::file_list(
        &mut tx,
        &[lake::FileState::Live, lake::FileState::Retired, lake::FileState::Staged],
    )
    .await?;
    drop(tx);
    let files = copy_files(&app.lake, &entries, &part.join("lake"))?;
    copy_folder(&app.data.join("imports"), &part.join("imports"))?;
    for name in [FILE, "traits.toml", "segments.toml"] {
        if app.data.join(name).is_file() {
            std::fs::copy(app.data.join(name), part.join(name))?;
        }
    }
    let manifest = Manifest {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: dump::version(app.db.dialect()),
        made_at: base::clock::rfc3339(now),
        tables,
        files,
        about,
    };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|e| Problem::internal("the manifest cannot be written", e))?;
    std::fs::write(part.join(MANIFEST), text)?;
    Ok(manifest)
}

fn encoder(file: File) -> Result<zstd::Encoder<'static, File>, Problem> {
    let mut encoder = zstd::Encoder::new(file, 3)?;
    encoder.include_checksum(true)?;
    Ok(encoder)
}

fn copy_files(lake: &Lake, entries: &[FileEntry], to: &Path) -> Result<Vec<Copied>, Problem> {
    let mut files = Vec::new();
    for entry in entries {
        let source = lake.files().root().join(&entry.path);
        let (bytes, hash) = copy_hashed(&source, &to.join(&entry.path)).map_err(|e| {
            Problem::new(Code::Unavailable, format!("the history file {} cannot be copied: {e}", entry.path))
                .hint("a person may have been erased meanwhile: run the back-up again")
        })?;
        if hash as i64 != entry.hash {
            return Err(Problem::new(
                Code::IncompatibleStore,
                format!("the history file {} is not what was written", entry.path),
            )
            .hint("a back-up of damaged data is none: see `guanxi doctor`, and restore an earlier back-up"));
        }
        files.push(Copied { path: entry.path.clone(), bytes, hash });
    }
    Ok(files)
}

/// Copies a file durably; its size and the hash of its content.
fn copy_hashed(from: &Path, to: &Path) -> std::io::Result<(u64, u64)> {
    if let Some(dir) = to.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let (mut from, mut out) = (File::open(from)?, File::create(to)?);
    let (mut bytes, mut hash, mut chunk) = (0, hash::Running::default(), vec![0; 1 << 20]);
    loop {
        let n = from.read(&mut chunk)?;
        if n == 0 {
            out.sync_all()?;
            return Ok((bytes, hash.hash()));
        }
        hash.update(&chunk[..n]);
        bytes += n as u64;
        out.write_all(&chunk[..n])?;
    }
}

/// Copies the files of a folder, if there is one; not its lock.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), Problem> {
    if !from.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|name| path.is_file() && *name != "import.lock") {
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
    let mut tx = db.write().await?;
    for table in ["customer", "import", "lake_file", "intake_batch"] {
        let row = tx.fetch_one(&format!("SELECT CAST(count(*) AS BIGINT) AS n FROM {table}"), args![]).await?;
        if row.get::<i64>("n")? > 0 {
            return Err(not_empty());
        }
    }
    for Copied { path, bytes, hash } in &manifest.files {
        let copied = copy_hashed(&from.join("lake").join(path), &lake_dir.join(path));
        if copied.ok() != Some((*bytes, *hash)) {
            return Err(damaged(format!("the back-up lacks {path}, or it is damaged")));
        }
    }
    // What a new database comes with; the other way round because of references.
    for (table, _) in manifest.tables.iter().rev() {
        tx.execute(&format!("DELETE FROM {table}"), args![]).await?;
    }
    for (table, rows) in &manifest.tables {
        let loaded = load(&mut tx, from, table).await?;
        if loaded != *rows {
            return Err(damaged(format!("the back-up of {table} has {loaded} rows instead of {rows}")));
        }
    }
    // The pin of the back-up itself, and the job that made it.
    tx.execute("DELETE FROM lake_pin", args![]).await?;
    tx.execute("DELETE FROM job WHERE name = 'backup.make' AND state = 'running'", args![]).await?;
    tx.commit().await?;
    Ok(manifest)
}

async fn load(tx: &mut store::Tx, from: &Path, table: &str) -> Result<u64, Problem> {
    let unreadable = |e| damaged(format!("the back-up of {table} is damaged or not there: {e}"));
    let file = File::open(from.join("store").join(format!("{table}.jsonl.zst"))).map_err(unreadable)?;
    let input = BufReader::new(zstd::Decoder::new(file).map_err(unreadable)?);
    dump::load(tx, table, input).await
}

fn damaged(message: String) -> Problem {
    Problem::new(Code::InvalidInput, message).hint("restore another back-up")
}

fn not_empty() -> Problem {
    Problem::new(Code::Conflict, "the database is not empty").hint("restore into a new one: --database postgres://user@host/database, or --database \"\" for SQLite in the new folder")
}
