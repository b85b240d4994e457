//! Texts as small numbers, one table per column and thread: folds compare and count numbers only.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use base::Problem;
use rustc_hash::FxHashMap;

/// The number of a missing value.
pub(super) const MISSING: u32 = 0;
/// Dictionaries whose numbers are remembered: batches of one row group share theirs.
const REMEMBERED: usize = 32;

/// The texts of one column.
#[derive(Debug)]
pub(super) struct Texts {
    ids: FxHashMap<Arc<str>, u32>,
    values: Vec<Arc<str>>,
    /// Dictionaries met lately and the numbers of their values. Holding the array keeps its address unique.
    known: Vec<(StringArray, Vec<u32>)>,
    oldest: usize,
}

impl Default for Texts {
    fn default() -> Self {
        Self { ids: FxHashMap::default(), values: vec![Arc::from("")], known: Vec::new(), oldest: 0 }
    }
}

impl Texts {
    /// How many numbers are in use, that of the missing value included.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The text of a number; empty for the missing value.
    pub(super) fn get(&self, id: u32) -> &str {
        &self.values[id as usize]
    }

    fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let (id, text) = (self.values.len() as u32, Arc::<str>::from(text));
        self.values.push(text.clone());
        self.ids.insert(text, id);
        id
    }

    /// Appends the numbers of a column of text, plain or as dictionary.
    pub(super) fn read(&mut self, array: &ArrayRef, out: &mut Vec<u32>) -> Result<(), Problem> {
        let wanted = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        match array.data_type() {
            DataType::Utf8 => self.read_plain(array.as_string(), out),
            kind if *kind == wanted => self.read_dictionary(array, out),
            _ => {
                let array = cast(array, &wanted).map_err(|e| Problem::internal("a text column is not text", e))?;
                self.read_dictionary(&array, out);
            }
        }
        Ok(())
    }

    fn read_plain(&mut self, array: &StringArray, out: &mut Vec<u32>) {
        let mut last = ("", MISSING);
        for text in array {
            let Some(text) = text else {
                out.push(MISSING);
                continue;
            };
            if last.1 == MISSING || last.0 != text {
                last = (text, self.id(text));
            }
            out.push(last.1);
        }
    }

    fn read_dictionary(&mut self, array: &ArrayRef, out: &mut Vec<u32>) {
        let dictionary = array.as_dictionary::<Int32Type>();
        let (keys, values) = (dictionary.keys(), dictionary.values().as_string::<i32>());
        if keys.len() < values.len() {
            // A few rows out of a large dictionary: looking up all of it would cost more than the rows.
            for key in keys {
                let text = key.map(|k| k as usize).filter(|k| values.is_valid(*k)).map(|k| values.value(k));
                out.push(text.map_or(MISSING, |text| self.id(text)));
            }
            return;
        }
        let at = self.remember(values);
        let map = &self.known[at].1;
        if keys.null_count() == 0 {
            out.extend(keys.values().iter().map(|k| map[*k as usize]));
        } else {
            out.extend(keys.iter().map(|key| key.map_or(MISSING, |k| map[k as usize])));
        }
    }

    /// Where the numbers of a dictionary's values are kept.
    fn remember(&mut self, values: &StringArray) -> usize {
        let same = |known: &StringArray| {
            known.len() == values.len()
                && known.value_data().as_ptr() == values.value_data().as_ptr()
                && known.value_offsets().as_ptr() == values.value_offsets().as_ptr()
        };
        if let Some(at) = self.known.iter().position(|(known, _)| same(known)) {
            return at;
        }
        let map = values.iter().map(|text| text.map_or(MISSING, |text| self.id(text))).collect();
        if self.known.len() < REMEMBERED {
            self.known.push((values.clone(), map));
            return self.known.len() - 1;
        }
        let at = self.oldest;
        self.known[at] = (values.clone(), map);
        self.oldest = (at + 1) % REMEMBERED;
        at
    }
}
