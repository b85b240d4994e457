//! How the first rows of a file will be understood.

use std::collections::BTreeSet;

use base::{Amount, Quantity, Zone};
use profile::rules::normalise_or_missing;
use profile::{IdentityKind, Region};

use super::bad::{BadReason, BadRow};
use super::customers::CustomerRecord;
use super::decoder::Decoder;
use super::kind::LineKind;
use super::lines::{LineBatch, TextField};
use crate::mapping::{Field, FileKind, Notice};
use crate::source::RawChunk;

/// What a person sees before an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Names of the file's columns.
    pub columns: Vec<String>,
    /// The first rows, taken or not.
    pub rows: Vec<PreviewRow>,
    /// What the whole sample is made of.
    pub counts: Counts,
    /// What a person should look at.
    pub notices: Vec<Notice>,
}

/// One row: as it stands in the file, and as it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewRow {
    /// Number of the row in the file, from 1.
    pub row: u64,
    /// The cells as they stand.
    pub cells: Vec<String>,
    /// Field → value, in the order of the fields; times in ISO 8601 with the offset of the zone.
    pub understood: Vec<(String, String)>,
    /// Why it is not taken, or not as a whole.
    pub bad: Option<BadRow>,
}

/// Rows of the sample by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each counts the rows of that name")]
pub struct Counts {
    pub rows: usize,
    pub bad: usize,
    pub sales: usize,
    pub returns: usize,
    pub adjustments: usize,
    pub without_customer: usize,
    /// Values left out of rows that are taken (customers, products).
    pub dropped: usize,
}

/// Decodes a sample and shows its first `limit` rows, with notices about the sample as a whole. `region` is that of telephone numbers
/// without a country code.
pub fn preview(decoder: &Decoder, sample: &RawChunk, limit: usize, region: Region) -> Preview {
    let (understood, bad, mut counts) = match decoder.mapping().kind {
        FileKind::Orders => orders(decoder, sample, limit),
        FileKind::Customers => customers(decoder, sample, limit, region),
        FileKind::Products => products(decoder, sample, limit),
    };
    counts.rows = sample.len();
    counts.bad = bad.iter().map(|b| b.row).collect::<BTreeSet<_>>().len();
    let rows = (0..sample.len().min(limit)).map(|at| {
        let row = sample.first_row + at as u64;
        PreviewRow {
            row,
            cells: (0..sample.width(at)).map(|column| sample.text(at, column).to_owned()).collect(),
            understood: understood
                .iter()
                .find(|(of, _)| *of == row)
                .map(|(_, values)| values.clone())
                .unwrap_or_default(),
            bad: bad.iter().find(|b| b.row == row).cloned(),
        }
    });
    Preview { columns: decoder.names.clone(), rows: rows.collect(), counts, notices: notices(decoder, counts, &bad) }
}

/// The first rows of a sample as they stand, when nobody knows yet what they mean.
pub fn plain(sample: &RawChunk, limit: usize) -> Vec<PreviewRow> {
    let row = |at: usize| PreviewRow {
        row: sample.first_row + at as u64,
        cells: (0..sample.width(at)).map(|column| sample.text(at, column).to_owned()).collect(),
        understood: Vec::new(),
        bad: None,
    };
    (0..sample.len().min(limit)).map(row).collect()
}

type Understood = Vec<(u64, Vec<(String, String)>)>;

fn orders(decoder: &Decoder, sample: &RawChunk, limit: usize) -> (Understood, Vec<BadRow>, Counts) {
    let batch = decoder.decode(sample);
    let of = |kind: LineKind| batch.kind.iter().filter(|k| **k == kind).count();
    let counts = Counts {
        sales: of(LineKind::Sale),
        returns: of(LineKind::Return),
        adjustments: of(LineKind::Adjustment),
        without_customer: (0..batch.len()).filter(|line| batch.text(TextField::Customer).get(*line).is_none()).count(),
        ..Counts::default()
    };
    let last = sample.first_row + limit as u64;
    let shown = (0..batch.len()).take_while(|line| batch.rows[*line] < last);
    let understood = shown.map(|line| (batch.rows[line], order_line(&batch, line, decoder.zone()))).collect();
    (understood, batch.bad, counts)
}

fn order_line(batch: &LineBatch, line: usize, zone: &Zone) -> Vec<(String, String)> {
    let mut values = vec![
        ("kind".to_owned(), batch.kind[line].as_str().to_owned()),
        ("time".to_owned(), iso_time(batch.time[line], zone)),
    ];
    for field in TextField::ALL {
        if let Some(text) = batch.text(field).get(line) {
            values.push((field.field().as_str().to_owned(), text.to_owned()));
        }
    }
    values.push(("quantity".to_owned(), Quantity(batch.quantity[line]).to_string()));
    if let Some(price) = batch.unit_price[line] {
        values.push(("unit_price".to_owned(), Amount(price).to_string()));
    }
    if let Some(discount) = batch.discount[line] {
        values.push(("discount".to_owned(), Amount(discount).to_string()));
    }
    values.push(("amount".to_owned(), Amount(batch.amount[line]).to_string()));
    values
}

