//! What one file of the history says about orders, without their lines. Files never change, so it is made once per file.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{Decimal64Type, Int64Type, TimestampMicrosecondType};
use base::zone::LocalTime;
use base::{Code, Micros, Problem, Zone};
use lake::Month;
use lake::order::{Kind, kinds, number};

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// The columns it is made from.
pub(crate) const COLUMNS: [&str; 5] = ["customer_id", "time", "order_key", "kind", "amount"];

/// Money of one hour on the clocks of the business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Money {
    /// Amount of sales.
    pub sales: i128,
    /// Amount of returns, negative.
    pub returns: i128,
}

/// Orders and money of a file. Rows are in the order of the file; an order whose lines do not lie together has several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extract {
    /// The key of the order.
    pub key: Vec<i64>,
    /// The customer; 0 = unknown.
    pub customer: Vec<u32>,
    /// The hour of the first line of kind sale, counted from 1970 on the clocks of the business, plus one; 0 = none is a sale.
    pub sold: Vec<u32>,
    /// The hour of the first entry of `money`.
    pub first_hour: u32,
    /// Money by hour.
    pub money: Vec<Money>,
}

/// Makes an [`Extract`] of batches in their order.
pub(crate) struct Fold {
    local: LocalTime,
    out: Extract,
    open: Option<Open>,
    /// The instant seen last and its hour: lines of an order share it.
    last: (Micros, u32),
}

#[derive(Clone, Copy)]
struct Open {
    key: i64,
    customer: u32,
    /// Rows that are in no file yet may be of any month; an order that spans two is two, as it would be in files.
    month: Month,
    sold: u32,
}

impl Fold {
    pub(crate) fn new(zone: &Zone) -> Self {
        let mut local = zone.local();
        let last = (0, hour(&mut local, 0));
        Self { local, out: Extract::default(), open: None, last }
    }

    /// Takes the rows of a batch; `month` when all are of one.
    pub(crate) fn add(&mut self, batch: &RecordBatch, month: Option<Month>) -> Result<(), Problem> {
        let customers = number::<Int64Type>(batch, "customer_id")?;
        let time = number::<TimestampMicrosecondType>(batch, "time")?.values();
        let keys = number::<Int64Type>(batch, "order_key")?.values();
        let amounts = number::<Decimal64Type>(batch, "amount")?.values();
        let (kinds, kind_names) = kinds(batch)?;
        for row in 0..batch.num_rows() {
            let customer = if customers.is_null(row) { 0 } else { small(customers.value(row))? };
            let kind = kind_names[kinds.values()[row] as usize];
            self.row(customer, keys[row], time[row], kind, amounts[row], month);
        }
        Ok(())
    }

    fn row(&mut self, customer: u32, key: i64, time: Micros, kind: Kind, amount: i64, month: Option<Month>) {
        if time != self.last.0 {
            self.last = (time, hour(&mut self.local, time));
        }
        let hour = self.last.1;
        let month = month.unwrap_or_else(|| Month::of(time));
        let same = |o: &Open| o.key == key && o.customer == customer && o.month == month;
        if !self.open.as_ref().is_some_and(same) {
            self.close();
            self.open = Some(Open { key, customer, month, sold: 0 });
        }
        if kind == Kind::Adjustment {
            return;
        }
        let money = self.out.money_at(hour);
        if kind == Kind::Return {
            money.returns += i128::from(amount);
            return;
        }
        money.sales += i128::from(amount);
        if let Some(open) = &mut self.open
            && (open.sold == 0 || hour < open.sold - 1)
        {
            open.sold = hour + 1;
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.out.key.push(open.key);
            self.out.customer.push(open.customer);
            self.out.sold.push(open.sold);
        }
    }

    pub(crate) fn finish(mut self) -> Extract {
        self.close();
        self.out
    }
}

impl Extract {
    fn money_at(&mut self, hour: u32) -> &mut Money {
        if self.money.is_empty() {
            self.first_hour = hour;
        }
        if hour < self.first_hour {
            let more = (self.first_hour - hour) as usize;
            self.money.splice(0..0, std::iter::repeat_n(Money::default(), more));
            self.first_hour = hour;
        }
        let at = (hour - self.first_hour) as usize;
        if at >= self.money.len() {
            self.money.resize(at + 1, Money::default());
        }
        &mut self.money[at]
    }
}

/// A customer in 32 bits: ids are dense.
pub(crate) fn small(customer: i64) -> Result<u32, Problem> {
    u32::try_from(customer)
        .map_err(|_| Problem::new(Code::Internal, format!("the customer {customer} is beyond the numbers in use")))
}

/// The hour on the clocks of the business, counted from 1970.
pub(crate) fn hour(local: &mut LocalTime, time: Micros) -> u32 {
    // Days are kept in 16 bits.
    local.at(time).0.div_euclid(HOUR).clamp(0, 65_534 * 24 - 1) as u32
}
