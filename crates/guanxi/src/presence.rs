//! Who works with a data folder: every process that has it open shares a lock, which ends with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::Arc;

/// The file of the lock, in the data folder.
pub(crate) const FILE: &str = ".open";

/// That this process has a data folder open. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Presence(Option<Arc<File>>);

impl Presence {
    /// Says that this process is there. Where no lock can be taken (a folder that cannot be written to, a file system without locks)
    /// nobody is ever known to be alone.
    pub(crate) fn enter(data: &Path) -> Self {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(data.join(FILE));
        // Waits for a moment in which somebody makes sure of being alone.
        let shared = file.and_then(|file| file.lock_shared().map(|()| file));
        Self(shared.ok().map(Arc::new))
    }

    /// Runs work that nobody else may meet, and tells it whether nobody else is there; others that come wait until it is done.
    pub(crate) async fn alone<T>(&self, work: impl AsyncFnOnce(bool) -> T) -> T {
        let Some(file) = &self.0 else { return work(false).await };
        let alone = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        };
        let done = work(alone).await;
        // The lock is given up while it is exchanged, so that another may have been quicker: it is waited for.
        if let Err(problem) = file.lock_shared() {
            tracing::warn!(%problem, "the data folder is no longer marked as in use");
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_shares_a_folder_is_not_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Presence::enter(folder.path());
        assert!(first.alone(async |alone| alone).await);
        let second = Presence::enter(folder.path());
        assert!(!first.alone(async |alone| alone).await && !second.alone(async |alone| alone).await);
        drop(first);
        assert!(second.alone(async |alone| alone).await);
        assert!(!Presence(None).alone(async |alone| alone).await);
    }
}
