//! Tables whose columns are told apart by runs of spaces: no quotes, no empty cells.

use super::{Part, RECORD_BYTES, RECORD_CELLS, after_line_end, kept};
use crate::source::chunk::{RawChunk, RowFault};

/// The rows of `block`, which holds whole lines.
pub(super) fn parse(block: &[u8], width: usize) -> Part {
    let mut chunk = RawChunk::new(1);
    let (mut at, mut line) = (0, 0);
    while at < block.len() {
        let stop = memchr::memchr2(b'\n', b'\r', &block[at..]).map_or(block.len(), |i| at + i);
        line += 1;
        row(&block[at..stop], line, width, &mut chunk);
        if stop == block.len() {
            break;
        }
        at = after_line_end(block, stop);
    }
    let ends_open = block.last().is_some_and(|b| !matches!(b, b'\n' | b'\r'));
    Part { chunk, lines: line - u64::from(ends_open) }
}

fn row(text: &[u8], line: u64, width: usize, chunk: &mut RawChunk) {
    let mut found = 0;
    let mut fault = None;
    if text.len() > RECORD_BYTES || text.split(|&b| is_space(b)).filter(|cell| !cell.is_empty()).count() > RECORD_CELLS
    {
        chunk.push_cell(&kept(text));
        chunk.end_row(line, Some(RowFault::TooLong));
        return;
    }
    for cell in text.split(|&b| is_space(b)).filter(|cell| !cell.is_empty()) {
        match std::str::from_utf8(cell) {
            Ok(cell) if !cell.contains('\0') => chunk.push_cell(cell),
            _ => {
                fault.get_or_insert(RowFault::InvalidText { column: found as u32 });
                chunk.push_cell(&String::from_utf8_lossy(cell).replace('\0', "\u{fffd}"));
            }
        }
        found += 1;
    }
    if width > 0 && found > width {
        fault.get_or_insert(RowFault::WidthMismatch { expected: width as u32, found: found as u32 });
    }
    if found > 0 {
        chunk.end_row(line, fault);
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
