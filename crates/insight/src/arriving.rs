//! An answer on its way from the engine into a file: it is never in memory as a whole.

use std::path::PathBuf;

use arrow::array::RecordBatch;
use base::{Code, Problem};
use tokio::sync::{mpsc, oneshot};

use crate::export::{Format, export_each};

/// Batches that wait to be written; the engine goes no further ahead.
const WAITING: usize = 2;

/// Writes to a file what `ask` gets from [`lake::Snapshot::query_into`], and says after every batch how many rows it has; the number of
/// rows. What broke off leaves no file.
pub async fn export_arriving<A>(
    path: PathBuf,
    format: Format,
    told: impl FnMut(usize) + Send + 'static,
    ask: impl FnOnce(mpsc::Sender<RecordBatch>) -> A,
) -> Result<usize, Problem>
where
    A: Future<Output = Result<(), Problem>>,
{
    let (to, from) = mpsc::channel(WAITING);
    let (whole, is_whole) = oneshot::channel();
    let write = tokio::task::spawn_blocking(move || write(&path, format, told, from, is_whole));
    let asked = ask(to).await;
    if asked.is_ok() {
        // When the writer has gone, what it met is told below.
        let _ = whole.send(());
    } else {
        drop(whole);
    }
    let written = write.await.map_err(|e| Problem::internal("writing a file was cut off", e))?;
    asked.and(written)
}

/// Writes rows as they come. When they stop coming before `is_whole` says that there are no more, they are no file.
fn write(
    path: &std::path::Path,
    format: Format,
    mut told: impl FnMut(usize),
    mut from: mpsc::Receiver<RecordBatch>,
    is_whole: oneshot::Receiver<()>,
) -> Result<usize, Problem> {
    let broken = || Problem::new(Code::Cancelled, "the answer broke off");
    let first = from.blocking_recv().ok_or_else(broken)?;
    let mut is_whole = Some(is_whole);
    let mut batches = std::iter::from_fn(|| {
        if let Some(batch) = from.blocking_recv() {
            told(batch.num_rows());
            return Some(Ok(batch));
        }
        let whole = is_whole.take()?.blocking_recv();
        whole.err().map(|_| Err(broken()))
    });
    export_each(path, &first.schema(), &mut batches, format)
}
