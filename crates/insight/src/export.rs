//! Results as files: CSV, XLSX, JSON lines.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;
use std::str::FromStr;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Decimal64Type, Decimal128Type, Float64Type, Int32Type, Int64Type, SchemaRef, TimeUnit,
    TimestampMicrosecondType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use base::{Code, Problem};
use rust_xlsxwriter::{Format as CellFormat, Workbook};

/// Rows that a sheet of a workbook can hold, without the header.
const SHEET_ROWS: usize = 1_048_575;

/// The kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, UTF-8 with a byte-order mark so that Excel shows Chinese; no text is a formula there.
    Csv,
    /// Excel workbook.
    Xlsx,
    /// One JSON object per line.
    Jsonl,
}

impl Format {
    /// Its name: the ending of its files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Jsonl => "jsonl",
        }
    }

    /// By the ending of a file's name.
    pub fn of(path: &Path) -> Result<Self, Problem> {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
        ending.parse().map_err(|_| {
            Problem::new(Code::InvalidArgument, format!("{} has no known ending", path.display()))
                .hint("end the name with .csv, .xlsx or .jsonl")
        })
    }
}

impl FromStr for Format {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text {
            "csv" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Xlsx),
            "jsonl" => Ok(Self::Jsonl),
            _ => Err(Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a format"))
                .hint("use csv, xlsx or jsonl")),
        }
    }
}

/// Writes rows to a file; the number of rows. A half-written file is never left under the wanted name.
pub fn export(path: &Path, schema: &SchemaRef, batches: &[RecordBatch], format: Format) -> Result<usize, Problem> {
    export_each(path, schema, &mut batches.iter().cloned().map(Ok), format)
}

/// As [`export`], of batches that come one by one.
pub fn export_each(path: &Path, schema: &SchemaRef, batches: Batches<'_>, format: Format) -> Result<usize, Problem> {
    let part = path.with_extension(format!("{}.part", path.extension().and_then(|e| e.to_str()).unwrap_or_default()));
    let written = write(&part, schema, batches, format);
    match written {
        Ok(_) => std::fs::rename(&part, path)?,
        // What went wrong is told; that its remains stay, too, is not.
        Err(_) => drop(std::fs::remove_file(&part)),
    }
    written
}

fn write(path: &Path, schema: &SchemaRef, batches: Batches<'_>, format: Format) -> Result<usize, Problem> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    let rows = match format {
        Format::Csv => {
            out.write_all("\u{feff}".as_bytes())?;
            csv(&mut out, schema, batches)?
        }
        Format::Jsonl => jsonl(&mut out, batches)?,
        Format::Xlsx => xlsx(&mut out, schema, batches)?,
    };
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(rows)
}

/// Batches that come one by one.
pub type Batches<'a> = &'a mut dyn Iterator<Item = Result<RecordBatch, Problem>>;

/// Writes rows as comma-separated text with a header.
fn csv(out: impl Write, schema: &SchemaRef, batches: Batches<'_>) -> Result<usize, Problem> {
    let failed = |e: csv::Error| Problem::new(Code::Unavailable, format!("the file cannot be written: {e}"));
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(schema.fields().iter().map(|f| harmless(f.name()).into_owned())).map_err(failed)?;
    let mut rows = 0;
    for batch in batches {
        let batch = batch?;
        let columns = formatters(&batch)?;
        let texts: Vec<bool> = batch.columns().iter().map(|array| is_text(array.data_type())).collect();
        for row in 0..batch.num_rows() {
            let cell = |(column, is_text): (&ArrayFormatter<'_>, &bool)| {
                let text = column.value(row).to_string();
                if *is_text { harmless(&text).into_owned() } else { text }
            };
            writer.write_record(columns.iter().zip(&texts).map(cell)).map_err(failed)?;
        }
        rows += batch.num_rows();
    }
    writer.flush()?;
    Ok(rows)
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// Text that a spreadsheet would take for a formula, with an apostrophe in front; what customers are called comes from outside.
/// Telephone numbers, also masked ones, and dashes are no formulas.
fn harmless(text: &str) -> Cow<'_, str> {
    let mut rest = text.chars();
    let formula = match rest.next() {
        Some('=' | '@' | '＝' | '＠' | '\t' | '\r' | '\n') => true,
        Some('+' | '-' | '＋' | '－') => !rest.all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '*')),
        _ => false,
    };
    if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Writes rows as JSON objects, one per line.
fn jsonl(mut out: impl Write, batches: Batches<'_>) -> Result<usize, Problem> {
    let mut rows = 0;
    for batch in batches {
        for row in json_rows(&batch?)? {
            writeln!(out, "{row}")?;
            rows += 1;
        }
    }
    Ok(rows)
}

/// The rows of a batch as JSON objects: whole numbers and floats as numbers, decimals as exact text, missing values as null.
pub fn json_rows(batch: &RecordBatch) -> Result<Vec<serde_json::Value>, Problem> {
    let columns = formatters(batch)?;
    let schema = batch.schema();
    let cell = |at: usize, row: usize| -> serde_json::Value {
        let array = batch.column(at);
        if array.is_null(row) {
            return serde_json::Value::Null;
        }
        match array.data_type() {
            DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
            DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
            DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
            DataType::Boolean => array.as_boolean().value(row).into(),
            _ => columns[at].value(row).to_string().into(),
        }
    };
    let object = |row| {
        let members = schema.fields().iter().enumerate().map(|(at, f)| (f.name().clone(), cell(at, row)));
        serde_json::Value::Object(members.collect())
    };
    Ok((0..batch.num_rows()).map(object).collect())
}

