//! The rows of an answer, as the engine gives them.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use base::Problem;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::problem::{self, Names};
use super::{QueryLimits, QueryResult};
use crate::error;

/// Gives rows in their plain form, up to a number of them.
pub(super) struct Answer {
    stream: SendableRecordBatchStream,
    names: Names,
    schema: SchemaRef,
    left: usize,
    truncated: bool,
}

impl Answer {
    pub(super) fn new(stream: SendableRecordBatchStream, names: Names, most: usize) -> Self {
        let schema = plain_schema(&stream.schema());
        Self { stream, names, schema, left: most, truncated: false }
    }

    /// The next rows; none when there are no more, or more than may be given.
    async fn next(&mut self) -> Result<Option<RecordBatch>, Problem> {
        while !self.truncated
            && let Some(batch) = self.stream.next().await
        {
            let mut batch = batch.map_err(|e| problem::of(e, &self.names))?;
            if batch.num_rows() > self.left {
                self.truncated = true;
                batch = batch.slice(0, self.left);
            }
            self.left -= batch.num_rows();
            if batch.num_rows() > 0 {
                return plain(&batch, &self.schema).map(Some);
            }
        }
        Ok(None)
    }

    /// All rows in memory, as far as the limit of it allows.
    pub(super) async fn collect(mut self, limits: QueryLimits) -> Result<QueryResult, Problem> {
        let (mut batches, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = self.next().await? {
            bytes += size(&batch)?;
            if bytes > limits.memory {
                return Err(problem::too_large()
                    .hint("ask for fewer rows or columns, write the answer to a file, or raise the memory limit")
                    .caused_by(format!("the answer has more than {} bytes", limits.memory)));
            }
            batches.push(batch);
        }
        Ok(QueryResult { schema: self.schema, batches, truncated: self.truncated })
    }

    /// Hands rows on one batch at a time. When nobody takes them any more, it is over.
    pub(super) async fn send(mut self, to: mpsc::Sender<RecordBatch>, clock: Clock) -> Result<bool, Problem> {
        let mut taken = to.send(RecordBatch::new_empty(Arc::clone(&self.schema))).await.is_ok();
        while taken && let Some(batch) = self.next().await? {
            let pause = clock.pause();
            taken = to.send(batch).await.is_ok();
            drop(pause);
        }
        Ok(self.truncated)
    }
}

/// What a batch holds, without what it shares with others.
fn size(batch: &RecordBatch) -> Result<usize, Problem> {
    let sizes = batch.columns().iter().map(|column| column.to_data().get_slice_memory_size());
    sizes.sum::<Result<usize, _>>().map_err(error::arrow)
}

/// Counts the time of a query. While it waits for who takes its rows, the clock stands still.
#[derive(Clone)]
pub(super) struct Clock(watch::Sender<Passed>);

#[derive(Clone, Copy)]
struct Passed {
    /// When the clock would have begun, had it never stood still.
    began: Instant,
    paused: Option<Instant>,
}

/// The clock stands still until this is dropped.
struct Pause<'a>(&'a Clock);

impl Clock {
    pub(super) fn start() -> Self {
        Self(watch::Sender::new(Passed { began: Instant::now(), paused: None }))
    }

    fn pause(&self) -> Pause<'_> {
        self.0.send_modify(|passed| passed.paused = Some(Instant::now()));
        Pause(self)
    }

    /// Is over when the clock says so.
    pub(super) async fn at(&self, time: Duration) {
        let mut changes = self.0.subscribe();
        loop {
            let Passed { began, paused } = *changes.borrow_and_update();
            tokio::select! {
                () = tokio::time::sleep_until(began + time), if paused.is_none() => return,
                _ = changes.changed() => {}
            }
        }
    }
}

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|passed| {
            if let Some(paused) = passed.paused.take() {
                passed.began += paused.elapsed();
            }
        });
    }
}

/// The schema with text as Utf8, whatever the engine used inside.
fn plain_schema(schema: &SchemaRef) -> SchemaRef {
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => Field::clone(field).with_data_type(DataType::Utf8),
        DataType::Dictionary(_, value) if **value == DataType::Utf8 => {
            Field::clone(field).with_data_type(DataType::Utf8)
        }
        _ => Field::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

fn plain(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Problem> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
        if column.data_type() == field.data_type() { Ok(Arc::clone(column)) } else { cast(column, field.data_type()) }
    });
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(error::arrow)?;
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(error::arrow)
}
