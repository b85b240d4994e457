//! Rows of text cells, many in one buffer: what every file kind becomes before a value is read.

use std::fmt;

/// Why a row cannot be taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// A quote was opened and not closed within the limits of a field; the field was ended at its first line end.
    UnclosedQuote,
    /// The record is longer than 1 MiB or has more than 4096 cells; only its beginning is kept, in one cell.
    TooLong,
    /// Bytes that are not text in the file's encoding, or NUL; they were replaced by U+FFFD.
    InvalidText {
        /// The first column concerned, counted from 0.
        column: u32,
    },
    /// More cells than columns, and the ones beyond are not all empty.
    WidthMismatch {
        /// How many columns the file has.
        expected: u32,
        /// How many cells the row has.
        found: u32,
    },
    /// The line is not a JSON object; the text says why.
    InvalidJson(String),
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedQuote => f.write_str("a quote is opened and never closed"),
            Self::TooLong => f.write_str("the row is too long (more than 1 MiB or 4096 cells)"),
            Self::InvalidText { column } => write!(f, "column {} holds bytes that are not text", column + 1),
            Self::WidthMismatch { expected, found } => {
                write!(f, "the row has {found} cells, the file {expected} columns")
            }
            Self::InvalidJson(why) => write!(f, "the line is not a JSON object: {why}"),
        }
    }
}

/// Where a row begins and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RowMeta {
    first_cell: u32,
    line: u64,
    fault: Option<RowFault>,
}

/// A run of consecutive rows of a file as text cells: unquoted, unescaped, not trimmed, always valid UTF-8.
///
/// Cell `i` occupies `bytes[cell_ends[i - 1] + 1 .. cell_ends[i]]`: one byte lies between neighbours, so that a block of
/// plain CSV is copied as it stands, separators included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawChunk {
    /// Number of the first row in the file, counted from 1; the header does not count.
    pub first_row: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) cell_ends: Vec<u32>,
    rows: Vec<RowMeta>,
    row_start: u32,
}

impl RawChunk {
    /// An empty chunk whose first row will be number `first_row` of the file.
    pub fn new(first_row: u64) -> Self {
        Self { first_row, ..Self::default() }
    }

    /// Adds a cell to the row being built; it must be valid UTF-8 (`str` in all but name).
    pub fn push_cell(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.cell_ends.push(self.bytes.len() as u32);
        self.bytes.push(0);
    }

    /// Ends the row being built, which began on `line` of the file (counted from 1).
    pub fn end_row(&mut self, line: u64, fault: Option<RowFault>) {
        self.rows.push(RowMeta { first_cell: self.row_start, line, fault });
        self.row_start = self.cell_ends.len() as u32;
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text of a cell; empty when the row is shorter than that.
    pub fn cell(&self, row: usize, column: usize) -> &[u8] {
        let (from, to) = self.cells_of(row);
        if column < to - from { self.bytes_of(from + column) } else { &[] }
    }

    /// [`Self::cell`] as `str`.
    pub fn text(&self, row: usize, column: usize) -> &str {
        std::str::from_utf8(self.cell(row, column)).unwrap_or_default()
    }

    /// How many cells the row has.
    pub fn width(&self, row: usize) -> usize {
        let (from, to) = self.cells_of(row);
        to - from
    }

    /// The line of the file on which the row begins, counted from 1.
    pub fn line(&self, row: usize) -> u64 {
        self.rows[row].line
    }

    /// What is wrong with the row, if anything.
    pub fn fault(&self, row: usize) -> Option<&RowFault> {
        self.rows[row].fault.as_ref()
    }

    /// The row as one line of comma-separated text, quoted where needed, without a line end.
    pub fn row_text(&self, row: usize) -> String {
        let mut line = String::new();
        for column in 0..self.width(row) {
            if column > 0 {
                line.push(',');
            }
            let text = self.text(row, column);
            if text.contains([',', '"', '\r', '\n']) {
                line.push('"');
                line.push_str(&text.replace('"', "\"\""));
                line.push('"');
            } else {
                line.push_str(text);
            }
        }
        line
    }

    /// Bytes held by the chunk, roughly.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + 4 * self.cell_ends.capacity() + size_of::<RowMeta>() * self.rows.capacity()
    }

    fn cells_of(&self, row: usize) -> (usize, usize) {
        let next = self.rows.get(row + 1).map_or(self.row_start, |r| r.first_cell);
        (self.rows[row].first_cell as usize, next as usize)
    }

    fn bytes_of(&self, cell: usize) -> &[u8] {
        &self.bytes[self.cell_start(cell)..self.cell_ends[cell] as usize]
    }

    /// Where the text of a cell begins in `bytes`.
    pub(super) fn cell_start(&self, cell: usize) -> usize {
        if cell == 0 { 0 } else { self.cell_ends[cell - 1] as usize + 1 }
    }

    /// Index of the first cell of the row being built.
    pub(super) fn row_start(&self) -> usize {
        self.row_start as usize
    }

    /// Replaces the cells of the row being built by one; `bytes` must end where the last of them ends.
    pub(super) fn collapse_row(&mut self, text: &str) {
        let start = self.cell_start(self.row_start());
        self.bytes.truncate(start);
        self.cell_ends.truncate(self.row_start());
        self.push_cell(text);
    }

    /// Turns numbers relative to the chunk into numbers of the file: lines move on by `lines`.
    pub(super) fn place(&mut self, first_row: u64, lines: u64) {
        self.first_row = first_row;
        for row in &mut self.rows {
            row.line += lines;
        }
    }

    /// Drops the first row (the header).
    pub(super) fn drop_first(&mut self) {
        self.rows.remove(0);
    }

    /// The rows that are wanted, as a chunk of their own; they keep their lines and are numbered anew from the same first row.
    pub(crate) fn only(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let mut chunk = Self::new(self.first_row);
        for row in (0..self.len()).filter(|row| wanted(*row)) {
            (0..self.width(row)).for_each(|column| chunk.push_cell(self.text(row, column)));
            chunk.end_row(self.line(row), self.fault(row).cloned());
        }
        chunk
    }

    /// The cells of a row as owned text.
    pub(super) fn row(&self, row: usize) -> Vec<String> {
        (0..self.width(row)).map(|column| self.text(row, column).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_and_missing_ones_are_empty() {
        let mut chunk = RawChunk::new(7);
        chunk.push_cell("a");
        chunk.push_cell("");
        chunk.end_row(2, None);
        chunk.end_row(3, Some(RowFault::TooLong));
        chunk.push_cell("x, \"y\"");
        chunk.push_cell("é");
        chunk.end_row(5, None);
        assert_eq!((chunk.len(), chunk.width(0), chunk.width(1), chunk.width(2)), (3, 2, 0, 2));
        assert_eq!((chunk.text(0, 0), chunk.text(0, 1), chunk.text(0, 9), chunk.text(1, 0)), ("a", "", "", ""));
        assert_eq!(chunk.row_text(2), "\"x, \"\"y\"\"\",é");
        assert_eq!((chunk.line(2), chunk.fault(1)), (5, Some(&RowFault::TooLong)));
        chunk.drop_first();
        assert_eq!((chunk.len(), chunk.text(1, 1)), (2, "é"));
    }
}
