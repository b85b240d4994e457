//! Reading a back-up to its last byte, to know that it can be restored.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use base::{Micros, Problem, hash};
use jobs::{Cancel, Progress};

use super::{Copied, Manifest, damaged, manifest};

/// The file that says that a back-up was read and found whole.
pub(crate) const VERIFIED: &str = "verified.json";

/// The files of the store in a back-up, with how many rows each has.
pub(super) fn store_files(from: &Path, manifest: &Manifest) -> impl Iterator<Item = (u64, PathBuf)> {
    let folder = from.join("store");
    manifest.tables.iter().map(move |(table, rows)| (*rows, folder.join(format!("{table}.jsonl.zst"))))
}

/// Reads everything and compares it with what was written: rows and files. A damaged one is told, and no longer said to be whole.
pub(crate) fn verify(from: &Path, now: Micros, progress: &Progress, cancel: &Cancel) -> Result<(u64, usize), Problem> {
    let marker = from.join(VERIFIED);
    let checked = manifest(from).and_then(|manifest| check(from, &manifest, progress, cancel).map(|()| manifest));
    match checked {
        Ok(manifest) => {
            std::fs::write(marker, serde_json::json!({ "at": base::clock::rfc3339(now) }).to_string())?;
            Ok((manifest.rows(), manifest.files.len()))
        }
        Err(problem) => {
            if marker.exists() {
                std::fs::remove_file(marker)?;
            }
            Err(problem)
        }
    }
}

fn check(from: &Path, manifest: &Manifest, progress: &Progress, cancel: &Cancel) -> Result<(), Problem> {
    progress.begin("checking files", manifest.files.iter().map(|f| f.bytes).sum());
    for (rows, path) in store_files(from, manifest) {
        cancel.check()?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let found = count_rows(&path).map_err(|e| damaged(format!("{name} is damaged or not there: {e}")))?;
        if found != rows {
            return Err(damaged(format!("{name} has {found} rows instead of {rows}")));
        }
    }
    for Copied { path, bytes, hash } in &manifest.files {
        cancel.check()?;
        let found = hashed(&from.join("lake").join(path)).ok();
        if found != Some((*bytes, *hash)) {
            return Err(damaged(format!("the back-up lacks {path}, or it is damaged")));
        }
        progress.add(*bytes);
    }
    Ok(())
}

/// Rows of a table, without the line of names above them; its checksum is looked at on the way.
fn count_rows(path: &Path) -> std::io::Result<u64> {
    let mut lines = BufReader::with_capacity(1 << 18, zstd::Decoder::new(File::open(path)?)?);
    let mut rows = 0u64;
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        rows += u64::from(line.len() > 1);
        line.clear();
    }
    Ok(rows.saturating_sub(1))
}

fn hashed(path: &Path) -> std::io::Result<(u64, u64)> {
    let (mut file, mut hash, mut bytes, mut chunk) = (File::open(path)?, hash::Running::default(), 0, vec![0; 1 << 20]);
    loop {
        let n = file.read(&mut chunk)?;
        if n == 0 {
            return Ok((bytes, hash.hash()));
        }
        hash.update(&chunk[..n]);
        bytes += n as u64;
    }
}
