//! Keeps bad rows: a file that can be mended and imported alone, and the list of what is wrong.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use base::{Code, ImportId, Problem};

use crate::decode::BadRow;
use crate::source::names::{BAD_REASON, BAD_ROW, is_ours};
use crate::source::{Opened, RawChunk};

/// How many bad rows are listed with their reasons; the file holds them all.
const LISTED: usize = 10_000;

/// How the bad rows of an import are written down.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    import: ImportId,
    /// The file's columns that we have added to it, if it is one of our files of bad rows itself.
    ours: Vec<usize>,
    /// The one of them that tells which row of which import a row was.
    marker: Option<usize>,
}

/// A bad row as it is kept.
pub(super) struct Kept {
    row: BadRow,
    text: String,
}

impl Layout {
    pub(super) fn new(import: ImportId, opened: &Opened) -> Self {
        let ours = opened.header.iter().enumerate().filter(|(_, name)| is_ours(name)).map(|(at, _)| at).collect();
        Self { import, ours, marker: opened.bad_row_column() }
    }

    /// The bad rows of a chunk, one for each row however much is wrong with it: the first reason counts, the message tells all.
    pub(super) fn keep(&self, raw: &RawChunk, mut found: Vec<BadRow>) -> Vec<Kept> {
        found.sort_by_key(|b| b.row);
        let mut rows: Vec<BadRow> = Vec::with_capacity(found.len());
        for bad in found {
            match rows.last_mut().filter(|last| last.row == bad.row) {
                Some(last) => last.message = format!("{}; {}", last.message, why(&bad)),
                None => rows.push(bad),
            }
        }
        rows.into_iter().map(|row| Kept { text: self.line(raw, &row), row }).collect()
    }

    fn line(&self, raw: &RawChunk, bad: &BadRow) -> String {
        let at = (bad.row - raw.first_row) as usize;
        let before = self.marker.map(|column| raw.text(at, column).trim()).filter(|text| marked(text).is_some());
        let marker = before.map_or_else(|| format!("{}:{}", self.import, bad.row), ToOwned::to_owned);
        let whole = raw.width(at) <= self.ours.len();
        let cells = (0..raw.width(at)).filter(|column| whole || !self.ours.contains(column));
        let cells = cells.map(|column| raw.text(at, column).to_owned());
        csv_line([marker, why(bad)].into_iter().chain(cells))
    }
}

/// What is wrong, with the column it is wrong in.
fn why(bad: &BadRow) -> String {
    if bad.column.is_empty() { bad.message.clone() } else { format!("{}: {}", bad.column, bad.message) }
}

/// Which row of which import a marker names.
pub(super) fn marked(text: &str) -> Option<(ImportId, i64)> {
    let (import, row) = text.trim().split_once(':')?;
    Some((import.parse().ok()?, row.parse().ok()?))
}

/// Collects the bad rows of one import.
pub(super) struct BadRows {
    path: PathBuf,
    pub layout: Layout,
    header: String,
    out: Option<BufWriter<File>>,
    pub listed: Vec<BadRow>,
    pub count: u64,
    pub by_reason: BTreeMap<String, u64>,
}

impl BadRows {
    /// Bad rows go to `<dir>/imp_N.bad.csv`: a marker and the reason, then the columns of the file.
    pub(super) fn new(dir: &Path, import: ImportId, opened: &Opened) -> Self {
        let names = opened.header.iter().filter(|name| !is_ours(name)).cloned();
        Self {
            path: dir.join(format!("{import}.bad.csv")),
            layout: Layout::new(import, opened),
            header: csv_line([BAD_ROW, BAD_REASON].map(ToOwned::to_owned).into_iter().chain(names)),
            out: None,
            listed: Vec::new(),
            count: 0,
            by_reason: BTreeMap::new(),
        }
    }

    /// Adds the bad rows of a chunk.
    pub(super) fn add(&mut self, kept: Vec<Kept>) -> Result<(), Problem> {
        for Kept { row, text } in kept {
            writeln!(self.file()?, "{text}")?;
            self.count += 1;
            *self.by_reason.entry(row.reason.as_str().to_owned()).or_default() += 1;
            if self.listed.len() < LISTED {
                self.listed.push(row);
            }
        }
        Ok(())
    }

    /// The file, begun with the header by the first bad row.
    fn file(&mut self) -> Result<&mut BufWriter<File>, Problem> {
        if self.out.is_none() {
            if let Some(dir) = self.path.parent() {
                std::fs::create_dir_all(dir)?;
            }
            let mut out = BufWriter::new(File::create(&self.path)?);
            writeln!(out, "{}", self.header)?;
            self.out = Some(out);
        }
        self.out.as_mut().ok_or_else(|| Problem::new(Code::Internal, "the file of bad rows is closed"))
    }

    /// Makes the file durable; its path when there is one.
    pub(super) fn finish(&mut self) -> Result<Option<PathBuf>, Problem> {
        let Some(mut out) = self.out.take() else { return Ok(None) };
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(Some(self.path.clone()))
    }
}

fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|cell| {
        if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
    });
    quoted.collect::<Vec<_>>().join(",")
}
