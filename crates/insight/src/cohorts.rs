//! Retention by month of the first purchase.

use std::io::{self, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{Decimal64Type, Int64Type, TimestampMicrosecondType};
use base::zone::LocalTime;
use base::{Problem, Zone};
use lake::keep::pack::{Pack, Packed, Unpack};
use lake::order::{Kind, kinds, number};
use lake::{ORDER_LINE, Reading, Snapshot};

use crate::Insight;
use crate::day::Period;
use crate::index::Index;
use crate::index::extract::small;
use crate::index::numbers::blocking;

/// The columns that revenue is made from.
const COLUMNS: [&str; 4] = ["customer_id", "time", "kind", "amount"];

/// Lines of more customers are not looked for one customer after the other.
const MOVED: usize = 64;

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
}

impl Insight {
    /// Makes what the overview follows from, unless it is there for the data as they are. The server does so by itself, so that nobody
    /// waits for it.
    pub async fn warm(&self) -> Result<Arc<Index>, Problem> {
        let (snapshot, index) = self.index().await?;
        if index.cohorts.get().is_none() {
            let (numbers, index) = (Arc::clone(&self.numbers), Arc::clone(&index));
            blocking(move || numbers.cohorts(&snapshot, &index)).await?;
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
        let (mean, months) = (mean.collect(), (to - from + 1) as usize);
        Ok(Cohorts { months, cohorts, mean })
    }
}

impl Matrix {
    /// Looks at all lines.
    pub(crate) fn make(snapshot: &Snapshot, index: &Index, zone: &Zone, threads: usize) -> Result<Self, Problem> {
        let frame = Frame::of(index);
        let go = AtomicBool::new(false);
        let reading = Reading { columns: &COLUMNS, threads, cancel: &go };
        let init = || Sum::new(&frame, zone);
        let sums = snapshot.scan(&ORDER_LINE, reading, None, init, Sum::add)?;
        let mut revenue = vec![0i128; frame.months * frame.months];
        for sum in sums {
            revenue.iter_mut().zip(sum.revenue).for_each(|(all, part)| *all += part);
        }
        Ok(Self { first: frame.first, months: frame.months, customers: frame.customers(), revenue })
    }

    /// From that of the files (`base`) and the lines that are in none yet.
    pub(crate) fn over(
        known: &Self,
        base: &Index,
        snapshot: &Snapshot,
        index: &Index,
        zone: &Zone,
        threads: usize,
    ) -> Result<Self, Problem> {
        // Whose first order is in another month now, and who may have lines in files: these lines count elsewhere.
        let most =
            snapshot.files(&ORDER_LINE).filter_map(|file| file.customers).map(|(_, most)| most).max().unwrap_or(0);
        let moved = index.born_otherwise(base).into_iter().filter(|customer| i64::from(*customer) <= most);
        let moved: Vec<i64> = moved.map(i64::from).collect();
        if moved.len() > MOVED || base.known().is_none() {
            return Self::make(snapshot, index, zone, threads);
        }
        let (was, frame) = (Frame::of(base), Frame::of(index));
        let (mut gone, mut sum) = (Sum::new(&was, zone), Sum::new(&frame, zone));
        for batch in snapshot.hot(&ORDER_LINE) {
            sum.add(batch)?;
        }
        let ids: Vec<i64> = snapshot.files(&ORDER_LINE).map(|file| file.id).collect();
        let files = snapshot.only_files(&ids);
        for customer in moved {
            for batch in files.of_customer(&ORDER_LINE, customer, &COLUMNS)? {
                gone.add(&batch)?;
                sum.add(&batch)?;
            }
        }
        let offset = (known.first - frame.first) as usize;
        for (at, (revenue, gone)) in known.revenue.iter().zip(gone.revenue).enumerate() {
            let (born, month) = (at / known.months + offset, at % known.months + offset);
            sum.revenue[born * frame.months + month] += revenue - gone;
        }
        let revenue = sum.revenue;
        Ok(Self { first: frame.first, months: frame.months, customers: frame.customers(), revenue })
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

impl Packed for Matrix {
    const MARK: [u8; 8] = *b"gxcoh\0\0\x01";

    fn pack<W: Write + Seek>(&self, out: &mut Pack<W>) -> io::Result<()> {
        out.list(&[i64::from(self.first)])?;
        out.list(&[self.months as u64])?;
        out.list(&self.customers)?;
        out.list(&self.revenue)
    }

    fn unpack(from: &mut Unpack<'_>) -> Option<Self> {
        let (first, months) = (i32::try_from(from.one::<i64>()?).ok()?, usize::try_from(from.one::<u64>()?).ok()?);
        let matrix = Self { first, months, customers: from.list()?, revenue: from.list()? };
        let cells = months.checked_mul(months)?;
        (matrix.customers.len() == cells && matrix.revenue.len() == cells).then_some(matrix)
    }
}

/// The months of an index.
struct Frame<'a> {
    index: &'a Index,
    /// The month of every day that is known.
    by_day: Vec<i32>,
    first: i32,
    months: usize,
}

impl<'a> Frame<'a> {
    fn of(index: &'a Index) -> Self {
        let by_day = index.months();
        let first = by_day.first().copied().unwrap_or(0);
        let months = by_day.last().map_or(0, |last| (last - first + 1) as usize);
        Self { index, by_day, first, months }
    }

    /// How many of those born in a month placed an order in each.
    fn customers(&self) -> Vec<u64> {
        let mut customers = vec![0; self.months * self.months];
        self.index.each_order(|day, customer, before| {
            let month = self.by_day[day];
            if before.is_none_or(|before| self.by_day[before] != month)
                && let Some(born) = self.index.first_month(&self.by_day, customer)
            {
                customers[(born - self.first) as usize * self.months + (month - self.first) as usize] += 1;
            }
        });
        customers
    }
}

struct Sum<'a> {
    frame: &'a Frame<'a>,
    local: LocalTime,
    /// The day seen last and its month, counted from the first.
    day: (i32, usize),
    revenue: Vec<i128>,
}

impl<'a> Sum<'a> {
    fn new(frame: &'a Frame<'a>, zone: &Zone) -> Self {
        let revenue = vec![0i128; frame.months * frame.months];
        Self { frame, local: zone.local(), day: (i32::MIN, 0), revenue }
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        let Frame { index, by_day, first, months } = self.frame;
        let customers = number::<Int64Type>(batch, "customer_id")?;
        let time = number::<TimestampMicrosecondType>(batch, "time")?.values();
        let amounts = number::<Decimal64Type>(batch, "amount")?.values();
        let (kind, meaning) = kinds(batch)?;
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
            if (born..*months).contains(&self.day.1) {
                self.revenue[born * months + self.day.1] += i128::from(amounts[row]);
            }
        }
        Ok(())
    }
}
