//! One customer alone.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use base::Problem;

use super::footer::Opened;
use super::open::{GroupReader, Projection};
use super::scan::project;
use crate::{Snapshot, TableDef};

impl Snapshot {
    /// All rows of one customer, months in order, then hot rows. Reads only the pages that hold him.
    pub fn of_customer(&self, table: &TableDef, customer: i64, columns: &[&str]) -> Result<Vec<RecordBatch>, Problem> {
        let schema = table.read_schema(columns)?;
        let ids = table.read_schema(&["customer_id"])?;
        let mut found = Vec::new();
        let near = |bounds: Option<(i64, i64)>| bounds.is_some_and(|(min, max)| (min..=max).contains(&customer));
        for entry in self.files(table).filter(|f| near(f.customers)) {
            of_file(&self.open(table, entry)?, customer, &ids, &schema, &mut found)?;
        }
        for batch in self.hot(table) {
            if let Some(ids) = batch.column_by_name("customer_id") {
                let rows = rows_of(ids.as_primitive::<Int64Type>(), customer);
                if !rows.is_empty() {
                    found.push(project(&batch.slice(rows.start, rows.len()), &schema)?);
                }
            }
        }
        Ok(found)
    }
}

pub(crate) fn of_file(
    file: &Arc<Opened>,
    customer: i64,
    ids: &SchemaRef,
    schema: &SchemaRef,
    found: &mut Vec<RecordBatch>,
) -> Result<(), Problem> {
    let mut wanted = None;
    for (group, bounds) in file.groups.iter().enumerate() {
        let Some(near) = bounds.rows_of(customer, customer) else { continue };
        let Some(rows) = exact(file, ids, group, near, customer)? else { continue };
        let wanted = wanted.get_or_insert_with(|| Projection::new(file, schema));
        let count = rows.len();
        let mut reader = GroupReader::open(file, wanted, group, rows, count)?;
        while let Some(batch) = reader.next(wanted)? {
            found.push(batch);
        }
    }
    Ok(())
}

/// The rows of the customer within the pages that may hold him.
fn exact(
    file: &Arc<Opened>,
    ids: &SchemaRef,
    group: usize,
    near: Range<usize>,
    customer: i64,
) -> Result<Option<Range<usize>>, Problem> {
    let projection = Projection::new(file, ids);
    let (first, count) = (near.start, near.len());
    let mut reader = GroupReader::open(file, &projection, group, near, count)?;
    let Some(batch) = reader.next(&projection)? else { return Ok(None) };
    let rows = rows_of(batch.column(0).as_primitive::<Int64Type>(), customer);
    Ok((!rows.is_empty()).then(|| first + rows.start..first + rows.end))
}

/// The rows of one customer in a sorted column whose missing values come first.
pub(crate) fn rows_of(ids: &arrow::array::Int64Array, customer: i64) -> Range<usize> {
    let unknown = ids.null_count();
    let known = &ids.values()[unknown..];
    let start = known.partition_point(|id| *id < customer);
    let end = known.partition_point(|id| *id <= customer);
    unknown + start..unknown + end
}
