//! One row of a customer or product file, field by field.

use super::bad::{BadReason, BadRow};
use super::decoder::Decoder;
use super::text::{customer_key, is_null, trim};
use crate::mapping::Field;
use crate::source::RawChunk;

/// A row being read; values that cannot be taken are listed as dropped.
pub(super) struct Row<'a> {
    pub decoder: &'a Decoder,
    pub chunk: &'a RawChunk,
    pub at: usize,
    pub dropped: &'a mut Vec<BadRow>,
}

impl Row<'_> {
    /// The key of the row, in one spelling.
    pub(super) fn key(&self, field: Field) -> Result<String, BadRow> {
        if let Some(fault) = self.chunk.fault(self.at) {
            return Err(BadRow::fault(self.chunk, self.at, fault, &self.decoder.names));
        }
        let column = self.decoder.column(field).unwrap_or(usize::MAX);
        let key = customer_key(self.chunk.cell(self.at, column));
        key.map(|k| String::from_utf8_lossy(&k).into_owned())
            .ok_or_else(|| BadRow::cell(self.chunk, self.at, self.decoder.named(column), BadReason::MissingKey, ""))
    }

    /// The trimmed text of a field.
    pub(super) fn text(&self, field: Field) -> Option<String> {
        let cell = trim(self.chunk.cell(self.at, self.decoder.column(field)?));
        (!is_null(cell)).then(|| String::from_utf8_lossy(cell).into_owned())
    }

    /// The value of a field, read by `read`; one that cannot be read is dropped and listed.
    pub(super) fn read<T>(
        &mut self,
        field: Field,
        read: impl FnOnce(&[u8]) -> Result<Option<T>, BadReason>,
    ) -> Option<T> {
        self.read_column(self.decoder.column(field)?, read)
    }

    /// [`Self::read`] by column.
    pub(super) fn read_column<T>(
        &mut self,
        column: usize,
        read: impl FnOnce(&[u8]) -> Result<Option<T>, BadReason>,
    ) -> Option<T> {
        read(self.chunk.cell(self.at, column)).unwrap_or_else(|reason| {
            let form = match reason {
                BadReason::UnreadableDate | BadReason::ImpossibleDate => self.decoder.date_form().as_str(),
                _ => self.decoder.decimal().as_str(),
            };
            self.dropped.push(BadRow::cell(self.chunk, self.at, self.decoder.named(column), reason, form));
            None
        })
    }
}
