use profile::Region;
use proptest::prelude::*;

use super::{chunk, decoder, header, settings};
use crate::decode::date::civil;
use crate::decode::{BadReason, Decoder, LineBatch, LineKind, TextField, preview};
use crate::mapping::{FileKind, Mapping};
use crate::source::{RawChunk, RowFault};

const LINE: [&str; 8] = ["order_id", "time", "customer", "product", "quantity", "unit_price", "amount", "type"];

fn kinds(fields: &[&str], options: &[&str], rows: &[&[&str]]) -> Vec<LineKind> {
    let batch = decoder(FileKind::Orders, fields, options).decode(&chunk(rows));
    assert_eq!(batch.bad, []);
    batch.kind
}

#[test]
fn kinds_by_prefix_type_sign_and_price() {
    use LineKind::{Adjustment, Return, Sale};
    let day = "2020-01-01";
    let rows: &[&[&str]] = &[
        &["1", day, "", "a", "1", "5", "", ""],
        &["C1", day, "", "a", "-1", "5", "", ""],
        &["C2", day, "", "a", "1", "5", "", ""],
        &["C2", day, "", "a", "1", "0", "", ""],
        &["CX", day, "", "a", "1", "5", "", ""],
        &["2", day, "", "a", "-1", "5", "", ""],
        &["3", day, "", "a", "-1", "0", "", ""],
        &["4", day, "", "a", "1", "", "", ""],
        &["5", day, "", "a", "1", "5", "0", ""],
        &["6", day, "", "a", "1", "", "4.5", ""],
        &["7", day, "", "a", "1", "5", "", "退货"],
        &["8", day, "", "a", "1", "5", "", "Refund"],
        &["9", day, "", "a", "1", "5", "", "盘点"],
    ];
    let by_prefix = [
        Sale, Return, Return, Return, Sale, Adjustment, Adjustment, Adjustment, Sale, Sale, Return, Return, Adjustment,
    ];
    assert_eq!(kinds(&LINE, &["return_prefix=C"], rows), by_prefix);
    let by_sign =
        [Sale, Return, Sale, Adjustment, Sale, Return, Adjustment, Adjustment, Sale, Sale, Return, Return, Adjustment];
    assert_eq!(kinds(&LINE, &[], rows), by_sign);
    let batch = decoder(FileKind::Orders, &LINE, &["return_prefix=C"]).decode(&chunk(&rows[2..3]));
    assert_eq!((batch.quantity[0], batch.amount[0], batch.unit_price[0]), (-1_000, -50_000, Some(50_000)));
}

#[test]
fn a_row_may_be_a_whole_order_or_have_no_prices() {
    let fields = ["order_id", "time", "time_of_day", "customer", "amount"];
    let rows: &[&[&str]] = &[
        &["1", "2020-01-01", "20:30", "7", "99.5"],
        &["2", "2020-01-02", "", "7", "-10"],
        &["3", "2020-01-03", "", "7", ""],
    ];
    let decoder_of_orders = decoder(FileKind::Orders, &fields, &[]);
    assert!(decoder_of_orders.mapping().row_per_order());
    let batch = decoder_of_orders.decode(&chunk(rows));
    assert_eq!(batch.kind, [LineKind::Sale, LineKind::Return, LineKind::Adjustment]);
    assert_eq!(
        (batch.quantity.as_slice(), batch.amount.as_slice()),
        (&[1_000, -1_000, 1_000][..], &[995_000, -100_000, 0][..])
    );
    assert_eq!(batch.time[0], 1_577_881_800_000_000); // 12:30Z
    let baskets = kinds(&["order_id", "time", "product"], &[], &[&["1", "2020-01-01", "milk"]]);
    assert_eq!(baskets, [LineKind::Sale]);
}

#[test]
fn discount_is_taken_off_and_never_twice() {
    let fields = ["order_id", "time", "product", "quantity", "unit_price", "amount", "discount"];
    let day = "2020-01-01";
    let batch = decoder(FileKind::Orders, &fields, &[]).decode(&chunk(&[
        &["1", day, "a", "2", "5", "", "1"],
        &["1", day, "a", "2", "5", "9", "-1"],
        &["1", day, "a", "-2", "5", "", "1"],
        &["1", day, "a", "0.125", "9.99", "", ""],
    ]));
    assert_eq!(batch.amount, [90_000, 90_000, -90_000, 12_488]);
    assert_eq!(batch.discount, [Some(10_000), Some(10_000), Some(10_000), None]);
}

