//! One customer alone.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use base::Problem;

use super::footer::Opened;
use super::group::Group;
use super::open::{GroupReader, Projection};
use super::scan::{on_threads, project};
use crate::{FileEntry, Snapshot, TableDef};

/// So few rows are read as they are, the customer's among them, where most customers have some: finding out first which are his costs
/// as much. Elsewhere most look-ups end with finding out that there are none.
const NEAR: usize = 4096;
/// Most customers of a row group have some rows in it when there are so many for each that could be there.
const DENSE: i64 = 4;
/// Fewer files are not worth a second thread.
const FILES: usize = 8;
static NEVER: AtomicBool = AtomicBool::new(false);

impl Snapshot {
    /// All rows of one customer, months in order, then hot rows. Reads only the pages that hold him.
    pub fn of_customer(&self, table: &TableDef, customer: i64, columns: &[&str]) -> Result<Vec<RecordBatch>, Problem> {
        let wanted = Wanted::new(table, columns)?;
        let near = |bounds: Option<(i64, i64)>| bounds.is_some_and(|(min, max)| (min..=max).contains(&customer));
        let entries: Vec<&FileEntry> = self.files(table).filter(|f| near(f.customers)).collect();
        let threads = if entries.len() < FILES { 1 } else { 2 };
        let work = |parts: &mut Vec<(usize, Vec<RecordBatch>)>, at: usize| {
            let mut found = Vec::new();
            of_file(&self.open(table, entries[at])?, customer, &wanted, &mut found)?;
            parts.push((at, found));
            Ok(())
        };
        let parts = on_threads(threads, entries.len(), &NEVER, &Vec::new, work)?;
        let mut parts: Vec<(usize, Vec<RecordBatch>)> = parts.into_iter().flatten().collect();
        parts.sort_unstable_by_key(|(at, _)| *at);
        let mut found: Vec<RecordBatch> = parts.into_iter().flat_map(|(_, batches)| batches).collect();
        for batch in self.hot(table) {
            if let Some(ids) = batch.column_by_name("customer_id") {
                let rows = rows_of(ids.as_primitive::<Int64Type>(), customer);
                if !rows.is_empty() {
                    found.push(project(&batch.slice(rows.start, rows.len()), &wanted.schema)?);
                }
            }
        }
        Ok(found)
    }
}

/// Columns of a table, with and without the customer's.
pub(crate) struct Wanted {
    schema: SchemaRef,
    /// With `customer_id`.
    known: SchemaRef,
    ids: SchemaRef,
}

impl Wanted {
    pub(crate) fn new(table: &TableDef, columns: &[&str]) -> Result<Self, Problem> {
        let mut known = columns.to_vec();
        if !known.contains(&"customer_id") {
            known.push("customer_id");
        }
        let [schema, known, ids] = [columns, &known, &["customer_id"]].map(|c| table.read_schema(c));
        Ok(Self { schema: schema?, known: known?, ids: ids? })
    }
}

pub(crate) fn of_file(
    file: &Arc<Opened>,
    customer: i64,
    wanted: &Wanted,
    found: &mut Vec<RecordBatch>,
) -> Result<(), Problem> {
    let (mut few, mut many) = (None, None);
    for group in 0..file.groups.len() {
        let Some(near) = file.rows_of(group, customer, customer)? else { continue };
        let Group { rows, min, max, .. } = &file.groups[group];
        let dense = *rows as i64 / DENSE > max - min;
        if dense && near.len() <= NEAR {
            let projection = few.get_or_insert_with(|| Projection::new(file, &wanted.known));
            let count = near.len();
            let mut reader = GroupReader::open(file, projection, group, near, count)?;
            while let Some(batch) = reader.next(projection)? {
                let ids = batch.column_by_name("customer_id").map(AsArray::as_primitive::<Int64Type>);
                let rows = ids.map_or(0..0, |ids| rows_of(ids, customer));
                if !rows.is_empty() {
                    found.push(project(&batch.slice(rows.start, rows.len()), &wanted.schema)?);
                }
            }
            continue;
        }
        let Some(rows) = exact(file, &wanted.ids, group, near, customer)? else { continue };
        let projection = many.get_or_insert_with(|| Projection::new(file, &wanted.schema));
        let count = rows.len();
        let mut reader = GroupReader::open(file, projection, group, rows, count)?;
        while let Some(batch) = reader.next(projection)? {
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
