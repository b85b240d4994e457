//! Some rows and columns of a row group as batches.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::datatypes::SchemaRef;
use base::Problem;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection, RowSelectionPolicy, RowSelector,
};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::page_index::offset_index::OffsetIndexMetaData;

use super::chunk::Chunks;
use super::footer::Opened;
use crate::error;

/// How the wanted columns are found in one file.
pub(crate) struct Projection {
    schema: SchemaRef,
    mask: ProjectionMask,
    leaves: Vec<usize>,
    /// For every wanted column its place among the read ones; `None` when the file lacks it.
    places: Vec<Option<usize>>,
}

impl Projection {
    /// Looks the columns of `schema` up by name; one of another type counts as missing.
    pub(crate) fn new(file: &Opened, schema: &SchemaRef) -> Self {
        let present = file.arrow.schema();
        let find = |field: &arrow::datatypes::Field| {
            present.fields().iter().position(|f| f.name() == field.name() && f.data_type() == field.data_type())
        };
        let found: Vec<Option<usize>> = schema.fields().iter().map(|f| find(f)).collect();
        let mut leaves: Vec<usize> = found.iter().flatten().copied().collect();
        leaves.sort_unstable();
        leaves.dedup();
        let places = found.iter().map(|leaf| leaf.and_then(|l| leaves.binary_search(&l).ok())).collect();
        let mask = ProjectionMask::leaves(file.arrow.parquet_schema(), leaves.iter().copied());
        Self { schema: Arc::clone(schema), mask, leaves, places }
    }

    /// The wanted columns.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Brings a batch as read into the wanted shape.
    fn shape(&self, batch: &RecordBatch) -> Result<RecordBatch, Problem> {
        let rows = batch.num_rows();
        let column = |(place, field): (&Option<usize>, &arrow::datatypes::FieldRef)| -> ArrayRef {
            place.map_or_else(|| new_null_array(field.data_type(), rows), |at| Arc::clone(batch.column(at)))
        };
        let columns = self.places.iter().zip(self.schema.fields()).map(column).collect();
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options).map_err(error::arrow)
    }
}

/// Reads a span of rows of one row group, batch by batch.
pub(crate) struct GroupReader {
    reader: ParquetRecordBatchReader,
}

impl GroupReader {
    /// Opens `rows` of row group `group`; only the pages that hold them are fetched.
    pub(crate) fn open(
        file: &Opened,
        projection: &Projection,
        group: usize,
        rows: Range<usize>,
        batch_rows: usize,
    ) -> Result<Self, Problem> {
        let failed = error::parquet(&file.path);
        let whole = rows.len() == file.groups[group].rows;
        // Positions of pages matter only where some are left out.
        let (metadata, group) = if whole { (&file.arrow, group) } else { (&file.pages(group)?.arrow, 0) };
        let ranges = wanted_bytes(metadata.metadata(), projection, group, &rows);
        let chunks = Chunks::fetch(file.file.clone(), &ranges).map_err(&failed)?;
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(chunks, metadata.clone())
            .with_row_groups(vec![group])
            .with_projection(projection.mask.clone())
            .with_batch_size(batch_rows.min(rows.len()));
        if !whole {
            let selection = vec![RowSelector::skip(rows.start), RowSelector::select(rows.len())];
            builder = builder
                .with_row_selection(RowSelection::from(selection))
                .with_row_selection_policy(RowSelectionPolicy::Selectors);
        }
        Ok(Self { reader: builder.build().map_err(failed)? })
    }

    /// The next batch in the wanted shape.
    pub(crate) fn next(&mut self, projection: &Projection) -> Result<Option<RecordBatch>, Problem> {
        match self.reader.next() {
            None => Ok(None),
            Some(batch) => projection.shape(&batch.map_err(error::arrow)?).map(Some),
        }
    }
}

/// The byte ranges of dictionaries and pages that hold `rows` of the projected columns, ascending.
fn wanted_bytes(
    metadata: &ParquetMetaData,
    projection: &Projection,
    group: usize,
    rows: &Range<usize>,
) -> Vec<Range<u64>> {
    let mut ranges = Vec::with_capacity(projection.leaves.len() * 2);
    for &leaf in &projection.leaves {
        let (start, len) = metadata.row_group(group).column(leaf).byte_range();
        let pages = metadata.offset_index().and_then(|i| i.get(group)?.get(leaf));
        let Some(pages) = pages.map(OffsetIndexMetaData::page_locations).filter(|p| !p.is_empty()) else {
            ranges.push(start..start + len);
            continue;
        };
        let first = pages.partition_point(|p| p.first_row_index <= rows.start as i64).saturating_sub(1);
        let last = pages.partition_point(|p| p.first_row_index < rows.end as i64).saturating_sub(1).max(first);
        let data = pages[0].offset as u64;
        if start < data {
            ranges.push(start..data);
        }
        let end = pages[last].offset as u64 + pages[last].compressed_page_size as u64;
        ranges.push(pages[first].offset as u64..end);
    }
    ranges.sort_unstable_by_key(|r| r.start);
    ranges
}
