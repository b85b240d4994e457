//! What was made of files of the history, on disk, so that a restart need not read them again. Only a cache: whatever cannot be read is
//! made again.

pub mod pack;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base::hash::stable_parts;

use crate::FileEntry;
use pack::{Packed, from_bytes};

/// A folder of things that were made of files in one way.
#[derive(Clone, Debug)]
pub struct Shelf {
    dir: PathBuf,
    way: u64,
}

impl Shelf {
    /// `way` tells apart what is made of the same files by other definitions.
    pub fn new(dir: &Path, way: u64) -> Self {
        Self { dir: dir.to_path_buf(), way }
    }

    /// The name of what belongs to some files, whatever they are called in another copy of the data. The ending tells the kind.
    pub fn name<'a>(&self, files: impl IntoIterator<Item = &'a FileEntry>, ending: &str) -> String {
        let numbers = files.into_iter().flat_map(|f| [f.id.to_le_bytes(), f.hash.to_le_bytes()]);
        let parts: Vec<[u8; 8]> = numbers.chain([self.way.to_le_bytes()]).collect();
        format!("{:016x}.{ending}", stable_parts(parts.iter().map(<[u8; 8]>::as_slice)))
    }

    /// What was kept under a name.
    pub fn load<T: Packed>(&self, name: &str) -> Option<T> {
        from_bytes(&fs::read(self.dir.join(name)).ok()?)
    }

    /// Whether something is kept under a name.
    pub fn has(&self, name: &str) -> bool {
        self.dir.join(name).is_file()
    }

    /// Keeps something under a name, whole or not at all; whether that could be done.
    pub fn save<T: Packed>(&self, name: &str, value: &T) -> bool {
        let path = self.dir.join(name);
        let part = self.dir.join(format!("{name}.part"));
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.dir)?;
            pack::write(value, fs::File::create(&part)?)?;
            fs::rename(&part, &path)
        };
        write()
            .inspect_err(|error| {
                tracing::warn!(path = %path.display(), %error, "a summary of the history could not be kept");
            })
            .is_ok()
    }

    /// Deletes what has one of these endings, whole or not, but for the names that `live` knows.
    pub fn sweep(&self, endings: &[&str], live: impl Fn(&str) -> bool) -> io::Result<()> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let whole = name.strip_suffix(".part").unwrap_or(&name);
            let ours = whole.rsplit('.').next().is_some_and(|ending| endings.contains(&ending));
            if ours && !live(&name) {
                match fs::remove_file(self.dir.join(name)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}
