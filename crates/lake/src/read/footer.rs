//! Open files with their parsed footers, kept for the next reader.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{Field, Schema};
use base::Problem;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, RowGroupMetaData};

use super::chunk::Chunks;
use super::group::Group;
use crate::catalog::file::FileEntry;
use crate::files::{Files, OpenFile};
use crate::{TableDef, error};

/// Bounds of the memory that footers may take, and of the files kept open.
const KEEP_BYTES: usize = 256 << 20;
pub(super) const KEEP_FILES: usize = 400;

/// A file open for reading.
pub(crate) struct Opened {
    pub(crate) path: String,
    pub(crate) file: OpenFile,
    pub(crate) arrow: ArrowReaderMetadata,
    pub(crate) groups: Vec<Group>,
    /// What the filters of all row groups take.
    pub(crate) filters: u64,
    memory: usize,
}

impl Opened {
    fn load(files: &Files, table: &TableDef, entry: &FileEntry) -> Result<Self, Problem> {
        let failed = error::parquet(&entry.path);
        let file = files.read(&entry.path)?;
        let options =
            ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_page_index_policy(PageIndexPolicy::Skip);
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
        let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
        let filters = columns.filter_map(ColumnChunkMetaData::bloom_filter_length).map(|bytes| bytes as u64).sum();
        let groups = (0..metadata.num_row_groups()).map(|g| Group::new(metadata, g)).collect();
        // As if the positions of all pages were read already.
        let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
        let positions: i32 = columns.filter_map(ColumnChunkMetaData::offset_index_length).sum();
        let memory = metadata.memory_size() + 2 * positions as usize + 4096;
        Ok(Self { path: entry.path.clone(), file, groups, filters, memory, arrow })
    }
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
