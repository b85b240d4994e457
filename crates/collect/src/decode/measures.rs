//! The dates and numbers of order rows: everything that can make a row bad.

use std::ops::Range;

use base::{Amount, Micros, Quantity, clock::DAY};

use super::bad::{BadReason, BadRow};
use super::clock_time::parse_time_of_day;
use super::currency::currency_code;
use super::date::{DateFault, parse_date};
use super::decoder::Decoder;
use super::instant::Instants;
use super::number::{LIMIT, NumberFault, parse_scaled};
use super::text::{is_null, trim};
use crate::mapping::{DateForm, Field};
use crate::source::RawChunk;

/// Dates this far ahead are typing errors.
const AHEAD: Micros = 366 * DAY;

/// The rows of a chunk that are still good, and what was wrong with the others.
#[derive(Debug)]
pub(super) struct Check<'a> {
    pub decoder: &'a Decoder,
    pub chunk: &'a RawChunk,
    pub good: Vec<bool>,
    pub bad: Vec<BadRow>,
}

impl<'a> Check<'a> {
    /// All rows of a chunk but those that the source could not take apart.
    pub(super) fn new(decoder: &'a Decoder, chunk: &'a RawChunk) -> Self {
        let mut check = Self { decoder, chunk, good: vec![true; chunk.len()], bad: Vec::new() };
        for row in 0..chunk.len() {
            if let Some(fault) = chunk.fault(row) {
                check.good[row] = false;
                check.bad.push(BadRow::fault(chunk, row, fault, &decoder.names));
            }
        }
        check
    }

    /// Marks a row as bad by one of its cells.
    pub(super) fn reject(&mut self, row: usize, column: usize, reason: BadReason) {
        let form = match reason {
            BadReason::UnreadableDate | BadReason::ImpossibleDate => self.decoder.date_form().as_str(),
            _ => self.decoder.decimal().as_str(),
        };
        self.good[row] = false;
        let mut bad = BadRow::cell(self.chunk, row, self.decoder.named(column), reason, form);
        if matches!(reason, BadReason::UnreadableDate | BadReason::ImpossibleDate)
            && let Some(other) = other_form(self.chunk.cell(row, column), self.decoder.date_form())
        {
            let other = format!("it would read as {}", other.as_str());
            bad.message = format!("{}; {other}", bad.message);
        }
        self.bad.push(bad);
    }

    /// Rows whose cell is empty are bad.
    pub(super) fn require(&mut self, column: usize, reason: BadReason, rows: Range<usize>) {
        for row in rows {
            if is_null(trim(self.chunk.cell(row, column))) && self.good[row] {
                self.reject(row, column, reason);
            }
        }
    }

    /// Instants of the time column (and of the time of day, where it is a column of its own).
    pub(super) fn times(&mut self, rows: Range<usize>, times: &mut Times<'a>) {
        let chunk = self.chunk;
        let clock = self.decoder.column(Field::TimeOfDay);
        let column = self.decoder.column(Field::Time).unwrap_or(usize::MAX);
        times.values.clear();
        for row in rows {
            let cells = (chunk.cell(row, column), clock.map_or(&[][..], |c| chunk.cell(row, c)));
            if cells != times.cells {
                times.cells = cells;
                times.last = self.time(cells, column, clock, &mut times.instants);
            }
            if self.good[row]
                && let Err((column, reason)) = times.last
            {
                self.reject(row, column, reason);
            }
            times.values.push(times.last.unwrap_or_default());
        }
    }

