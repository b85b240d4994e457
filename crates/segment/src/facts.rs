//! The facts of customers from the lake: recency, frequency, monetary … by the definitions of the trait engine, so that a
//! number means the same here, in the table `trait` and in an explanation.
//!
//! The one number that engine has no definition for, the gap before the last purchase day, is read off the same rows.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::{Amount, Code, CustomerId, Micros, Problem, Zone};
use lake::{ORDER_LINE, Snapshot};
use profile::traits::{Folder, Plan, Traits};

use crate::definitions;
use crate::model::{Facts, History, InWindow};
use crate::purchases::{Date, LinesPlan};

/// Stands for rows that are no sale.
const NO_SALE: i32 = i32::MIN;

/// How facts are computed: traits compiled for a window and a time zone.
#[derive(Clone, Debug)]
pub struct FactsPlan {
    plan: Arc<Plan>,
    zone: Zone,
    /// Tells apart plans that give other facts.
    stamp: u64,
    window: String,
    /// The same definitions as what lines are to them, when they can be told so.
    lines: Option<LinesPlan>,
}

/// How a pass over all customers works.
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    /// How many threads may work.
    pub threads: usize,
    /// Set by another thread to give up; the call then ends with a problem of the code `cancelled`.
    pub cancel: &'a AtomicBool,
    /// Told now and then, from any thread, how many more customers are done.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

impl FactsPlan {
    /// Takes the definitions of recency, tenure, frequency and monetary value from `traits` (those that come with the
    /// product where it lacks them); the window is written as in a trait.
    pub fn new(traits: &Traits, window: &str, zone: &Zone) -> Result<Self, Problem> {
        let text = definitions::of_facts(traits, window)?;
        let stamp = base::hash::stable_parts([text.as_bytes(), zone.name().as_bytes()]);
        let parsed = Traits::parse(&text).map_err(|p| {
            Problem::new(Code::InvalidArgument, format!("the window \"{window}\" cannot be used"))
                .hint(p.hint.clone().unwrap_or_else(|| p.message.clone()))
                .caused_by(p)
        })?;
        let lines = LinesPlan::new(&definitions::of_lines(traits)?, zone)?;
        Ok(Self { plan: Plan::compile(&parsed, zone)?, zone: zone.clone(), stamp, window: window.to_owned(), lines })
    }

    /// Plans with the same number give the same facts.
    pub(crate) const fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The day on the wall of an instant, counted from 1970-01-01.
    pub fn day(&self, at: Micros) -> i32 {
        self.zone.local().at(at).day()
    }

    /// The columns of `order_line` that [`Self::of_batches`] needs.
    pub fn columns(&self) -> &[&'static str] {
        self.plan.columns()
    }

    /// The definitions as what lines are to them, and dates; `None` where a definition, the window or a date cannot be told so.
    pub(crate) fn lines(&self, dates: &[Micros]) -> Option<(&LinesPlan, Vec<Date>)> {
        let lines = self.lines.as_ref()?;
        let date = |at: &Micros| lines.date(*at, &self.window, self.day(*at));
        Some((lines, dates.iter().map(date).collect::<Option<_>>()?))
    }

    /// The facts of one customer; without order lines he has none.
    pub fn one(&self, snapshot: &Snapshot, as_of: Micros, customer: CustomerId) -> Result<Facts, Problem> {
        let batches = snapshot.of_customer(&ORDER_LINE, customer.0, self.plan.columns())?;
        self.of_batches(&batches, as_of, customer)
    }

    /// The facts of one customer from all his order lines.
    pub fn of_batches(&self, batches: &[RecordBatch], as_of: Micros, customer: CustomerId) -> Result<Facts, Problem> {
        let mut folder = Folder::new(&self.plan, as_of);
        let mut days = LastDays::default();
        for batch in batches {
            let prepared = folder.prepare(batch)?;
            folder.fold(&prepared, 0..batch.num_rows());
            folder.recycle(prepared);
            days.see(&self.sale_days(batch)?, times(batch)?, as_of);
        }
        folder.finish(customer)?;
        let mut facts = read(&folder.take()?, &[days.gap()], self.day(as_of))?;
        facts.pop().ok_or_else(|| Problem::new(Code::Internal, "the fold of a customer gave nothing"))
    }

