//! Order lines as JSON.

use base::problem::did_you_mean;
use base::{Code, Problem};
use serde_json::{Map, Value};

use super::importer::Importer;
use super::intake::IntakeReport;
use crate::decode::{Decoder, LineBatch, Settings};
use crate::mapping::{Field, FileKind, Mapping};
use crate::source::RawChunk;

/// The members that an order line may have; each is the field of the same name.
pub(crate) const MEMBERS: [Field; 21] = [
    Field::OrderId,
    Field::Time,
    Field::Customer,
    Field::CustomerEmail,
    Field::CustomerPhone,
    Field::CustomerName,
    Field::Product,
    Field::ProductName,
    Field::Category,
    Field::Quantity,
    Field::UnitPrice,
    Field::Amount,
    Field::Discount,
    Field::Currency,
    Field::Store,
    Field::Channel,
    Field::Device,
    Field::Country,
    Field::Coupon,
    Field::Type,
    Field::TimeOfDay,
];

/// Decoded lines of a batch, and what could not be taken.
pub(super) struct Events {
    pub lines: LineBatch,
    pub report: IntakeReport,
}

/// The member of an order that holds its lines.
pub(crate) const LINES: &str = "lines";

/// Refuses text that is not JSON objects, one per line, with the members that orders have; how many there are.
pub(super) fn check(text: &str) -> Result<i64, Problem> {
    let mut count = 0;
    for (line, text) in text.lines().enumerate().filter(|(_, t)| !t.trim().is_empty()) {
        let parsed: Result<Map<String, Value>, _> = serde_json::from_str(text);
        let object = parsed.map_err(|e| {
            Problem::new(Code::InvalidInput, format!("line {} is not a JSON object: {e}", line + 1))
                .hint("send one object per line, e.g. {\"order_id\": \"A1\", \"time\": \"2026-11-21 10:00\", \"amount\": 9.9}")
        })?;
        members(&object).map_err(|p| Problem { message: format!("line {}: {}", line + 1, p.message), ..p })?;
        count += 1;
    }
    if count == 0 {
        return Err(Problem::new(Code::InvalidInput, "there are no order lines").hint("send one JSON object per line"));
    }
    Ok(count)
}

/// Refuses what would be left out in silence: unknown members, lines that are no objects.
pub(crate) fn members(order: &Map<String, Value>) -> Result<(), Problem> {
    known(order.keys().filter(|name| *name != LINES))?;
    let lines = match order.get(LINES) {
        None => return Ok(()),
        Some(Value::Array(lines)) if !lines.is_empty() => lines,
        Some(_) => return Err(Problem::new(Code::InvalidInput, "\"lines\" is not a list of at least one line")),
    };
    for line in lines {
        let line = line.as_object().ok_or_else(|| {
            Problem::new(Code::InvalidInput, "a line of an order is not an object")
                .hint("a line is e.g. {\"product\": \"T1\", \"quantity\": 2, \"unit_price\": 3.5}")
        })?;
        known(line.keys())?;
    }
    Ok(())
}

fn known<'a>(mut names: impl Iterator<Item = &'a String>) -> Result<(), Problem> {
    let unknown = |name: &&String| !MEMBERS.iter().any(|field| field.as_str() == *name);
    let Some(name) = names.find(unknown) else { return Ok(()) };
    let near = did_you_mean(name, MEMBERS.iter().map(|field| field.as_str()));
    Err(Problem::new(Code::InvalidInput, format!("an order has no member \"{name}\""))
        .hint(near.unwrap_or_else(|| format!("it may have {}", MEMBERS.map(Field::as_str).join(", ")))))
}

impl Importer {
    pub(super) fn decode_events(&self, source: &str, text: &str) -> Result<Events, Problem> {
        let mut chunk = RawChunk::new(1);
        let mut report = IntakeReport::default();
        let mut used = [false; MEMBERS.len()];
        for (line, text) in text.lines().enumerate().filter(|(_, t)| !t.trim().is_empty()) {
            let object: Map<String, Value> =
                serde_json::from_str(text).map_err(|e| Problem::internal("an accepted batch cannot be read", e))?;
            for row in rows(&object) {
                for (at, field) in MEMBERS.iter().enumerate() {
                    let mut cell = cell(row.get(field.as_str()).or_else(|| object.get(field.as_str())));
                    if *field == Field::Quantity && cell.is_empty() {
                        // As in a file without that column, whatever other orders of the batch say.
                        "1".clone_into(&mut cell);
                    }
                    used[at] |= !cell.is_empty();
                    chunk.push_cell(&cell);
                }
                chunk.end_row(line as u64 + 1, None);
            }
        }
        let mut mapping = Mapping::new(FileKind::Orders);
        let required = [Field::OrderId, Field::Time];
        let mapped = MEMBERS.iter().zip(used).filter(|(field, used)| *used || required.contains(field));
        mapping.columns = mapped.map(|(field, _)| (*field, field.as_str().to_owned())).collect();
        let settings = Settings {
            zone: self.business.zone.clone(),
            currency: self.business.currency.clone(),
            source: source.to_owned(),
            now: self.clock.now(),
        };
        let header: Vec<String> = MEMBERS.iter().map(|f| f.as_str().to_owned()).collect();
        let mut lines = Decoder::new(&mapping, &settings, &header)?.decode(&chunk);
        report.bad = std::mem::take(&mut lines.bad)
            .into_iter()
            .map(|b| (b.line, format!("{} \"{}\": {}", b.column, b.value, b.message)))
            .collect();
        Ok(Events { lines, report })
    }
}

/// The lines of an order object; an object without `lines` is one itself.
fn rows(object: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    match object.get(LINES) {
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_object).collect(),
        _ => vec![object],
    }
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
