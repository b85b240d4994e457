//! Reads whole orders.

use std::collections::BTreeMap;

use base::Problem;
use lake::order::{COLUMNS, Order, Orders};
use lake::{Month, ORDER_LINE, Snapshot};
use rustc_hash::FxHashMap;

use super::find::Found;
use crate::index::Index;

/// The orders of these keys, in no order. Looks into the filter of every row group: for few keys.
pub(super) fn of_keys(snapshot: &Snapshot, keys: &[i64]) -> Result<Vec<Order>, Problem> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut orders = Orders::of_keys(keys);
    for (_, batch) in snapshot.sealed_of_orders(keys, &COLUMNS)? {
        orders.add(&batch)?;
    }
    orders.add_all(snapshot.hot(&ORDER_LINE))?;
    Ok(orders.finish())
}

/// The orders of a page, in its order. Those whose lines lie together are where their customer is in the files of their month.
pub(super) fn of_page(snapshot: &Snapshot, index: &Index, page: &[Found]) -> Result<Vec<Order>, Problem> {
    let is_spread = |order: &&Found| index.spread.binary_search(&order.key).is_ok();
    let (spread, together): (Vec<&Found>, Vec<&Found>) = page.iter().partition(is_spread);
    let keys = |orders: &[&Found]| {
        let mut keys: Vec<i64> = orders.iter().map(|o| o.key).collect();
        keys.sort_unstable();
        keys
    };
    let mut whole = of_keys(snapshot, &keys(&spread))?;
    let mut orders = Orders::of_keys(&keys(&together));
    let mut months: BTreeMap<Month, Vec<&Found>> = BTreeMap::new();
    for order in together {
        months.entry(Month::of(order.placed)).or_default().push(order);
    }
    for (month, found) in months {
        let files: Vec<i64> = snapshot.files(&ORDER_LINE).filter(|f| f.month == Some(month)).map(|f| f.id).collect();
        let files = snapshot.only_files(&files);
        let mut customers: Vec<i64> = found.iter().filter_map(|o| o.customer).collect();
        customers.sort_unstable();
        customers.dedup();
        for customer in customers {
            orders.add_all(&files.of_customer(&ORDER_LINE, customer, &COLUMNS)?)?;
        }
        let unknown: Vec<&Found> = found.into_iter().filter(|o| o.customer.is_none()).collect();
        if !unknown.is_empty() {
            for (_, batch) in files.sealed_of_orders(&keys(&unknown), &COLUMNS)? {
                orders.add(&batch)?;
            }
        }
    }
    orders.add_all(snapshot.hot(&ORDER_LINE))?;
    whole.extend(orders.finish());
    Ok(in_order(page, whole))
}

/// The orders of a page, in its order.
pub(super) fn in_order(page: &[Found], orders: Vec<Order>) -> Vec<Order> {
    let mut by_key: FxHashMap<i64, Order> = orders.into_iter().map(|o| (o.key, o)).collect();
    page.iter().filter_map(|order| by_key.remove(&order.key)).collect()
}
