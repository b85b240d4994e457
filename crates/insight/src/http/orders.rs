//! Orders.

use axum::extract::State;
use base::{Code, CustomerId, ImportId, Problem};
use serde::Deserialize;
use utoipa::IntoParams;
use web::api::Total;
use web::api::page::limit;
use web::may::CustomersRead;
use web::{Allowed, ApiError, Json, Path, Query, Routes};

use super::order_dto::{LineKind, Money, Order, OrderPage};
use crate::Insight;
use crate::day::{Day, Period};
use crate::metrics::Unit;
use crate::orders::{Filter, Sort, order_key};

/// How many orders a page has when nobody says, and at most.
const PAGE: (usize, usize) = (50, 500);

/// Which orders.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct OrderQuery {
    /// Placed on this day or later.
    #[param(format = Date, example = "2026-01-01")]
    from: Option<String>,
    /// Placed on this day or earlier.
    #[param(format = Date, example = "2026-03-31")]
    to: Option<String>,
    /// Of this kind.
    #[param(inline)]
    kind: Option<LineKind>,
    /// Of this customer.
    #[param(value_type = Option<String>, example = "cus_1")]
    customer: Option<CustomerId>,
    /// With this product (its code).
    #[param(example = "SK0003")]
    product: Option<String>,
    /// With this category.
    #[param(example = "Tea")]
    category: Option<String>,
    /// In this shop.
    #[param(example = "S01")]
    store: Option<String>,
    /// Through this channel.
    #[param(example = "shop")]
    channel: Option<String>,
    /// Placed on this weekday: Monday is 1.
    #[param(minimum = 1, maximum = 7, example = 5)]
    weekday: Option<u8>,
    /// Placed in this hour: 0 to 23.
    #[param(maximum = 23, example = 19)]
    hour: Option<u8>,
    /// With lines of this import.
    #[param(value_type = Option<String>, example = "imp_1")]
    import: Option<ImportId>,
    /// `-time` (unless given), `time`, `-amount` or `amount`.
    #[param(example = "-amount")]
    sort: Option<String>,
    /// `next` of the page before; with the same filters and sort.
    cursor: Option<String>,
    /// How many orders at most: 1 to 500, 50 unless given.
    #[param(minimum = 1, maximum = 500, example = 50)]
    limit: Option<usize>,
}

fn refuse<T>(field: &str, message: impl Into<String>) -> Result<T, Problem> {
    let message = message.into();
    Err(Problem::new(Code::InvalidArgument, format!("{field} {message}")).field(field, message))
}

impl OrderQuery {
    fn filter(&mut self) -> Result<Filter, Problem> {
        let day = |text: &Option<String>, field| text.as_deref().map(|t| Day::parse(t, field)).transpose();
        let (from, to) = (day(&self.from, "from")?, day(&self.to, "to")?);
        if let Some((from, to)) = from.zip(to) {
            Period::new(from, to)?;
        }
        if self.weekday.is_some_and(|d| !(1..=7).contains(&d)) {
            return refuse("weekday", "must be 1 (Monday) to 7 (Sunday)");
        }
        if self.hour.is_some_and(|h| h > 23) {
            return refuse("hour", "must be 0 to 23");
        }
        Ok(Filter {
            from,
            to,
            kind: self.kind.map(Into::into),
            weekday: self.weekday,
            hour: self.hour,
            customer: self.customer.map(|id| id.0),
            product: self.product.take(),
            category: self.category.take(),
            store: self.store.take(),
            channel: self.channel.take(),
            import: self.import.map(|id| id.0),
        })
    }

    fn sort(&self) -> Result<Sort, Problem> {
        match self.sort.as_deref() {
            None | Some("-time") => Ok(Sort::Newest),
            Some("time") => Ok(Sort::Oldest),
            Some("-amount") => Ok(Sort::Largest),
            Some("amount") => Ok(Sort::Smallest),
            Some(_) => refuse("sort", "must be one of -time, time, -amount, amount"),
        }
    }
}

/// Where a page ends, bound to the list it is of.
fn cursor(mark: u64, place: (i128, i64)) -> String {
    format!("{mark:x}.{}.{:x}", place.0, place.1.cast_unsigned())
}

fn place(mark: u64, text: &str) -> Result<(i128, i64), Problem> {
    let mut parts = text.split('.');
    let same = parts.next().and_then(|m| u64::from_str_radix(m, 16).ok()) == Some(mark);
    let rank = parts.next().and_then(|r| r.parse().ok());
    let key = parts.next().and_then(|k| u64::from_str_radix(k, 16).ok()).map(u64::cast_signed);
    rank.zip(key).filter(|_| same && parts.next().is_none()).ok_or_else(|| {
        Problem::new(Code::InvalidArgument, "the cursor is not one of this list")
            .hint("take \"next\" of the page before, with the same sort and filters; leave it out for the first page")
            .field("cursor", "does not belong to this list")
    })
}

pub(super) fn routes() -> Routes<Insight> {
    Routes::new().with(web::routes![order_list, order_get])
}

/// List orders
///
/// An order is listed by when it was placed: its first sale, else its first line. Product, category, store, channel and import
/// are those of one and the same line.
#[utoipa::path(get, path = "/orders", tag = "overview", params(OrderQuery),
    responses((status = 200, description = "A page of orders.", body = OrderPage)))]
async fn order_list(
    actor: Allowed<CustomersRead>,
    State(insight): State<Insight>,
    Query(mut query): Query<OrderQuery>,
) -> Result<Json<OrderPage>, ApiError> {
    let (filter, sort, limit) = (query.filter()?, query.sort()?, limit(query.limit, PAGE.0, PAGE.1)?);
    let mark = base::hash::stable(format!("{filter} {sort:?}").as_bytes());
    let after = query.cursor.as_deref().map(|text| place(mark, text)).transpose()?;
    let found = insight.orders(filter, sort, after, limit).await?;
    match query.customer {
        Some(customer) => insight.app.audit_read(&actor, "order.list", customer).await,
        None => insight.app.audit_read(&actor, "order.list", "orders").await,
    }
    let (mask, currency) = (actor.mask(), insight.business.currency.clone());
    Ok(Json(OrderPage {
        items: found.orders.into_iter().map(|order| Order::new(order, mask, false)).collect(),
        next: found.next.map(|next| cursor(mark, next)),
        total: Total::exact(found.total.orders as i64),
        sum: Money { amount: Unit::Money.write(found.total.amount), currency },
    }))
}

/// See one order with its lines
#[utoipa::path(get, path = "/orders/{id}", tag = "overview", params(("id" = String, Path, example = "ord_00000000000000ff")),
    responses((status = 200, description = "The order.", body = Order)))]
async fn order_get(
    actor: Allowed<CustomersRead>,
    State(insight): State<Insight>,
    Path(id): Path<String>,
) -> Result<Json<Order>, ApiError> {
    let found = insight.order(order_key(&id)?).await?;
    if let Some(customer) = found.order.customer {
        insight.app.audit_read(&actor, "order.read", CustomerId(customer)).await;
    }
    Ok(Json(Order::new(found, actor.mask(), true)))
}