    fn time(
        &self,
        (date, clock): (&[u8], &[u8]),
        column: usize,
        clock_column: Option<usize>,
        instants: &mut Instants<'_>,
    ) -> Result<Micros, (usize, BadReason)> {
        let fault = |fault: DateFault| (column, fault.into());
        let stamp = parse_date(date, self.decoder.date_form()).map_err(fault)?;
        let mut stamp = stamp.ok_or((column, BadReason::MissingDate))?;
        if let Some(clock_column) = clock_column {
            let written = parse_time_of_day(clock).map_err(|f| (clock_column, f.into()))?;
            stamp.time = written.map(|t| t.micros).or(stamp.time);
            stamp.offset = written.and_then(|t| t.offset).or(stamp.offset);
        }
        let instant = instants.at(stamp).ok_or((column, BadReason::ImpossibleDate))?;
        match instant {
            ..0 => Err((column, BadReason::DateTooEarly)),
            _ if instant > self.decoder.now.saturating_add(AHEAD) => Err((column, BadReason::DateTooLate)),
            _ => Ok(instant),
        }
    }

    /// The numbers of a column, scaled; all `None` when the field is not mapped.
    pub(super) fn numbers(&mut self, field: Field, scale: u32, rows: Range<usize>, numbers: &mut Vec<Option<i64>>) {
        numbers.clear();
        let Some(column) = self.decoder.column(field) else {
            numbers.resize(rows.len(), None);
            return;
        };
        let mark = self.decoder.decimal();
        for row in rows {
            let number = parse_scaled(self.chunk.cell(row, column), scale, mark);
            match number {
                Err(fault) if self.good[row] => self.reject(row, column, fault.into()),
                Ok(None) if field == Field::Quantity && self.good[row] => {
                    self.reject(row, column, BadReason::MissingQuantity);
                }
                _ => {}
            }
            numbers.push(number.unwrap_or_default());
        }
    }

    /// Rows with a currency that is none are bad.
    pub(super) fn currencies(&mut self, rows: Range<usize>) {
        let Some(column) = self.decoder.column(Field::Currency) else { return };
        let chunk = self.chunk;
        let mut previous: &[u8] = &[];
        let mut known = true;
        for row in rows {
            let cell = chunk.cell(row, column);
            if cell != previous {
                previous = cell;
                known = is_null(trim(cell)) || currency_code(cell).is_some();
            }
            if !known && self.good[row] {
                self.reject(row, column, BadReason::UnknownCurrency);
            }
        }
    }
}

/// The state of reading a time column: lines of an order share their time.
#[derive(Debug)]
pub(super) struct Times<'a> {
    /// Of the rows read last.
    pub values: Vec<Micros>,
    instants: Instants<'a>,
    cells: (&'a [u8], &'a [u8]),
    last: Result<Micros, (usize, BadReason)>,
}

impl<'a> Times<'a> {
    pub(super) fn new(decoder: &'a Decoder) -> Self {
        let column = decoder.column(Field::Time).unwrap_or(usize::MAX);
        Self {
            values: Vec::new(),
            instants: Instants::new(&decoder.zone),
            cells: (&[], &[]),
            last: Err((column, BadReason::MissingDate)),
        }
    }
}

/// What was paid, from what the row says: the amount, or quantity × price less discount.
#[inline]
pub(super) fn amount_of(
    quantity: i64,
    price: Option<i64>,
    amount: Option<i64>,
    discount: Option<i64>,
) -> Result<i64, NumberFault> {
    if let Some(amount) = amount {
        return Ok(amount);
    }
    let price = price.unwrap_or(0);
    let gross = if quantity % Quantity::ONE == 0 {
        price.checked_mul(quantity / Quantity::ONE)
    } else {
        Amount(price).times(Quantity(quantity)).map(|a| a.0)
    };
    let gross = gross.ok_or(NumberFault::OutOfRange)?;
    let discount = discount.unwrap_or(0);
    let net = if gross < 0 { gross.checked_add(discount) } else { gross.checked_sub(discount) };
    net.filter(|n| (-LIMIT..=LIMIT).contains(n)).ok_or(NumberFault::OutOfRange)
}

/// Another order of day, month and year in which a refused date would read.
fn other_form(cell: &[u8], form: DateForm) -> Option<DateForm> {
    let reads = |other: &DateForm| *other != form && matches!(parse_date(cell, *other), Ok(Some(_)));
    [DateForm::YearFirst, DateForm::DayFirst, DateForm::MonthFirst].into_iter().find(reads)
}
