//! Files of bad rows that come back mended. Their rows say which row of which import they were; so they are read as those were,
//! are added to the orders whose other lines are known already, and count once however often the file is imported.

use base::{Code, ImportId, Problem};
use rustc_hash::FxHashSet;

use super::bad::marked;
use super::importer::Importer;
use super::model::{ImportRow, Mode, Request};
use crate::decode::LineBatch;
use crate::source::{Opened, RawChunk};
use crate::store::import as rows;

/// A row that was bad and came into an order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MendedRow {
    pub import: ImportId,
    pub row: i64,
    pub order_key: i64,
}

/// What is known of the rows of a mended file.
pub(super) struct Mended {
    column: usize,
    /// Rows that were mended and imported before.
    already: FxHashSet<(ImportId, i64)>,
}

impl Mended {
    /// The rows of a chunk that have not come in before.
    pub(super) fn fresh(&self, chunk: &RawChunk) -> RawChunk {
        chunk.only(|row| marked(chunk.text(row, self.column)).is_none_or(|mark| !self.already.contains(&mark)))
    }

    /// Which bad rows the lines of a chunk were.
    pub(super) fn rows(&self, chunk: &RawChunk, lines: &LineBatch) -> Vec<MendedRow> {
        let line = |(row, key): (&u64, &u64)| {
            let (import, row) = marked(chunk.text((row - chunk.first_row) as usize, self.column))?;
            Some(MendedRow { import, row, order_key: key.cast_signed() })
        };
        lines.rows.iter().zip(&lines.order_key).filter_map(line).collect()
    }
}

impl Importer {
    /// The import whose bad rows a file holds, when it is one of our files of bad rows and that import is known here.
    pub async fn bad_rows_of(&self, opened: &Opened) -> Result<Option<ImportRow>, Problem> {
        let Some(column) = opened.bad_row_column() else { return Ok(None) };
        let mut marks = opened.sample.iter().filter_map(|row| marked(row.get(column)?));
        let Some((import, _)) = marks.next() else { return Ok(None) };
        let mut tx = self.lake.db().read().await?;
        match rows::import_get(&mut tx, import).await {
            Err(problem) if problem.code == Code::NotFound => Ok(None),
            found => found.map(Some),
        }
    }

    /// What must be known before a mended file is read.
    pub(super) async fn mended(&self, opened: &Opened) -> Result<Option<Mended>, Problem> {
        let Some(column) = opened.bad_row_column() else { return Ok(None) };
        let mut tx = self.lake.db().read().await?;
        Ok(Some(Mended { column, already: rows::mended_set(&mut tx).await? }))
    }
}

/// Bad rows are parts of orders: they are added to them, whatever the mode.
pub(super) fn settle_mode(request: &mut Request, opened: &Opened) -> Result<(), Problem> {
    if opened.bad_row_column().is_none() {
        return Ok(());
    }
    if request.mode == Mode::Complete {
        return Err(Problem::new(Code::InvalidArgument, "a file of bad rows is not all that is known of its source")
            .hint("leave --mode out: its rows are added to their orders"));
    }
    request.mode = Mode::Append;
    Ok(())
}