#[test]
fn bad_rows_are_listed_and_the_others_go_on() {
    let fields = ["order_id", "time", "customer", "product", "quantity", "unit_price", "currency"];
    let mut rows = chunk(&[
        &["1", "2020-01-01", "7", "a", "1", "5", "cny"],
        &["", "2020-01-01", "8", "a", "1", "5", ""],
        &["2", "", "8", "a", "1", "5", ""],
        &["2", "13/1/2020", "8", "a", "1", "5", ""],
        &["2", "2020-02-30", "8", "a", "1", "5", ""],
        &["2", "1969-12-31", "8", "a", "1", "5", ""],
        &["2", "2027-02-01", "8", "a", "1", "5", ""],
        &["2", "2020-01-01", "8", "a", "", "5", ""],
        &["2", "2020-01-01", "8", "a", "one", "5", ""],
        &["2", "2020-01-01", "8", "a", "1", "1,5", ""],
        &["2", "2020-01-01", "8", "a", "99999999999", "99999999999", ""],
        &["2", "2020-01-01", "8", "a", "1", "5", "points"],
    ]);
    rows.push_cell("rest of a broken row");
    rows.end_row(99, Some(RowFault::UnclosedQuote));
    for cell in ["3", "2020-01-01", "9", "b", "1", "5", ""] {
        rows.push_cell(cell);
    }
    rows.end_row(100, None);
    let decoder = decoder(FileKind::Orders, &fields, &[]);
    let batch = decoder.decode(&rows);
    assert_eq!((batch.rows.as_slice(), batch.bad.len()), (&[1, 14][..], 12));
    let reasons: Vec<_> = batch.bad.iter().map(|b| (b.column.as_str(), b.reason)).collect();
    assert_eq!(
        reasons,
        [
            ("order_id", BadReason::MissingKey),
            ("time", BadReason::MissingDate),
            ("time", BadReason::UnreadableDate),
            ("time", BadReason::ImpossibleDate),
            ("time", BadReason::DateTooEarly),
            ("time", BadReason::DateTooLate),
            ("quantity", BadReason::MissingQuantity),
            ("quantity", BadReason::NotANumber),
            ("unit_price", BadReason::NotANumber),
            ("unit_price", BadReason::NumberOutOfRange),
            ("currency", BadReason::UnknownCurrency),
            ("", BadReason::UnclosedQuote),
        ]
    );
    assert_eq!((batch.bad[2].row, batch.bad[2].line, batch.bad[2].value.as_str()), (4, 5, "13/1/2020"));
    assert!(batch.bad[2].message.contains("day-first"), "{}", batch.bad[2].message);
    assert_eq!((batch.bad[11].line, batch.bad[11].value.as_str()), (99, "rest of a broken row"));
    // Nothing of a bad row stays behind.
    assert_eq!(batch.text(TextField::Customer).values.iter().collect::<Vec<_>>(), ["7", "9"]);
    assert_eq!(batch.text(TextField::Currency).values.iter().collect::<Vec<_>>(), ["CNY"]);

    let preview = preview(&decoder, &rows, 3, Region::CHINA);
    assert_eq!((preview.rows.len(), preview.counts.bad, preview.counts.sales), (3, 12, 2));
    assert!(preview.rows[0].understood.contains(&("time".into(), "2020-01-01T00:00:00+08:00".into())));
    assert_eq!(preview.rows[1].bad.as_ref().map(|b| b.reason), Some(BadReason::MissingKey));
    assert_eq!(preview.notices[0].code, "bad_rows");
}

#[test]
fn the_stored_hashes_keep_their_values() {
    let batch =
        decoder(FileKind::Orders, &LINE, &[]).decode(&chunk(&[&["1", "2020-01-01", "7", "a", "1", "5", "", ""]]));
    assert_eq!((batch.order_key[0], batch.line_hash[0]), (13_276_163_583_191_887_731, 4_343_847_529_049_883_454));
}

#[test]
fn whom_a_line_names_is_part_of_its_content() {
    let fields = ["order_id", "time", "customer_email", "customer_phone"];
    let day = "2020-01-01";
    let batch = decoder(FileKind::Orders, &fields, &[]).decode(&chunk(&[
        &["1", day, "", ""],
        &["1", day, "an@example.com", ""],
        &["1", day, "ann@example.com", ""],
        &["1", day, "", "138 0013 8000"],
        &["1", day, "Ann@Example.com", ""],
        &["1", day, "", "138-0013-8000"],
    ]));
    let hashes = &batch.line_hash;
    let distinct: std::collections::BTreeSet<u64> = hashes.iter().copied().collect();
    assert_eq!((distinct.len(), hashes[4], hashes[5]), (4, hashes[2], hashes[3]), "spelling is not content");
    let without = decoder(FileKind::Orders, &fields[..2], &[]).decode(&chunk(&[&["1", day]]));
    assert_eq!(without.line_hash[0], hashes[0], "an empty column is no column");
}

#[derive(Clone, Debug)]
struct Line {
    order: u32,
    second: i64,
    customer: Option<u16>,
    product: String,
    quantity: i64,
    price: i64,
}

