//! A column of all customers in memory: one value per customer, in the order of their ids.

use std::cmp::Ordering;

use base::Amount;
use serde_json::Value as Json;

/// No text.
const NO_WORD: u32 = u32::MAX;

/// The values of all customers.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// Whole numbers, money in 1/10000, instants in µs; `i64::MIN` is nothing.
    Int(Vec<i64>),
    /// Numbers; NaN is nothing.
    Real(Vec<f64>),
    /// Texts: which of the words, in their order.
    Text { keys: Vec<u32>, words: Vec<Box<str>> },
}

/// How values read and are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Count,
    Money,
    Number,
    Time,
    Date,
    Text,
    Bool,
    /// A JSON list of texts.
    List,
    /// Several texts, separated by `, `.
    Several,
    /// The number of an import.
    Import,
    /// The number of a customer.
    Id,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Nothing,
    Int(i64),
    Real(f64),
    Text(String),
}

impl Shape {
    pub(crate) const fn is_text(self) -> bool {
        matches!(self, Self::Date | Self::Text | Self::Bool | Self::List | Self::Several)
    }

    /// A value as JSON has it in a customer's attributes, or in his traits.
    pub(crate) fn cell(self, value: &Json) -> Cell {
        match (self, value) {
            (_, Json::Null) => Cell::Nothing,
            (Self::Bool, value) => {
                let yes = value.as_bool().or_else(|| value.as_i64().map(|n| n != 0)).unwrap_or_default();
                Cell::Text(if yes { "true" } else { "false" }.to_owned())
            }
            (Self::Number, value) => value.as_f64().map_or(Cell::Nothing, Cell::Real),
            (Self::Count | Self::Import | Self::Id, value) => value.as_i64().map_or(Cell::Nothing, Cell::Int),
            (Self::Money, Json::String(text)) => amount(text).map_or(Cell::Nothing, Cell::Int),
            (Self::Time, Json::String(text)) => {
                text.parse::<jiff::Timestamp>().map_or(Cell::Nothing, |t| Cell::Int(t.as_microsecond()))
            }
            (Self::Time, Json::Number(n)) => n.as_i64().map_or(Cell::Nothing, Cell::Int),
            (_, Json::String(text)) => Cell::Text(text.clone()),
            (_, value) => Cell::Text(value.to_string()),
        }
    }

    /// A value as answers have it.
    pub(crate) fn json(self, cell: &Cell) -> Json {
        match (self, cell) {
            (_, Cell::Nothing) => Json::Null,
            (Self::Money, Cell::Int(n)) => Amount(*n).to_string().into(),
            (Self::Time, Cell::Int(n)) => base::clock::rfc3339(*n).into(),
            (Self::Import, Cell::Int(n)) => base::ImportId(*n).to_string().into(),
            (Self::Id, Cell::Int(n)) => base::CustomerId(*n).to_string().into(),
            (_, Cell::Int(n)) => (*n).into(),
            (_, Cell::Real(x)) => (*x).into(),
            (Self::Bool, Cell::Text(text)) => (text == "true").into(),
            (Self::List, Cell::Text(text)) => serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()),
            (_, Cell::Text(text)) => text.as_str().into(),
        }
    }
}

/// Decimal text as 1/10000; `None` when it is none, or finer.
pub(crate) fn amount(text: &str) -> Option<i64> {
    let (sign, plain) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let finer = part.len() > 4 && part[4..].bytes().any(|b| b != b'0');
    if whole.is_empty() || !digits(whole) || !digits(part) || finer {
        return None;
    }
    let part: i64 = format!("{:0<4}", &part[..part.len().min(4)]).parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(Amount::ONE)?.checked_add(part).map(|n| sign * n)
}

impl Column {
    /// Puts cells together, of one shape.
    pub(crate) fn of(shape: Shape, cells: Vec<Cell>) -> Self {
        if shape.is_text() {
            return Self::texts(
                cells.into_iter().map(|c| if let Cell::Text(t) = c { Some(t.into_boxed_str()) } else { None }),
            );
        }
        if shape == Shape::Number {
            return Self::Real(cells.iter().map(|c| if let Cell::Real(x) = c { *x } else { f64::NAN }).collect());
        }
        Self::Int(cells.iter().map(|c| if let Cell::Int(n) = c { *n } else { i64::MIN }).collect())
    }

