//! Finds the purchase that a return belongs to.
//!
//! A return of a known customer is linked to his latest earlier purchase of the same product from which enough is left to
//! return; if none has enough left, to the latest with something left. What was taken back once is not taken back twice, whether
//! this file said so or an earlier one.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::{Problem, hash};
use lake::{ORDER_LINE, Reading, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use super::lines::Lines;
use crate::decode::{LineKind, TextField};

/// A purchase of a product.
struct Purchase {
    /// The key of its order.
    order: i64,
    order_id: String,
    time: i64,
    left: i64,
}

/// A return that found its purchase before.
struct Taken {
    /// The key of its own order, and the number of the line in it.
    order: i64,
    line_no: i32,
    /// The id of the order it was bought with.
    bought: String,
    quantity: i64,
}

/// What is known of one customer and one product.
#[derive(Default)]
struct Past {
    purchases: Vec<Purchase>,
    taken: Vec<Taken>,
}

/// Customer and hash of the product.
type Key = (i64, u64);
type Pasts = FxHashMap<Key, Past>;

/// The columns of the history in which purchases are looked for.
pub(super) const COLUMNS: [&str; 9] =
    ["customer_id", "time", "order_id", "order_key", "line_no", "kind", "product", "quantity", "return_of"];

/// Fills `return_of` of all lines of kind return; how many found their purchase. Of the `snapshots` the first is what is staged of
/// the file, the others are the history; orders that are in both count as the file has them.
pub(super) fn link(
    lines: &mut Lines,
    snapshots: &[Snapshot],
    threads: usize,
    cancel: &AtomicBool,
) -> Result<u64, Problem> {
    let wanted = Wanted::of(lines);
    let Some((staged, history)) = snapshots.split_first().filter(|_| !wanted.lines.is_empty()) else { return Ok(0) };
    let reading = Reading { columns: &COLUMNS, threads, cancel };
    let mut all = wanted.scan(staged, reading)?;
    // A resumed import has staged some of these very lines before.
    let mine: FxHashSet<(i64, i32)> = wanted.each().map(|at| lines.place(at)).collect();
    for past in all.values_mut() {
        past.taken.retain(|taken| !mine.contains(&(taken.order, taken.line_no)));
    }
    let mut known = Pasts::default();
    for snapshot in history {
        merge(&mut known, wanted.scan(snapshot, reading)?);
    }
    for (key, past) in &mut known {
        let file = all.get(key);
        let bought: FxHashSet<i64> = file.into_iter().flat_map(|f| &f.purchases).map(|p| p.order).collect();
        let returned = file.into_iter().flat_map(|f| &f.taken).map(|t| t.order);
        let returned: FxHashSet<i64> = returned.chain(wanted.lines[key].iter().map(|at| lines.place(*at).0)).collect();
        past.purchases.retain(|purchase| !bought.contains(&purchase.order));
        past.taken.retain(|taken| !returned.contains(&taken.order));
    }
    merge(&mut all, known);
    Ok(assign(lines, wanted, all))
}

/// As [`link`], from the lines of some customers ([`COLUMNS`]) and from `lines` themselves.
pub(super) fn link_in<'a>(
    lines: &mut Lines,
    history: impl IntoIterator<Item = &'a RecordBatch>,
) -> Result<u64, Problem> {
    let wanted = Wanted::of(lines);
    if wanted.lines.is_empty() {
        return Ok(0);
    }
    let mut all = Pasts::default();
    for batch in history {
        wanted.note(batch, &mut all)?;
    }
    for line in 0..lines.len() {
        let (Some(key), Some(order_id)) = (key(lines, line, LineKind::Sale), lines.text(TextField::OrderId, line))
        else {
            continue;
        };
        if wanted.lines.contains_key(&key) {
            let (order, order_id) = (lines.place(line).0, order_id.to_owned());
            let purchase = Purchase { order, order_id, time: lines.time[line], left: lines.quantity[line] };
            all.entry(key).or_default().purchases.push(purchase);
        }
    }
    Ok(assign(lines, wanted, all))
}

fn merge(all: &mut Pasts, more: Pasts) {
    for (key, past) in more {
        let into = all.entry(key).or_default();
        into.purchases.extend(past.purchases);
        into.taken.extend(past.taken);
    }
}