/// Text of every cell, as in tables and CSV; missing values are empty.
pub fn formatters(batch: &RecordBatch) -> Result<Vec<ArrayFormatter<'_>>, Problem> {
    const OPTIONS: FormatOptions<'static> = FormatOptions::new()
        .with_null("")
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S"))
        .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%SZ"));
    batch
        .columns()
        .iter()
        .map(|array| ArrayFormatter::try_new(array.as_ref(), &OPTIONS))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| Problem::internal("a column cannot be shown", e))
}

fn xlsx(out: impl Write + std::io::Seek + Send, schema: &SchemaRef, batches: Batches<'_>) -> Result<usize, Problem> {
    let failed =
        |e: rust_xlsxwriter::XlsxError| Problem::new(Code::Unavailable, format!("the workbook cannot be written: {e}"));
    let mut book = Workbook::new();
    let bold = CellFormat::new().set_bold();
    let (money, moment) =
        (CellFormat::new().set_num_format("#,##0.00##"), CellFormat::new().set_num_format("yyyy-mm-dd hh:mm"));
    let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
    for (column, field) in schema.fields().iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, field.name(), &bold).map_err(failed)?;
    }
    let mut line = 1;
    for batch in batches {
        let batch = batch?;
        if line as usize + batch.num_rows() > SHEET_ROWS + 1 {
            return Err(Problem::new(Code::InvalidArgument, format!("a sheet has room for {SHEET_ROWS} rows only"))
                .hint("export as .csv, or ask for fewer rows"));
        }
        let columns = formatters(&batch)?;
        for row in 0..batch.num_rows() {
            for (at, array) in batch.columns().iter().enumerate().filter(|(_, a)| a.is_valid(row)) {
                let column = at as u16;
                match (number(array.as_ref(), row), array.data_type()) {
                    (Some(value), DataType::Timestamp(..)) => {
                        sheet.write_number_with_format(line, column, value, &moment).map_err(failed)?
                    }
                    (Some(value), DataType::Decimal64(..) | DataType::Decimal128(..)) => {
                        sheet.write_number_with_format(line, column, value, &money).map_err(failed)?
                    }
                    (Some(value), _) => sheet.write_number(line, column, value).map_err(failed)?,
                    (None, _) => {
                        sheet.write_string(line, column, columns[at].value(row).to_string()).map_err(failed)?
                    }
                };
            }
            line += 1;
        }
    }
    book.save_to_writer(out).map_err(failed)?;
    Ok(line as usize - 1)
}

/// The cell as a number, where a spreadsheet holds it exactly enough (15 digits).
fn number(array: &dyn Array, row: usize) -> Option<f64> {
    let scaled = |value: i128, scale: i8| value as f64 / 10f64.powi(i32::from(scale));
    match array.data_type() {
        DataType::Int64 => {
            Some(array.as_primitive::<Int64Type>().value(row)).filter(|v| v.abs() < 1 << 50).map(|v| v as f64)
        }
        DataType::Int32 => Some(f64::from(array.as_primitive::<Int32Type>().value(row))),
        DataType::Float64 => Some(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(_, s) => Some(scaled(array.as_primitive::<Decimal128Type>().value(row), *s)),
        DataType::Decimal64(_, s) => Some(scaled(i128::from(array.as_primitive::<Decimal64Type>().value(row)), *s)),
        // Days since the end of 1899, as spreadsheets count; what has a zone stays text, which says so.
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            Some(array.as_primitive::<TimestampMicrosecondType>().value(row) as f64 / 86_400e6 + 25_569.0)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};
    use arrow::datatypes::{Field, Schema};

    use super::*;

    #[test]
    fn no_name_becomes_a_formula() {
        let names =
            ["=HYPERLINK(\"http://evil\")", "@SUM(A1)", "-2+cmd|' /C calc'!A0", "\t=1", "+8613812345678", "-", "Ann=1"];
        let schema = Arc::new(Schema::new(vec![
            Field::new("=name", DataType::Utf8, true),
            Field::new("amount", DataType::Int64, true),
        ]));
        let amounts = Int64Array::from_iter_values((0..names.len() as i64).map(|n| -n));
        let columns: Vec<Arc<dyn Array>> = vec![Arc::new(StringArray::from_iter_values(names)), Arc::new(amounts)];
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let written = |name: &str, format| {
            let path = folder.path().join(name);
            export(&path, &schema, std::slice::from_ref(&batch), format).unwrap();
            std::fs::read(path).unwrap()
        };
        let text = written("a.csv", Format::Csv);
        let mut reader = csv::Reader::from_reader(&text[3..]);
        assert_eq!(&reader.headers().unwrap()[0], "'=name");
        let cells: Vec<(String, i64)> = reader.deserialize().map(Result::unwrap).collect();
        for (at, (cell, amount)) in cells.iter().enumerate() {
            let quote = if at < 4 { "'" } else { "" };
            assert_eq!((cell, *amount), (&format!("{quote}{}", names[at]), -(at as i64)), "numbers stay numbers");
        }
        let exact = String::from_utf8(written("a.jsonl", Format::Jsonl)).unwrap();
        assert!(exact.contains("\"@SUM(A1)\""), "programs get the value itself: {exact}");
    }
}
