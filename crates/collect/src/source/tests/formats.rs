//! The same table as CSV, workbook, JSON lines and Parquet reads the same.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array, ListArray,
    StringArray, StringViewArray, TimestampMillisecondArray, TimestampNanosecondArray, UInt8Array,
};
use arrow::datatypes::{Int8Type, Int32Type};
use arrow::record_batch::RecordBatch;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};

use super::{OnDisk, Row, cells_of, rows_of};
use crate::source::{Format, Options, RowFault, Sheet, open};

const TABLE: &str = "order,price,n,time,known,city\n\
    A1,2.55,6,2010-12-01 08:26:00,true,\"Ürümqi, 乌鲁木齐\"\n\
    A2,12345,-1,2011-12-09 12:50:30.25,false,\n\
    \"a \"\"3\"\"\",0.001,0,1999-12-31 23:59:59,,x\n";

/// Micros since 1970 of the three times in `TABLE`.
const TIMES: [i64; 3] = [1_291_191_960_000_000, 1_323_435_030_250_000, 946_684_799_000_000];

pub(super) fn xlsx() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("empty").unwrap();
    let sheet = book.add_worksheet().set_name("sales").unwrap();
    let stamp = Style::new().set_num_format("yyyy-mm-dd hh:mm:ss.000");
    for (i, name) in ["order", "price", "n", "time", "known", "city"].into_iter().enumerate() {
        sheet.write(2, 1 + i as u16, name).unwrap();
    }
    let prices = [2.55, 12345.0, 0.001];
    for (i, (order, n)) in [("A1", 6), ("A2", -1), ("a \"3\"", 0)].into_iter().enumerate() {
        // A row of nothing but formats lies between.
        let row = 3 + 2 * i as u32;
        sheet.write(row, 1, order).unwrap();
        sheet.write(row, 2, prices[i]).unwrap();
        sheet.write(row, 3, n).unwrap();
        let serial = TIMES[i] as f64 / 86_400e6 + 25_569.0;
        sheet.write_with_format(row, 4, ExcelDateTime::from_serial_datetime(serial).unwrap(), &stamp).unwrap();
        sheet.write_blank(row + 1, 4, &stamp).unwrap();
    }
    sheet.write(3, 5, true).unwrap();
    sheet.write(5, 5, false).unwrap();
    sheet.write(3, 6, "Ürümqi, 乌鲁木齐").unwrap();
    sheet.write(7, 6, "x").unwrap();
    let other = book.add_worksheet().set_name("other").unwrap();
    other.write(0, 0, "name").unwrap();
    other.write_formula(1, 0, Formula::new("=1+1").set_result("2")).unwrap();
    other.write_with_format(2, 0, 0.5, &Style::new().set_num_format("hh:mm")).unwrap();
    other.write_with_format(3, 0, 1.5, &Style::new().set_num_format("[h]:mm:ss")).unwrap();
    other.write(4, 2, "beyond").unwrap();
    book.save_to_buffer().unwrap()
}

pub(super) fn jsonl() -> String {
    "{\"order\": \"A1\", \"price\": 2.55, \"n\": 6, \"time\": \"2010-12-01 08:26:00\", \"known\": true, \"city\": \"Ürümqi, 乌鲁木齐\"}\n\
     \n\
     {\"order\": \"A2\", \"price\": 12345.0, \"n\": -1, \"time\": \"2011-12-09 12:50:30.25\", \"known\": false, \"city\": null}\r\n\
     {\"city\": \"x\", \"order\": \"a \\\"3\\\"\", \"price\": 1e-3, \"n\": 0, \"time\": \"1999-12-31 23:59:59\"}"
        .to_owned()
}

pub(super) fn parquet_of(batch: &RecordBatch) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut out, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    out
}

