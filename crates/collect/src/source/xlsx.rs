//! Excel workbooks, one cell at a time: the sheet is never held as a whole (its table of shared strings is).

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use base::{Code, Problem, problem};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxCellReader, XlsxError};

use super::chunk::{RawChunk, RowFault};
use super::csv::RECORD_CELLS;
use super::input::{Counting, open_file};
use super::options::Sheet;
use super::pool::guarded;
use super::value::{write_clock, write_f64, write_time};

/// Rows handed on at a time.
const CHUNK_ROWS: usize = 4_096;
/// Microseconds in a day.
const DAY: f64 = 86_400_000_000.0;

/// A workbook being read.
pub(super) type Workbook = Xlsx<Archive>;

type Archive = BufReader<Counting<File>>;

/// Opens a workbook; `count` follows how many bytes of the file were read.
pub(super) fn workbook(path: &Path, count: Arc<AtomicU64>) -> Result<Workbook, Problem> {
    let file = BufReader::new(Counting::new(open_file(path)?, count));
    guarded(|| Workbook::new(file).map_err(unreadable))
}

fn unreadable(error: XlsxError) -> Problem {
    let what = match &error {
        XlsxError::Password => "the workbook is protected by a password".to_owned(),
        other => format!("this is not a workbook in .xlsx form, or it is damaged: {other}"),
    };
    Problem::new(Code::InvalidInput, what)
        .hint("open it in Excel or WPS, remove the password if there is one, and save it as .xlsx")
        .caused_by(error)
}

/// The name of the sheet asked for; when none is asked for, of the first that holds anything.
pub(super) fn choose(book: &mut Workbook, wanted: Option<&Sheet>) -> Result<String, Problem> {
    let names = book.sheet_names();
    let missing = |what: String, word: &str| {
        let list = || format!("the sheets are: {}", names.join(", "));
        let hint = problem::did_you_mean(word, names.iter().map(String::as_str)).unwrap_or_else(list);
        Problem::new(Code::NotFound, what).hint(hint)
    };
    match wanted {
        Some(Sheet::Name(name)) if names.contains(name) => Ok(name.clone()),
        Some(Sheet::Name(name)) => Err(missing(format!("the workbook has no sheet \"{name}\""), name)),
        Some(Sheet::Index(index)) => {
            let name = index.checked_sub(1).and_then(|i| names.get(i)).cloned();
            name.ok_or_else(|| missing(format!("the workbook has {} sheets, none is number {index}", names.len()), ""))
        }
        None => {
            for name in &names {
                let mut found = false;
                read(book, name, 0, 1, |chunk| {
                    found = !chunk.is_empty();
                    false
                })?;
                if found {
                    return Ok(name.clone());
                }
            }
            Err(Problem::new(Code::InvalidInput, "no sheet of the workbook holds anything"))
        }
    }
}

/// Reads a sheet and gives its rows, `limit` or a bit fewer at a time, to `take` until it wants no more. Columns count from the
/// first cell of the first row that is not empty. A sheet that is no table (a chart) has no rows.
pub(super) fn read(
    book: &mut Workbook,
    sheet: &str,
    width: usize,
    limit: usize,
    mut take: impl FnMut(RawChunk) -> bool,
) -> Result<(), Problem> {
    guarded(|| {
        let cells = match book.worksheet_cells_reader(sheet) {
            Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
            other => other.map_err(unreadable)?,
        };
        Table { cells, width, first_column: None, row: None, next_column: 0, fault: None, chunk: RawChunk::new(1) }
            .read(limit.min(CHUNK_ROWS), &mut take)
    })
}

/// The rows of a sheet as they build up.
struct Table<'a> {
    cells: XlsxCellReader<'a, Archive>,
    width: usize,
    first_column: Option<u32>,
    row: Option<u32>,
    /// Cells of the row so far, gaps included.
    next_column: usize,
    fault: Option<RowFault>,
    chunk: RawChunk,
}

impl Table<'_> {
    fn read(mut self, limit: usize, take: &mut dyn FnMut(RawChunk) -> bool) -> Result<(), Problem> {
        let mut text = String::new();
        while let Some(cell) = self.cells.next_cell().map_err(unreadable)? {
            text.clear();
            write(&mut text, cell.get_value());
            let (row, column) = cell.get_position();
            if text.is_empty() {
                continue;
            }
            if self.row != Some(row) {
                self.end_row();
                self.row = Some(row);
                if (self.chunk.len() >= limit || self.chunk.memory() > 4 << 20)
                    && !take(std::mem::replace(&mut self.chunk, RawChunk::new(1)))
                {
                    return Ok(());
                }
            }
            self.put(column, &text);
        }
        self.end_row();
        if !self.chunk.is_empty() {
            take(self.chunk);
        }
        Ok(())
    }

    fn put(&mut self, column: u32, text: &str) {
        let Some(column) = column.checked_sub(*self.first_column.get_or_insert(column)).map(|c| c as usize) else {
            return;
        };
        if column >= RECORD_CELLS {
            self.fault = Some(RowFault::TooLong);
        }
        if column < self.next_column || column >= RECORD_CELLS {
            return;
        }
        for _ in self.next_column..column {
            self.chunk.push_cell("");
        }
        if text.contains('\0') {
            self.fault.get_or_insert(RowFault::InvalidText { column: column as u32 });
        }
        self.chunk.push_cell(&text.replace('\0', "\u{fffd}"));
        self.next_column = column + 1;
    }

    fn end_row(&mut self) {
        let Some(row) = self.row else { return };
        let mut fault = self.fault.take();
        if self.width > 0 && self.next_column > self.width {
            let (expected, found) = (self.width as u32, self.next_column as u32);
            fault.get_or_insert(RowFault::WidthMismatch { expected, found });
        }
        self.chunk.end_row(u64::from(row) + 1, fault);
        self.next_column = 0;
    }
}

fn write(out: &mut String, value: &DataRef<'_>) {
    match value {
        DataRef::Empty => {}
        DataRef::Int(value) => out.push_str(&value.to_string()),
        DataRef::Float(value) => write_f64(out, *value),
        DataRef::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        DataRef::String(text) | DataRef::DurationIso(text) => out.push_str(text),
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::DateTime(time) => write_serial(out, *time),
        DataRef::DateTimeIso(text) => {
            out.push_str(&text.replacen('T', " ", 1));
            if text.len() == "YYYY-MM-DD".len() {
                out.push_str(" 00:00:00");
            }
        }
        DataRef::Error(error) => out.push_str(&error.to_string()),
    }
}

/// A date as Excel counts it: days since the epoch of the workbook. Below one day it is a time of day, in a duration format a
/// length of time.
fn write_serial(out: &mut String, time: ExcelDateTime) {
    let serial = time.as_f64();
    if time.is_duration() || (0.0..1.0).contains(&serial) {
        if serial < 0.0 {
            out.push('-');
        }
        // Excel keeps milliseconds; the rest is the noise of binary fractions.
        write_clock(out, (serial.abs() * DAY / 1e3).round() as i64 * 1_000);
        return;
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = jiff::civil::Date::new(year as i16, month as i8, day as i8);
    let days = date.map(|d| d.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24);
    let clock = ((i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second)) * 1_000 + i64::from(milli);
    // 29 February 1900 exists only for Excel: shown as the number it is.
    if !days.is_ok_and(|days| write_time(out, days * 86_400_000_000 + clock * 1_000, false)) {
        write_f64(out, serial);
    }
}