    fn texts(texts: impl Iterator<Item = Option<Box<str>>>) -> Self {
        let mut places: std::collections::HashMap<Box<str>, u32> = std::collections::HashMap::new();
        let mut keys: Vec<u32> = Vec::with_capacity(texts.size_hint().0);
        for text in texts {
            let next = places.len() as u32;
            keys.push(text.map_or(NO_WORD, |t| *places.entry(t).or_insert(next)));
        }
        let mut words: Vec<(Box<str>, u32)> = places.into_iter().collect();
        words.sort_unstable();
        let mut moved = vec![0; words.len()];
        for (to, (_, from)) in words.iter().enumerate() {
            moved[*from as usize] = to as u32;
        }
        keys.iter_mut().filter(|k| **k != NO_WORD).for_each(|k| *k = moved[*k as usize]);
        Self::Text { keys, words: words.into_iter().map(|w| w.0).collect() }
    }

    /// The same with some values replaced: rows ascending.
    pub(crate) fn patched(&self, shape: Shape, rows: &[(u32, Cell)]) -> Self {
        let mut column = self.clone();
        match &mut column {
            Self::Int(values) => {
                for (row, cell) in rows {
                    values[*row as usize] = if let Cell::Int(n) = cell { *n } else { i64::MIN };
                }
            }
            Self::Real(values) => {
                for (row, cell) in rows {
                    values[*row as usize] = if let Cell::Real(x) = cell { *x } else { f64::NAN };
                }
            }
            Self::Text { keys, words } => {
                let missing = rows
                    .iter()
                    .any(|(_, c)| matches!(c, Cell::Text(t) if words.binary_search_by(|w| w.as_ref().cmp(t)).is_err()));
                if missing {
                    let mut cells: Vec<Cell> = (0..keys.len()).map(|row| self.cell(row)).collect();
                    for (row, cell) in rows {
                        cells[*row as usize] = cell.clone();
                    }
                    return Self::of(shape, cells);
                }
                for (row, cell) in rows {
                    let place =
                        |t: &String| words.binary_search_by(|w| w.as_ref().cmp(t)).map_or(NO_WORD, |k| k as u32);
                    keys[*row as usize] = if let Cell::Text(t) = cell { place(t) } else { NO_WORD };
                }
            }
        }
        column
    }

    pub(crate) fn cell(&self, row: usize) -> Cell {
        match self {
            Self::Int(values) if values[row] != i64::MIN => Cell::Int(values[row]),
            Self::Real(values) if !values[row].is_nan() => Cell::Real(values[row]),
            Self::Text { keys, words } if keys[row] != NO_WORD => Cell::Text(words[keys[row] as usize].to_string()),
            _ => Cell::Nothing,
        }
    }

    pub(crate) fn is_known(&self, row: u32) -> bool {
        let row = row as usize;
        match self {
            Self::Int(values) => values[row] != i64::MIN,
            Self::Real(values) => !values[row].is_nan(),
            Self::Text { keys, .. } => keys[row] != NO_WORD,
        }
    }

    /// A number in the order of the values; `None` for nothing. Doubled, so that there is room between two words.
    pub(crate) fn rank(&self, row: u32) -> Option<i64> {
        let row = row as usize;
        match self {
            Self::Int(values) => (values[row] != i64::MIN).then(|| values[row]),
            Self::Real(values) => (!values[row].is_nan()).then(|| ordered(values[row])),
            Self::Text { keys, .. } => (keys[row] != NO_WORD).then(|| i64::from(keys[row]) * 2),
        }
    }

    /// The rank of a value, also of one that nobody has.
    pub(crate) fn rank_of(&self, cell: &Cell) -> Option<i64> {
        match (self, cell) {
            (Self::Int(_), Cell::Int(n)) => Some(*n),
            (Self::Real(_), Cell::Real(x)) => Some(ordered(*x)),
            (Self::Text { words, .. }, Cell::Text(t)) => {
                Some(words.binary_search_by(|w| w.as_ref().cmp(t)).map_or_else(|k| k as i64 * 2 - 1, |k| k as i64 * 2))
            }
            _ => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Int(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Text { keys, .. } => keys.len(),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Int(values) => values.len() * 8,
            Self::Real(values) => values.len() * 8,
            Self::Text { keys, words } => keys.len() * 4 + words.iter().map(|w| w.len() + 32).sum::<usize>(),
        }
    }
}

/// The rank of a number by itself.
pub(crate) fn rank_of(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Int(n) => Some(*n),
        Cell::Real(x) => Some(ordered(*x)),
        _ => None,
    }
}

/// A floating number as a whole one of the same order.
fn ordered(x: f64) -> i64 {
    // Both zeros are one value.
    let bits = (if x == 0.0 { 0.0 } else { x }).to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// The order of two numbers of which neither is NaN.
pub(crate) fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}