/// `2010-12-01T08:26:00+08:00`
fn iso_time(at: i64, zone: &Zone) -> String {
    jiff::Timestamp::from_microsecond(at)
        .map(|t| t.to_zoned(zone.tz().clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
        .unwrap_or_default()
}

fn customers(decoder: &Decoder, sample: &RawChunk, limit: usize, region: Region) -> (Understood, Vec<BadRow>, Counts) {
    let mut batch = decoder.decode_customers(sample);
    let refused = batch.records.iter().flat_map(|record| refused(record, sample, decoder, region));
    batch.dropped.extend(refused.collect::<Vec<_>>());
    let understood = batch.records.iter().take(limit).map(|c| {
        let joined = c.joined.map(|at| iso_time(at, decoder.zone()));
        let birthday = c.birthday.map(|b| b.to_string());
        let texts = [
            ("customer", &c.customer),
            ("name", &c.name),
            ("given_name", &c.given_name),
            ("family_name", &c.family_name),
            ("email", &c.email),
            ("phone", &c.phone),
            ("gender", &c.gender),
            ("birthday", &birthday),
            ("city", &c.city),
            ("country", &c.country),
            ("address", &c.address),
            ("joined", &joined),
            ("store", &c.store),
            ("language", &c.language),
            ("referred_by", &c.referred_by),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?)));
        let mut values: Vec<(String, String)> = texts.collect();
        values.extend(c.attributes.iter().map(|(name, value)| (format!("attribute.{name}"), shown(value))));
        (c.row, values)
    });
    let understood = understood.collect();
    let counts = Counts { dropped: batch.dropped.len(), ..Counts::default() };
    (understood, [batch.bad, batch.dropped].concat(), counts)
}

/// What a customer cannot be known by: an import lists it as a bad row and takes the rest.
fn refused(record: &CustomerRecord, sample: &RawChunk, decoder: &Decoder, region: Region) -> Vec<BadRow> {
    let told = [
        (IdentityKind::CARD, &record.customer, Field::Customer),
        (IdentityKind::EMAIL, &record.email, Field::Email),
        (IdentityKind::PHONE, &record.phone, Field::Phone),
    ];
    let at = (record.row - sample.first_row) as usize;
    let bad = |(kind, text, field): (IdentityKind, &Option<String>, Field)| {
        let text = text.as_ref()?;
        let problem = normalise_or_missing(&kind, text, region).err()?;
        let hint = problem.hint.map_or(String::new(), |hint| format!("; {hint}"));
        Some(BadRow {
            row: record.row,
            line: sample.line(at),
            column: decoder.mapping().column(field).unwrap_or_default().to_owned(),
            value: text.clone(),
            reason: BadReason::Refused,
            message: format!("{}{hint}", problem.message),
        })
    };
    told.into_iter().filter_map(bad).collect()
}

fn shown(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn products(decoder: &Decoder, sample: &RawChunk, limit: usize) -> (Understood, Vec<BadRow>, Counts) {
    let batch = decoder.decode_products(sample);
    let understood = batch.records.iter().take(limit).map(|p| {
        let (price, cost) = (p.price.map(|a| a.to_string()), p.cost.map(|a| a.to_string()));
        let texts = [
            ("name", &p.name),
            ("name_en", &p.name_en),
            ("name_zh", &p.name_zh),
            ("category", &p.category),
            ("brand", &p.brand),
            ("price", &price),
            ("cost", &cost),
        ];
        let mut values = vec![("product".to_owned(), p.product.clone())];
        values.extend(texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?))));
        (p.row, values)
    });
    let understood = understood.collect();
    let counts = Counts { dropped: batch.dropped.len(), ..Counts::default() };
    (understood, [batch.bad, batch.dropped].concat(), counts)
}

fn notices(decoder: &Decoder, counts: Counts, bad: &[BadRow]) -> Vec<Notice> {
    let mut notices = Vec::new();
    let share = |part: usize| part as f64 / counts.rows.max(1) as f64;
    if share(counts.bad) >= 0.01 {
        let mut reasons: Vec<&str> = bad.iter().map(|b| b.reason.as_str()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let (rows, all, reasons) = (counts.bad, counts.rows, reasons.join(", "));
        let message = if counts.dropped == 0 {
            format!("{rows} of {all} rows cannot be taken: {reasons}")
        } else {
            format!("{rows} of {all} rows cannot be taken whole: {reasons}")
        };
        notices.push(Notice::new("bad_rows", message));
    }
    if decoder.mapping().kind != FileKind::Orders {
        return notices;
    }
    if share(counts.without_customer) >= 0.5 {
        let message = format!(
            "{} of {} lines have no customer: they count for products and baskets only",
            counts.without_customer, counts.rows
        );
        notices.push(Notice::new("without_customer", message));
    }
    if counts.sales == 0 && counts.returns + counts.adjustments > 0 {
        notices.push(Notice::new(
            "no_sales",
            "no line of the sample is a sale: check quantity, price and the rules for returns",
        ));
    } else if share(counts.adjustments) >= 0.2 {
        let message = format!(
            "{} of {} lines are adjustments (no price, or a corrective quantity): they are no part of sales",
            counts.adjustments, counts.rows
        );
        notices.push(Notice::new("adjustments", message));
    }
    notices
}