    /// The plan of the trait engine.
    pub(crate) const fn engine(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The day of every row that is a sale.
    pub(crate) fn sale_days(&self, batch: &RecordBatch) -> Result<Vec<i32>, Problem> {
        let kinds = batch.column_by_name("kind").ok_or_else(|| missing("kind"))?;
        let times = times(batch)?;
        let mut local = self.zone.local();
        let mut day = |at: Micros, sale: bool| if sale { local.at(at).day() } else { NO_SALE };
        if let DataType::Dictionary(..) = kinds.data_type() {
            let kinds = kinds.as_dictionary::<Int32Type>();
            let names = kinds.values().as_string::<i32>();
            let sale: Vec<bool> = names.iter().map(|name| name == Some("sale")).collect();
            let keys = kinds.keys().values();
            return Ok(times.iter().zip(keys).map(|(at, key)| day(*at, sale[*key as usize])).collect());
        }
        let kinds: &StringArray = kinds.as_string();
        Ok(times.iter().zip(kinds).map(|(at, kind)| day(*at, kind == Some("sale"))).collect())
    }
}

fn missing(name: &str) -> Problem {
    Problem::new(Code::Internal, format!("order lines lack the column {name}"))
}

/// The instants of order lines.
pub(crate) fn times(batch: &RecordBatch) -> Result<&ScalarBuffer<Micros>, Problem> {
    let times = batch.column_by_name("time").ok_or_else(|| missing("time"))?;
    Ok(times.as_primitive::<TimestampMicrosecondType>().values())
}

/// The last two different days of sale.
#[derive(Default)]
pub(crate) struct LastDays(Option<i32>, Option<i32>);

impl LastDays {
    /// Rows with the day of their sale and their instant; later ones than the reference date do not count.
    pub(crate) fn see(&mut self, days: &[i32], times: &[Micros], as_of: Micros) {
        let sales = days.iter().zip(times).filter(|(day, at)| **day != NO_SALE && **at <= as_of);
        for day in sales.map(|(day, _)| *day) {
            if self.0.is_none_or(|last| day > last) {
                self.1 = self.0.replace(day);
            } else if self.0 != Some(day) && self.1.is_none_or(|before| day > before) {
                self.1 = Some(day);
            }
        }
    }

    pub(crate) fn gap(&self) -> u32 {
        self.0.zip(self.1).map_or(0, |(last, before)| last.abs_diff(before))
    }
}

/// Rows of the fold as facts.
pub(crate) fn read(batch: &RecordBatch, gaps: &[u32], today: i32) -> Result<Vec<Facts>, Problem> {
    let column = |name: &str| {
        let column = batch.column_by_name(name);
        column.ok_or_else(|| Problem::new(Code::Internal, format!("the fold gave no {name}")))
    };
    let ints = |name: &str| column(name).map(AsArray::as_primitive::<Int64Type>);
    let customers = ints("customer_id")?;
    let (recency, tenure) = (ints("recency")?, ints("tenure")?);
    let (orders, days) = (ints("orders")?, ints("purchase_days")?);
    let (w_recency, w_frequency) = (ints("window_recency")?, ints("window_frequency")?);
    let monetary = column("window_monetary")?.as_primitive::<Decimal128Type>();
    let day = |ago: i64| today - ago as i32;
    let mut facts = Vec::with_capacity(batch.num_rows());
    for (row, gap) in (0..batch.num_rows()).zip(gaps) {
        let history = recency.is_valid(row).then(|| History {
            first_day: day(tenure.value(row)),
            last_day: day(recency.value(row)),
            orders: orders.value(row) as u32,
            purchase_days: days.value(row) as u32,
            last_gap_days: *gap,
        });
        let window = w_recency.is_valid(row).then(|| InWindow {
            last_day: day(w_recency.value(row)),
            frequency: w_frequency.value(row) as u32,
            // The lake's decimals have 18 digits.
            monetary: Amount(monetary.value(row) as i64),
        });
        facts.push(Facts { customer: customers.value(row), history, window });
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_last_gap_does_not_depend_on_the_order(
            rows in prop::collection::vec((prop_oneof![Just(NO_SALE), 0..9i32], 0..9i64), 0..20),
        ) {
            let (days, times): (Vec<i32>, Vec<Micros>) = rows.iter().copied().unzip();
            let mut seen = LastDays::default();
            seen.see(&days, &times, 6);
            let mut sales: Vec<i32> = rows.into_iter().filter(|(day, at)| *day != NO_SALE && *at <= 6).map(|r| r.0).collect();
            sales.sort_unstable();
            sales.dedup();
            let gap = if let [.., before, last] = sales[..] { (last - before) as u32 } else { 0 };
            prop_assert_eq!(seen.gap(), gap);
        }
    }
}
