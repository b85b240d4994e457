//! The facts of customers from the lake: recency, frequency, monetary … by the definitions of the trait engine, so that a
//! number means the same here, in the table `trait` and in an explanation.
//!
//! The one number that engine has no definition for, the gap before the last purchase day, is read off the same rows.

use std::cell::OnceCell;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::{Amount, Code, CustomerId, Micros, Problem, Zone};
use lake::{ORDER_LINE, Reading, Snapshot};
use profile::traits::{Folder, Plan, Prepared, Traits};

use crate::model::{Facts, History, InWindow};

/// Customers between two reports of progress.
const STEP: u64 = 4096;
/// Stands for rows that are no sale until the reference date.
const NO_SALE: i32 = i32::MIN;

/// How facts are computed: traits compiled for a window and a time zone.
#[derive(Clone, Debug)]
pub struct FactsPlan {
    plan: Arc<Plan>,
    zone: Zone,
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
        let traits = Traits::parse(&Self::definitions(traits, window)?).map_err(|p| {
            Problem::new(Code::InvalidArgument, format!("the window \"{window}\" cannot be used"))
                .hint(p.hint.clone().unwrap_or_else(|| p.message.clone()))
                .caused_by(p)
        })?;
        Ok(Self { plan: Plan::compile(&traits, zone)?, zone: zone.clone() })
    }

    /// What facts are computed by, as a file of traits; equal texts give equal facts.
    pub(crate) fn definitions(traits: &Traits, window: &str) -> Result<String, Problem> {
        let core = Traits::core()?;
        let mut text = String::new();
        for (name, of, value, window) in [
            ("recency", "recency", None, "all"),
            ("tenure", "tenure", None, "all"),
            ("orders", "frequency", None, "all"),
            ("purchase_days", "frequency", Some("distinct(day)"), "all"),
            ("window_recency", "recency", None, window),
            ("window_frequency", "frequency", None, window),
            ("window_monetary", "monetary", None, window),
        ] {
            let known = traits.get(of).or_else(|| core.get(of));
            let known = known.ok_or_else(|| Problem::new(Code::Internal, format!("there is no trait {of}")))?;
            let (value, condition) = (quoted(value.unwrap_or(&known.value)), quoted(&known.condition));
            let (name, window) = (quoted(name), quoted(window));
            let words = "{ en = \"\", zh = \"\" }";
            let _ = writeln!(text, "[[trait]]\nname = {name}\nlabel = {words}\ndescription = {words}\nunit = \"\"");
            let _ = writeln!(text, "value = {value}\nwindow = {window}");
            if !known.condition.is_empty() {
                let _ = writeln!(text, "where = {condition}");
            }
        }
        Ok(text)
    }

    /// The day on the wall of an instant, counted from 1970-01-01.
    pub fn day(&self, at: Micros) -> i32 {
        self.zone.local().at(at).day()
    }

    /// The columns of `order_line` that [`Self::of_batches`] needs.
    pub fn columns(&self) -> &[&'static str] {
        self.plan.columns()
    }

    /// The facts of every customer with order lines, ascending, in one pass.
    pub fn all(&self, snapshot: &Snapshot, as_of: Micros, pass: Pass<'_>) -> Result<Vec<Facts>, Problem> {
        let reading = Reading { columns: self.plan.columns(), threads: pass.threads, cancel: pass.cancel };
        let ranges = snapshot.by_customer(
            &ORDER_LINE,
            reading,
            |batch| Ok((OnceCell::<Prepared>::new(), self.sale_days(batch, as_of)?)),
            || Range { folder: Folder::new(&self.plan, as_of), gaps: Vec::new(), done: 0 },
            |range, customer, rows| {
                let mut days = LastDays::default();
                for slice in rows.iter() {
                    let (cell, sale_days) = slice.prepared;
                    let prepared = if let Some(prepared) = cell.get() {
                        prepared
                    } else {
                        let prepared = range.folder.prepare(slice.batch)?;
                        cell.get_or_init(|| prepared)
                    };
                    range.folder.fold(prepared, slice.rows());
                    days.see(&sale_days[slice.rows()]);
                }
                range.folder.finish(CustomerId(customer))?;
                range.gaps.push(days.gap());
                range.done += 1;
                if range.done == STEP {
                    (pass.progress)(std::mem::take(&mut range.done));
                }
                Ok(())
            },
        )?;
        let today = self.day(as_of);
        let mut facts = Vec::new();
        for mut range in ranges {
            (pass.progress)(range.done);
            read(&range.folder.take()?, &range.gaps, today, &mut facts)?;
        }
        Ok(facts)
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
            days.see(&self.sale_days(batch, as_of)?);
        }
        folder.finish(customer)?;
        let mut facts = Vec::with_capacity(1);
        read(&folder.take()?, &[days.gap()], self.day(as_of), &mut facts)?;
        facts.pop().ok_or_else(|| Problem::new(Code::Internal, "the fold of a customer gave nothing"))
    }

    /// The day of every row that is a sale until the reference date.
    fn sale_days(&self, batch: &RecordBatch, as_of: Micros) -> Result<Vec<i32>, Problem> {
        let missing = |name: &str| Problem::new(Code::Internal, format!("order lines lack the column {name}"));
        let kinds = batch.column_by_name("kind").ok_or_else(|| missing("kind"))?;
        let times = batch.column_by_name("time").ok_or_else(|| missing("time"))?;
        let times = times.as_primitive::<TimestampMicrosecondType>().values();
        let mut local = self.zone.local();
        let mut day = |at: Micros, sale: bool| if sale && at <= as_of { local.at(at).day() } else { NO_SALE };
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

/// A text as TOML writes it.
fn quoted(text: &str) -> toml::Value {
    toml::Value::String(text.to_owned())
}

struct Range {
    folder: Folder,
    gaps: Vec<u32>,
    done: u64,
}

/// The last two different days of sale.
#[derive(Default)]
struct LastDays(Option<i32>, Option<i32>);

impl LastDays {
    fn see(&mut self, days: &[i32]) {
        for day in days.iter().copied().filter(|d| *d != NO_SALE) {
            if self.0.is_none_or(|last| day > last) {
                self.1 = self.0.replace(day);
            } else if self.0 != Some(day) && self.1.is_none_or(|before| day > before) {
                self.1 = Some(day);
            }
        }
    }

    fn gap(&self) -> u32 {
        self.0.zip(self.1).map_or(0, |(last, before)| last.abs_diff(before))
    }
}

/// Rows of the fold as facts.
fn read(batch: &RecordBatch, gaps: &[u32], today: i32, facts: &mut Vec<Facts>) -> Result<(), Problem> {
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
    facts.reserve(batch.num_rows());
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
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_last_gap_does_not_depend_on_the_order(days in prop::collection::vec(prop_oneof![Just(NO_SALE), 0..9i32], 0..20)) {
            let mut seen = LastDays::default();
            seen.see(&days);
            let mut sales: Vec<i32> = days.into_iter().filter(|d| *d != NO_SALE).collect();
            sales.sort_unstable();
            sales.dedup();
            let gap = if let [.., before, last] = sales[..] { (last - before) as u32 } else { 0 };
            prop_assert_eq!(seen.gap(), gap);
        }
    }
}
