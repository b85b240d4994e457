//! Dates and numbers of a run of rows.

use std::ops::Range;

use base::{Amount, Quantity};

use super::bad::BadReason;
use super::decoder::Decoder;
use super::lines::LineBatch;
use super::measures::{Check, Times, amount_of};
use crate::mapping::Field;

/// Buffers for the columns of a run of rows, used again for the next.
#[derive(Debug)]
pub(super) struct Block<'a> {
    times: Times<'a>,
    quantity: Vec<Option<i64>>,
    price: Vec<Option<i64>>,
    given: Vec<Option<i64>>,
    discount: Vec<Option<i64>>,
    amount: Vec<i64>,
    /// Of all good rows so far: whether a price is expected and missing.
    pub priceless: Vec<bool>,
    priced: bool,
}

impl<'a> Block<'a> {
    pub(super) fn new(decoder: &'a Decoder) -> Self {
        Self {
            times: Times::new(decoder),
            quantity: Vec::new(),
            price: Vec::new(),
            given: Vec::new(),
            discount: Vec::new(),
            amount: Vec::new(),
            priceless: Vec::new(),
            priced: [Field::UnitPrice, Field::Amount].iter().any(|f| decoder.column(*f).is_some()),
        }
    }

    /// Reads the cells of some rows and rejects the rows that cannot be used.
    pub(super) fn read(&mut self, check: &mut Check<'a>, rows: Range<usize>) {
        if let Some(column) = check.decoder.column(Field::OrderId) {
            check.require(column, BadReason::MissingKey, rows.clone());
        }
        check.times(rows.clone(), &mut self.times);
        check.numbers(Field::Quantity, Quantity::SCALE, rows.clone(), &mut self.quantity);
        check.numbers(Field::UnitPrice, Amount::SCALE, rows.clone(), &mut self.price);
        check.numbers(Field::Amount, Amount::SCALE, rows.clone(), &mut self.given);
        check.numbers(Field::Discount, Amount::SCALE, rows.clone(), &mut self.discount);
        check.currencies(rows.clone());
        self.amount.clear();
        for (at, row) in rows.enumerate() {
            let quantity = self.quantity[at].unwrap_or(Quantity::ONE);
            self.discount[at] = self.discount[at].map(i64::abs);
            let amount = amount_of(quantity, self.price[at], self.given[at], self.discount[at]);
            if amount.is_err() && check.good[row] {
                check.reject(row, check.decoder.column(Field::UnitPrice).unwrap_or(0), BadReason::NumberOutOfRange);
            }
            self.amount.push(amount.unwrap_or_default());
        }
    }

    /// Adds the good ones of the rows just read to a batch.
    pub(super) fn push_good(&mut self, check: &Check<'_>, rows: Range<usize>, batch: &mut LineBatch) {
        for (at, row) in rows.enumerate() {
            if !check.good[row] {
                continue;
            }
            let price = self.price[at];
            batch.time.push(self.times.values[at]);
            batch.quantity.push(self.quantity[at].unwrap_or(Quantity::ONE));
            batch.unit_price.push(price);
            batch.amount.push(self.amount[at]);
            batch.discount.push(self.discount[at]);
            self.priceless.push(self.priced && price.is_none_or(|p| p <= 0) && self.given[at].unwrap_or(0) == 0);
        }
    }
}
