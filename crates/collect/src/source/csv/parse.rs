//! Records of separated text (RFC 4180, read leniently) into cells.
//!
//! Text is copied in runs as long as possible: a run ends only where something is left out, at quotes and at `\r\n`.

use memchr::{memchr, memchr2, memchr3};

use super::{
    Close, Dialect, KEPT_BYTES, Part, RECORD_BYTES, RECORD_CELLS, after_line_end, find_close, kept, line_ends,
};
use crate::source::chunk::{RawChunk, RowFault};

/// The rows of `block`, which holds whole records; lines count from 1 at its beginning.
pub(super) fn parse(block: &[u8], separator: u8, dialect: Dialect) -> Part {
    let mut chunk = RawChunk::new(1);
    chunk.bytes.reserve(block.len() + 1);
    let clean = std::str::from_utf8(block).is_ok() && memchr(0, block).is_none();
    let mut parser = Parser {
        block,
        separator,
        quote: dialect.quote,
        width: dialect.width,
        clean,
        chunk,
        run: 0,
        line: 1,
        fault: None,
    };
    let mut at = 0;
    while at < block.len() {
        at = if matches!(block[at], b'\n' | b'\r') { parser.blank(at) } else { parser.record(at) };
    }
    parser.flush(block.len());
    Part { chunk: parser.chunk, lines: parser.line - 1 }
}

struct Parser<'a> {
    block: &'a [u8],
    separator: u8,
    quote: Option<u8>,
    width: usize,
    /// Whether the whole block is valid text, so that no cell need be looked at.
    clean: bool,
    chunk: RawChunk,
    /// Where the text not yet copied begins.
    run: usize,
    line: u64,
    fault: Option<RowFault>,
}

impl Parser<'_> {
    /// Copies the run up to `to`; it goes on from there.
    fn flush(&mut self, to: usize) {
        self.chunk.bytes.extend_from_slice(&self.block[self.run..to]);
        self.run = to;
    }

    /// Leaves out an empty line.
    fn blank(&mut self, at: usize) -> usize {
        self.flush(at);
        self.run = after_line_end(self.block, at);
        self.line += 1;
        self.run
    }

    /// Reads the record at `start`; gives the position after it.
    fn record(&mut self, start: usize) -> usize {
        let line = self.line;
        let mut at = start;
        loop {
            if self.quote.is_some() && self.block.get(at) == self.quote.as_ref() {
                at = self.quoted(at);
            }
            let rest = &self.block[at..];
            let stop = memchr3(self.separator, b'\n', b'\r', rest).map_or(self.block.len(), |i| at + i);
            self.end_cell(stop);
            if self.block.get(stop) != Some(&self.separator) {
                return self.end_record(start, stop, line);
            }
            at = stop + 1;
        }
    }

    /// Ends the cell at `stop`; the byte there becomes the one between this cell and the next.
    fn end_cell(&mut self, stop: usize) {
        if !self.clean {
            self.flush(stop);
            self.mend_cell();
        }
        self.chunk.cell_ends.push((self.chunk.bytes.len() + stop - self.run) as u32);
    }

    /// Replaces what is not text in the cell just copied.
    fn mend_cell(&mut self) {
        let column = self.chunk.cell_ends.len() - self.chunk.row_start();
        let start = self.chunk.cell_start(self.chunk.cell_ends.len());
        let cell = &self.chunk.bytes[start..];
        if std::str::from_utf8(cell).is_err() || memchr(0, cell).is_some() {
            let text = String::from_utf8_lossy(cell).replace('\0', "\u{fffd}");
            self.chunk.bytes.truncate(start);
            self.chunk.bytes.extend_from_slice(text.as_bytes());
            self.fault.get_or_insert(RowFault::InvalidText { column: column as u32 });
        }
    }

    /// Reads the quoted field that begins at `open`; gives the position after its closing quote.
    fn quoted(&mut self, open: usize) -> usize {
        let quote = self.block[open];
        self.flush(open);
        let Close::At { at, doubled } = find_close(self.block, open, open + 1, quote, true) else {
            self.fault = Some(RowFault::UnclosedQuote);
            self.run = open + 1;
            return memchr2(b'\n', b'\r', &self.block[self.run..]).map_or(self.block.len(), |i| open + 1 + i);
        };
        self.line += line_ends_between(&self.block[open + 1..at]);
        self.run = open + 1;
        let mut from = open + 1;
        while doubled && let Some(i) = memchr(quote, &self.block[from..at]) {
            // Of two quotes the first stays.
            self.flush(from + i + 1);
            self.run += 1;
            from = self.run;
        }
        self.flush(at);
        self.run = at + 1;
        self.run
    }

    /// Ends the record that lies at `start..stop`; gives the position after its line end.
    fn end_record(&mut self, start: usize, stop: usize, line: u64) -> usize {
        let next = if stop < self.block.len() { after_line_end(self.block, stop) } else { stop };
        let first = self.chunk.row_start();
        let found = self.chunk.cell_ends.len() - first;
        let mut fault = self.fault.take();
        if stop - start > RECORD_BYTES || found > RECORD_CELLS {
            self.flush(stop);
            self.chunk.collapse_row(&kept(&self.block[start..stop.min(start + KEPT_BYTES)]));
            self.run = next;
            fault = Some(RowFault::TooLong);
        } else if next == stop + 2 || next == stop {
            self.flush(stop);
            self.chunk.bytes.push(0);
            self.run = next;
        }
        if fault.is_none() && self.width > 0 && found > self.width {
            let beyond = (first + self.width..first + found)
                .any(|i| self.chunk.cell_start(i) < self.chunk.cell_ends[i] as usize);
            fault = beyond.then_some(RowFault::WidthMismatch { expected: self.width as u32, found: found as u32 });
        }
        self.line += u64::from(next > stop);
        self.chunk.end_row(line, fault);
        next
    }
}

/// [`line_ends`], quick for the many fields without any.
fn line_ends_between(text: &[u8]) -> u64 {
    if memchr2(b'\n', b'\r', text).is_some() { line_ends(text) } else { 0 }
}
