//! The routes of imports.

mod bad_file;
mod bad_rows;
mod dto;
mod imports;
mod intake;
mod look;
mod mappings;
mod uploads;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use base::{BatchId, Problem};
use web::{App, Routes};

use crate::import::Importer;
use crate::uploads::Uploads;

/// Work that spans stages; it stays on the thread where it began.
pub type Following = Pin<Box<dyn Future<Output = Result<(), Problem>>>>;

/// How such work is begun; the binary says what it is.
pub type After = Arc<dyn Fn() -> Following + Send + Sync>;

/// Applies the batches of orders that wait, until this one is applied.
pub type Apply = Arc<dyn Fn(BatchId) -> Following + Send + Sync>;

/// What the routes and jobs of imports work with.
#[derive(Clone)]
pub struct State {
    /// The server.
    pub app: App,
    /// Imports files.
    pub importer: Importer,
    /// Files that were sent.
    pub uploads: Uploads,
    /// What follows every import, and every undoing of one.
    pub after: After,
    /// Applies an order that was sent.
    pub apply: Apply,
}

impl State {
    /// The state; files that are sent go to `uploads`.
    pub fn new(app: App, importer: Importer, uploads: Uploads, after: After, apply: Apply) -> Self {
        Self { app, importer, uploads, after, apply }
    }
}

/// All of them.
pub fn routes(state: &State) -> Routes {
    Routes::new()
        .merge(uploads::routes())
        .merge(look::routes())
        .merge(imports::routes())
        .merge(bad_rows::routes())
        .merge(mappings::routes())
        .merge(intake::routes())
        .with_state(state.clone())
}

/// Where the file lies on the server is no business of the client: its name is.
fn hidden(problem: Problem, path: &Path) -> Problem {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let path = path.display().to_string();
    Problem { message: problem.message.replace(&path, &name), ..problem }
}
