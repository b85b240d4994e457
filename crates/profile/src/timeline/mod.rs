//! The history of one customer: his orders, newest first.

mod read;
#[cfg(test)]
mod tests;

use arrow::array::RecordBatch;
use base::{Amount, CustomerId, Micros, Problem, Quantity};
use lake::{ORDER_LINE, Snapshot};
use rustc_hash::FxHashMap;

pub use read::COLUMNS;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Goods sold.
    Sale,
    /// Goods returned or cancelled: negative quantity and amount.
    Return,
    /// A correction that is neither.
    Adjustment,
}

impl Kind {
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
        [Self::Sale, Self::Return, Self::Adjustment].into_iter().find(|kind| kind.as_str() == name)
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
    /// What was paid for the line, or given back (negative).
    pub amount: Amount,
    /// How much was taken off.
    pub discount: Option<Amount>,
}

/// The purchase that a return was linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The order as the source calls it.
    pub order_id: String,
    /// When it was, if it is in this customer's history.
    pub time: Option<Micros>,
}

/// An order with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The order as the source calls it.
    pub order_id: String,
    /// The key of the order: unique over all sources.
    pub order_key: i64,
    /// The instant of its first line.
    pub time: Micros,
    /// A sale when any line is one, else a return when any line is one.
    pub kind: Kind,
    /// What was paid in all, net of what was given back. Adjustments do not count.
    pub amount: Amount,
    /// Pieces in all, net. Adjustments do not count.
    pub quantity: Quantity,
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

/// Which orders are wanted.
#[derive(Clone, Copy, Debug)]
pub struct TimelineFilter {
    /// Only orders of this kind.
    pub kind: Option<Kind>,
    /// Only from this instant on.
    pub from: Option<Micros>,
    /// Only before this instant; the time of the last order shown asks for the next page.
    pub to: Option<Micros>,
    /// At most so many orders.
    pub limit: usize,
}

impl Default for TimelineFilter {
    fn default() -> Self {
        Self { kind: None, from: None, to: None, limit: 50 }
    }
}

/// The orders of a customer that `filter` asks for, newest first. Reads files: call it where blocking is allowed.
pub fn timeline(lake: &Snapshot, customer: CustomerId, filter: &TimelineFilter) -> Result<Vec<Order>, Problem> {
    timeline_of(&lake.of_customer(&ORDER_LINE, customer.0, &read::COLUMNS)?, filter)
}

/// As [`timeline`], from all lines of the customer with at least the columns [`COLUMNS`].
pub fn timeline_of(lines: &[RecordBatch], filter: &TimelineFilter) -> Result<Vec<Order>, Problem> {
    let mut rows = Vec::new();
    for batch in lines {
        read::rows(batch, &mut rows)?;
    }
    Ok(orders(rows, filter))
}

/// A line with the order it belongs to.
struct Row {
    order_id: String,
    order_key: i64,
    time: Micros,
    currency: String,
    store: Option<String>,
    channel: Option<String>,
    device: Option<String>,
    coupon: Option<String>,
    return_of: Option<String>,
    line: Line,
}

fn orders(rows: Vec<Row>, filter: &TimelineFilter) -> Vec<Order> {
    let mut by_key: FxHashMap<i64, Order> = FxHashMap::default();
    for row in rows {
        let order = by_key.entry(row.order_key).or_insert_with(|| Order {
            order_id: row.order_id,
            order_key: row.order_key,
            time: row.time,
            kind: Kind::Adjustment,
            amount: Amount::default(),
            quantity: Quantity::default(),
            currency: row.currency,
            store: row.store,
            channel: row.channel,
            device: row.device,
            coupon: row.coupon,
            return_of: Vec::new(),
            lines: Vec::new(),
        });
        order.time = order.time.min(row.time);
        if let Some(order_id) = row.return_of.filter(|id| !order.return_of.iter().any(|p| p.order_id == *id)) {
            order.return_of.push(Purchase { order_id, time: None });
        }
        order.kind = match (order.kind, row.line.kind) {
            (Kind::Sale, _) | (_, Kind::Sale) => Kind::Sale,
            (Kind::Return, _) | (_, Kind::Return) => Kind::Return,
            _ => Kind::Adjustment,
        };
        if row.line.kind != Kind::Adjustment {
            order.amount.0 = order.amount.0.saturating_add(row.line.amount.0);
            order.quantity.0 = order.quantity.0.saturating_add(row.line.quantity.0);
        }
        order.lines.push(row.line);
    }
    let mut orders: Vec<Order> = by_key.into_values().collect();
    orders.sort_by_key(|o| (std::cmp::Reverse(o.time), o.order_key));
    link(&mut orders);
    orders.retain(|o| {
        filter.kind.is_none_or(|kind| kind == o.kind)
            && filter.from.is_none_or(|from| o.time >= from)
            && filter.to.is_none_or(|to| o.time < to)
    });
    orders.truncate(filter.limit);
    for order in &mut orders {
        order.lines.sort_by_key(|l| l.line_no);
    }
    orders
}

/// Gives every linked purchase its time: the latest order of that id which is not after the return.
fn link(orders: &mut [Order]) {
    let sales: Vec<(String, Micros)> =
        orders.iter().filter(|o| o.kind == Kind::Sale).map(|o| (o.order_id.clone(), o.time)).collect();
    for order in orders.iter_mut().filter(|o| !o.return_of.is_empty()) {
        for purchase in &mut order.return_of {
            let found = sales.iter().find(|(id, time)| *id == purchase.order_id && *time <= order.time);
            purchase.time = found.map(|(_, time)| *time);
        }
    }
}