fn line() -> impl Strategy<Value = Line> {
    let name = "[a-zA-Z0-9茶杯\"',;|-]{1,12}";
    (1u32..50, 0i64..1_700_000_000, prop::option::of(1u16..99), name, 1i64..99_999, 1i64..9_999_999).prop_map(
        |(order, second, customer, product, quantity, price)| Line {
            order,
            second,
            customer,
            product,
            quantity,
            price,
        },
    )
}

/// The line as cells, in one of several styles that mean the same.
fn cells(line: &Line, comma: bool) -> [String; 6] {
    let decimal = |value: i64, scale: u32| {
        let text = base::amount::format_scaled(i128::from(value), scale, 0);
        if comma { text.replace('.', ",") } else { text }
    };
    let (y, m, d) = civil((line.second / 86_400) as i32);
    let (hour, minute, second) = (line.second / 3600 % 24, line.second / 60 % 60, line.second % 60);
    let customer = line.customer.map_or(String::new(), |c| if comma { format!("{c}.0") } else { c.to_string() });
    let date = if comma { format!("{d}.{m}.{y}") } else { format!("{y:04}-{m:02}-{d:02}") };
    let time = format!("{date} {hour:02}:{minute:02}:{second:02}");
    [line.order.to_string(), time, customer, line.product.clone(), decimal(line.quantity, 3), decimal(line.price, 4)]
}

fn decoded(lines: &[Line], separator: char, comma: bool) -> LineBatch {
    let fields = ["order_id", "time", "customer", "product", "quantity", "unit_price"];
    let mut writer = csv::WriterBuilder::new().delimiter(separator as u8).from_writer(Vec::new());
    for line in lines {
        writer.write_record(cells(line, comma)).unwrap();
    }
    let text = writer.into_inner().unwrap();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).delimiter(separator as u8).from_reader(text.as_slice());
    let mut rows = RawChunk::new(1);
    for record in reader.records() {
        record.unwrap().iter().for_each(|cell| rows.push_cell(cell));
        rows.end_row(1, None);
    }
    let options: &[&str] = if comma { &["decimal=comma", "date=day-first", "zone=UTC"] } else { &["zone=UTC"] };
    decoder(FileKind::Orders, &fields, options).decode(&rows)
}

proptest! {
    #[test]
    fn lines_come_back_in_every_style(lines in prop::collection::vec(line(), 1..40)) {
        let batch = decoded(&lines, ',', false);
        prop_assert_eq!((&batch.bad, batch.len()), (&vec![], lines.len()));
        for (at, line) in lines.iter().enumerate() {
            let (order, customer) = (line.order.to_string(), line.customer.map(|c| c.to_string()));
            prop_assert_eq!(batch.text(TextField::OrderId).get(at), Some(order.as_str()));
            prop_assert_eq!(batch.text(TextField::Customer).get(at), customer.as_deref());
            prop_assert_eq!(batch.text(TextField::Product).get(at), Some(line.product.as_str()));
            prop_assert_eq!((batch.quantity[at], batch.unit_price[at]), (line.quantity, Some(line.price)));
            prop_assert_eq!(batch.time[at], line.second * 1_000_000);
            let exact = i128::from(line.quantity) * i128::from(line.price);
            prop_assert_eq!(i128::from(batch.amount[at]), base::amount::round_half_even(exact, 1_000));
        }
        for (separator, comma) in [('\t', false), (';', true), ('|', true)] {
            let other = decoded(&lines, separator, comma);
            prop_assert_eq!(&other.line_hash, &batch.line_hash);
            prop_assert_eq!(&other.order_key, &batch.order_key);
        }
    }

    #[test]
    fn a_change_of_any_value_changes_the_hash(line in line(), other in line()) {
        let batch = decoded(&[line.clone(), other.clone()], ',', false);
        prop_assert_eq!(batch.line_hash[0] == batch.line_hash[1], cells(&line, false) == cells(&other, false));
    }
}

#[test]
fn a_column_that_is_missing_or_not_mapped_says_which() {
    let header = header(&["InvoiceNo", "InvoiceDate"]);
    let mut mapping = Mapping::new(FileKind::Orders);
    let problem = Decoder::new(&mapping, &settings(), &header).unwrap_err();
    assert_eq!(problem.to_string(), "no column is known for order_id, time of orders");
    let problem = mapping.apply_map("order_id=InvoceNo", &header).unwrap_err();
    assert_eq!(problem.to_string(), "the file has no column \"InvoceNo\"");
    assert_eq!(problem.hint.as_deref(), Some("did you mean \"InvoiceNo\"? columns: InvoiceNo, InvoiceDate"));
    let problem = mapping.apply_map("order=InvoiceNo,cusomer=InvoiceDate", &header).unwrap_err();
    assert!(problem.hint.as_deref().is_some_and(|h| h.contains("order_id, time, time_of_day")), "{problem:?}");
    assert!(mapping.columns.is_empty());
}
