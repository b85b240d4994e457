//! The whole of Online Retail, line by line, through proposal and decoder.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

use super::{chunk, settings};
use crate::decode::{Decoder, LineKind, TextField};
use crate::mapping::{DateForm, Field, FileKind, propose};
use crate::source::{RawChunk, column_names};

const ROWS_PER_CHUNK: u64 = 50_000;

/// The chunks of the file and its header; `None`, said aloud, without it.
fn chunks() -> Option<(Vec<String>, Vec<RawChunk>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/online_retail.csv.gz");
    let Ok(file) = std::fs::File::open(path) else {
        println!("skipped: ../shared/data is not here");
        return None;
    };
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut chunks = vec![RawChunk::new(1)];
    let mut record = csv::StringRecord::new();
    let mut row = 1;
    while reader.read_record(&mut record).unwrap() {
        if row > 1 && (row - 1) % ROWS_PER_CHUNK == 0 {
            chunks.push(RawChunk::new(row));
        }
        let chunk = chunks.last_mut().unwrap();
        record.iter().for_each(|cell| chunk.push_cell(cell));
        chunk.end_row(row + 1, None);
        row += 1;
    }
    Some((header, chunks))
}

#[derive(Debug, Default, PartialEq)]
struct Totals {
    lines: [usize; 3],
    amount: [i64; 3],
    customers: HashSet<String>,
    buyers: HashSet<String>,
    returned: HashSet<u64>,
    orders: HashSet<u64>,
    with_customer: usize,
    with_customer_net: i64,
    hashes: HashSet<u64>,
    products: HashSet<String>,
}

#[test]
fn online_retail_comes_out_as_published() {
    let Some((header, chunks)) = chunks() else { return };
    let names = column_names(Some(&header), header.len());
    let proposal = propose(FileKind::Orders, Some(&header), &head(&chunks[0], 1000));
    assert_eq!(proposal.mapping.column(Field::OrderId), Some("InvoiceNo"));
    assert_eq!(proposal.mapping.columns.len(), 8, "{:?}", proposal.choices);
    assert_eq!((proposal.unmapped.len(), proposal.notices.len()), (0, 0), "{:?}", proposal.notices);
    assert_eq!((proposal.mapping.options.date, proposal.mapping.options.returns.by_sign), (DateForm::YearFirst, false));
    // Rules from a head without a cancellation lead to the same lines.
    let early = propose(FileKind::Orders, Some(&header), &head(&chunks[0], 100));
    assert!(early.mapping.options.returns.by_sign);
    let published = totals(&Decoder::new(&proposal.mapping, &settings(), &names).unwrap(), &chunks);
    assert_eq!(totals(&Decoder::new(&early.mapping, &settings(), &names).unwrap(), &chunks), published);

    assert_eq!(published.lines, [530_103, 9_288, 2_518]);
    assert_eq!(published.amount[1], -8_968_124_900);
    assert_eq!(published.amount[0] + published.amount[2], 106_445_604_240);
    assert_eq!(published.amount[2], -110_620_600);
    assert_eq!(published.amount.iter().sum::<i64>(), 97_477_479_340);
    assert_eq!((published.with_customer, published.with_customer_net), (406_829, 83_000_658_140));
    assert_eq!((published.customers.len(), published.buyers.len()), (4_372, 4_338));
    assert_eq!((published.orders.len(), published.returned.len()), (25_900, 3_836));
    assert_eq!(published.products.len(), 4_070);
    assert_eq!(published.hashes.len(), 541_909 - 5_268);
}

fn head(chunk: &RawChunk, rows: usize) -> RawChunk {
    let mut out = RawChunk::new(1);
    for row in 0..rows.min(chunk.len()) {
        (0..chunk.width(row)).for_each(|column| out.push_cell(chunk.text(row, column)));
        out.end_row(chunk.line(row), None);
    }
    out
}

fn totals(decoder: &Decoder, chunks: &[RawChunk]) -> Totals {
    let mut totals = Totals::default();
    let mut spent = std::time::Duration::ZERO;
    for chunk in chunks {
        let start = Instant::now();
        let batch = decoder.decode(chunk);
        spent += start.elapsed();
        assert_eq!(batch.bad, []);
        for line in 0..batch.len() {
            let kind = batch.kind[line];
            totals.lines[kind as usize] += 1;
            totals.amount[kind as usize] += batch.amount[line];
            totals.orders.insert(batch.order_key[line]);
            totals.hashes.insert(batch.line_hash[line]);
            if kind == LineKind::Return {
                totals.returned.insert(batch.order_key[line]);
            }
            if let Some(customer) = batch.text(TextField::Customer).get(line) {
                totals.with_customer += 1;
                totals.with_customer_net += batch.amount[line];
                totals.customers.insert(customer.to_owned());
                if kind == LineKind::Sale {
                    totals.buyers.insert(customer.to_owned());
                }
            }
        }
        totals.products.extend(batch.text(TextField::Product).values.iter().map(str::to_owned));
    }
    let rows = totals.lines.iter().sum::<usize>();
    println!("{rows} rows decoded in {spent:?}: {:.1} M rows/s", rows as f64 / spent.as_secs_f64() / 1e6);
    totals
}

#[test]
fn an_invoice_of_bad_debt_is_no_sale() {
    let header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"].map(str::to_owned);
    let sample = chunk(&[&["536365", "85123A", "HOLDER", "6", "2010-12-01 08:26:00", "2.55"]]);
    let proposal = propose(FileKind::Orders, Some(&header), &sample);
    let decoder = Decoder::new(&proposal.mapping, &settings(), &proposal.columns).unwrap();
    let batch = decoder.decode(&chunk(&[
        &["A563185", "B", "Adjust bad debt", "1", "2011-08-12 14:50:00", "11062.06"],
        &["A563188", "22423", "CAKESTAND", "1", "2011-08-12 14:50:00", "12.75"],
        &["C563189", "22423", "CAKESTAND", "-1", "2011-08-12 14:50:00", "12.75"],
    ]));
    assert_eq!(batch.kind, [LineKind::Adjustment, LineKind::Sale, LineKind::Return]);
}
