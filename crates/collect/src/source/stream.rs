//! Streams the rows of an opened file: one way to read per format, one pool for all.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base::Problem;

use super::chunk::{RawChunk, RowFault};
use super::csv::block::{Block, Splitter};
use super::csv::{self, Dialect};
use super::open::Opened;
use super::options::{Compression, Encoding, Format};
use super::pool::{Feed, Part, ReadFile, Rows};
use super::{input, jsonl, parquet, xlsx};

impl Opened {
    /// All rows after the header, in file order, read by one thread and taken apart by `threads` others. Memory stays bounded by
    /// a few blocks per thread however slowly the rows are taken. Dropping the iterator ends the threads.
    pub fn rows(&self, threads: usize) -> Rows {
        let skip_header = self.has_header && matches!(self.format, Format::Csv | Format::Xlsx);
        let read = match self.format {
            Format::Csv => self.read_csv(),
            Format::Jsonl => self.read_jsonl(),
            Format::Xlsx => self.read_xlsx(),
            Format::Parquet => self.read_parquet(),
        };
        Rows::start(threads, skip_header, self.progress(), self.total_bytes, read)
    }

    fn read_csv(&self) -> ReadFile {
        let (text, dialect) = (self.text_input(), self.dialect(self.header.len()));
        Box::new(move |feed| text.feed(feed, move |block| csv::parse(block, dialect)))
    }

    fn read_jsonl(&self) -> ReadFile {
        let (text, keys, ignored) = (self.text_input(), Arc::clone(&self.keys), Arc::clone(&self.ignored));
        ignored.store(0, Ordering::Relaxed);
        Box::new(move |feed| {
            text.feed(feed, move |block| {
                let (part, passed_over) = jsonl::parse(block, &keys);
                ignored.fetch_add(passed_over, Ordering::Relaxed);
                part
            })
        })
    }

    fn read_xlsx(&self) -> ReadFile {
        let (path, sheet) = (self.path.clone(), self.sheet.clone().unwrap_or_default());
        let width = self.header.len();
        Box::new(move |feed| {
            let count = Arc::new(AtomicU64::new(0));
            let mut book = xlsx::workbook(&path, Arc::clone(&count))?;
            xlsx::read(&mut book, &sheet, width, usize::MAX, |chunk| {
                feed.send(count.load(Ordering::Relaxed), move || Part { chunk, lines: 0 })
            })
        })
    }

    fn read_parquet(&self) -> ReadFile {
        let (path, block_bytes, total) = (self.path.clone(), self.block_bytes, self.total_bytes);
        Box::new(move |feed| {
            let mut table = parquet::open(&path, block_bytes)?;
            let mut done = 0;
            while let Some(batch) = table.next()? {
                let first = done + 1;
                done += batch.num_rows() as u64;
                let position = (total as f64 * (done as f64 / table.rows.max(1) as f64)) as u64;
                if !feed.send(position, move || parquet::rows(&batch, first)) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn text_input(&self) -> TextInput {
        TextInput {
            path: self.path.clone(),
            compression: self.compression,
            encoding: self.encoding,
            block_bytes: self.block_bytes,
            lines: self.format == Format::Jsonl,
            dialect: self.dialect(0),
        }
    }
}

/// What the reading thread needs to know of a text file.
struct TextInput {
    path: PathBuf,
    compression: Compression,
    encoding: Encoding,
    block_bytes: usize,
    /// Whether records are lines, without quoting.
    lines: bool,
    dialect: Dialect,
}

impl TextInput {
    /// Reads the file in blocks and hands each to `parse` on another thread.
    fn feed(&self, feed: &Feed, parse: impl Fn(&[u8]) -> Part + Clone + Send + 'static) -> Result<(), Problem> {
        let count = Arc::new(AtomicU64::new(0));
        let reader = input::text(input::content(&self.path, self.compression, Arc::clone(&count))?, self.encoding);
        let mut blocks = match self.dialect.separator.byte() {
            _ if self.lines => Splitter::lines(reader, self.block_bytes),
            Some(separator) => Splitter::new(reader, self.block_bytes, separator, self.dialect.quote),
            None => Splitter::new(reader, self.block_bytes, b' ', None),
        };
        while let Some(block) = blocks.next().map_err(|e| input::read_problem(e, self.compression))? {
            let position = count.load(Ordering::Relaxed);
            let parse = parse.clone();
            let wanted = match block {
                Block::Records(text) => feed.send(position, move || parse(&text)),
                Block::TooLong(beginning, lines) => feed.send(position, move || {
                    let mut chunk = RawChunk::new(1);
                    chunk.push_cell(&csv::kept(&beginning));
                    chunk.end_row(1, Some(RowFault::TooLong));
                    Part { chunk, lines }
                }),
            };
            if !wanted {
                break;
            }
        }
        Ok(())
    }
}
