//! Asks SQL questions on threads of their own, so that a heavy one keeps nobody else waiting, with a bound on how many run.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
use arrow::datatypes::{DataType, FieldRef, SchemaRef};
use base::{Code, Problem};
use futures::StreamExt;
use lake::engine::{ExtraTable, PERSONAL, QueryLimits, QueryResult, Rows, Source};
use lake::{Lake, Snapshot};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};
use tokio::task::AbortHandle;
use web::{App, Mask};

use super::Operational;

/// How many questions run at once; each may use the memory of its limit.
const AT_ONCE: usize = 3;
/// How long a question waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers questions.
pub(crate) struct Engine {
    app: App,
    lake: Lake,
    tables: Arc<dyn Operational>,
    /// What a question may use.
    pub limits: QueryLimits,
    turns: Semaphore,
    /// Started by the first question.
    runtime: OnceLock<Runtime>,
}

/// Ends the question when nobody waits for its answer any more.
struct Abort(AbortHandle);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Dropped inside another runtime, where waiting for its threads is not allowed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Engine {
    pub(crate) fn new(app: App, lake: Lake, tables: Arc<dyn Operational>, limits: QueryLimits) -> Self {
        Self { app, lake, tables, limits, turns: Semaphore::new(AT_ONCE), runtime: OnceLock::new() }
    }

    fn runtime(&self) -> Result<&Runtime, Problem> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let threads = self.limits.threads.max(1);
        let made = Builder::new_multi_thread().worker_threads(threads).thread_name("query").enable_all().build();
        let made = made.map_err(|e| Problem::internal("the threads for queries cannot be started", e))?;
        if let Err(second) = self.runtime.set(made) {
            second.shutdown_background();
        }
        self.runtime.get().ok_or_else(|| Problem::new(Code::Internal, "the threads for queries are gone"))
    }

    /// Answers a question about what is visible now. Dropping the future ends it, and so does the end of the server.
    pub(crate) async fn ask(&self, sql: &str, rows: usize, mask: Mask) -> Result<QueryResult, Problem> {
        let snapshot = self.lake.snapshot().await?;
        self.ask_of(&snapshot, sql, rows, mask).await
    }

    /// As [`Engine::ask`], about one instant.
    pub(crate) async fn ask_of(
        &self,
        snapshot: &Snapshot,
        sql: &str,
        rows: usize,
        mask: Mask,
    ) -> Result<QueryResult, Problem> {
        let asked = async {
            let _turn = self.turn().await?;
            let (limits, extra) = (QueryLimits { rows, ..self.limits }, self.extra(mask).await?);
            let (snapshot, sql) = (snapshot.clone(), sql.to_owned());
            self.run(async move { snapshot.query(&sql, limits, extra).await }).await
        };
        tokio::select! {
            answer = asked => answer,
            () = self.app.stopping() => {
                Err(Problem::new(Code::Unavailable, "the server stops").hint("ask again when it has started again"))
            }
        }
    }

    /// As [`Engine::ask`], but hands the rows on as they come: see [`Snapshot::query_into`]. For jobs, which are told themselves when
    /// the server stops.
    pub(crate) async fn ask_into(
        &self,
        sql: &str,
        rows: usize,
        mask: Mask,
        to: mpsc::Sender<RecordBatch>,
    ) -> Result<bool, Problem> {
        let snapshot = self.lake.snapshot().await?;
        let _turn = self.turn().await?;
        let (limits, extra) = (QueryLimits { rows, ..self.limits }, self.extra(mask).await?);
        let sql = sql.to_owned();
        self.run(async move { snapshot.query_into(&sql, limits, extra, to).await }).await
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, self.turns.acquire()).await else {
            return Err(Problem::new(Code::TooManyRequests, "too many questions run at once")
                .hint("wait for one to end, or cancel it")
                .again_after(PATIENCE.as_secs()));
        };
        Ok(turn)
    }

    /// The tables of the operational store, as they may be seen.
    async fn extra(&self, mask: Mask) -> Result<Vec<ExtraTable>, Problem> {
        Ok(self.tables.readable().await?.into_iter().map(|table| masked(table, mask)).collect())
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        let work = self.runtime()?.spawn(work);
        let _abort = Abort(work.abort_handle());
        work.await.map_err(|e| Problem::internal("a query was cut off", e))?
    }

    /// The tables of the operational store, with their columns.
    pub(crate) async fn others(&self) -> Result<Vec<(String, SchemaRef)>, Problem> {
        let list = self.tables.list().await?;
        Ok(list.into_iter().map(|t| (t.name.to_owned(), t.schema)).collect())
    }
}

/// Those of `tables` that a statement names.
pub(crate) fn named<'a>(sql: &str, tables: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let sql = sql.to_lowercase();
    let words: Vec<&str> = sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    tables.into_iter().filter(|table| words.contains(table)).collect()
}

/// The tables with personal data that a statement names.
pub fn personal(sql: &str) -> Vec<&'static str> {
    named(sql, ["customer"])
}

/// A table as it is read by those who may not see who customers are.
struct Masked(Arc<dyn Source>, Mask);

impl Source for Masked {
    fn read(&self, columns: &[usize]) -> Rows {
        let mask = self.1;
        self.0.read(columns).map(move |batch| hide(&batch?, mask)).boxed()
    }
}

/// Tells the table of customers. Others have no personal data.
fn names_people(schema: &SchemaRef) -> bool {
    schema.fields().iter().any(is_personal)
}

/// Whether a column says who somebody is, or how to reach him.
fn is_personal(field: &FieldRef) -> bool {
    field.metadata().contains_key(PERSONAL)
}

fn masked(table: ExtraTable, mask: Mask) -> ExtraTable {
    if mask == Mask::Off || !names_people(&table.schema) {
        return table;
    }
    ExtraTable { source: Arc::new(Masked(table.source, mask)), ..table }
}

/// A page of a table for eyes that may not see who customers are.
pub(crate) fn masked_page(page: RecordBatch, mask: Mask) -> Result<RecordBatch, Problem> {
    if mask == Mask::Off || !names_people(&page.schema()) { Ok(page) } else { hide(&page, mask) }
}

fn hide(batch: &RecordBatch, mask: Mask) -> Result<RecordBatch, Problem> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| -> ArrayRef {
        let name = field.name().as_str();
        if !is_personal(field) {
            return Arc::clone(column);
        }
        match (name, column.data_type()) {
            ("attributes", _) => Arc::new(StringArray::from_iter_values(std::iter::repeat_n("{}", column.len()))),
            ("name", DataType::Utf8) => text(column, |t| mask.name(t)),
            (_, DataType::Utf8) => text(column, |t| mask.other(t)),
            (_, kind) => new_null_array(kind, column.len()),
        }
    });
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(&schema), columns.collect(), &options)
        .map_err(|e| Problem::internal("customers cannot be masked", e))
}

fn text(column: &ArrayRef, each: impl Fn(&str) -> String) -> ArrayRef {
    Arc::new(column.as_string::<i32>().iter().map(|value| value.map(&each)).collect::<StringArray>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_named_by_whole_words() {
        let tables = ["customer", "product"];
        assert_eq!(named("SELECT * FROM Customer c", tables), ["customer"]);
        assert!(named("SELECT customer_id FROM order_line", tables).is_empty());
    }
}
