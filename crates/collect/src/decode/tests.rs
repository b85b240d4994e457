//! Tests of decoding: tables of forms, round trips, whole lines, and real files.

mod dates;
mod lines;
mod numbers;
mod people;
mod retail;

use base::Zone;

use super::{Decoder, Settings};
use crate::mapping::{Field, FileKind, Mapping};
use crate::source::{RawChunk, column_names};

/// 2026-01-01T00:00:00Z
const NOW: i64 = 1_767_225_600_000_000;

fn settings() -> Settings {
    Settings { zone: Zone::named("Asia/Shanghai").unwrap(), currency: "CNY".into(), source: "shop".into(), now: NOW }
}

fn header(names: &[&str]) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    column_names(Some(&names), names.len())
}

fn chunk(rows: &[&[&str]]) -> RawChunk {
    let mut chunk = RawChunk::new(1);
    for (at, row) in rows.iter().enumerate() {
        for cell in *row {
            chunk.push_cell(cell);
        }
        chunk.end_row(at as u64 + 2, None);
    }
    chunk
}

/// A decoder whose columns are named like the fields they fill.
fn decoder(kind: FileKind, fields: &[&str], options: &[&str]) -> Decoder {
    let mut mapping = Mapping::new(kind);
    for name in fields {
        let field: Field = kind.field(name).unwrap();
        mapping.columns.insert(field, (*name).to_owned());
    }
    for option in options {
        mapping.apply_option(option).unwrap();
    }
    Decoder::new(&mapping, &settings(), &header(fields)).unwrap()
}
