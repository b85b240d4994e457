//! The files hold together: same seed same bytes, sums as promised, nothing before joining or after leaving.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use base::Code;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::made::{Made, cents, made, scenario};
use crate::block::Blocks;
use crate::plan::Plan;
use crate::{Format, Scenario};

fn bytes(scenario: &Scenario, format: Format) -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let written = scenario.write(dir.path(), format, &mut |_| {}).unwrap();
    written.files.iter().map(|f| fs::read(f).unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let small = scenario(600, 8.0);
    for format in Format::ALL {
        assert_eq!(bytes(&small, format), bytes(&small, format), "{}", format.as_str());
    }
    let (one, other) = (bytes(&small, Format::Csv), bytes(&Scenario { seed: 8, ..small }, Format::Csv));
    let same: Vec<usize> = (0..one.len()).filter(|i| one[*i] == other[*i]).collect();
    assert_eq!(same, [7], "only the products do not depend on the seed");
}

#[test]
fn the_number_of_threads_does_not_show() {
    let plan = Plan::new(&scenario(20_000, 2.0)).unwrap();
    let written = |workers: usize| {
        let dir = tempfile::tempdir().unwrap();
        let written = crate::write::all(&plan, dir.path(), Format::Csv, workers, &mut |_| {}).unwrap();
        written.files.iter().map(|f| fs::read(f).unwrap()).collect::<Vec<_>>()
    };
    assert!(Blocks::of(&plan).count() > 3);
    assert!(written(1) == written(3));
}

#[test]
fn compressed_files_hold_the_plain_text() {
    let small = scenario(300, 8.0);
    let plain = bytes(&small, Format::Csv).remove(0);
    assert_eq!(zstd::decode_all(bytes(&small, Format::CsvZst)[0].as_slice()).unwrap(), plain);
    let mut text = Vec::new();
    let gz = bytes(&small, Format::CsvGz).remove(0);
    std::io::copy(&mut flate2::read::GzDecoder::new(gz.as_slice()), &mut text).unwrap();
    assert_eq!(text, plain);
}

#[test]
fn parquet_holds_the_same_lines_as_csv() {
    let small = scenario(400, 10.0);
    let lines = made(&small).lines;
    let dir = tempfile::tempdir().unwrap();
    let orders = small.write(dir.path(), Format::Parquet, &mut |_| {}).unwrap().orders;
    let mut rows = 0;
    for batch in batches(&orders) {
        let text = |c: &str, i: usize| {
            let column = batch.column_by_name(c).unwrap().as_string::<i32>();
            if column.is_null(i) { "" } else { column.value(i) }
        };
        let times = batch.column_by_name("order_time").unwrap().as_primitive::<TimestampMicrosecondType>();
        let amounts = batch.column_by_name("amount").unwrap().as_primitive::<Decimal128Type>();
        for i in 0..batch.num_rows() {
            let line = &lines[rows];
            let time = jiff::Timestamp::from_microsecond(times.value(i)).unwrap();
            assert_eq!(time.strftime("%Y-%m-%d %H:%M:%S").to_string(), line.time);
            assert_eq!(amounts.value(i), i128::from(line.amount));
            let texts = ["order_id", "customer_no", "product_code", "coupon", "device"].map(|c| text(c, i));
            assert_eq!(texts, [&line.order, &line.customer, &line.product, &line.coupon, &line.device]);
            rows += 1;
        }
    }
    assert_eq!(rows, lines.len());
}

fn batches(file: &Path) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(file).unwrap()).unwrap().build().unwrap();
    reader.map(|b| b.unwrap()).collect()
}

#[test]
fn sums_over_the_files_are_the_promised_ones() {
    let made = made(&scenario(1500, 12.0));
    let totals = &made.written.totals;
    let sum = |back: bool| made.lines.iter().filter(|l| l.comes_back == back).map(|l| l.amount).sum::<i64>();
    assert_eq!((sum(false), sum(true)), (totals.sales(), totals.returned()));
    assert_eq!(made.lines.len() as u64, totals.lines());
    let orders: HashSet<&str> = made.lines.iter().map(|l| l.order.as_str()).collect();
    assert_eq!(orders.len() as u64, totals.sale_orders + totals.return_orders);
    let anonymous = made.lines.iter().filter(|l| l.customer.is_empty()).count() as u64;
    assert_eq!(anonymous, totals.anonymous_lines);
    let share = anonymous as f64 / totals.lines() as f64;
    assert!((0.06..0.10).contains(&share), "{share}");
    for (file, rows) in [
        ("customers.csv", totals.customers),
        ("appointments.csv", totals.appointments),
        ("complaints.csv", totals.complaints),
        ("referrals.csv", totals.referrals),
        ("coupons.csv", totals.coupons),
    ] {
        assert_eq!(made.records(file).len() as u64, rows, "{file}");
    }
    per_customer(&made);
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(made.dir.path().join("truth.json")).unwrap()).unwrap();
    assert_eq!(cents(json["totals"]["sales"].as_str().unwrap()), totals.sales());
    assert_eq!(json["totals"]["lines"], totals.lines());
}

