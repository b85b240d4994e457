//! Text cells of a column to codes.

use std::borrow::Cow;

use super::dictionary::NULL;
use super::lines::TextColumn;
use crate::source::RawChunk;

/// The codes of a column's cells so far. Neighbours that are equal, the rule for what repeats within an order, are not
/// looked up.
#[derive(Debug, Default)]
pub(super) struct Interner<'a> {
    /// One code per row read.
    pub out: TextColumn,
    previous: Option<(&'a [u8], u32)>,
}

impl<'a> Interner<'a> {
    /// For about so many rows.
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self { out: TextColumn { codes: Vec::with_capacity(rows), ..TextColumn::default() }, previous: None }
    }

    /// Reads further rows; `clean` gives a cell its one spelling, `None` when there is no value.
    pub(super) fn read(
        &mut self,
        chunk: &'a RawChunk,
        column: usize,
        rows: &[usize],
        clean: impl Fn(&'a [u8]) -> Option<Cow<'a, [u8]>>,
    ) {
        let (mut previous, mut code) = self.previous.map_or((None, NULL), |(cell, code)| (Some(cell), code));
        for row in rows {
            let cell = chunk.cell(*row, column);
            if previous != Some(cell) {
                previous = Some(cell);
                code = clean(cell).map_or(NULL, |value| self.out.values.intern(&value));
            }
            self.out.codes.push(code);
        }
        self.previous = previous.map(|cell| (cell, code));
    }

    /// Further rows that all have the same value, or none.
    pub(super) fn repeat(&mut self, value: Option<&[u8]>, rows: usize) {
        if rows > 0 {
            let code = value.map_or(NULL, |value| self.out.values.intern(value));
            self.out.codes.resize(self.out.codes.len() + rows, code);
        }
    }
}
