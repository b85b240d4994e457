//! What the routes of orders give.

use base::CustomerId;
use lake::order;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::Total;
use web::{Instant, Mask};

use crate::orders::Listed;

/// What a line or an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LineKind {
    /// Goods sold; an order is a sale when any line is.
    Sale,
    /// Goods returned; an order is a return when a line is and none is a sale.
    Return,
    /// A correction.
    Adjustment,
}

impl From<order::Kind> for LineKind {
    fn from(kind: order::Kind) -> Self {
        match kind {
            order::Kind::Sale => Self::Sale,
            order::Kind::Return => Self::Return,
            order::Kind::Adjustment => Self::Adjustment,
        }
    }
}

impl From<LineKind> for order::Kind {
    fn from(kind: LineKind) -> Self {
        match kind {
            LineKind::Sale => Self::Sale,
            LineKind::Return => Self::Return,
            LineKind::Adjustment => Self::Adjustment,
        }
    }
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "line_no": 0, "kind": "sale", "product": "SK0003", "product_name": "Green tea", "category": "Tea", "quantity": "2",
    "unit_price": "18.50", "discount": "0.00", "amount": "37.00"
}))]
pub(super) struct OrderLine {
    /// The position on the receipt.
    pub(super) line_no: i32,
    /// What it is.
    pub(super) kind: LineKind,
    /// The code of the product.
    pub(super) product: Option<String>,
    /// Its name on the receipt.
    pub(super) product_name: Option<String>,
    /// Its category.
    pub(super) category: Option<String>,
    /// How many; negative on returns.
    pub(super) quantity: String,
    /// The price of one.
    pub(super) unit_price: Option<String>,
    /// How much was taken off.
    pub(super) discount: Option<String>,
    /// What was paid, or given back.
    pub(super) amount: String,
}

/// The purchase that a return belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"order_id": "20260101-0007", "time": "2026-01-01T10:00:00Z"}))]
pub(super) struct Purchase {
    /// The order as its source calls it.
    pub(super) order_id: String,
    /// When it was; only of one order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<Instant>,
}

/// An order.
#[expect(clippy::struct_field_names, reason = "names of the API")]
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ord_00000000000000ff", "order_id": "20260101-0007", "customer": "cus_12", "customer_name": "王***",
    "time": "2026-01-01T10:00:00Z", "kind": "sale", "amount": "37.00", "currency": "CNY", "pieces": "2", "line_count": 1,
    "store": "S01", "channel": "shop", "return_of": []
}))]
pub(super) struct Order {
    /// Unique over all sources.
    pub(super) id: String,
    /// As its source calls it.
    pub(super) order_id: String,
    /// The customer.
    #[schema(value_type = Option<String>)]
    pub(super) customer: Option<CustomerId>,
    /// His name; shown in part without `customers.pii`.
    pub(super) customer_name: Option<String>,
    /// When it was placed.
    pub(super) time: Instant,
    /// A sale when any line is one, else a return when any line is one.
    pub(super) kind: LineKind,
    /// Paid less given back; adjustments do not count.
    pub(super) amount: String,
    /// ISO 4217.
    pub(super) currency: String,
    /// Pieces, net of those returned.
    pub(super) pieces: String,
    /// How many lines.
    pub(super) line_count: usize,
    /// The shop.
    pub(super) store: Option<String>,
    /// The channel.
    pub(super) channel: Option<String>,
    /// The device.
    pub(super) device: Option<String>,
    /// The coupon.
    pub(super) coupon: Option<String>,
    /// On a return: the purchases it belongs to.
    pub(super) return_of: Vec<Purchase>,
    /// The lines; only of one order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lines: Option<Vec<OrderLine>>,
}

impl Order {
    pub(super) fn new(listed: Listed, mask: Mask, with_lines: bool) -> Self {
        let order = listed.order;
        let line = |l: order::Line| OrderLine {
            line_no: l.line_no,
            kind: l.kind.into(),
            product: l.product,
            product_name: l.product_name,
            category: l.category,
            quantity: l.quantity.to_string(),
            unit_price: l.unit_price.map(|a| a.to_string()),
            discount: l.discount.map(|a| a.to_string()),
            amount: l.amount.to_string(),
        };
        let purchase = |p: order::Purchase| Purchase { order_id: p.order_id, time: p.time.map(Instant) };
        Self {
            id: order.id(),
            order_id: order.order_id,
            customer: order.customer.map(CustomerId),
            customer_name: listed.customer_name.map(|name| mask.name(&name)),
            time: Instant(order.time),
            kind: order.kind.into(),
            amount: order.amount.to_string(),
            currency: order.currency,
            pieces: order.pieces.to_string(),
            line_count: order.lines.len(),
            store: order.store,
            channel: order.channel,
            device: order.device,
            coupon: order.coupon,
            return_of: order.return_of.into_iter().map(purchase).collect(),
            lines: with_lines.then(|| order.lines.into_iter().map(line).collect()),
        }
    }
}

/// An exact amount.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"amount": "1234.50", "currency": "CNY"}))]
pub(super) struct Money {
    /// Decimal text.
    pub(super) amount: String,
    /// ISO 4217.
    pub(super) currency: String,
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "items": [], "next": "9a1f.1777622400000000.ff", "total": {"value": 8400, "exact": true}, "sum": {"amount": "1234.50", "currency": "CNY"}
}))]
pub(super) struct OrderPage {
    /// The orders, without their lines.
    pub(super) items: Vec<Order>,
    /// Give this as `cursor` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
    /// How many there are in all.
    pub(super) total: Total,
    /// What all of them sum up to.
    pub(super) sum: Money,
}
