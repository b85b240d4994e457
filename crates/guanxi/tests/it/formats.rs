//! The same sales in other clothes give the same lines, down to their hashes; fixed columns after a documented conversion.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use encoding_rs::GB18030;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Map, Value};

use crate::support::{Shop, Sum, integer, online_retail, shared, told_all};

/// How much of the file: enough to hold returns, strangers, corrections and lines without a name.
const ROWS: usize = 60_000;
const QUANTITY: usize = 3;
const DATE: usize = 4;
const PRICE: usize = 5;
const CUSTOMER: usize = 6;
const COUNTRY: usize = 7;
/// Why nothing fails here: the rows were read and found well-formed, the folder is the test's own.
const OURS: &str = "well-formed rows into a folder of our own";

struct Sales {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The first lines of Online Retail, countries in Chinese so that encodings matter.
fn sales() -> Option<Sales> {
    let (header, mut rows) = online_retail(ROWS)?;
    for row in &mut rows {
        let chinese = match row[COUNTRY].as_str() {
            "United Kingdom" => "英国",
            "France" => "法国",
            "Germany" => "德国",
            _ => continue,
        };
        chinese.clone_into(&mut row[COUNTRY]);
    }
    Some(Sales { header, rows })
}

impl Sales {
    fn separated(&self, separator: u8, cell: impl Fn(usize, &str) -> String) -> String {
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(&self.header).expect(OURS);
        for row in &self.rows {
            writer.write_record(row.iter().enumerate().map(|(column, text)| cell(column, text))).expect(OURS);
        }
        String::from_utf8(writer.into_inner().expect(OURS)).expect(OURS)
    }

    fn csv(&self) -> String {
        self.separated(b',', |_, text| text.to_owned())
    }

    /// As a German program writes it.
    fn semicolon(&self) -> String {
        self.separated(b';', |column, text| match column {
            PRICE => text.replace('.', ","),
            DATE => format!("{}.{}.{}{}", &text[8..10], &text[5..7], &text[..4], &text[10..]),
            _ => text.to_owned(),
        })
    }

    fn utf16(&self) -> Vec<u8> {
        std::iter::once('\u{feff}').chain(self.csv().chars()).fold(Vec::new(), |mut bytes, c| {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| bytes.extend(unit.to_le_bytes()));
            bytes
        })
    }

    /// Numbers as numbers, missing cells left out.
    fn jsonl(&self) -> String {
        let line = |row: &Vec<String>| {
            let filled = self.header.iter().zip(row).enumerate().filter(|(_, (_, text))| !text.is_empty());
            let members = filled.map(|(column, (name, text))| {
                let number = matches!(column, QUANTITY | PRICE | CUSTOMER);
                (
                    name.clone(),
                    if number { serde_json::from_str(text).expect(OURS) } else { Value::from(text.as_str()) },
                )
            });
            Value::Object(members.collect::<Map<_, _>>()).to_string() + "\n"
        };
        self.rows.iter().map(line).collect()
    }

