//! The folder of back-ups that the console shows: each is a folder `guanxi-…` in it.

use std::path::{Path, PathBuf};

use base::{Code, Micros, Problem};

use super::verify::VERIFIED;
use super::{Manifest, manifest};

/// A back-up on the shelf.
pub(crate) struct Shelved {
    /// `bak_20260501T083000Z`.
    pub id: String,
    pub path: PathBuf,
    pub manifest: Manifest,
    /// What its files take on the disk.
    pub bytes: u64,
    /// Whether it was read and was what had been written.
    pub verified: bool,
}

/// The id of a back-up made at an instant.
pub(crate) fn new_id(now: Micros) -> String {
    let second = base::clock::rfc3339(now - now.rem_euclid(1_000_000));
    let letters: String = second.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("bak_{letters}")
}

/// The folder of a back-up by its id.
pub(crate) fn path(shelf: &Path, id: &str) -> Result<PathBuf, Problem> {
    let name = id.strip_prefix("bak_").filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric()));
    let name = name.ok_or_else(|| {
        Problem::new(Code::InvalidId, format!("\"{id}\" is not a back-up")).hint("it looks like bak_20260501T083000Z")
    })?;
    Ok(shelf.join(format!("guanxi-{name}")))
}

/// The back-up with an id.
pub(crate) fn find(shelf: &Path, id: &str) -> Result<PathBuf, Problem> {
    let path = path(shelf, id)?;
    if path.join(crate::config::MANIFEST).is_file() {
        return Ok(path);
    }
    Err(Problem::new(Code::NotFound, format!("{id} does not exist")).hint("GET /api/v1/backups lists them"))
}

/// All back-ups, the newest first. What cannot be read is none, and is said in the log.
pub(crate) fn list(shelf: &Path) -> Result<Vec<Shelved>, Problem> {
    if !shelf.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(shelf)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(name) = name.strip_prefix("guanxi-").filter(|n| n.bytes().all(|b| b.is_ascii_alphanumeric())) else {
            continue;
        };
        match manifest(&path) {
            Ok(manifest) => {
                let stored = super::verify::store_files(&path, &manifest).filter_map(|(_, file)| file.metadata().ok());
                let bytes = stored.map(|m| m.len()).sum::<u64>() + manifest.files.iter().map(|f| f.bytes).sum::<u64>();
                let verified = path.join(VERIFIED).is_file();
                found.push(Shelved { id: format!("bak_{name}"), path, manifest, bytes, verified });
            }
            Err(problem) => tracing::warn!(%problem, folder = %path.display(), "this back-up cannot be read"),
        }
    }
    found.sort_by(|a, b| b.manifest.made_at.cmp(&a.manifest.made_at));
    Ok(found)
}
