//! Keeping the files in shape. Safe to be killed at any moment: files are written and durable first, then one transaction swaps
//! them; what is left over is an orphan that [`crate::Lake::sweep`] deletes.

mod erase;
mod merge;
mod order;
mod rewrite;
mod seal;
mod stream;
mod sweep;
mod verify;

use base::Problem;

pub use erase::Erasure;
pub use merge::MergePolicy;
pub use rewrite::{Rewritten, file_swap};
pub use sweep::Swept;
pub use verify::Finding;

use crate::{Lake, NewFile, error};

/// Runs work on files beside the asynchronous threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(error::panicked()))
}

/// Deletes files that were written for a change that was given up.
pub(crate) fn discard<'a>(lake: &Lake, files: impl IntoIterator<Item = &'a NewFile>) {
    for file in files {
        if let Err(problem) = lake.files().delete(&file.path) {
            tracing::warn!(path = file.path, %problem, "an unused file is left to the sweep");
        }
    }
}
