//! One JSON object per line. Columns are the keys of the sample; objects within objects become `outer.inner`.

use std::fmt;

use base::{Code, Problem};
use rustc_hash::FxHashMap;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::chunk::{RawChunk, RowFault};
use super::csv::{RECORD_BYTES, RECORD_CELLS, kept};
use super::pool::Part;
use super::value::write_f64;

/// Which key is which column.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    index: FxHashMap<String, usize>,
}

impl Columns {
    /// The keys that occur in the lines of `text`, in order of appearance.
    pub(super) fn discover(text: &[u8]) -> Result<Self, Problem> {
        let mut columns = Self::default();
        for line in lines(text) {
            // A bad line is reported when the rows are read.
            let _ = flatten(&String::from_utf8_lossy(line), &mut |key, _| {
                if !columns.index.contains_key(key) && columns.names.len() < RECORD_CELLS {
                    columns.index.insert(key.to_owned(), columns.names.len());
                    columns.names.push(key.to_owned());
                }
            });
        }
        if columns.names.is_empty() {
            return Err(Problem::new(
                Code::InvalidInput,
                "no line of the beginning of the file is a JSON object with keys",
            )
            .hint("each line must be one object such as {\"order\": \"A1\", \"amount\": 12.5}"));
        }
        Ok(columns)
    }
}

/// The rows of a block of whole lines, and how many values had a key that is not a column.
pub(super) fn parse(block: &[u8], columns: &Columns) -> (Part, u64) {
    let mut chunk = RawChunk::new(1);
    let mut cells = vec![String::new(); columns.names.len()];
    let (mut ignored, mut line) = (0, 0);
    for text in block.split_inclusive(|&b| b == b'\n') {
        line += 1;
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if text.len() > RECORD_BYTES {
            chunk.push_cell(&kept(text));
            chunk.end_row(line, Some(RowFault::TooLong));
            continue;
        }
        cells.iter_mut().for_each(String::clear);
        let valid = String::from_utf8_lossy(text);
        let mut fault = matches!(valid, std::borrow::Cow::Owned(_)).then_some(RowFault::InvalidText { column: 0 });
        let read = flatten(&valid, &mut |key, text| match columns.index.get(key) {
            Some(&column) => {
                cells[column].clear();
                cells[column].push_str(text);
            }
            None => ignored += u64::from(!text.is_empty()),
        });
        if let Err(why) = read {
            chunk.push_cell(&valid.replace('\0', "\u{fffd}"));
            chunk.end_row(line, Some(RowFault::InvalidJson(why)));
            continue;
        }
        for (column, cell) in cells.iter_mut().enumerate() {
            if cell.contains('\0') {
                *cell = cell.replace('\0', "\u{fffd}");
                fault.get_or_insert(RowFault::InvalidText { column: column as u32 });
            }
            chunk.push_cell(cell);
        }
        chunk.end_row(line, fault);
    }
    (Part { chunk, lines: line }, ignored)
}

/// The first rows of `text` as cells.
pub(super) fn sample(text: &[u8], columns: &Columns, rows: usize) -> Vec<Vec<String>> {
    let chunk = parse(text, columns).0.chunk;
    (0..chunk.len().min(rows)).map(|row| chunk.row(row)).collect()
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// Gives every value of the object on `line` with its key to `put`; or says what is wrong with the line.
fn flatten(line: &str, put: &mut impl FnMut(&str, &str)) -> Result<(), String> {
    if !line.trim_start().starts_with('{') {
        return Err("it does not begin with {".into());
    }
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let mut scratch = Scratch { path: String::new(), text: String::new() };
    Value { scratch: &mut scratch, put }.deserialize(&mut deserializer).and_then(|()| deserializer.end()).map_err(|e| {
        let text = e.to_string();
        let what = text.split(" at line ").next().unwrap_or_default();
        format!("{what}, at character {}", e.column())
    })
}

struct Scratch {
    path: String,
    text: String,
}

/// Walks one value, whose key is the scratch path.
struct Value<'a, F> {
    scratch: &'a mut Scratch,
    put: &'a mut F,
}

impl<F: FnMut(&str, &str)> Value<'_, F> {
    fn put_number(self, write: impl FnOnce(&mut String)) {
        self.scratch.text.clear();
        write(&mut self.scratch.text);
        (self.put)(&self.scratch.path, &self.scratch.text);
    }
}

impl<'de, F: FnMut(&str, &str)> DeserializeSeed<'de> for Value<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&str, &str)> Visitor<'de> for Value<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        (self.put)(&self.scratch.path, text);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        (self.put)(&self.scratch.path, if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        (self.put)(&self.scratch.path, "");
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.put_number(|out| out.push_str(&value.to_string()));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.put_number(|out| out.push_str(&value.to_string()));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.put_number(|out| write_f64(out, value));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element::<serde_json::Value>()? {
            values.push(value);
        }
        (self.put)(&self.scratch.path, &serde_json::Value::Array(values).to_string());
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { scratch, put } = self;
        let outer = scratch.path.len();
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if outer > 0 {
                scratch.path.push('.');
            }
            scratch.path.push_str(&key);
            map.next_value_seed(Value { scratch: &mut *scratch, put: &mut *put })?;
            scratch.path.truncate(outer);
        }
        Ok(())
    }
}