fn assign(lines: &mut Lines, mut wanted: Wanted, all: Pasts) -> u64 {
    let mut linked = 0;
    for (key, past) in all {
        let Some(mut returns) = wanted.lines.remove(&key) else { continue };
        let mut purchases = past.left();
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

impl Past {
    /// The purchases by time, less what was taken back of them. An order may hold the product on several lines.
    fn left(self) -> Vec<Purchase> {
        let Self { mut purchases, taken } = self;
        purchases.sort_by(|a, b| (a.time, &a.order_id).cmp(&(b.time, &b.order_id)));
        for mut taken in taken {
            for purchase in purchases.iter_mut().filter(|p| p.order_id == taken.bought && p.left > 0) {
                let here = purchase.left.min(taken.quantity);
                purchase.left -= here;
                taken.quantity -= here;
            }
        }
        purchases
    }
}

/// The returns whose purchases are looked for.
struct Wanted {
    customers: FxHashSet<i64>,
    lines: FxHashMap<Key, Vec<usize>>,
}

impl Wanted {
    fn of(lines: &Lines) -> Self {
        let mut wanted: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
        for line in 0..lines.len() {
            if let Some(key) = key(lines, line, LineKind::Return) {
                wanted.entry(key).or_default().push(line);
            }
        }
        Self { customers: wanted.keys().map(|k| k.0).collect(), lines: wanted }
    }

    fn each(&self) -> impl Iterator<Item = usize> {
        self.lines.values().flatten().copied()
    }

    fn scan(&self, snapshot: &Snapshot, reading: Reading<'_>) -> Result<Pasts, Problem> {
        let all: Mutex<Pasts> = Mutex::default();
        let note = |(): &mut (), batch: &RecordBatch| {
            let mut found = Pasts::default();
            self.note(batch, &mut found)?;
            merge(&mut all.lock().unwrap_or_else(std::sync::PoisonError::into_inner), found);
            Ok(())
        };
        snapshot.scan(&ORDER_LINE, reading, None, || (), note)?;
        Ok(all.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Takes the purchases, and the returns that have theirs, out of a batch with [`COLUMNS`].
    fn note(&self, batch: &RecordBatch, all: &mut Pasts) -> Result<(), Problem> {
        let missing = || Problem::new(base::Code::Internal, "the history has a column of another type");
        let column = |name| batch.column_by_name(name).ok_or_else(missing);
        let text = |name| column(name)?.as_dictionary_opt::<Int32Type>().ok_or_else(missing);
        let whole = |name| column(name)?.as_primitive_opt::<Int64Type>().ok_or_else(missing);
        let (customer, order) = (whole("customer_id")?, whole("order_key")?);
        let line_no = column("line_no")?.as_primitive_opt::<Int32Type>().ok_or_else(missing)?;
        let time = column("time")?.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(missing)?;
        let quantity = column("quantity")?.as_primitive_opt::<Decimal64Type>().ok_or_else(missing)?;
        let (id, kind, product, of) = (text("order_id")?, text("kind")?, text("product")?, text("return_of")?);
        let (ids, ofs) = (id.values().as_string::<i32>(), of.values().as_string::<i32>());
        let kinds: Vec<Option<&str>> = kind.values().as_string::<i32>().iter().collect();
        let products = product.values().as_string::<i32>();
        let hashes: Vec<u64> = products.iter().map(|p| p.map_or(0, |p| hash::stable(p.as_bytes()))).collect();
        for row in 0..batch.num_rows() {
            if customer.is_null(row) || !self.customers.contains(&customer.value(row)) {
                continue;
            }
            let (Some(kind), Some(product), Some(id)) = (kind.key(row), product.key(row), id.key(row)) else {
                continue;
            };
            let key = (customer.value(row), hashes[product]);
            if !self.lines.contains_key(&key) {
                continue;
            }
            let (order, quantity) = (order.value(row), quantity.value(row));
            if kinds[kind] == Some(LineKind::Sale.as_str()) {
                let (order_id, time) = (ids.value(id).to_owned(), time.value(row));
                all.entry(key).or_default().purchases.push(Purchase { order, order_id, time, left: quantity });
            } else if let Some(of) = of.key(row) {
                let (bought, quantity) = (ofs.value(of).to_owned(), quantity.saturating_abs());
                let taken = Taken { order, line_no: line_no.value(row), bought, quantity };
                all.entry(key).or_default().taken.push(taken);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_purchase_with_enough_left_is_chosen_and_used_up() {
        let purchase = |time, order: &str, left| Purchase { order: 0, order_id: order.into(), time, left };
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

    #[test]
    fn what_was_taken_back_before_is_no_longer_left() {
        let purchase = |time, order: &str, left| Purchase { order: 0, order_id: order.into(), time, left };
        let taken = |bought: &str, quantity| Taken { order: 9, line_no: 0, bought: bought.into(), quantity };
        let purchases = vec![purchase(2, "b", 2_000), purchase(1, "a", 1_000), purchase(1, "a", 1_000)];
        let past = Past { purchases, taken: vec![taken("a", 1_500), taken("b", 1_000), taken("gone", 1_000)] };
        let left: Vec<(String, i64)> = past.left().into_iter().map(|p| (p.order_id, p.left)).collect();
        assert_eq!(left, [("a".into(), 0), ("a".into(), 500), ("b".into(), 1_000)]);
    }
}
