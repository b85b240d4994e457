//! Orders of one customer.

use base::CustomerId;
use profile::timeline;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::{Instant, Total};

use super::shapes::Money;

/// What an order or a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineKind {
    /// Goods sold.
    Sale,
    /// Goods returned or cancelled.
    Return,
    /// A correction that is neither.
    Adjustment,
}

impl From<timeline::Kind> for LineKind {
    fn from(kind: timeline::Kind) -> Self {
        match kind {
            timeline::Kind::Sale => Self::Sale,
            timeline::Kind::Return => Self::Return,
            timeline::Kind::Adjustment => Self::Adjustment,
        }
    }
}

impl From<LineKind> for timeline::Kind {
    fn from(kind: LineKind) -> Self {
        match kind {
            LineKind::Sale => Self::Sale,
            LineKind::Return => Self::Return,
            LineKind::Adjustment => Self::Adjustment,
        }
    }
}

/// A line of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OrderLine {
    /// Its place in the order, from 0.
    line_no: i32,
    /// What it is.
    kind: LineKind,
    /// The code of the product.
    product: Option<String>,
    /// Its name on the receipt.
    product_name: Option<String>,
    /// Its category.
    category: Option<String>,
    /// How many; negative on returns.
    quantity: String,
    /// The price of one.
    unit_price: Option<String>,
    /// What was taken off.
    discount: Option<String>,
    /// What was paid, or given back (negative).
    amount: String,
}

/// The purchase that a return belongs to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Purchase {
    /// As the source calls it.
    order_id: String,
    /// When it was, if that is known.
    time: Option<Instant>,
}

/// An order with its lines.
#[expect(clippy::struct_field_names, reason = "the contract calls it so")]
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Order {
    /// Its id.
    #[schema(example = "ord_00000000000003e9")]
    pub(crate) id: String,
    /// As the source calls it.
    order_id: String,
    /// Whose it is.
    #[schema(value_type = Option<String>)]
    customer: Option<CustomerId>,
    /// His name.
    customer_name: Option<String>,
    /// When.
    time: Instant,
    /// A sale when any line is one, else a return when any line is one.
    kind: LineKind,
    /// What was paid in all, net of what was given back, without adjustments.
    amount: String,
    /// ISO 4217.
    currency: String,
    /// Pieces in all, net.
    pieces: String,
    /// How many lines.
    line_count: usize,
    /// The shop.
    store: Option<String>,
    /// The channel.
    channel: Option<String>,
    /// The device.
    device: Option<String>,
    /// The coupon.
    coupon: Option<String>,
    /// On a return: the purchases it belongs to.
    return_of: Vec<Purchase>,
    /// The lines, in the order of the receipt.
    lines: Vec<OrderLine>,
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderPage {
    /// The newest first.
    pub(crate) items: Vec<Order>,
    /// Give this as `cursor` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
    /// How many there are.
    pub(crate) total: Total,
    /// The sum of all of them.
    pub(crate) sum: Money,
}

impl Order {
    pub(crate) fn new(order: timeline::Order, customer: CustomerId, name: Option<&str>) -> Self {
        let money = |a: base::Amount| a.to_string();
        let line = |l: timeline::Line| OrderLine {
            line_no: l.line_no,
            kind: l.kind.into(),
            product: l.product,
            product_name: l.product_name,
            category: l.category,
            quantity: l.quantity.to_string(),
            unit_price: l.unit_price.map(money),
            discount: l.discount.map(money),
            amount: money(l.amount),
        };
        Self {
            id: format!("ord_{:016x}", order.order_key.cast_unsigned()),
            order_id: order.order_id,
            customer: Some(customer),
            customer_name: name.map(ToOwned::to_owned),
            time: Instant(order.time),
            kind: order.kind.into(),
            amount: order.amount.to_string(),
            currency: order.currency,
            pieces: order.quantity.to_string(),
            line_count: order.lines.len(),
            store: order.store,
            channel: order.channel,
            device: order.device,
            coupon: order.coupon,
            return_of: order
                .return_of
                .into_iter()
                .map(|p| Purchase { order_id: p.order_id, time: p.time.map(Instant) })
                .collect(),
            lines: order.lines.into_iter().map(line).collect(),
        }
    }
}
