//! Decoded order lines, column by column.

use super::bad::BadRow;
use super::dictionary::{Dictionary, NULL};
use super::kind::LineKind;
use crate::mapping::Field;

macro_rules! text_fields {
    ($($variant:ident),* $(,)?) => {
        /// The text columns of a [`LineBatch`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        #[expect(missing_docs, reason = "each is the field of the same name")]
        pub enum TextField { $($variant,)* }

        impl TextField {
            /// All of them, in the order of their numbers.
            pub const ALL: [Self; [$(Self::$variant,)*].len()] = [$(Self::$variant,)*];

            /// The field of a mapping it is filled from.
            pub const fn field(self) -> Field {
                match self { $(Self::$variant => Field::$variant,)* }
            }
        }
    };
}

text_fields! {
    OrderId, Customer, Product, ProductName, Category, Currency, Store, Channel, Device, Country, Coupon,
    CustomerEmail, CustomerPhone, CustomerName,
}

/// A column of texts: a code per line into the distinct values of the chunk.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    /// One per line; [`NULL`] is "no value".
    pub codes: Vec<u32>,
    /// The distinct values; each is used by at least one line.
    pub values: Dictionary,
}

impl TextColumn {
    /// The text of a line.
    pub fn get(&self, line: usize) -> Option<&str> {
        match self.codes.get(line) {
            None | Some(&NULL) => None,
            Some(code) => self.values.get(*code),
        }
    }
}

/// The good lines of a chunk, all columns of the same length, and its bad rows.
#[derive(Clone, Debug, Default)]
pub struct LineBatch {
    /// Number of the row in the file, from 1.
    pub rows: Vec<u64>,
    /// When it happened, microseconds since 1970 UTC.
    pub time: Vec<i64>,
    /// Sale, return or adjustment.
    pub kind: Vec<LineKind>,
    /// In 1/1000; negative on returns.
    pub quantity: Vec<i64>,
    /// In 1/10000.
    pub unit_price: Vec<Option<i64>>,
    /// In 1/10000: what was paid for the line, after discount; negative on returns.
    pub amount: Vec<i64>,
    /// In 1/10000, ≥ 0.
    pub discount: Vec<Option<i64>>,
    /// [`base::hash::stable_parts`] of source name and order id.
    pub order_key: Vec<u64>,
    /// Hash of the whole content, the same for every file format and encoding.
    pub line_hash: Vec<u64>,
    /// Text columns by [`TextField`].
    pub texts: [TextColumn; TextField::ALL.len()],
    /// Rows that could not be taken, by row number.
    pub bad: Vec<BadRow>,
}

impl LineBatch {
    /// An empty batch with room for so many lines.
    pub(super) fn with_capacity(lines: usize) -> Self {
        Self {
            rows: Vec::with_capacity(lines),
            time: Vec::with_capacity(lines),
            quantity: Vec::with_capacity(lines),
            unit_price: Vec::with_capacity(lines),
            amount: Vec::with_capacity(lines),
            discount: Vec::with_capacity(lines),
            ..Self::default()
        }
    }

    /// How many good lines there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no good line.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A text column.
    pub const fn text(&self, field: TextField) -> &TextColumn {
        &self.texts[field as usize]
    }
}
