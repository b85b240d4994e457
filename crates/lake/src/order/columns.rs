//! Columns of order lines in the types of the lake's readers: text with its dictionary, decimals of 64 bits.

use arrow::array::{AsArray, DictionaryArray, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Int32Type};
use base::{Code, Problem};

use super::Kind;

/// The column `kind`: keys, and what each means.
pub fn kinds(batch: &RecordBatch) -> Result<(&PrimitiveArray<Int32Type>, Vec<Kind>), Problem> {
    let array = text(batch, "kind")?;
    let names = array.values().as_string_opt::<i32>().ok_or_else(|| wrong("kind"))?;
    // A file holds nothing but these three; whatever else would not count for anything.
    let kind = |name: Option<&str>| name.and_then(Kind::named).unwrap_or(Kind::Adjustment);
    Ok((array.keys(), names.iter().map(kind).collect()))
}

/// A column of text with its dictionary.
pub fn text<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a DictionaryArray<Int32Type>, Problem> {
    batch.column_by_name(name).and_then(|c| c.as_dictionary_opt::<Int32Type>()).ok_or_else(|| wrong(name))
}

/// A column of numbers.
pub fn number<'a, T: ArrowPrimitiveType>(batch: &'a RecordBatch, name: &str) -> Result<&'a PrimitiveArray<T>, Problem> {
    batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<T>()).ok_or_else(|| wrong(name))
}

/// What is said when a column is missing or of another type.
pub fn wrong(name: &str) -> Problem {
    Problem::new(Code::Internal, format!("the column {name} of the history is not of its type"))
}

/// A column of text by rows.
pub struct Text<'a> {
    array: &'a DictionaryArray<Int32Type>,
    values: &'a StringArray,
}

impl<'a> Text<'a> {
    /// The column of that name.
    pub fn of(batch: &'a RecordBatch, name: &str) -> Result<Self, Problem> {
        let array = text(batch, name)?;
        Ok(Self { array, values: array.values().as_string_opt::<i32>().ok_or_else(|| wrong(name))? })
    }

    /// The text in a row.
    pub fn get(&self, row: usize) -> Option<&'a str> {
        self.array.key(row).map(|key| self.values.value(key))
    }

    /// A copy of it.
    pub(super) fn at(&self, row: usize) -> Option<String> {
        self.get(row).map(ToOwned::to_owned)
    }
}
