//! SQL over the history, with DataFusion in the process. Read-only.

mod answer;
mod extra;
mod problem;
mod provider;
mod round;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use base::{Code, Problem};
use datafusion::common::runtime::SpawnedTask;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::disk_manager::DiskManagerBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::registry::FunctionRegistry;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext};
use tokio::sync::mpsc;

use crate::{Lake, Snapshot};
use answer::{Answer, Clock};
pub use extra::{ExtraTable, PERSONAL, Rows, Source};
use problem::Names;
use provider::SnapshotTable;

/// What a query may use.
#[derive(Clone, Copy, Debug)]
pub struct QueryLimits {
    /// Rows of the answer; more are cut off.
    pub rows: usize,
    /// How long it may run.
    pub time: Duration,
    /// Memory in bytes, of what is worked on, and again of the answer. Sorts and groupings that need more use the disk, and fail when
    /// they cannot.
    pub memory: usize,
    /// What they may use of the disk, in bytes.
    pub disk: u64,
    /// How many threads may work.
    pub threads: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { rows: 100_000, time: Duration::from_mins(5), memory: 1 << 30, disk: 10 << 30, threads: 2 }
    }
}

/// The answer to a query.
#[derive(Clone, Debug)]
pub struct QueryResult {
    /// The columns, also when there are no rows.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// Whether there were more rows than the limit.
    pub truncated: bool,
}

impl QueryResult {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

impl Lake {
    /// Answers a query about what is visible now; see [`Snapshot::query`].
    pub async fn query(&self, sql: &str, limits: QueryLimits, extra: Vec<ExtraTable>) -> Result<QueryResult, Problem> {
        self.snapshot().await?.query(sql, limits, extra).await
    }
}

impl Snapshot {
    /// Answers one SQL query (SELECT, WITH, EXPLAIN, SHOW, DESCRIBE) over the tables of the history and `extra` ones. Text comes as
    /// Utf8, money as Decimal128. Dropping the future ends the query.
    pub async fn query(&self, sql: &str, limits: QueryLimits, extra: Vec<ExtraTable>) -> Result<QueryResult, Problem> {
        let answer = self.answer(sql, limits, extra)?;
        within(limits.time, &Clock::start(), async move { answer.await?.collect(limits).await }).await
    }

    /// As [`Snapshot::query`], but hands the rows to `to` as they come, however many bytes they are. The first batch has no rows: it
    /// tells the columns. While nobody takes the next one, the query waits, and its time does not run. Says whether there were more rows
    /// than the limit; who hangs up is not told more.
    pub async fn query_into(
        &self,
        sql: &str,
        limits: QueryLimits,
        extra: Vec<ExtraTable>,
        to: mpsc::Sender<RecordBatch>,
    ) -> Result<bool, Problem> {
        let (answer, clock) = (self.answer(sql, limits, extra)?, Clock::start());
        let counted = clock.clone();
        within(limits.time, &clock, async move { answer.await?.send(to, counted).await }).await
    }

    /// Begins to answer.
    fn answer(
        &self,
        sql: &str,
        limits: QueryLimits,
        extra: Vec<ExtraTable>,
    ) -> Result<impl Future<Output = Result<Answer, Problem>> + Send + 'static, Problem> {
        let names = Names::new(self, &extra);
        let context = self.context(limits, extra)?;
        let sql = sql.to_owned();
        Ok(async move {
            let begun = async { plan(&context, &sql).await?.execute_stream().await };
            match begun.await {
                Ok(stream) => Ok(Answer::new(stream, names, limits.rows)),
                Err(error) => Err(problem::of(error, &names)),
            }
        })
    }

    /// The tables that can be queried, with the names and types of their columns.
    pub fn schema(&self) -> Vec<(String, SchemaRef)> {
        self.tables().map(|t| (t.name.clone(), t.schema())).collect()
    }

    fn context(&self, limits: QueryLimits, extra: Vec<ExtraTable>) -> Result<SessionContext, Problem> {
        let internal = |e| Problem::internal("the query engine cannot be started", e);
        let pool = Arc::new(FairSpillPool::new(limits.memory));
        let disk = DiskManagerBuilder::default().with_max_temp_directory_size(limits.disk);
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).with_disk_manager_builder(disk);
        let runtime = runtime.build_arc().map_err(|e| internal(Box::new(e)))?;
        let config = SessionConfig::new()
            .with_information_schema(true)
            .with_target_partitions(limits.threads.max(1))
            .with_default_catalog_and_schema("guanxi", "history");
        let state = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features();
        let state = state.with_physical_optimizer_rule(Arc::new(turns::JoinsGiveTurns));
        let mut context = SessionContext::new_with_state(state.build());
        let settle = context.register_function_rewrite(Arc::new(round::SettleRound));
        settle.map_err(|e| internal(Box::new(e)))?;
        let store = LocalFileSystem::new_with_prefix(self.lake.files().root());
        let store = Arc::new(store.map_err(|e| Problem::internal("the lake's folder cannot be opened", e))?);
        context.register_object_store(provider::store_url().as_ref(), store);
        for table in self.tables() {
            let provider = SnapshotTable::new(self, Arc::clone(table))?;
            context.register_table(table.name.as_str(), Arc::new(provider)).map_err(|e| internal(Box::new(e)))?;
        }
        for table in extra {
            context.register_table(table.name.clone(), Arc::new(table)).map_err(|e| internal(Box::new(e)))?;
        }
        Ok(context)
    }
}

/// Work with an end. On a task of its own: whoever waits hears of the limit also while the engine is at work. It ends with this future.
async fn within<T: Send + 'static>(
    time: Duration,
    clock: &Clock,
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    let work = SpawnedTask::spawn(work);
    tokio::select! {
        done = work => done.unwrap_or_else(|e| Err(Problem::internal("the query was cut off", e))),
        () = clock.at(time) => {
            let seconds = time.as_secs_f64();
            Err(Problem::new(Code::Cancelled, format!("the query took longer than {seconds} s and was stopped"))
                .hint("ask for fewer months or columns, or raise the time limit"))
        }
    }
}

async fn plan(context: &SessionContext, sql: &str) -> datafusion::error::Result<DataFrame> {
    let plan = context.state().create_logical_plan(sql).await?;
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    read_only.verify_plan(&plan)?;
    if let LogicalPlan::Explain(explain) = &plan {
        read_only.verify_plan(&explain.plan)?;
    }
    context.execute_logical_plan(plan).await
}
