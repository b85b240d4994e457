//! What the catalog keeps about a written file, taken from its own footer.

use std::io::{Read, Seek, SeekFrom};

use base::Problem;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::statistics::Statistics;

use crate::files::NewFileSink;
use crate::{ColumnType, TableDef};

/// Size, missing values and bounds of one column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnStat {
    /// The column.
    pub field_id: i32,
    /// Compressed size.
    pub bytes: i64,
    /// How many values are missing.
    pub nulls: i64,
    /// Least value as text, in the form of the DuckLake catalog; `None` when unknown.
    pub min: Option<String>,
    /// Greatest value (text: an upper bound).
    pub max: Option<String>,
}

/// The bounds of a 64-bit column over all row groups.
pub(crate) fn bounds(metadata: &ParquetMetaData, name: &str) -> Option<(i64, i64)> {
    let at = metadata.file_metadata().schema_descr().columns().iter().position(|c| c.name() == name)?;
    let groups = metadata.row_groups().iter().filter_map(|g| match g.column(at).statistics() {
        Some(Statistics::Int64(s)) => Some((*s.min_opt()?, *s.max_opt()?)),
        _ => None,
    });
    groups.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The statistics of all columns.
pub(crate) fn columns(table: &TableDef, metadata: &ParquetMetaData) -> Vec<ColumnStat> {
    let of = |at: usize| metadata.row_groups().iter().map(move |g| g.column(at));
    let stat = |(at, column): (usize, &crate::ColumnDef)| {
        let bounds = of(at).map(|c| c.statistics().and_then(Bound::of)).collect::<Vec<_>>();
        // A group without bounds (all values missing) says nothing; another one's bounds hold for the column then.
        let known = bounds.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let known = known.and_then(|(min, max)| Some((min.text(column.kind)?, max.text(column.kind)?))).unzip();
        ColumnStat {
            field_id: column.field_id,
            bytes: of(at).map(ColumnChunkMetaData::compressed_size).sum(),
            nulls: of(at).map(|c| c.statistics().and_then(Statistics::null_count_opt).unwrap_or(0) as i64).sum(),
            min: known.0,
            max: known.1,
        }
    };
    table.columns.iter().enumerate().map(stat).collect()
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Int(i64),
    Text(Vec<u8>),
}

impl Bound {
    fn of(statistics: &Statistics) -> Option<(Self, Self)> {
        match statistics {
            Statistics::Int64(s) => Some((Self::Int(*s.min_opt()?), Self::Int(*s.max_opt()?))),
            Statistics::Int32(s) => Some((Self::Int((*s.min_opt()?).into()), Self::Int((*s.max_opt()?).into()))),
            Statistics::ByteArray(s) => {
                Some((Self::Text(s.min_opt()?.data().to_vec()), Self::Text(s.max_opt()?.data().to_vec())))
            }
            _ => None,
        }
    }

    fn text(&self, kind: ColumnType) -> Option<String> {
        match (self, kind) {
            (Self::Int(v), ColumnType::Int64 | ColumnType::Int32) => Some(v.to_string()),
            (Self::Int(v), ColumnType::Decimal(scale)) => {
                let scale = u32::try_from(scale).ok()?;
                Some(base::amount::format_scaled((*v).into(), scale, scale as usize))
            }
            (Self::Int(v), ColumnType::Time) => time_text(*v),
            // PostgreSQL cannot hold a zero character.
            (Self::Text(v), ColumnType::Text) if !v.contains(&0) => String::from_utf8(v.clone()).ok(),
            _ => None,
        }
    }
}

/// `2026-11-21 21:17:53.504050+00`
fn time_text(at: i64) -> Option<String> {
    let at = jiff::Timestamp::from_microsecond(at).ok()?;
    Some(at.strftime("%Y-%m-%d %H:%M:%S.%6f+00").to_string())
}

/// The length of the footer: the four bytes before the closing magic.
pub(crate) fn footer_bytes(sink: &NewFileSink) -> Result<i64, Problem> {
    let mut file = sink.reopen()?;
    file.seek(SeekFrom::End(-8))?;
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    Ok(u32::from_le_bytes(length).into())
}
