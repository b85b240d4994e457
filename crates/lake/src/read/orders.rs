//! Some orders, wherever their lines are.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use base::{Problem, hash};
use parquet::bloom_filter::Sbbf;

use super::footer::{KEEP_FILES, Opened};
use super::open::{GroupReader, Projection};
use crate::{ORDER_LINE, Snapshot, error};

/// Bytes of a block of a filter: what tells of one key.
const BLOCK: u64 = 32;
/// Filters stay in memory when those of all files together take no more: a look-up asks every one of them.
const KEEP_FILTERS: u64 = 128 << 20;
/// More runs of rows than this are read as the row group that they are in.
const RUNS: usize = 8;

impl Snapshot {
    /// The lines in files whose `order_key` is one of `keys` (ascending), each batch with the id of its file. The filter of a row
    /// group tells which keys it surely lacks, so that an order never seen costs a few bytes per row group.
    pub fn sealed_of_orders(&self, keys: &[i64], columns: &[&str]) -> Result<Vec<(i64, RecordBatch)>, Problem> {
        let schema = ORDER_LINE.read_schema(columns)?;
        let key = ORDER_LINE.read_schema(&["order_key"])?;
        let files = self.files(&ORDER_LINE).map(|entry| Ok((entry.id, self.open(&ORDER_LINE, entry)?)));
        let files: Vec<(i64, Arc<Opened>)> = files.collect::<Result<_, Problem>>()?;
        // Where files are closed again before the next look-up, reading their filters whole would be in vain.
        let keep = files.len() < KEEP_FILES && files.iter().map(|f| f.1.filters).sum::<u64>() <= KEEP_FILTERS;
        let mut found = Vec::new();
        for (id, file) in &files {
            for group in 0..file.groups.len() {
                let maybe = maybe(file, group, keys, keep)?;
                if maybe.is_empty() {
                    continue;
                }
                for batch in of_group(file, group, &maybe, &key, &schema)? {
                    found.push((*id, batch));
                }
            }
        }
        Ok(found)
    }
}

/// Those of the keys that a row group may hold; `keep`: its filter stays in memory.
fn maybe(file: &Opened, group: usize, keys: &[i64], keep: bool) -> Result<Vec<i64>, Problem> {
    let kept = |filter: &Sbbf| keys.iter().filter(|key| filter.check(*key)).copied().collect();
    let known = &file.groups[group].filter;
    if let Some(filter) = known.get() {
        return Ok(kept(filter));
    }
    let group = file.arrow.metadata().row_group(group);
    let column = group.columns().iter().find(|c| c.column_descr().name() == "order_key");
    let place = column.and_then(|c| c.bloom_filter_offset().zip(c.bloom_filter_length()));
    let Some((offset, length)) = place else { return Ok(keys.to_vec()) };
    // The header is shorter than a block, and blocks are all that follows it.
    let (start, blocks) = (offset as u64 + length as u64 % BLOCK, length as u64 / BLOCK);
    let bytes = |at: u64, count: u64| {
        let bytes = file.file.bytes(start + at * BLOCK, (count * BLOCK) as usize);
        bytes.map(|b| Sbbf::new(&b)).map_err(|e| error::parquet(&file.path)(e.into()))
    };
    if keep {
        let filter = bytes(0, blocks)?;
        return Ok(kept(known.get_or_init(|| filter)));
    }
    if keys.len() as u64 > blocks / 16 {
        return Ok(kept(&bytes(0, blocks)?));
    }
    let mut some = Vec::new();
    for key in keys {
        // Where the format puts a key: <https://parquet.apache.org/docs/file-format/bloomfilter/>.
        let block = ((hash::xxh64(&key.to_le_bytes()) >> 32) * blocks) >> 32;
        if bytes(block, 1)?.check(key) {
            some.push(*key);
        }
    }
    Ok(some)
}

fn of_group(
    file: &Opened,
    group: usize,
    keys: &[i64],
    key: &SchemaRef,
    schema: &SchemaRef,
) -> Result<Vec<RecordBatch>, Problem> {
    let rows = file.groups[group].rows;
    let projection = Projection::new(file, key);
    let mut reader = GroupReader::open(file, &projection, group, 0..rows, rows)?;
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut first = 0;
    while let Some(batch) = reader.next(&projection)? {
        let values = batch.column(0).as_primitive::<Int64Type>().values();
        for row in (0..values.len()).filter(|row| keys.binary_search(&values[*row]).is_ok()) {
            match runs.last_mut() {
                Some(run) if run.end == first + row => run.end += 1,
                _ => runs.push(first + row..first + row + 1),
            }
        }
        first += values.len();
    }
    let projection = Projection::new(file, schema);
    if runs.len() <= RUNS {
        return runs.into_iter().map(|run| read(file, &projection, group, run)).collect();
    }
    let whole = read(file, &projection, group, 0..rows)?;
    let rows = arrow::array::UInt32Array::from_iter_values(runs.into_iter().flatten().map(|row| row as u32));
    let taken = arrow::compute::take_record_batch(&whole, &rows).map_err(error::arrow)?;
    Ok(vec![taken])
}

/// These rows as one batch.
fn read(file: &Opened, projection: &Projection, group: usize, rows: Range<usize>) -> Result<RecordBatch, Problem> {
    let count = rows.len();
    let mut reader = GroupReader::open(file, projection, group, rows, count)?;
    let mut batches = Vec::new();
    while let Some(batch) = reader.next(projection)? {
        batches.push(batch);
    }
    let schema = Arc::clone(projection.schema());
    arrow::compute::concat_batches(&schema, &batches).map_err(error::arrow)
}
