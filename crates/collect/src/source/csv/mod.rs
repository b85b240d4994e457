//! Separated text: blocks cut between records on one thread, parsed into cells on others.

pub(super) mod block;
pub(super) mod fixed;
pub(super) mod parse;

use super::options::Separator;
use super::pool::Part;

/// A quoted field ends at its closing quote within so many bytes, or at its first line end.
pub(super) const FIELD_BYTES: usize = 64 << 10;
/// A quoted field ends at its closing quote within so many line ends, or at its first one.
pub(super) const FIELD_LINES: usize = 1_000;
/// A record longer than this is not taken, in bytes.
pub(super) const RECORD_BYTES: usize = 1 << 20;
/// A record with more cells is not taken.
pub(super) const RECORD_CELLS: usize = 4_096;
/// So much of the beginning of a record that is too long is kept, in bytes.
pub(super) const KEPT_BYTES: usize = 1_024;

/// How cells and rows are told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    pub(super) separator: Separator,
    pub(super) quote: Option<u8>,
    /// How many columns the file has; rows with more are flagged. 0: not known.
    pub(super) width: usize,
}

/// The rows of a block of whole records.
pub(super) fn parse(block: &[u8], dialect: Dialect) -> Part {
    match dialect.separator.byte() {
        Some(separator) => parse::parse(block, separator, dialect),
        None => fixed::parse(block, dialect.width),
    }
}

/// How a quoted field ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// With the quote at this position; `doubled`: there are doubled quotes to undo before it.
    At { at: usize, doubled: bool },
    /// Not within the limits.
    Never,
    /// Not decided: look again from here when there is more text.
    More { from: usize, doubled: bool },
}

/// Looks for the quote that closes the field opened at `open`, from `from` on. `last`: nothing follows `text`.
/// The splitter and the parser both ask here, so they cannot disagree.
pub(super) fn find_close(text: &[u8], open: usize, from: usize, quote: u8, last: bool) -> Close {
    let limit = (open + 1 + FIELD_BYTES).min(text.len());
    let (mut at, mut doubled) = (from, false);
    while let Some(i) = text.get(at..limit).and_then(|window| memchr::memchr(quote, window)) {
        let found = at + i;
        match text.get(found + 1) {
            Some(&next) if next == quote => {
                doubled = true;
                at = found + 2;
            }
            None if !last => return Close::More { from: found, doubled },
            _ if found - open > FIELD_LINES && line_ends(&text[open + 1..found]) > FIELD_LINES as u64 => {
                return Close::Never;
            }
            _ => return Close::At { at: found, doubled },
        }
    }
    if last || limit == open + 1 + FIELD_BYTES { Close::Never } else { Close::More { from: at.max(limit), doubled } }
}

/// How many lines end in `text`: at `\n`, `\r\n` or a lone `\r`.
pub(super) fn line_ends(text: &[u8]) -> u64 {
    let newlines = memchr::memchr_iter(b'\n', text).count();
    let returns = memchr::memchr_iter(b'\r', text).filter(|&at| text.get(at + 1) != Some(&b'\n')).count();
    (newlines + returns) as u64
}

/// The position just after the line end at `at` (`\n`, `\r\n` or a lone `\r`).
pub(super) fn after_line_end(text: &[u8], at: usize) -> usize {
    if text[at] == b'\r' && text.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 }
}

/// The beginning of a record that is too long, as text.
pub(super) fn kept(record: &[u8]) -> String {
    String::from_utf8_lossy(&record[..record.len().min(KEPT_BYTES)]).replace('\0', "\u{fffd}")
}
