//! Orders: what they are, and how they are put together from their lines. The one definition for all that shows or counts them.

mod assemble;
mod columns;

use arrow::array::RecordBatch;
use arrow::datatypes::TimestampMicrosecondType;
use base::{Amount, Micros, Problem, Quantity};
use rustc_hash::FxHashMap;

pub use assemble::Orders;
pub use columns::{Text, kinds, number, text, wrong};

/// The columns of [`crate::ORDER_LINE`] that an order is made of.
pub const COLUMNS: [&str; 19] = [
    "customer_id",
    "time",
    "order_id",
    "order_key",
    "line_no",
    "kind",
    "product",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "amount",
    "discount",
    "currency",
    "store",
    "channel",
    "device",
    "coupon",
    "return_of",
];

/// The columns that [`link`] needs.
pub const LINK_COLUMNS: [&str; 3] = ["order_id", "time", "kind"];

/// What a line or an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Goods sold; an order is a sale when any line is.
    #[default]
    Sale = 0,
    /// Goods returned or cancelled (quantity and amount are negative); an order is a return when a line is and none is a sale.
    Return = 1,
    /// A correction: without a price, with a corrective quantity, or of the books. Never part of sales.
    Adjustment = 2,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sale, Self::Return, Self::Adjustment];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
            Self::Adjustment => "adjustment",
        }
    }

    /// Reads the stored name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What an order is that has parts of both kinds.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Sale, _) | (_, Self::Sale) => Self::Sale,
            (Self::Return, _) | (_, Self::Return) => Self::Return,
            _ => Self::Adjustment,
        }
    }
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The position in the order, from 0.
    pub line_no: i32,
    /// What it is.
    pub kind: Kind,
    /// The code of the product.
    pub product: Option<String>,
    /// Its name on the receipt.
    pub product_name: Option<String>,
    /// Its category.
    pub category: Option<String>,
    /// How many; negative on returns.
    pub quantity: Quantity,
    /// The price of one.
    pub unit_price: Option<Amount>,
    /// How much was taken off.
    pub discount: Option<Amount>,
    /// What was paid for the line, or given back (negative).
    pub amount: Amount,
}

/// The purchase that a return was linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The order as the source calls it.
    pub order_id: String,
    /// When it was, if that was asked for and it is known.
    pub time: Option<Micros>,
}

/// An order with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Unique over all sources.
    pub key: i64,
    /// As the source calls it.
    pub order_id: String,
    /// The customer.
    pub customer: Option<i64>,
    /// When it was placed: the instant of the first sale, else of the first line.
    pub time: Micros,
    /// A sale when any line is one, else a return when any line is one.
    pub kind: Kind,
    /// What was paid in all, net of what was given back. Adjustments do not count.
    pub amount: Amount,
    /// Pieces in all, net. Adjustments do not count.
    pub pieces: Quantity,
    /// ISO 4217.
    pub currency: String,
    /// The shop.
    pub store: Option<String>,
    /// The channel.
    pub channel: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The coupon.
    pub coupon: Option<String>,
    /// On a return: the purchases it was linked to.
    pub return_of: Vec<Purchase>,
    /// The lines, in the order of the receipt.
    pub lines: Vec<Line>,
}

impl Order {
    /// Its number outside.
    pub fn id(&self) -> String {
        id_of(self.key)
    }
}

/// The number of an order outside: `ord_` and 16 hexadecimal digits.
pub fn id_of(key: i64) -> String {
    format!("ord_{:016x}", key.cast_unsigned())
}

/// Reads [`id_of`]; `None` when `id` is not of that form.
pub fn key_of(id: &str) -> Option<i64> {
    let digits = id.strip_prefix("ord_").filter(|d| d.len() == 16 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u64::from_str_radix(digits, 16).ok().map(u64::cast_signed)
}

/// Gives every purchase that a return is linked to its time: the latest sale of that order which is not after the return.
/// `lines` are those of the customer, with [`LINK_COLUMNS`].
pub fn link(orders: &mut [Order], lines: &[RecordBatch]) -> Result<(), Problem> {
    let mut wanted: FxHashMap<String, Vec<(Micros, &mut Option<Micros>)>> = FxHashMap::default();
    for order in orders {
        for purchase in &mut order.return_of {
            wanted.entry(purchase.order_id.clone()).or_default().push((order.time, &mut purchase.time));
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    for batch in lines {
        let (ids, time) = (Text::of(batch, "order_id")?, number::<TimestampMicrosecondType>(batch, "time")?.values());
        let (kind, meaning) = kinds(batch)?;
        for row in 0..batch.num_rows() {
            if meaning[kind.values()[row] as usize] != Kind::Sale {
                continue;
            }
            let found = ids.get(row).and_then(|id| wanted.get_mut(id));
            for (_, known) in found.into_iter().flatten().filter(|(returned, _)| time[row] <= *returned) {
                **known = (**known).max(Some(time[row]));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back() {
        for key in [0, 1, -1, i64::MIN, i64::MAX, 13] {
            assert_eq!(key_of(&id_of(key)), Some(key));
        }
        for wrong in ["ord_", "ord_12", "cus_0123456789abcdef", "ord_+123456789abcdef", "ord_0123456789abcdeg"] {
            assert!(key_of(wrong).is_none(), "{wrong}");
        }
    }
}
