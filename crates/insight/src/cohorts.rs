//! Retention by month of the first purchase.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{Decimal64Type, Int64Type, TimestampMicrosecondType};
use base::zone::LocalTime;
use base::{Problem, Zone};
use lake::{ORDER_LINE, Reading, Snapshot};

use crate::Insight;
use crate::day::Period;
use crate::index::Index;
use crate::index::extract::{Kind, kinds, number, small};
use crate::index::numbers::blocking;

/// The columns that revenue is made from.
const COLUMNS: [&str; 4] = ["customer_id", "time", "kind", "amount"];

/// Customers and revenue by month of the first purchase and month of the purchase.
pub(crate) struct Matrix {
    /// The first month; see [`crate::day::Day::month`].
    first: i32,
    months: usize,
    /// `months × months`, by month of the first purchase, then month.
    customers: Vec<u64>,
    revenue: Vec<i128>,
}

/// The customers who first bought in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// The month; see [`crate::day::Day::month`].
    pub month: i32,
    /// For every month since, beginning with the first: how many of them placed an order.
    pub customers: Vec<u64>,
    /// What they paid, less what they returned, in 1/10000.
    pub revenues: Vec<i128>,
}

/// All cohorts of a period.
#[derive(Debug)]
pub struct Cohorts {
    /// How many months the period touches.
    pub months: usize,
    /// Those with customers, oldest first.
    pub cohorts: Vec<Cohort>,
    /// By months since the first purchase: the share of customers who placed an order, of all cohorts that old.
    pub mean: Vec<f64>,
    /// Changes with the data.
    pub stamp: u64,
}

impl Insight {
    /// Makes what the overview follows from, unless it is there for the data as they are. The server does so by itself, so that nobody
    /// waits for it.
    pub async fn warm(&self) -> Result<Arc<Index>, Problem> {
        let (snapshot, index) = self.index().await?;
        if index.cohorts.get().is_none() {
            let (index, zone, threads) = (Arc::clone(&index), self.business.zone.clone(), self.threads);
            blocking(move || {
                let matrix = Matrix::make(&snapshot, &index, &zone, threads)?;
                // Somebody else may have been faster with the same.
                let _ = index.cohorts.set(matrix);
                Ok(())
            })
            .await?;
        }
        Ok(index)
    }

    /// The cohorts of the months that a period touches, up to its last month.
    pub async fn cohorts(&self, period: Period) -> Result<Cohorts, Problem> {
        let index = self.warm().await?;
        let (from, to) = (period.from.month(), period.to.month());
        let cohorts: Vec<Cohort> = index
            .cohorts
            .get()
            .map_or_else(Vec::new, |m| (from..=to).filter_map(|month| m.cohort(month, to)).collect());
        let mean = (0..(to - from + 1) as usize).map_while(|offset| {
            let old: Vec<&Cohort> = cohorts.iter().filter(|c| c.customers.len() > offset).collect();
            let all: u64 = old.iter().map(|c| c.customers[0]).sum();
            let back: u64 = old.iter().map(|c| c.customers[offset]).sum();
            (all > 0).then(|| back as f64 / all as f64)
        });
        let (mean, months, stamp) = (mean.collect(), (to - from + 1) as usize, index.stamp);
        Ok(Cohorts { months, cohorts, mean, stamp })
    }
}

impl Matrix {
    fn make(snapshot: &Snapshot, index: &Index, zone: &Zone, threads: usize) -> Result<Self, Problem> {
        let by_day = index.months();
        let first = by_day.first().copied().unwrap_or(0);
        let months = by_day.last().map_or(0, |last| (last - first + 1) as usize);
        let mut customers = vec![0; months * months];
        index.each_order(|day, customer, before| {
            let month = by_day[day];
            if before.is_none_or(|before| by_day[before] != month)
                && let Some(born) = index.first_month(&by_day, customer)
            {
                customers[(born - first) as usize * months + (month - first) as usize] += 1;
            }
        });
        let go = AtomicBool::new(false);
        let reading = Reading { columns: &COLUMNS, threads, cancel: &go };
        let init = || Sum { local: zone.local(), day: (i32::MIN, 0), revenue: vec![0i128; months * months] };
        let sums =
            snapshot.scan(&ORDER_LINE, reading, None, init, |sum, batch| sum.add(batch, index, &by_day, first))?;
        let mut revenue = vec![0i128; months * months];
        for sum in sums {
            revenue.iter_mut().zip(sum.revenue).for_each(|(all, part)| *all += part);
        }
        Ok(Self { first, months, customers, revenue })
    }

    /// One cohort up to the month `to`, if there is anybody in it.
    fn cohort(&self, month: i32, to: i32) -> Option<Cohort> {
        let (born, months) = (usize::try_from(month - self.first).ok()?, self.months);
        if born >= months || self.customers[born * months + born] == 0 {
            return None;
        }
        // Months after the newest data are empty, not unknown: nobody has bought in them.
        let wanted = (to - month + 1) as usize;
        let row = |values: usize| born * months + born..born * months + born + values.min(months - born);
        let mut customers = self.customers[row(wanted)].to_vec();
        let mut revenues = self.revenue[row(wanted)].to_vec();
        customers.resize(wanted, 0);
        revenues.resize(wanted, 0);
        Some(Cohort { month, customers, revenues })
    }
}

struct Sum {
    local: LocalTime,
    /// The day seen last and its month, counted from the first.
    day: (i32, usize),
    revenue: Vec<i128>,
}

impl Sum {
    fn add(&mut self, batch: &RecordBatch, index: &Index, by_day: &[i32], first: i32) -> Result<(), Problem> {
        let customers = number::<Int64Type>(batch, "customer_id")?;
        let time = number::<TimestampMicrosecondType>(batch, "time")?.values();
        let amounts = number::<Decimal64Type>(batch, "amount")?.values();
        let (kind, meaning) = kinds(batch)?;
        let months = self.revenue.len().isqrt();
        let mut last: (i64, Option<usize>) = (0, None);
        for row in 0..batch.num_rows() {
            if customers.is_null(row) || meaning[kind.values()[row] as usize] == Kind::Adjustment {
                continue;
            }
            let customer = customers.value(row);
            if customer != last.0 {
                let born = index.first_month(by_day, small(customer)?);
                last = (customer, born.map(|month| (month - first) as usize));
            }
            let Some(born) = last.1 else { continue };
            let day = self.local.at(time[row]).day();
            if day != self.day.0 {
                let month = usize::try_from(day - index.first_day()).ok().and_then(|at| by_day.get(at));
                self.day = (day, month.map_or(usize::MAX, |month| (month - first) as usize));
            }
            // What came back before the first purchase belongs to no month since.
            if (born..months).contains(&self.day.1) {
                self.revenue[born * months + self.day.1] += i128::from(amounts[row]);
            }
        }
        Ok(())
    }
}
