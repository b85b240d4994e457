//! Cuts a stream of text into blocks of whole records, looking at nothing but quotes and line ends.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr2, memrchr, memrchr2};

use super::{Close, FIELD_BYTES, KEPT_BYTES, RECORD_BYTES, after_line_end, find_close, line_ends};

/// Whole records.
pub(in crate::source) enum Block {
    /// Records as they stand in the file.
    Records(Vec<u8>),
    /// The beginning of one record that is too long to hold, and how many lines it spans.
    TooLong(Vec<u8>, u64),
}

/// Where in a record the scan stands.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Outside quotes.
    Outside,
    /// Inside the quotes opened at this position.
    Quoted(usize),
    /// In a field whose quote is never closed: it lasts to the line end.
    Unclosed,
}

/// Reads text and gives it out in blocks that end between records.
pub(in crate::source) struct Splitter<R> {
    reader: R,
    block_bytes: usize,
    separator: u8,
    quote: Option<u8>,
    /// Whether a `\r` that no `\n` follows ends a line.
    lone_cr: bool,
    text: Vec<u8>,
    ended: bool,
    state: State,
    /// Text before this was scanned for quotes.
    at: usize,
    /// Text before this was searched for line ends.
    gap: usize,
    /// Just after the last line end outside quotes (the first, while `skipping`); 0: none yet.
    cut: usize,
    skipping: bool,
}

impl<R: Read> Splitter<R> {
    /// For separated text; without `quote` every line end ends a record.
    pub(in crate::source) fn new(reader: R, block_bytes: usize, separator: u8, quote: Option<u8>) -> Self {
        Self {
            reader,
            block_bytes: block_bytes.clamp(1, 1 << 28),
            separator,
            quote,
            lone_cr: true,
            text: Vec::new(),
            ended: false,
            state: State::Outside,
            at: 0,
            gap: 0,
            cut: 0,
            skipping: false,
        }
    }

    /// For text in which only `\n` ends a record.
    pub(in crate::source) fn lines(reader: R, block_bytes: usize) -> Self {
        Self { lone_cr: false, ..Self::new(reader, block_bytes, b'\n', None) }
    }

    /// The next block; `None` at the end of the text.
    pub(in crate::source) fn next(&mut self) -> io::Result<Option<Block>> {
        loop {
            self.fill()?;
            if self.ended {
                let rest = std::mem::take(&mut self.text);
                return Ok((!rest.is_empty()).then_some(Block::Records(rest)));
            }
            self.scan();
            if self.cut > 0 {
                let rest = self.text[self.cut..].to_vec();
                self.text.truncate(self.cut);
                let block = std::mem::replace(&mut self.text, rest);
                self.shift(self.cut);
                return Ok(Some(Block::Records(block)));
            }
            if self.text.len() > RECORD_BYTES + FIELD_BYTES + 2 {
                return self.skip().map(Some);
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.text.reserve(self.block_bytes);
        let wanted = self.block_bytes as u64;
        let got = (&mut self.reader).take(wanted).read_to_end(&mut self.text)?;
        self.ended = (got as u64) < wanted;
        Ok(())
    }

    /// Scans what was read since the last scan.
    fn scan(&mut self) {
        loop {
            match self.state {
                State::Outside => {
                    let Some(i) = self.quote.and_then(|quote| memchr(quote, &self.text[self.at..])) else {
                        self.at = self.text.len();
                        self.pass_gap(self.at);
                        return;
                    };
                    self.at_quote(self.at + i);
                }
                State::Quoted(open) => {
                    match find_close(&self.text, open, self.at, self.quote.unwrap_or_default(), self.ended) {
                        Close::At { at, .. } => self.outside_from(at + 1),
                        Close::Never => {
                            self.state = State::Unclosed;
                            self.at = open + 1;
                        }
                        Close::More { from, .. } => {
                            self.at = from;
                            return;
                        }
                    }
                }
                State::Unclosed => {
                    let Some(i) = memchr2(b'\n', b'\r', &self.text[self.at..]) else {
                        self.at = self.text.len();
                        return;
                    };
                    self.outside_from(self.at + i);
                }
            }
            if self.skipping && self.cut > 0 {
                return;
            }
        }
    }

    fn outside_from(&mut self, at: usize) {
        self.state = State::Outside;
        self.at = at;
        self.gap = at;
    }

    /// A quote opens a field only at the field's very start; elsewhere it is a character like any other.
    fn at_quote(&mut self, at: usize) {
        let opens = at == 0 || matches!(self.text[at - 1], b'\n' | b'\r') || self.text[at - 1] == self.separator;
        self.at = at + 1;
        if opens {
            self.pass_gap(at);
            self.state = State::Quoted(at);
        }
    }

    /// Looks for the line end that counts between `gap` and `to`, which is all outside quotes.
    fn pass_gap(&mut self, to: usize) {
        // A `\r` at the very end may be half of `\r\n`.
        let half = self.lone_cr && !self.ended && to == self.text.len() && to > self.gap && self.text[to - 1] == b'\r';
        let gap: Range<usize> = self.gap..if half { to - 1 } else { to };
        self.gap = gap.end;
        let within = &self.text[gap.clone()];
        let found = match (self.skipping, self.lone_cr) {
            (false, true) => memrchr2(b'\n', b'\r', within).map(|i| gap.start + i + 1),
            (false, false) => memrchr(b'\n', within).map(|i| gap.start + i + 1),
            (true, true) => memchr2(b'\n', b'\r', within).map(|i| after_line_end(&self.text, gap.start + i)),
            (true, false) => memchr(b'\n', within).map(|i| gap.start + i + 1),
        };
        self.cut = found.unwrap_or(self.cut);
    }

    /// Takes positions back by what was given out.
    fn shift(&mut self, by: usize) {
        self.at = self.at.saturating_sub(by);
        self.gap = self.gap.saturating_sub(by);
        self.cut = 0;
        if let State::Quoted(open) = &mut self.state {
            *open = open.saturating_sub(by);
        }
    }

    /// Reads over the rest of a record that is too long, holding no more of it than a field.
    fn skip(&mut self) -> io::Result<Block> {
        let beginning = self.text[..KEPT_BYTES].to_vec();
        let mut lines = 0;
        self.skipping = true;
        while self.cut == 0 && !self.ended {
            let needed = match self.state {
                State::Outside => self.gap,
                State::Quoted(open) => open,
                State::Unclosed => self.at,
            };
            let mut done = needed.saturating_sub(1);
            if done > 0 && self.text[done - 1] == b'\r' {
                done -= 1;
            }
            lines += line_ends(&self.text[..done]);
            self.text.drain(..done);
            self.shift(done);
            self.fill()?;
            self.scan();
        }
        let end = if self.cut > 0 { self.cut } else { self.text.len() };
        lines += line_ends(&self.text[..end]);
        self.text.drain(..end);
        self.skipping = false;
        self.cut = 0;
        self.outside_from(0);
        Ok(Block::TooLong(beginning, lines))
    }
}
