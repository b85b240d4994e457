//! A row group of an open file and, once somebody wants to know, where its pages are.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use base::Problem;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::bloom_filter::Sbbf;
use parquet::errors::Result as Parquet;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataBuilder, ParquetMetaDataReader};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::statistics::Statistics;

use super::chunk::Chunks;
use super::footer::Opened;
use crate::error;

/// Where which customers are in a row group.
pub(crate) struct Group {
    pub(crate) rows: usize,
    /// Bounds of the known customers; empty (min > max) when there is none.
    pub(crate) min: i64,
    pub(crate) max: i64,
    /// Which orders it may hold, once somebody wanted to know.
    pub(super) filter: OnceLock<Sbbf>,
    pages: OnceLock<Pages>,
}

/// Where the pages of a row group are. Read when first wanted: a look-up needs them of few groups, a full scan of none.
pub(crate) struct Pages {
    /// The row group alone, with the positions of its pages.
    pub(crate) arrow: ArrowReaderMetadata,
    /// First row, least and greatest customer of each page; a page of unknown customers matches no range.
    customers: Vec<(usize, i64, i64)>,
}

impl Group {
    pub(crate) fn new(metadata: &ParquetMetaData, at: usize) -> Self {
        let group = metadata.row_group(at);
        let column = group.columns().iter().find(|c| c.column_descr().name() == "customer_id");
        let known = match column.and_then(|c| c.statistics()) {
            Some(Statistics::Int64(s)) => s.min_opt().copied().zip(s.max_opt().copied()),
            _ => None,
        };
        let (min, max) = known.unwrap_or((i64::MAX, i64::MIN));
        Self { rows: group.num_rows() as usize, min, max, filter: OnceLock::new(), pages: OnceLock::new() }
    }
}

impl Opened {
    /// Where the pages of a row group are.
    pub(crate) fn pages(&self, group: usize) -> Result<&Pages, Problem> {
        let cell = &self.groups[group].pages;
        if let Some(known) = cell.get() {
            return Ok(known);
        }
        let pages = Pages::load(self, group).map_err(error::parquet(&self.path))?;
        Ok(cell.get_or_init(|| pages))
    }

    /// The rows of the pages of a row group that may hold customers `from ..= to`.
    pub(crate) fn rows_of(&self, group: usize, from: i64, to: i64) -> Result<Option<Range<usize>>, Problem> {
        let bounds = &self.groups[group];
        if from > bounds.max || to < bounds.min {
            return Ok(None);
        }
        if from <= bounds.min && to >= bounds.max {
            return Ok(Some(0..bounds.rows));
        }
        let pages = &self.pages(group)?.customers;
        if pages.is_empty() {
            return Ok(Some(0..bounds.rows));
        }
        let mut hits = pages.iter().enumerate().filter(|(_, (_, min, max))| *min <= to && *max >= from);
        let Some((first, _)) = hits.next() else { return Ok(None) };
        let last = hits.next_back().map_or(first, |(at, _)| at);
        let end = pages.get(last + 1).map_or(bounds.rows, |page| page.0);
        Ok(Some(pages[first].0..end))
    }

    /// The least customer of every page of a row group with a known one, for cutting ranges.
    pub(crate) fn first_customers(&self, group: usize) -> Result<Vec<i64>, Problem> {
        let (bounds, pages) = (&self.groups[group], &self.pages(group)?.customers);
        let whole = (pages.is_empty() && bounds.min <= bounds.max).then_some(bounds.min);
        Ok(pages.iter().filter(|(_, min, max)| min <= max).map(|(_, min, _)| *min).chain(whole).collect())
    }
}

impl Pages {
    fn load(file: &Opened, group: usize) -> Parquet<Self> {
        let whole = file.arrow.metadata();
        let read = |bounds: PageIndexPolicy, positions: PageIndexPolicy| -> Parquet<ParquetMetaData> {
            let alone = ParquetMetaDataBuilder::new(whole.file_metadata().clone())
                .add_row_group(whole.row_group(group).clone())
                .build();
            let mut reader = ParquetMetaDataReader::new_with_metadata(alone)
                .with_column_index_policy(bounds)
                .with_offset_index_policy(positions);
            reader.read_page_indexes(&Chunks::new(file.file.clone()))?;
            reader.finish()
        };
        // One after the other: what lies between the two in the file belongs to other row groups.
        let bounds = read(PageIndexPolicy::Optional, PageIndexPolicy::Skip)?;
        let positions = read(PageIndexPolicy::Skip, PageIndexPolicy::Optional)?;
        let customers = customers(&bounds, &positions);
        let options = ArrowReaderOptions::new().with_schema(Arc::clone(file.arrow.schema()));
        Ok(Self { arrow: ArrowReaderMetadata::try_new(Arc::new(positions), options)?, customers })
    }
}

fn customers(bounds: &ParquetMetaData, positions: &ParquetMetaData) -> Vec<(usize, i64, i64)> {
    let columns = bounds.row_group(0).columns();
    let Some(column) = columns.iter().position(|c| c.column_descr().name() == "customer_id") else { return Vec::new() };
    let index = bounds.column_index().and_then(|i| i.first()?.get(column));
    let offsets = positions.offset_index().and_then(|i| i.first()?.get(column));
    let (Some(ColumnIndexMetaData::INT64(index)), Some(offsets)) = (index, offsets) else { return Vec::new() };
    let page = |(page, at): (usize, &parquet::file::page_index::offset_index::PageLocation)| {
        let min = index.min_value(page).copied().unwrap_or(i64::MAX);
        let max = index.max_value(page).copied().unwrap_or(i64::MIN);
        (at.first_row_index as usize, min, max)
    };
    offsets.page_locations().iter().enumerate().map(page).collect()
}
