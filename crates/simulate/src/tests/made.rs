//! A small business, written and read again with an ordinary CSV reader.

use std::collections::HashMap;

use jiff::civil::Date;
use tempfile::TempDir;

use crate::{Format, Scenario, Written};

/// A line as read; money in 1/100.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) order: String,
    pub(super) time: String,
    pub(super) customer: String,
    pub(super) product: String,
    pub(super) category: String,
    pub(super) quantity: i64,
    pub(super) unit_price: i64,
    pub(super) discount: i64,
    pub(super) amount: i64,
    pub(super) coupon: String,
    pub(super) channel: String,
    pub(super) device: String,
    pub(super) comes_back: bool,
}

const COLUMNS: [&str; 15] = [
    "order_id",
    "order_time",
    "customer_no",
    "product_code",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "discount",
    "amount",
    "coupon",
    "store",
    "channel",
    "device",
    "type",
];

/// One row of another file, by column.
pub(super) type Record = HashMap<String, String>;

pub(super) struct Made {
    pub(super) dir: TempDir,
    pub(super) written: Written,
    pub(super) lines: Vec<Row>,
    pub(super) truth: HashMap<String, Record>,
}

pub(super) fn scenario(customers: u64, lines_per_customer: f64) -> Scenario {
    Scenario { customers, lines_per_customer, seed: 7, ..Scenario::default() }
}

pub(super) fn made(scenario: &Scenario) -> Made {
    let dir = tempfile::tempdir().unwrap();
    let written = scenario.write(dir.path(), Format::Csv, &mut |_| {}).unwrap();
    let mut orders = csv::Reader::from_path(&written.orders).unwrap();
    assert_eq!(orders.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
    let lines = orders.records().map(|r| row(&r.unwrap())).collect();
    let truth = records(&dir, "truth.csv").into_iter().map(|r| (r["customer_no"].clone(), r)).collect();
    Made { dir, written, lines, truth }
}

impl Made {
    pub(super) fn records(&self, file: &str) -> Vec<Record> {
        records(&self.dir, file)
    }

    /// Lines with a card, by customer.
    pub(super) fn by_customer(&self) -> HashMap<&str, Vec<&Row>> {
        let mut all: HashMap<&str, Vec<&Row>> = HashMap::new();
        for line in self.lines.iter().filter(|l| !l.customer.is_empty()) {
            all.entry(&line.customer).or_default().push(line);
        }
        all
    }

    /// Baskets of sales: customer's type ("" without a card), whether at the weekend, nappies, beer.
    pub(super) fn baskets(&self) -> Vec<(&str, bool, bool, bool)> {
        let sales: Vec<&Row> = self.lines.iter().filter(|l| !l.comes_back).collect();
        let has = |order: &[&Row], category: &str| order.iter().any(|l| l.category == category);
        sales
            .chunk_by(|a, b| a.order == b.order)
            .map(|o| {
                let kind = self.truth.get(&o[0].customer).map_or("", |t| t["type"].as_str());
                (kind, weekend(&o[0].time), has(o, "Nappies"), has(o, "Beer"))
            })
            .collect()
    }
}

pub(super) fn weekend(time: &str) -> bool {
    time[..10].parse::<Date>().unwrap().weekday().to_monday_one_offset() >= 6
}

pub(super) fn cents(money: &str) -> i64 {
    let (whole, part) = money.split_once('.').unwrap();
    assert_eq!(part.len(), 2, "{money}");
    format!("{whole}{part}").parse().unwrap()
}

fn records(dir: &TempDir, file: &str) -> Vec<Record> {
    let mut reader = csv::Reader::from_path(dir.path().join(file)).unwrap();
    reader.deserialize().map(|r| r.unwrap()).collect()
}

fn row(record: &csv::StringRecord) -> Row {
    let text = |i: usize| record[i].to_owned();
    Row {
        order: text(0),
        time: text(1),
        customer: text(2),
        product: text(3),
        category: text(5),
        quantity: record[6].parse().unwrap(),
        unit_price: cents(&record[7]),
        discount: cents(&record[8]),
        amount: cents(&record[9]),
        coupon: text(10),
        channel: text(12),
        device: text(13),
        comes_back: &record[14] == "return",
    }
}
