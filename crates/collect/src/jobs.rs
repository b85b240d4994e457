//! The jobs of imports.

use std::future::Future;

use base::{ImportId, Problem, clock::DAY};
use jobs::{Context, Failure, Job, Output, Runner};
use serde::{Deserialize, Serialize};

use crate::http::State;
use crate::import::ImportState;
use crate::store::import as rows;
use crate::store::upload::upload_keep;

/// Reads a file in; also goes on with an import that was stopped.
#[derive(Debug, Serialize, Deserialize)]
pub struct ImportRun {
    /// The import.
    pub import: ImportId,
}

/// Reads mended rows in.
#[derive(Debug, Serialize, Deserialize)]
pub struct ImportMend {
    /// The import of the mended rows.
    pub import: ImportId,
}

/// Takes an import back.
#[derive(Debug, Serialize, Deserialize)]
pub struct ImportUndo {
    /// The import.
    pub import: ImportId,
}

impl Job for ImportRun {
    const NAME: &'static str = "import.run";
}

impl Job for ImportMend {
    const NAME: &'static str = "import.mend";
}

impl Job for ImportUndo {
    const NAME: &'static str = "import.undo";
}

/// Registers the bodies of this stage.
pub fn jobs(runner: Runner, state: &State) -> Runner {
    let (run, mend, undo) = (state.clone(), state.clone(), state.clone());
    runner
        .register(move |cx: Context, job: ImportRun| on_thread(run.clone(), cx, job.import, import))
        .register(move |cx: Context, job: ImportMend| on_thread(mend.clone(), cx, job.import, import))
        .register(move |cx: Context, job: ImportUndo| on_thread(undo.clone(), cx, job.import, take_back))
}

/// An import is for long stretches not asynchronous: it has a thread of its own.
async fn on_thread<F>(
    state: State,
    cx: Context,
    id: ImportId,
    work: impl FnOnce(State, Context, ImportId) -> F + Send + 'static,
) -> Result<Output, Failure>
where
    F: Future<Output = Result<Output, Problem>>,
{
    let work = move || tokio::runtime::Handle::current().block_on(work(state, cx, id));
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Failure::Retry(Problem::internal("an import was cut off", e)))?.map_err(Failure::of)
}

/// Brings an import to its end, from wherever it stands.
async fn import(state: State, cx: Context, id: ImportId) -> Result<Output, Problem> {
    let outcome = read(&state, &cx, id).await;
    // The file may be wanted again: to resume, or to undo and import it with another mapping.
    let mut tx = state.app.db.write().await?;
    upload_keep(&mut tx, id, state.app.now() + DAY).await?;
    tx.commit().await?;
    outcome?;
    cx.progress.begin("tidying up", 0);
    (state.after)().await?;
    let import = rows::import_get(&mut state.app.db.read().await?, id).await?;
    let report = import.report.unwrap_or_default();
    Ok(Output::new(serde_json::json!({ "import": id, "rows": report.rows, "bad_rows": report.bad_rows })).object(id))
}

async fn read(state: &State, cx: &Context, id: ImportId) -> Result<(), Problem> {
    let turn = state.importer.turn(&cx.progress, &cx.cancel).await?;
    let import = rows::import_get(&mut state.app.db.read().await?, id).await?;
    // A job that is run again finds what it has done before its process died.
    if !matches!(import.state, ImportState::Done | ImportState::Undone) {
        state.importer.resume_in_turn(&turn, id, &cx.progress, &cx.cancel).await?;
    }
    Ok(())
}

async fn take_back(state: State, cx: Context, id: ImportId) -> Result<Output, Problem> {
    let turn = state.importer.turn(&cx.progress, &cx.cancel).await?;
    let import = rows::import_get(&mut state.app.db.read().await?, id).await?;
    if import.state != ImportState::Undone {
        cx.progress.begin("taking the import back", 0);
        state.importer.undo_in_turn(&turn, id, &cx.cancel).await?;
    }
    drop(turn);
    (state.after)().await?;
    Ok(Output::new(serde_json::json!({ "undone": id })).object(id))
}
