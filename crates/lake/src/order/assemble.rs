//! From lines to orders.

use arrow::array::{Array, Decimal64Array, PrimitiveArray, RecordBatch};
use arrow::datatypes::{Decimal64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::{Amount, Micros, Problem, Quantity};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Kind, Line, Order, Purchase, Text, kinds, number};

/// Orders while their lines come in, in any order. [`Default`] takes all.
#[derive(Default)]
pub struct Orders {
    /// The keys that are taken; `None` takes all.
    wanted: Option<FxHashSet<i64>>,
    open: FxHashMap<i64, Open>,
}

struct Open {
    order: Order,
    sale: Option<Micros>,
}

impl Orders {
    /// Only the orders of these keys.
    pub fn of_keys(keys: &[i64]) -> Self {
        Self { wanted: Some(keys.iter().copied().collect()), open: FxHashMap::default() }
    }

    /// Takes batches with [`super::COLUMNS`].
    pub fn add_all<'a>(&mut self, batches: impl IntoIterator<Item = &'a RecordBatch>) -> Result<(), Problem> {
        batches.into_iter().try_for_each(|batch| self.add(batch))
    }

    /// Takes a batch with [`super::COLUMNS`].
    pub fn add(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        let keys = number::<Int64Type>(batch, "order_key")?.values();
        let wanted = |row: &usize| self.wanted.as_ref().is_none_or(|wanted| wanted.contains(&keys[*row]));
        let rows: Vec<usize> = (0..batch.num_rows()).filter(wanted).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let (heads, lines) = (Heads::of(batch)?, Lines::of(batch)?);
        for row in rows {
            let open = self.open.entry(keys[row]).or_insert_with(|| heads.begin(keys[row], row));
            open.add(&heads, row, lines.at(row));
        }
        Ok(())
    }

    /// All orders, in no order.
    pub fn finish(self) -> Vec<Order> {
        self.open.into_values().map(Open::finish).collect()
    }
}

impl Open {
    fn add(&mut self, heads: &Heads<'_>, row: usize, line: Line) {
        let (order, time) = (&mut self.order, heads.time[row]);
        if line.kind == Kind::Sale {
            self.sale = Some(self.sale.map_or(time, |at| at.min(time)));
        }
        order.time = order.time.min(time);
        order.kind = order.kind.with(line.kind);
        if line.kind != Kind::Adjustment {
            order.amount.0 = order.amount.0.saturating_add(line.amount.0);
            order.pieces.0 = order.pieces.0.saturating_add(line.quantity.0);
        }
        order.customer = order.customer.or_else(|| heads.customer(row));
        for (known, column) in [
            (&mut order.store, &heads.store),
            (&mut order.channel, &heads.channel),
            (&mut order.device, &heads.device),
            (&mut order.coupon, &heads.coupon),
        ] {
            if known.is_none() {
                *known = column.at(row);
            }
        }
        if let Some(of) = heads.return_of.at(row).filter(|of| order.return_of.iter().all(|p| p.order_id != *of)) {
            order.return_of.push(Purchase { order_id: of, time: None });
        }
        order.lines.push(line);
    }

    fn finish(mut self) -> Order {
        self.order.time = self.sale.unwrap_or(self.order.time);
        self.order.lines.sort_by_key(|line| line.line_no);
        self.order
    }
}

/// The columns of orders.
struct Heads<'a> {
    customers: &'a PrimitiveArray<Int64Type>,
    time: &'a [i64],
    order_id: Text<'a>,
    currency: Text<'a>,
    store: Text<'a>,
    channel: Text<'a>,
    device: Text<'a>,
    coupon: Text<'a>,
    return_of: Text<'a>,
}

impl<'a> Heads<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, Problem> {
        let text = |name| Text::of(batch, name);
        Ok(Self {
            customers: number::<Int64Type>(batch, "customer_id")?,
            time: number::<TimestampMicrosecondType>(batch, "time")?.values(),
            order_id: text("order_id")?,
            currency: text("currency")?,
            store: text("store")?,
            channel: text("channel")?,
            device: text("device")?,
            coupon: text("coupon")?,
            return_of: text("return_of")?,
        })
    }

    fn customer(&self, row: usize) -> Option<i64> {
        self.customers.is_valid(row).then(|| self.customers.value(row))
    }

    /// An order without lines.
    fn begin(&self, key: i64, row: usize) -> Open {
        let order = Order {
            key,
            order_id: self.order_id.at(row).unwrap_or_default(),
            customer: None,
            time: self.time[row],
            kind: Kind::Adjustment,
            amount: Amount::default(),
            pieces: Quantity::default(),
            currency: self.currency.at(row).unwrap_or_default(),
            store: None,
            channel: None,
            device: None,
            coupon: None,
            return_of: Vec::new(),
            lines: Vec::new(),
        };
        Open { order, sale: None }
    }
}

/// The columns of lines.
struct Lines<'a> {
    line_no: &'a [i32],
    kind: (&'a PrimitiveArray<Int32Type>, Vec<Kind>),
    product: Text<'a>,
    product_name: Text<'a>,
    category: Text<'a>,
    quantity: &'a [i64],
    unit_price: &'a Decimal64Array,
    discount: &'a Decimal64Array,
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
        let money = |column: &Decimal64Array| column.is_valid(row).then(|| Amount(column.value(row)));
        Line {
            line_no: self.line_no[row],
            kind: self.kind.1[self.kind.0.values()[row] as usize],
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
