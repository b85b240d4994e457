//! Open files with their parsed footers, kept for the next reader.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{Field, Schema};
use base::Problem;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::page_index::column_index::ColumnIndexMetaData;

use super::chunk::Chunks;
use crate::catalog::file::FileEntry;
use crate::files::{Files, OpenFile};
use crate::{TableDef, error};

/// Bounds of the memory that footers may take, and of the files kept open.
const KEEP_BYTES: usize = 256 << 20;
const KEEP_FILES: usize = 400;

/// A file open for reading.
pub(crate) struct Opened {
    pub(crate) path: String,
    pub(crate) file: OpenFile,
    pub(crate) arrow: ArrowReaderMetadata,
    pub(crate) groups: Vec<Group>,
    memory: usize,
}

/// Where which customers are in a row group.
pub(crate) struct Group {
    pub(crate) rows: usize,
    /// Bounds of the known customers; empty (min > max) when there is none.
    pub(crate) min: i64,
    pub(crate) max: i64,
    /// First row, least and greatest customer of each page.
    pages: Vec<(usize, i64, i64)>,
}

impl Group {
    /// The least customer of every page with a known one, for cutting ranges.
    pub(crate) fn first_customers(&self) -> impl Iterator<Item = i64> {
        let whole = (self.pages.is_empty() && self.min <= self.max).then_some(self.min);
        self.pages.iter().filter(|(_, min, max)| min <= max).map(|(_, min, _)| *min).chain(whole)
    }

    /// The rows of the pages that may hold customers `from ..= to`.
    pub(crate) fn rows_of(&self, from: i64, to: i64) -> Option<Range<usize>> {
        if from > self.max || to < self.min {
            return None;
        }
        if self.pages.is_empty() {
            return Some(0..self.rows);
        }
        let mut hits = self.pages.iter().enumerate().filter(|(_, (_, min, max))| *min <= to && *max >= from);
        let (first, _) = hits.next()?;
        let last = hits.next_back().map_or(first, |(at, _)| at);
        let end = self.pages.get(last + 1).map_or(self.rows, |page| page.0);
        Some(self.pages[first].0..end)
    }
}

impl Opened {
    fn load(files: &Files, table: &TableDef, entry: &FileEntry) -> Result<Self, Problem> {
        let failed = error::parquet(&entry.path);
        let file = files.read(&entry.path)?;
        let options =
            ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_page_index_policy(PageIndexPolicy::Optional);
        let plain = ArrowReaderMetadata::load(&Chunks::new(file.clone()), options).map_err(&failed)?;
        // Ask for text with dictionaries and narrow decimals wherever the file holds what the table says.
        let fields = plain.schema().fields().iter().map(|field| {
            let kind = table.column(field.name()).map(|c| c.kind).filter(|k| k.storage() == *field.data_type());
            kind.map_or_else(|| Field::clone(field), |kind| Field::clone(field).with_data_type(kind.read()))
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = ArrowReaderOptions::new().with_schema(schema);
        let arrow = ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options).map_err(&failed)?;
        let metadata = arrow.metadata();
        let groups = (0..metadata.num_row_groups()).map(|g| group(metadata, g)).collect();
        let memory = metadata.memory_size() + 4096;
        Ok(Self { path: entry.path.clone(), file, groups, memory, arrow })
    }
}

fn group(metadata: &ParquetMetaData, at: usize) -> Group {
    let group = metadata.row_group(at);
    let rows = group.num_rows() as usize;
    let column = group.columns().iter().position(|c| c.column_descr().name() == "customer_id");
    let Some(column) = column else { return Group { rows, min: i64::MAX, max: i64::MIN, pages: Vec::new() } };
    let index = metadata.column_index().and_then(|i| i.get(at)?.get(column));
    let offsets = metadata.offset_index().and_then(|i| i.get(at)?.get(column));
    let mut pages = Vec::new();
    if let (Some(ColumnIndexMetaData::INT64(index)), Some(offsets)) = (index, offsets) {
        for (page, location) in offsets.page_locations().iter().enumerate() {
            // A page of unknown customers matches no range.
            let min = index.min_value(page).copied().unwrap_or(i64::MAX);
            let max = index.max_value(page).copied().unwrap_or(i64::MIN);
            pages.push((location.first_row_index as usize, min, max));
        }
    }
    let known = match group.column(column).statistics() {
        Some(parquet::file::statistics::Statistics::Int64(s)) => s.min_opt().copied().zip(s.max_opt().copied()),
        _ => None,
    };
    let (min, max) = known.unwrap_or((i64::MAX, i64::MIN));
    Group { rows, min, max, pages }
}

/// The files that were read lately.
#[derive(Default)]
pub(crate) struct Footers {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    files: HashMap<i64, (Arc<Opened>, u64)>,
    bytes: usize,
    clock: u64,
}

impl Footers {
    /// The file, opened now or before.
    pub(crate) fn get(&self, files: &Files, table: &TableDef, entry: &FileEntry) -> Result<Arc<Opened>, Problem> {
        if let Some(known) = self.known(entry.id) {
            return Ok(known);
        }
        let opened = Arc::new(Opened::load(files, table, entry)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += opened.memory;
        let clock = kept.clock;
        if let Some((old, _)) = kept.files.insert(entry.id, (Arc::clone(&opened), clock)) {
            kept.bytes -= old.memory;
        }
        while kept.files.len() > KEEP_FILES || (kept.bytes > KEEP_BYTES && kept.files.len() > 1) {
            let Some(oldest) = kept.files.iter().min_by_key(|(_, (_, used))| *used).map(|(id, _)| *id) else { break };
            kept.forget(oldest);
        }
        Ok(opened)
    }

    /// Closes a file that is deleted.
    pub(crate) fn forget(&self, id: i64) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).forget(id);
    }

    /// Closes all files, for measurements with nothing remembered.
    pub(crate) fn clear(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }

    fn known(&self, id: i64) -> Option<Arc<Opened>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let clock = kept.clock;
        kept.files.get_mut(&id).map(|(opened, used)| {
            *used = clock;
            Arc::clone(opened)
        })
    }
}

impl Kept {
    fn forget(&mut self, id: i64) {
        if let Some((old, _)) = self.files.remove(&id) {
            self.bytes -= old.memory;
        }
    }
}
