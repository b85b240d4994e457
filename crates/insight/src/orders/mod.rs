//! Orders: the list behind revenue and its kin, and one order with its lines.

mod find;
mod list;
mod read;

use std::fmt;

use base::{Code, Problem};
use lake::ORDER_LINE;
use lake::order::{self, Kind, Order};

use crate::Insight;
use crate::day::Day;
use crate::index::numbers::blocking;
pub use list::{Listing, Sort};

/// An order with the name of its customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The order with its lines.
    pub order: Order,
    /// The name of the customer, if he has one.
    pub customer_name: Option<String>,
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

/// The key of the order with this number, as [`order::id_of`] gives it.
pub fn order_key(id: &str) -> Result<i64, Problem> {
    order::key_of(id).ok_or_else(|| {
        Problem::new(Code::InvalidId, format!("\"{id}\" is not the id of an order"))
            .hint("it looks like ord_0123456789abcdef; GET /api/v1/orders lists them")
    })
}

impl Insight {
    /// One order, with the times of the purchases it returns.
    pub async fn order(&self, key: i64) -> Result<Listed, Problem> {
        let snapshot = self.lake.snapshot().await?;
        let found = blocking(move || {
            let mut orders = read::of_keys(&snapshot, &[key])?;
            let returned = orders.first().filter(|o| !o.return_of.is_empty());
            if let Some(customer) = returned.and_then(|o| o.customer) {
                let his = snapshot.of_customer(&ORDER_LINE, customer, &order::LINK_COLUMNS)?;
                order::link(&mut orders, &his)?;
            }
            Ok(orders)
        })
        .await?;
        self.named(found).await?.pop().ok_or_else(|| {
            Problem::new(Code::NotFound, format!("there is no order {}", order::id_of(key)))
                .hint("it was taken back with its import, or never existed; GET /api/v1/orders lists them")
        })
    }

    /// Adds the names of the customers.
    async fn named(&self, orders: Vec<Order>) -> Result<Vec<Listed>, Problem> {
        let mut ids: Vec<i64> = orders.iter().filter_map(|o| o.customer).collect();
        ids.sort_unstable();
        ids.dedup();
        let names = crate::store::customer_names(&mut self.lake.db().read().await?, &ids).await?;
        let name = |order: &Order| order.customer.and_then(|id| names.get(&id).cloned());
        Ok(orders.into_iter().map(|order| Listed { customer_name: name(&order), order }).collect())
    }
}
