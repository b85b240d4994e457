//! What a file holds, in numbers. One definition each; the guide explains them, tests compare them with known totals.

use serde::{Deserialize, Serialize};

use crate::decode::{LineBatch, LineKind};

/// Lines and their amounts, in 1/10000 of the currency unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// How many lines.
    pub lines: u64,
    /// Sum of their amounts, 1/10000; written as decimal text.
    #[serde(with = "super::written::amount")]
    pub amount: i128,
}

impl Sum {
    fn add(&mut self, amount: i64) {
        self.lines += 1;
        self.amount += i128::from(amount);
    }

    fn plus(self, other: Self) -> Self {
        Self { lines: self.lines + other.lines, amount: self.amount + other.amount }
    }
}

/// The totals of an order file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Lines by kind (sale, return, adjustment) that name a customer.
    pub with_customer: [Sum; 3],
    /// Lines by kind that name nobody.
    pub without_customer: [Sum; 3],
    /// Lines of kind adjustment with a negative quantity.
    pub corrective_lines: u64,
    /// Lines without a price (or with a price of zero).
    pub unpriced_lines: u64,
    /// Distinct orders.
    pub orders: u64,
    /// Distinct orders that have a line of kind return.
    pub return_orders: u64,
    /// Distinct orders that name a customer and have a line that is not a return.
    pub customer_orders: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Distinct customers with a line that is not a return.
    pub customers_with_order: u64,
    /// Distinct customers with a line of kind sale: the population of RFM.
    pub customers_with_sale: u64,
    /// Distinct product codes.
    pub products: u64,
    /// The time of the first and the last line, microseconds UTC; written as RFC 3339.
    #[serde(with = "super::written::span")]
    pub span: Option<(i64, i64)>,
}

impl Figures {
    /// Adds the lines of a chunk and whose they are, 0 where nobody is named.
    pub(super) fn add(&mut self, batch: &LineBatch, customers: &[i64]) {
        for (line, customer) in customers.iter().enumerate() {
            let (kind, amount) = (batch.kind[line], batch.amount[line]);
            let sums = if *customer == 0 { &mut self.without_customer } else { &mut self.with_customer };
            sums[kind as usize].add(amount);
            self.corrective_lines += u64::from(kind == LineKind::Adjustment && batch.quantity[line] < 0);
            self.unpriced_lines += u64::from(batch.unit_price[line].unwrap_or(amount) == 0);
        }
        let (first, last) = (batch.time.iter().min(), batch.time.iter().max());
        if let (Some(first), Some(last)) = (first, last) {
            let (a, b) = self.span.unwrap_or((*first, *last));
            self.span = Some((a.min(*first), b.max(*last)));
        }
    }

    /// Lines and amounts of a kind, with and without a customer.
    pub fn of(&self, kind: LineKind) -> Sum {
        self.with_customer[kind as usize].plus(self.without_customer[kind as usize])
    }

    /// All lines: sales, returns and adjustments.
    pub fn all(&self) -> Sum {
        self.of(LineKind::Sale).plus(self.of(LineKind::Return)).plus(self.of(LineKind::Adjustment))
    }

    /// Lines that are not returns: sales and adjustments ("gross" of a file).
    pub fn without_returns(&self) -> Sum {
        self.of(LineKind::Sale).plus(self.of(LineKind::Adjustment))
    }

    /// All lines that name a customer.
    pub fn of_customers(&self) -> Sum {
        self.with_customer.iter().fold(Sum::default(), |a, b| a.plus(*b))
    }

    /// Lines that name a customer and are not returns.
    pub fn of_customers_without_returns(&self) -> Sum {
        self.with_customer[0].plus(self.with_customer[2])
    }

    /// Sales less returns: the revenue of the product's reports. Adjustments are apart.
    pub fn revenue(&self) -> Sum {
        self.of(LineKind::Sale).plus(self.of(LineKind::Return))
    }
}