pub(super) fn parquet() -> Vec<u8> {
    let price = Decimal128Array::from(vec![25_500, 123_450_000, 10]).with_precision_and_scale(18, 4).unwrap();
    let nanos: Vec<i64> = TIMES.iter().map(|t| t * 1_000).collect();
    let columns: [(&str, ArrayRef); 6] = [
        ("order", Arc::new(StringArray::from(vec!["A1", "A2", "a \"3\""]))),
        ("price", Arc::new(price)),
        ("n", Arc::new(Int32Array::from(vec![6, -1, 0]))),
        ("time", Arc::new(TimestampNanosecondArray::from(nanos))),
        ("known", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
        (
            "city",
            Arc::new(
                vec![Some("Ürümqi, 乌鲁木齐"), None, Some("x")].into_iter().collect::<DictionaryArray<Int8Type>>(),
            ),
        ),
    ];
    parquet_of(&RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap())
}

#[test]
fn one_table_in_four_formats() {
    let expected = cells_of(TABLE.as_bytes(), &Options::default());
    assert_eq!(expected.len(), 3);
    for (bytes, format) in [(xlsx(), Format::Xlsx), (jsonl().into_bytes(), Format::Jsonl), (parquet(), Format::Parquet)]
    {
        let file = OnDisk::new(&bytes);
        let opened = open(&file.path(), &Options::default()).unwrap();
        assert_eq!((opened.format, opened.header.join(",")), (format, "order,price,n,time,known,city".into()));
        for block_bytes in [16, 4 << 20] {
            let rows = cells_of(&bytes, &Options { block_bytes, ..Options::default() });
            // A workbook does not say where a row would have ended.
            let padded: Vec<Vec<String>> = rows
                .into_iter()
                .map(|mut row| {
                    row.resize(6, String::new());
                    row
                })
                .collect();
            assert_eq!(padded, expected, "{format:?}");
        }
        assert_eq!(opened.sample.len(), 3);
    }
}

#[test]
fn sheets_are_chosen_and_lines_are_those_of_the_sheet() {
    let file = OnDisk::new(&xlsx());
    let with = |sheet| Options { sheet: Some(sheet), ..Options::default() };
    let opened = open(&file.path(), &Options::default()).unwrap();
    assert_eq!((opened.sheet.as_deref(), opened.sheets.len()), (Some("sales"), 3));
    let lines: Vec<u64> = rows_of(&file.path(), &Options::default(), 1).unwrap().into_iter().map(|row| row.1).collect();
    assert_eq!(lines, [4, 6, 8]);
    let rows = rows_of(&file.path(), &with(Sheet::Index(3)), 1).unwrap();
    let wide = Some(RowFault::WidthMismatch { expected: 1, found: 3 });
    let expected: Vec<Row> = vec![
        (1, 2, vec!["2".into()], None),
        (2, 3, vec!["12:00:00".into()], None),
        (3, 4, vec!["36:00:00".into()], None),
        (4, 5, vec![String::new(), String::new(), "beyond".into()], wide),
    ];
    assert_eq!(rows, expected);
    let problem = open(&file.path(), &with(Sheet::Name("sale".into()))).unwrap_err();
    assert_eq!(problem.hint.as_deref(), Some("did you mean \"sales\"?"));
    assert!(open(&file.path(), &with(Sheet::Index(9))).unwrap_err().hint.unwrap().contains("sales"));
}

#[test]
fn json_lines_are_flattened_and_bad_ones_explained() {
    let text = "{\"id\": 18446744073709551615, \"who\": {\"name\": \"Ann\", \"tags\": [1, {\"a\": null}]}, \"note\": \"a\\u0000\"}\n\
        {\"id\": 1.50, \"who\": {\"name\": \"B\\\"ob\"}\n\
        [1]\n\
        {\"id\": 2, \"who\": {}, \"id\": 3} x\n\
        {\"who\": {\"name\": \"Cy\"}, \"id\": 2, \"id\": 3}\n";
    let padding = "{\"id\": 1}\n".repeat(120_000);
    let text = format!("{text}{padding}{{\"id\": 5, \"late\": 1, \"later\": {{\"x\": 2}}}}");
    let file = OnDisk::new(text.as_bytes());
    let opened = open(&file.path(), &Options::default()).unwrap();
    assert_eq!(opened.header, ["id", "who.name", "who.tags", "note"]);
    let rows = rows_of(&file.path(), &Options::default(), 2).unwrap();
    let invalid = |row: usize| match &rows[row].3 {
        Some(RowFault::InvalidJson(why)) => why.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(rows[0].2, ["18446744073709551615", "Ann", "[1,{\"a\":null}]", "a\u{fffd}"]);
    assert_eq!(rows[0].3, Some(RowFault::InvalidText { column: 3 }));
    assert!(invalid(1).starts_with("EOF while parsing an object, at character"), "{}", invalid(1));
    assert!(invalid(2).contains("begin with {"));
    assert!(invalid(3).contains("trailing characters"));
    assert_eq!((rows[4].2.join("/"), rows[4].3.clone()), ("3/Cy//".into(), None));
    assert_eq!((rows.len(), rows[120_005].1, rows[120_005].2[0].as_str()), (120_006, 120_006, "5"));
    assert_eq!(opened.rows(2).count(), opened.rows(1).count());
    assert_eq!(opened.ignored_values(), 2);
}

#[test]
fn parquet_types_have_one_text_form() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None])]);
    let columns: [(&str, ArrayRef); 6] = [
        ("day", Arc::new(Date32Array::from(vec![14_944]))),
        ("instant", Arc::new(TimestampMillisecondArray::from(vec![TIMES[1] / 1_000]).with_timezone("UTC"))),
        ("float", Arc::new(Float64Array::from(vec![0.1 + 0.7]))),
        ("small", Arc::new(UInt8Array::from(vec![200]))),
        ("view", Arc::new(StringViewArray::from(vec!["a text longer than twelve"]))),
        ("list", Arc::new(list)),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let expected =
        ["2010-12-01", "2011-12-09 12:50:30.25Z", "0.7999999999999999", "200", "a text longer than twelve", "[1, ]"];
    assert_eq!(cells_of(&parquet_of(&batch), &Options::default())[0], expected);
}
