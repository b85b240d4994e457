//! Keeps bad rows: a file that can be mended and imported alone, and the list of what is wrong.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use base::{ImportId, Problem};

use crate::decode::BadRow;

/// How many bad rows are listed with their reasons; the file holds them all.
const LISTED: usize = 10_000;

/// Collects the bad rows of one import.
pub(super) struct BadRows {
    path: PathBuf,
    header: Option<String>,
    out: Option<BufWriter<File>>,
    pub listed: Vec<BadRow>,
    pub count: u64,
    pub by_reason: BTreeMap<String, u64>,
}

impl BadRows {
    /// Bad rows go to `<dir>/imp_N.bad.csv`, below `header` when the file had one.
    pub(super) fn new(dir: &Path, import: ImportId, header: Option<&[String]>) -> Self {
        Self {
            path: dir.join(format!("{import}.bad.csv")),
            header: header.map(csv_line),
            out: None,
            listed: Vec::new(),
            count: 0,
            by_reason: BTreeMap::new(),
        }
    }

    /// Adds the bad rows of a chunk with their text.
    pub(super) fn add(&mut self, bad: &[BadRow], texts: &[String]) -> Result<(), Problem> {
        for (row, text) in bad.iter().zip(texts) {
            writeln!(self.file()?, "{text}")?;
            self.count += 1;
            *self.by_reason.entry(row.reason.as_str().to_owned()).or_default() += 1;
            if self.listed.len() < LISTED {
                self.listed.push(row.clone());
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
            if let Some(header) = &self.header {
                writeln!(out, "{header}")?;
            }
            self.out = Some(out);
        }
        self.out.as_mut().ok_or_else(|| Problem::new(base::Code::Internal, "the file of bad rows is closed"))
    }

    /// Makes the file durable; its path when there is one.
    pub(super) fn finish(&mut self) -> Result<Option<PathBuf>, Problem> {
        let Some(mut out) = self.out.take() else { return Ok(None) };
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(Some(self.path.clone()))
    }
}

fn csv_line(cells: &[String]) -> String {
    let quoted = cells.iter().map(|cell| {
        if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    });
    quoted.collect::<Vec<_>>().join(",")
}
