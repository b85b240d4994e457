//! Orders: the list behind revenue and its kin, and one order with its lines.

mod find;
mod list;
mod read;

use std::fmt;

use base::{Amount, Code, Micros, Problem, Quantity};
use lake::ORDER_LINE;

use crate::Insight;
use crate::day::Day;
use crate::index::extract;
use crate::index::numbers::blocking;
pub use list::{Listing, Sort};

/// What a line or an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LineKind)]
pub enum Kind {
    /// Goods sold; an order is a sale when any line is.
    Sale,
    /// Goods returned; an order is a return when a line is and none is a sale.
    Return,
    /// A correction.
    Adjustment,
}

impl From<extract::Kind> for Kind {
    fn from(kind: extract::Kind) -> Self {
        match kind {
            extract::Kind::Sale => Self::Sale,
            extract::Kind::Return => Self::Return,
            extract::Kind::Adjustment => Self::Adjustment,
        }
    }
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The position in the order.
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
    /// What was paid, or given back (negative).
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
    /// His name, if he has one.
    pub customer_name: Option<String>,
    /// When it was placed: the instant of the first sale, else of the first line.
    pub time: Micros,
    /// What it is.
    pub kind: Kind,
    /// What was paid in all, net of what was given back. Adjustments do not count.
    pub amount: Amount,
    /// Pieces in all, net.
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

/// Which orders are wanted. What is said about lines must hold for one and the same line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Placed on this day or later.
    pub from: Option<Day>,
    /// Placed on this day or earlier.
    pub to: Option<Day>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Placed on this weekday, Monday = 1.
    pub weekday: Option<u8>,
    /// Placed in this hour.
    pub hour: Option<u8>,
    /// With a line of this customer.
    pub customer: Option<i64>,
    /// With a line of this product.
    pub product: Option<String>,
    /// With a line of this category.
    pub category: Option<String>,
    /// With a line of this shop.
    pub store: Option<String>,
    /// With a line of this channel.
    pub channel: Option<String>,
    /// With a line that this import brought.
    pub import: Option<i64>,
}

impl fmt::Display for Filter {
    /// The same text, the same orders.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// The number of an order outside: `ord_` and 16 hexadecimal digits.
pub fn order_id(key: i64) -> String {
    format!("ord_{:016x}", key.cast_unsigned())
}

/// Reads [`order_id`].
pub fn order_key(id: &str) -> Result<i64, Problem> {
    let digits = id.strip_prefix("ord_").filter(|d| d.len() == 16 && d.bytes().all(|b| b.is_ascii_hexdigit()));
    digits.and_then(|d| u64::from_str_radix(d, 16).ok()).map(u64::cast_signed).ok_or_else(|| {
        Problem::new(Code::InvalidId, format!("\"{id}\" is not the id of an order"))
            .hint("it looks like ord_0123456789abcdef; GET /api/v1/orders lists them")
    })
}

impl Insight {
    /// One order, with the times of the purchases it returns.
    pub async fn order(&self, key: i64) -> Result<Order, Problem> {
        let snapshot = self.lake.snapshot().await?;
        let found = blocking(move || {
            let mut orders = read::of_keys(&snapshot, &[key])?;
            if let Some(order) = orders.first_mut().filter(|o| !o.return_of.is_empty())
                && let Some(customer) = order.customer
            {
                let columns = ["order_id", "time", "kind"];
                let his = snapshot.of_customer(&ORDER_LINE, customer, &columns)?;
                read::link(order, &his)?;
            }
            Ok(orders.pop())
        })
        .await?;
        let mut order = found.ok_or_else(|| {
            Problem::new(Code::NotFound, format!("there is no order {}", order_id(key)))
                .hint("it was taken back with its import, or never existed; GET /api/v1/orders lists them")
        })?;
        self.name(std::slice::from_mut(&mut order)).await?;
        Ok(order)
    }

    /// Adds the names of the customers.
    async fn name(&self, orders: &mut [Order]) -> Result<(), Problem> {
        let mut ids: Vec<i64> = orders.iter().filter_map(|o| o.customer).collect();
        ids.sort_unstable();
        ids.dedup();
        let names = crate::store::customer_names(&mut self.lake.db().read().await?, &ids).await?;
        for order in orders {
            order.customer_name = order.customer.and_then(|id| names.get(&id).cloned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back() {
        for key in [0, 1, -1, i64::MIN, i64::MAX, 13] {
            assert_eq!(order_key(&order_id(key)).ok(), Some(key));
        }
        for wrong in ["ord_", "ord_12", "cus_0123456789abcdef", "ord_+123456789abcdef", "ord_0123456789abcdeg"] {
            assert!(order_key(wrong).is_err(), "{wrong}");
        }
    }
}