    /// As Excel keeps it: numbers, real dates, and article and invoice numbers as numbers where they look like it.
    fn xlsx(&self, path: &Path) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory().expect(OURS);
        let date = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        for (column, name) in (0..).zip(&self.header) {
            sheet.write_string(0, column, name).expect(OURS);
        }
        for (line, row) in (1..).zip(&self.rows) {
            for (column, text) in (0u16..).zip(row).filter(|(_, text)| !text.is_empty()) {
                let number = text.parse::<f64>().ok().filter(|_| text.bytes().all(|b| b"-.0123456789".contains(&b)));
                if usize::from(column) == DATE {
                    let at = ExcelDateTime::parse_from_str(text).expect(OURS);
                    sheet.write_datetime_with_format(line, column, &at, &date).expect(OURS);
                } else if let Some(number) = number {
                    sheet.write_number(line, column, number).expect(OURS);
                } else {
                    sheet.write_string(line, column, text).expect(OURS);
                }
            }
        }
        book.save(path).expect(OURS);
    }

    /// With typed columns; times are those of the shop's clock.
    fn parquet(&self, path: &Path) {
        let cells =
            |column: usize| self.rows.iter().map(move |row| Some(row[column].as_str()).filter(|t| !t.is_empty()));
        let micros = |text: &str| {
            let at: DateTime = text.parse().expect(OURS);
            at.to_zoned(TimeZone::UTC).expect(OURS).timestamp().as_microsecond()
        };
        let columns = self.header.iter().enumerate().map(|(column, name)| {
            let cells = cells(column);
            let array: ArrayRef = match column {
                QUANTITY | CUSTOMER => {
                    Arc::new(cells.map(|t| t.map(|t| t.parse().expect(OURS))).collect::<Int64Array>())
                }
                PRICE => Arc::new(cells.map(|t| t.map(|t| t.parse().expect(OURS))).collect::<Float64Array>()),
                DATE => Arc::new(cells.map(|t| t.map(micros)).collect::<TimestampMicrosecondArray>()),
                _ => Arc::new(cells.collect::<StringArray>()),
            };
            (name.as_str(), array, true)
        });
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect(OURS);
        let mut writer = ArrowWriter::try_new(File::create(path).expect(OURS), batch.schema(), None).expect(OURS);
        writer.write(&batch).expect(OURS);
        writer.close().expect(OURS);
    }

    fn others(&self, shop: &Shop) -> Vec<PathBuf> {
        let csv = self.csv();
        let (xlsx, parquet) = (shop.path("sales.xlsx"), shop.path("sales.parquet"));
        self.xlsx(&xlsx);
        self.parquet(&parquet);
        vec![
            xlsx,
            parquet,
            shop.file("gb18030.csv", &*GB18030.encode(&csv).0),
            shop.file("semicolon.csv", self.semicolon()),
            shop.file("utf16.csv", self.utf16()),
            shop.file("sales.tsv", self.separated(b'\t', |_, text| text.to_owned())),
            shop.file("sales.jsonl", self.jsonl()),
            shop.file("sales.csv.zst", zstd::encode_all(csv.as_bytes(), 1).expect(OURS)),
        ]
    }
}

#[test]
fn every_format_gives_the_same_lines() {
    let Some(sales) = sales() else { return };
    let shop = Shop::new();
    let first = shop.import(&shop.file("sales.csv", sales.csv()), &[]);
    assert_eq!(integer(&first["applied"]["lines_added"]), ROWS as i64);
    let figures = told_all(&first);
    assert!(figures.iter().all(|sum| sum.lines > 100), "sales, returns and adjustments occur: {figures:?}");
    assert_eq!(shop.sums(), figures);
    let mut wrong = Vec::new();
    for file in sales.others(&shop) {
        let report = shop.import(&file, &[]);
        let same = report["figures"] == first["figures"] && report["applied"]["lines_added"] == 0;
        if !same || report["applied"]["orders_unchanged"] != first["figures"]["orders"] {
            wrong.push(format!("{}: {report}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "not as the CSV ({first}):\n{}", wrong.join("\n"));
    assert_eq!(shop.sums(), figures);
}

#[test]
fn cdnow_comes_in_through_the_conversion_of_the_guide() {
    let Some(file) = shared("cdnow_sample.txt") else { return };
    let text = std::fs::read_to_string(file).unwrap();
    let mut table = "order_id,customer,date,quantity,amount\n".to_owned();
    let mut cents = 0;
    for line in text.lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [customer, _, date, quantity, dollars] = cells[..] else { panic!("{line:?} has not five columns") };
        writeln!(table, "{customer}-{date},{customer},{date},{quantity},{dollars}").unwrap();
        let (whole, part) = dollars.split_once('.').unwrap();
        assert_eq!(part.len(), 2);
        cents += whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap();
    }
    let shop = Shop::with(&["--name", "CDNOW"]);
    let report = shop.import(&shop.file("cdnow.csv", table), &[]);
    let [sales, returns, free] = told_all(&report);
    assert_eq!((sales.lines + free.lines, returns), (6_919, Sum::default()));
    assert_eq!((sales.amount, free.amount), (cents * 100, 0));
    assert_eq!(integer(&report["figures"]["customers"]), 2_357);
    assert_eq!(integer(&report["figures"]["orders"]), 6_696, "customers on days");
    assert_eq!(shop.sums(), told_all(&report));
}
