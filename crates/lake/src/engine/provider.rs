//! A table of a snapshot for DataFusion: an explicit list of files with their bounds, and the hot rows.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use base::Problem;
use datafusion::catalog::memory::{DataSourceExec, MemorySourceConfig};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;

use crate::{ColumnType, FileEntry, Snapshot, TableDef, error};

/// Where the engine finds the lake's folder.
pub(super) fn store_url() -> ObjectStoreUrl {
    ObjectStoreUrl::parse("lake://files").unwrap_or_else(|_| ObjectStoreUrl::local_filesystem())
}

/// One table of one snapshot.
pub(super) struct SnapshotTable {
    table: Arc<TableDef>,
    schema: SchemaRef,
    files: Vec<FileEntry>,
    hot: Vec<RecordBatch>,
}

impl std::fmt::Debug for SnapshotTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} files)", self.table.name, self.files.len())
    }
}

impl SnapshotTable {
    pub(super) fn new(snapshot: &Snapshot, table: Arc<TableDef>) -> Result<Self, Problem> {
        // Views into the read pages instead of copies of all text.
        let kind = |kind: ColumnType| if kind == ColumnType::Text { DataType::Utf8View } else { kind.storage() };
        let fields = table.columns.iter().map(|c| Field::new(&c.name, kind(c.kind), c.nullable));
        let schema: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let files = snapshot.files(&table).cloned().collect();
        let hot = snapshot.hot(&table).iter().map(|batch| converted(batch, &schema)).collect::<Result<_, Problem>>()?;
        Ok(Self { table, schema, files, hot })
    }

    /// What the catalog knows of a file, for planning and for leaving files out.
    fn statistics(&self, file: &FileEntry) -> Statistics {
        let column = |name: &str| match name {
            "time" => {
                let instant = |at| ScalarValue::TimestampMicrosecond(Some(at), Some("UTC".into()));
                bounds(file.time.map(|(min, max)| (instant(min), instant(max))), Some(0))
            }
            "customer_id" => {
                let id = |id| ScalarValue::Int64(Some(id));
                bounds(file.customers.map(|(min, max)| (id(min), id(max))), None)
            }
            _ => ColumnStatistics::new_unknown(),
        };
        Statistics {
            num_rows: Precision::Exact(file.rows as usize),
            total_byte_size: Precision::Absent,
            column_statistics: self.table.columns.iter().map(|c| column(&c.name)).collect(),
        }
    }

    fn of_files(&self, projection: Option<&Vec<usize>>, partitions: usize) -> Result<Arc<dyn ExecutionPlan>> {
        let source = Arc::new(ParquetSource::new(Arc::clone(&self.schema)));
        let files = self.files.iter().map(|file| {
            PartitionedFile::new(&file.path, file.bytes as u64).with_statistics(Arc::new(self.statistics(file)))
        });
        let rows = self.files.iter().map(|f| f.rows as usize).sum();
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(rows);
        let config = FileScanConfigBuilder::new(store_url(), source)
            .with_file_groups(FileGroup::new(files.collect()).split_files(partitions))
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

fn bounds(known: Option<(ScalarValue, ScalarValue)>, nulls: Option<usize>) -> ColumnStatistics {
    let (min, max) = known.unzip();
    ColumnStatistics {
        min_value: min.map_or(Precision::Absent, Precision::Exact),
        max_value: max.map_or(Precision::Absent, Precision::Exact),
        null_count: nulls.map_or(Precision::Absent, Precision::Exact),
        ..ColumnStatistics::new_unknown()
    }
}

/// A batch of the readers in the types of the engine.
fn converted(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Problem> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| cast(column, field.data_type()));
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(error::arrow)?;
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(error::arrow)
}

#[async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // Files, row groups and pages are left out by their bounds; the rows that are read are still filtered above.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut inputs: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
        if !self.files.is_empty() {
            inputs.push(self.of_files(projection, state.config_options().execution.target_partitions)?);
        }
        if !self.hot.is_empty() || inputs.is_empty() {
            let partitions = std::slice::from_ref(&self.hot);
            inputs.push(MemorySourceConfig::try_new_exec(partitions, Arc::clone(&self.schema), projection.cloned())?);
        }
        UnionExec::try_new(inputs)
    }
}
