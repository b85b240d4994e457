//! Finds the purchase that a return belongs to.
//!
//! A return of a known customer is linked to his latest earlier purchase of the same product from which enough is left to
//! return; if none has enough left, to the latest with something left. What was taken back once is not taken back twice.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::{Problem, hash};
use lake::{ORDER_LINE, Reading, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use super::lines::Lines;
use crate::decode::{LineKind, TextField};

struct Purchase {
    time: i64,
    order_id: String,
    left: i64,
}

type Key = (i64, u64);

/// The columns of the history in which purchases are looked for.
pub(super) const COLUMNS: [&str; 6] = ["customer_id", "time", "order_id", "kind", "product", "quantity"];

/// Fills `return_of` of all lines of kind return from the whole history; how many found their purchase.
pub(super) fn link(
    lines: &mut Lines,
    snapshots: &[Snapshot],
    threads: usize,
    cancel: &AtomicBool,
) -> Result<u64, Problem> {
    let wanted = wanted(lines);
    if wanted.is_empty() {
        return Ok(0);
    }
    let customers: FxHashSet<i64> = wanted.keys().map(|k| k.0).collect();
    let found: Mutex<FxHashMap<Key, Vec<Purchase>>> = Mutex::default();
    for snapshot in snapshots {
        let reading = Reading { columns: &COLUMNS, threads, cancel };
        snapshot.scan(
            &ORDER_LINE,
            reading,
            None,
            || (),
            |(), batch| {
                let purchases = purchases(batch, &customers, &wanted)?;
                let mut all = found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for (key, purchase) in purchases {
                    all.entry(key).or_default().push(purchase);
                }
                Ok(())
            },
        )?;
    }
    Ok(assign(lines, wanted, found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)))
}

/// As [`link`], from the lines of some customers ([`COLUMNS`]) and from `lines` themselves.
pub(super) fn link_in<'a>(
    lines: &mut Lines,
    history: impl IntoIterator<Item = &'a RecordBatch>,
) -> Result<u64, Problem> {
    let wanted = wanted(lines);
    if wanted.is_empty() {
        return Ok(0);
    }
    let customers: FxHashSet<i64> = wanted.keys().map(|k| k.0).collect();
    let mut found: FxHashMap<Key, Vec<Purchase>> = FxHashMap::default();
    for batch in history {
        for (key, purchase) in purchases(batch, &customers, &wanted)? {
            found.entry(key).or_default().push(purchase);
        }
    }
    for line in 0..lines.len() {
        let (Some(key), Some(order)) = (key(lines, line, LineKind::Sale), lines.text(TextField::OrderId, line)) else {
            continue;
        };
        if wanted.contains_key(&key) {
            let purchase = Purchase { time: lines.time[line], order_id: order.to_owned(), left: lines.quantity[line] };
            found.entry(key).or_default().push(purchase);
        }
    }
    Ok(assign(lines, wanted, found))
}

fn wanted(lines: &Lines) -> FxHashMap<Key, Vec<usize>> {
    let mut wanted: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
    for line in 0..lines.len() {
        if let Some(key) = key(lines, line, LineKind::Return) {
            wanted.entry(key).or_default().push(line);
        }
    }
    wanted
}

fn assign(lines: &mut Lines, mut wanted: FxHashMap<Key, Vec<usize>>, found: FxHashMap<Key, Vec<Purchase>>) -> u64 {
    let mut linked = 0;
    for (key, mut purchases) in found {
        let Some(mut returns) = wanted.remove(&key) else { continue };
        purchases.sort_by(|a, b| (a.time, &a.order_id).cmp(&(b.time, &b.order_id)));
        returns.sort_by_key(|line| (lines.time[*line], lines.order_key[*line], lines.line_no[*line]));
        for line in returns {
            if let Some(purchase) = choose(&mut purchases, lines.time[line], lines.quantity[line].saturating_abs()) {
                lines.return_of[line] = lines.linked.intern(purchase.as_bytes());
                linked += 1;
            }
        }
    }
    linked
}

/// Customer and product of a line, if it is of this kind and tells both.
fn key(lines: &Lines, line: usize, kind: LineKind) -> Option<Key> {
    let wanted = lines.kind[line] == kind && lines.customer[line] != 0;
    let product = lines.text(TextField::Product, line).filter(|_| wanted)?;
    Some((lines.customer[line], hash::stable(product.as_bytes())))
}

fn choose(purchases: &mut [Purchase], at: i64, quantity: i64) -> Option<String> {
    let earlier = purchases.iter().take_while(|p| p.time <= at).count();
    let earlier = &mut purchases[..earlier];
    let enough = earlier.iter().rposition(|p| p.left >= quantity.max(1));
    let some = enough.or_else(|| earlier.iter().rposition(|p| p.left > 0))?;
    let purchase = &mut earlier[some];
    purchase.left -= quantity;
    Some(purchase.order_id.clone())
}

fn purchases(
    batch: &RecordBatch,
    customers: &FxHashSet<i64>,
    wanted: &FxHashMap<Key, Vec<usize>>,
) -> Result<Vec<(Key, Purchase)>, Problem> {
    let missing = || Problem::new(base::Code::Internal, "the history has a column of another type");
    let column = |name| batch.column_by_name(name).ok_or_else(missing);
    let text = |name| column(name)?.as_dictionary_opt::<Int32Type>().ok_or_else(missing);
    let customer = column("customer_id")?.as_primitive_opt::<Int64Type>().ok_or_else(missing)?;
    let time = column("time")?.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(missing)?;
    let (order, kind, product) = (text("order_id")?, text("kind")?, text("product")?);
    let quantity = column("quantity")?.as_primitive_opt::<Decimal64Type>().ok_or_else(missing)?;
    let (orders, kinds, products) =
        (order.values().as_string::<i32>(), kind.values().as_string::<i32>(), product.values().as_string::<i32>());
    let sale: Vec<bool> = kinds.iter().map(|k| k == Some(LineKind::Sale.as_str())).collect();
    let hashes: Vec<u64> = products.iter().map(|p| p.map_or(0, |p| hash::stable(p.as_bytes()))).collect();
    let mut out = Vec::new();
    for row in 0..batch.num_rows() {
        if customer.is_null(row) || !customers.contains(&customer.value(row)) {
            continue;
        }
        let (Some(kind), Some(product), Some(order)) = (kind.key(row), product.key(row), order.key(row)) else {
            continue;
        };
        let key = (customer.value(row), hashes[product]);
        if sale[kind] && wanted.contains_key(&key) {
            let order_id = orders.value(order).to_owned();
            out.push((key, Purchase { time: time.value(row), order_id, left: quantity.value(row) }));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_purchase_with_enough_left_is_chosen_and_used_up() {
        let purchase = |time, order: &str, left| Purchase { time, order_id: order.into(), left };
        let mut all = [purchase(1, "a", 5_000), purchase(2, "b", 2_000), purchase(9, "late", 9_000)];
        assert_eq!(choose(&mut all, 5, 3_000).as_deref(), Some("a"), "b has too little");
        assert_eq!(choose(&mut all, 5, 2_000).as_deref(), Some("b"));
        assert_eq!(
            choose(&mut all, 5, 9_000).as_deref(),
            Some("a"),
            "nothing has enough: the latest with something left"
        );
        assert_eq!(choose(&mut all, 5, 1_000), None, "all is taken back");
    }
}
