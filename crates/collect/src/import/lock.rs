//! One import at a time, and no erasure meanwhile: a lock on a file in the data folder, which ends with the process that holds it.

use std::fs::{File, OpenOptions};
use std::path::Path;

use base::{Code, Problem};

/// Held while an import works or a person is erased.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says that another process has it.
    pub(super) fn take(dir: &Path) -> Result<Self, Problem> {
        std::fs::create_dir_all(dir)?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(dir.join("import.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(Problem::new(Code::Conflict, "another import is running, or somebody is being erased")
                    .hint("wait for it to end and run the command again; `guanxi import list` shows imports"))
            }
            Err(std::fs::TryLockError::Error(e)) => Err(e.into()),
        }
    }
}
