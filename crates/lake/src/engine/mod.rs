//! SQL over the history, with DataFusion in the process. Read-only.

mod extra;
mod problem;
mod provider;
mod round;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use base::{Code, Problem};
use datafusion::common::runtime::SpawnedTask;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::registry::FunctionRegistry;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext};
use futures::StreamExt;

use crate::{Lake, Snapshot, error};
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
    /// Memory in bytes. Sorts and groupings that need more use the disk, and fail when they cannot.
    pub memory: usize,
    /// How many threads may work.
    pub threads: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { rows: 100_000, time: Duration::from_mins(5), memory: 1 << 30, threads: 2 }
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
        let names = Names::new(self, &extra);
        let context = self.context(limits, extra)?;
        let sql = sql.to_owned();
        // A task of its own: whoever waits hears of the limit also while the engine is at work. It ends with this future.
        let answer = SpawnedTask::spawn(async move {
            let frame = plan(&context, &sql).await.map_err(|e| problem::of(e, &names))?;
            collect(frame, limits.rows).await.map_err(|e| problem::of(e, &names))?
        });
        let answer = tokio::time::timeout(limits.time, answer)
            .await
            .map(|done| done.unwrap_or_else(|e| Err(Problem::internal("the query was cut off", e))));
        answer.unwrap_or_else(|_| {
            let seconds = limits.time.as_secs_f64();
            Err(Problem::new(Code::Cancelled, format!("the query took longer than {seconds} s and was stopped"))
                .hint("ask for fewer months or columns, or raise the time limit"))
        })
    }

    /// The tables that can be queried, with the names and types of their columns.
    pub fn schema(&self) -> Vec<(String, SchemaRef)> {
        self.tables().map(|t| (t.name.clone(), t.schema())).collect()
    }

    fn context(&self, limits: QueryLimits, extra: Vec<ExtraTable>) -> Result<SessionContext, Problem> {
        let internal = |e| Problem::internal("the query engine cannot be started", e);
        let pool = Arc::new(FairSpillPool::new(limits.memory));
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc().map_err(|e| internal(Box::new(e)))?;
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

async fn plan(context: &SessionContext, sql: &str) -> datafusion::error::Result<DataFrame> {
    let plan = context.state().create_logical_plan(sql).await?;
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    read_only.verify_plan(&plan)?;
    if let LogicalPlan::Explain(explain) = &plan {
        read_only.verify_plan(&explain.plan)?;
    }
    context.execute_logical_plan(plan).await
}

async fn collect(frame: DataFrame, most: usize) -> datafusion::error::Result<Result<QueryResult, Problem>> {
    let mut stream = frame.execute_stream().await?;
    let schema = plain_schema(&stream.schema());
    let mut result = QueryResult { schema, batches: Vec::new(), truncated: false };
    let mut left = most;
    while let Some(batch) = stream.next().await {
        let mut batch = batch?;
        if batch.num_rows() > left {
            result.truncated = true;
            batch = batch.slice(0, left);
        }
        left -= batch.num_rows();
        if batch.num_rows() > 0 {
            match plain(&batch, &result.schema) {
                Ok(batch) => result.batches.push(batch),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        if result.truncated {
            break;
        }
    }
    Ok(Ok(result))
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