fn per_customer(made: &Made) {
    let lines = made.by_customer();
    for (customer, truth) in &made.truth {
        let own = lines.get(customer.as_str()).map_or(&[][..], Vec::as_slice);
        let sum = |back: bool| own.iter().filter(|l| l.comes_back == back).map(|l| l.amount).sum::<i64>();
        assert_eq!((sum(false), sum(true)), (cents(&truth["sales"]), cents(&truth["returned"])), "{customer}");
        let sales: Vec<&str> = own.iter().filter(|l| !l.comes_back).map(|l| l.order.as_str()).collect();
        assert_eq!(sales.len().to_string(), truth["sale_lines"]);
        assert_eq!(sales.into_iter().collect::<HashSet<_>>().len().to_string(), truth["orders"]);
    }
}

#[test]
fn every_line_adds_up_and_stands_in_its_time() {
    let made = made(&scenario(2000, 15.0));
    assert!(made.lines.is_sorted_by(|a, b| a.time <= b.time), "the file is in order of time");
    let mut bought: HashMap<(&str, &str), (&str, i64)> = HashMap::new();
    for line in &made.lines {
        assert_eq!(line.amount, line.quantity * line.unit_price - line.discount, "{line:?}");
        assert!(line.discount >= 0 && line.unit_price > 0 && line.quantity != 0);
        assert_eq!((line.comes_back, line.order.starts_with('R')), (line.quantity < 0, line.comes_back));
        let online = ["web", "app"].contains(&line.channel.as_str());
        assert_eq!(online, !line.device.is_empty());
        if line.customer.is_empty() {
            continue;
        }
        let (truth, date) = (&made.truth[&line.customer], &line.time[..10]);
        assert!(truth["joined"].as_str() <= date, "before joining: {line:?}");
        assert!(truth["churned_at"].is_empty() || date < truth["churned_at"].as_str(), "after leaving: {line:?}");
        let entry = bought.entry((&line.customer, &line.product)).or_insert((&line.time, 0));
        entry.1 += line.quantity;
        assert!(entry.1 >= 0 && (line.quantity > 0 || entry.0 < line.time.as_str()), "not bought before: {line:?}");
    }
    assert!(made.written.totals.return_lines() > 100);
}

#[test]
fn people_can_be_told_apart() {
    let made = made(&scenario(5000, 2.0));
    let people = made.records("customers.csv");
    for column in ["customer_no", "phone", "email"] {
        let filled: Vec<&str> = people.iter().map(|p| p[column].as_str()).filter(|v| !v.is_empty()).collect();
        assert_eq!(filled.iter().collect::<HashSet<_>>().len(), filled.len(), "{column} occurs twice");
        assert!(filled.len() * 10 > people.len() * 7, "{column} is mostly missing");
    }
    let english = people.iter().filter(|p| p["language"] == "en").count() as f64 / people.len() as f64;
    assert!((0.17..0.23).contains(&english), "{english}");
    assert!(people.iter().any(|p| p["name"].ends_with("小明")));
    for person in &people {
        assert_eq!(person["joined"], made.truth[&person["customer_no"]]["joined"]);
        let digits: String = person["phone"].chars().filter(char::is_ascii_digit).collect();
        let ok = digits.is_empty() || [11, 12, 13].contains(&digits.len());
        assert!(ok && (person["birthday"].is_empty() || person["birthday"] < person["joined"]), "{person:?}");
    }
}

#[test]
fn the_wanted_number_of_lines_comes_out() {
    for wanted in [4.0, 10.0, 60.0] {
        let dir = tempfile::tempdir().unwrap();
        let totals = scenario(3000, wanted).write(dir.path(), Format::CsvZst, &mut |_| {}).unwrap().totals;
        let mean = (totals.lines() - totals.anonymous_lines) as f64 / 3000.0;
        assert!((mean / wanted - 1.0).abs() < 0.06, "{mean} instead of {wanted}");
    }
}

#[test]
fn what_cannot_be_made_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let write = |s: &Scenario| s.write(dir.path(), Format::Csv, &mut |_| {}).map(|_| ()).map_err(|p| p.code);
    let good = scenario(5, 4.0);
    for bad in [
        Scenario { customers: 0, ..good.clone() },
        Scenario { months: 0, ..good.clone() },
        Scenario { lines_per_customer: f64::NAN, ..good.clone() },
        Scenario { zone: "Mars/Olympus".into(), ..good.clone() },
        Scenario { start: jiff::civil::date(1999, 1, 1), ..good.clone() },
    ] {
        assert_eq!(write(&bad), Err(Code::InvalidArgument), "{bad:?}");
    }
    for months in [1, 2, 120] {
        let dir = tempfile::tempdir().unwrap();
        let scenario = Scenario { months, ..good.clone() };
        assert!(scenario.write(dir.path(), Format::Csv, &mut |_| {}).unwrap().totals.lines() > 0);
    }
    assert_eq!(write(&good), Ok(()));
    assert_eq!(write(&good), Err(Code::Conflict), "an earlier run is not overwritten");
    assert!("xlsx".parse::<Format>().is_err());
}
