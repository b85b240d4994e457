//! Reads whole orders.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, DictionaryArray, RecordBatch, StringArray};
use arrow::datatypes::{Decimal64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::{Amount, Micros, Problem, Quantity};
use lake::{Month, ORDER_LINE, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use super::find::Found;
use super::{Kind, Line, Order, Purchase};
use crate::index::Index;
use crate::index::extract::{self, kinds, number, wrong};

/// The columns an order is made of.
const COLUMNS: [&str; 19] = [
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

/// The orders of these keys, in no order. Looks into the filter of every row group: for few keys.
pub(super) fn of_keys(snapshot: &Snapshot, keys: &[i64]) -> Result<Vec<Order>, Problem> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut orders = Orders::new(keys);
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
    let mut orders = Orders::new(&keys(&together));
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
    let mut by_key: FxHashMap<i64, Order> = whole.into_iter().map(|o| (o.key, o)).collect();
    Ok(page.iter().filter_map(|order| by_key.remove(&order.key)).collect())
}

/// Gives every purchase that a return is linked to its time: the latest order of that id which is not after the return.
pub(super) fn link(order: &mut Order, lines: &[RecordBatch]) -> Result<(), Problem> {
    for batch in lines {
        let (ids, time) = (Text::of(batch, "order_id")?, number::<TimestampMicrosecondType>(batch, "time")?.values());
        let (kind, meaning) = kinds(batch)?;
        for row in 0..batch.num_rows() {
            if meaning[kind.values()[row] as usize] != extract::Kind::Sale || time[row] > order.time {
                continue;
            }
            for purchase in order.return_of.iter_mut().filter(|p| ids.get(row) == Some(p.order_id.as_str())) {
                purchase.time = purchase.time.max(Some(time[row]));
            }
        }
    }
    Ok(())
}

/// Orders while their lines come in.
struct Orders {
    wanted: FxHashSet<i64>,
    orders: FxHashMap<i64, (Order, Option<Micros>)>,
}

impl Orders {
    fn new(keys: &[i64]) -> Self {
        Self { wanted: keys.iter().copied().collect(), orders: FxHashMap::default() }
    }

    fn add_all(&mut self, batches: &[RecordBatch]) -> Result<(), Problem> {
        batches.iter().try_for_each(|batch| self.add(batch))
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        let keys = number::<Int64Type>(batch, "order_key")?.values();
        let rows: Vec<usize> = (0..batch.num_rows()).filter(|row| self.wanted.contains(&keys[*row])).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let time = number::<TimestampMicrosecondType>(batch, "time")?.values();
        let customers = number::<Int64Type>(batch, "customer_id")?;
        let text = |name| Text::of(batch, name);
        let (id, currency, store, channel) = (text("order_id")?, text("currency")?, text("store")?, text("channel")?);
        let (device, coupon, return_of) = (text("device")?, text("coupon")?, text("return_of")?);
        let lines = Lines::of(batch)?;
        for row in rows {
            let line = lines.at(row);
            let (order, sale) = self.orders.entry(keys[row]).or_insert_with(|| (empty(keys[row], time[row]), None));
            if line.kind == Kind::Sale {
                *sale = Some(sale.map_or(time[row], |at| at.min(time[row])));
            }
            order.time = order.time.min(time[row]);
            order.kind = match (order.kind, line.kind) {
                (Kind::Sale, _) | (_, Kind::Sale) => Kind::Sale,
                (Kind::Return, _) | (_, Kind::Return) => Kind::Return,
                _ => Kind::Adjustment,
            };
            if line.kind != Kind::Adjustment {
                order.amount.0 = order.amount.0.saturating_add(line.amount.0);
                order.pieces.0 = order.pieces.0.saturating_add(line.quantity.0);
            }
            order.customer = order.customer.or_else(|| customers.is_valid(row).then(|| customers.value(row)));
            if order.lines.is_empty() {
                order.order_id = id.at(row).unwrap_or_default();
                order.currency = currency.at(row).unwrap_or_default();
            }
            for (known, column) in [
                (&mut order.store, &store),
                (&mut order.channel, &channel),
                (&mut order.device, &device),
                (&mut order.coupon, &coupon),
            ] {
                if known.is_none() {
                    *known = column.at(row);
                }
            }
            if let Some(of) = return_of.at(row).filter(|of| order.return_of.iter().all(|p| p.order_id != *of)) {
                order.return_of.push(Purchase { order_id: of, time: None });
            }
            order.lines.push(line);
        }
        Ok(())
    }

    fn finish(self) -> Vec<Order> {
        let done = |(mut order, sale): (Order, Option<Micros>)| {
            order.time = sale.unwrap_or(order.time);
            order.lines.sort_by_key(|line| line.line_no);
            order
        };
        self.orders.into_values().map(done).collect()
    }
}

fn empty(key: i64, time: Micros) -> Order {
    Order {
        key,
        order_id: String::new(),
        customer: None,
        customer_name: None,
        time,
        kind: Kind::Adjustment,
        amount: Amount::default(),
        pieces: Quantity::default(),
        currency: String::new(),
        store: None,
        channel: None,
        device: None,
        coupon: None,
        return_of: Vec::new(),
        lines: Vec::new(),
    }
}

/// The columns of lines.
struct Lines<'a> {
    line_no: &'a [i32],
    kind: (&'a arrow::array::PrimitiveArray<Int32Type>, Vec<extract::Kind>),
    product: Text<'a>,
    product_name: Text<'a>,
    category: Text<'a>,
    quantity: &'a [i64],
    unit_price: &'a arrow::array::Decimal64Array,
    discount: &'a arrow::array::Decimal64Array,
    amount: &'a [i64],
}

impl<'a> Lines<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, Problem> {
        Ok(Self {
            line_no: number::<Int32Type>(batch, "line_no")?.values(),
            kind: kinds(batch)?,
            product: Text::of(batch, "product")?,
            product_name: Text::of(batch, "product_name")?,
            category: Text::of(batch, "category")?,
            quantity: number::<Decimal64Type>(batch, "quantity")?.values(),
            unit_price: number::<Decimal64Type>(batch, "unit_price")?,
            discount: number::<Decimal64Type>(batch, "discount")?,
            amount: number::<Decimal64Type>(batch, "amount")?.values(),
        })
    }

    fn at(&self, row: usize) -> Line {
        let money = |column: &arrow::array::Decimal64Array| column.is_valid(row).then(|| Amount(column.value(row)));
        Line {
            line_no: self.line_no[row],
            kind: self.kind.1[self.kind.0.values()[row] as usize].into(),
            product: self.product.at(row),
            product_name: self.product_name.at(row),
            category: self.category.at(row),
            quantity: Quantity(self.quantity[row]),
            unit_price: money(self.unit_price),
            discount: money(self.discount),
            amount: Amount(self.amount[row]),
        }
    }
}

/// A column of text.
struct Text<'a> {
    array: &'a DictionaryArray<Int32Type>,
    values: &'a StringArray,
}

impl<'a> Text<'a> {
    fn of(batch: &'a RecordBatch, name: &str) -> Result<Self, Problem> {
        let array = extract::text(batch, name)?;
        Ok(Self { array, values: array.values().as_string_opt::<i32>().ok_or_else(|| wrong(name))? })
    }

    fn get(&self, row: usize) -> Option<&'a str> {
        self.array.key(row).map(|key| self.values.value(key))
    }

    fn at(&self, row: usize) -> Option<String> {
        self.get(row).map(ToOwned::to_owned)
    }
}
