//! Files are written to disk by other programs' libraries and read back through `open`.

mod detection;
mod formats;
mod fuzz;
mod limits;
mod text;

use std::io::Write;
use std::path::{Path, PathBuf};

use base::Problem;
use tempfile::TempDir;

use super::{Options, RowFault, open};

/// A file on disk for the length of a test.
pub(super) struct OnDisk {
    dir: TempDir,
}

impl OnDisk {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::File::create(dir.path().join("file")).unwrap().write_all(bytes).unwrap();
        Self { dir }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.dir.path().join("file")
    }
}

/// A row as the tests compare it.
pub(super) type Row = (u64, u64, Vec<String>, Option<RowFault>);

/// All rows of a file: number, line, cells, fault.
pub(super) fn rows_of(path: &Path, options: &Options, threads: usize) -> Result<Vec<Row>, Problem> {
    let opened = open(path, options)?;
    let mut rows = Vec::new();
    for chunk in opened.rows(threads) {
        let chunk = chunk?;
        assert_eq!(chunk.first_row, rows.len() as u64 + 1);
        for row in 0..chunk.len() {
            rows.push((chunk.first_row + row as u64, chunk.line(row), chunk.row(row), chunk.fault(row).cloned()));
        }
    }
    Ok(rows)
}

/// The cells of all rows of a file given by its bytes.
pub(super) fn cells_of(bytes: &[u8], options: &Options) -> Vec<Vec<String>> {
    let file = OnDisk::new(bytes);
    rows_of(&file.path(), options, 2).unwrap().into_iter().map(|(.., cells, _)| cells).collect()
}

/// `count` lines of two cells: `name` with a number, and the number.
pub(super) fn numbered(name: &str, count: usize) -> String {
    (0..count).fold(String::new(), |text, i| text + name + &i.to_string() + "," + &i.to_string() + "\n")
}

pub(super) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub(super) fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

pub(super) fn utf16(text: &str, little: bool, bom: bool) -> Vec<u8> {
    let units = bom.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}
