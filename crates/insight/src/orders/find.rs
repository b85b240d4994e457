//! Folds lines to orders and keeps those that are wanted.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, PrimitiveArray, RecordBatch};
use arrow::datatypes::{Decimal64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::zone::LocalTime;
use base::{Micros, Problem, Zone};
use lake::order::{Kind, kinds, number, text, wrong};
use lake::{Month, ORDER_LINE, Reading, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Filter;

/// An order of the list, without its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub key: i64,
    pub placed: Micros,
    pub customer: Option<i64>,
    pub amount: i128,
}

/// What is known of an order while its lines come in.
#[derive(Clone, Copy, Default)]
struct Open {
    /// The first sale and the first line.
    sale: Option<Micros>,
    first: Option<Micros>,
    returned: bool,
    /// Whether a line is what is asked for.
    matches: bool,
    customer: Option<i64>,
    amount: i128,
}

fn earlier(a: Option<Micros>, b: Option<Micros>) -> Option<Micros> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Open {
    fn join(&mut self, other: &Self) {
        self.sale = earlier(self.sale, other.sale);
        self.first = earlier(self.first, other.first);
        self.returned |= other.returned;
        self.matches |= other.matches;
        self.customer = self.customer.or(other.customer);
        self.amount += other.amount;
    }

    fn kind(&self) -> Kind {
        match (self.sale, self.returned) {
            (Some(_), _) => Kind::Sale,
            (None, true) => Kind::Return,
            (None, false) => Kind::Adjustment,
        }
    }
}

/// What is asked for, ready to be compared.
pub(super) struct Question<'a> {
    pub filter: &'a Filter,
    /// The instants of its days.
    pub instants: Range<Micros>,
    pub zone: &'a Zone,
}

impl Question<'_> {
    /// The columns that are needed.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        let filter = self.filter;
        let mut columns = vec!["customer_id", "time", "order_key", "kind", "amount"];
        columns.extend(texts(filter).map(|(name, _)| name));
        columns.extend(filter.import.map(|_| "import_id"));
        columns
    }

    /// The orders of one month but those in `spread`: of these all lines are neighbours in a file.
    pub(super) fn month(
        &self,
        snapshot: &Snapshot,
        month: Month,
        spread: &FxHashSet<i64>,
        threads: usize,
    ) -> Result<Vec<Found>, Problem> {
        let go = AtomicBool::new(false);
        let columns = self.columns();
        let reading = Reading { columns: &columns, threads, cancel: &go };
        let init = || Fold::new(self, true);
        let folds = snapshot.scan(&ORDER_LINE, reading, Some(&(month..=month)), init, |fold, batch| {
            fold.add(batch, |key| !spread.contains(&key))
        })?;
        Ok(Fold::finish(folds))
    }

    /// The orders in some batches, of those that `pick` takes.
    pub(super) fn of(&self, batches: &[RecordBatch], pick: impl Fn(i64) -> bool) -> Result<Vec<Found>, Problem> {
        let mut fold = Fold::new(self, false);
        for batch in batches {
            fold.add(batch, &pick)?;
        }
        Ok(Fold::finish(vec![fold]))
    }

    /// The order when it is wanted.
    fn found(&self, local: &mut LocalTime, key: i64, open: &Open) -> Option<Found> {
        let placed = open.sale.or(open.first)?;
        let wanted = open.matches
            && self.instants.contains(&placed)
            && self.filter.kind.is_none_or(|kind| kind == open.kind())
            && self.on_time(local, placed);
        wanted.then_some(Found { key, placed, customer: open.customer, amount: open.amount })
    }

    fn on_time(&self, local: &mut LocalTime, placed: Micros) -> bool {
        if self.filter.weekday.is_none() && self.filter.hour.is_none() {
            return true;
        }
        let at = local.at(placed);
        self.filter.weekday.is_none_or(|day| day == at.weekday())
            && self.filter.hour.is_none_or(|hour| hour == at.hour())
    }
}

/// The columns of text that are filtered by, with the wanted values.
fn texts(filter: &Filter) -> impl Iterator<Item = (&'static str, &str)> {
    let all = [
        ("product", &filter.product),
        ("category", &filter.category),
        ("store", &filter.store),
        ("channel", &filter.channel),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
}

struct Fold<'a> {
    question: &'a Question<'a>,
    local: LocalTime,
    /// Whether the lines of an order are neighbours; then it is done when another begins, but at the ends of a batch.
    neighbours: bool,
    done: Vec<Found>,
    open: FxHashMap<i64, Open>,
}

impl<'a> Fold<'a> {
    fn new(question: &'a Question<'a>, neighbours: bool) -> Self {
        let (local, done, open) = (question.zone.local(), Vec::new(), FxHashMap::default());
        Self { question, local, neighbours, done, open }
    }

    fn add(&mut self, batch: &RecordBatch, pick: impl Fn(i64) -> bool) -> Result<(), Problem> {
        let customers = number::<Int64Type>(batch, "customer_id")?;
        let time = number::<TimestampMicrosecondType>(batch, "time")?.values();
        let keys = number::<Int64Type>(batch, "order_key")?.values();
        let amounts = number::<Decimal64Type>(batch, "amount")?.values();
        let (kind, meaning) = kinds(batch)?;
        let wanted = Wanted::new(batch, self.question.filter)?;
        let ends = [keys.first().copied(), keys.last().copied()];
        let mut open: Option<(i64, Open)> = None;
        for row in 0..batch.num_rows() {
            let key = keys[row];
            if open.as_ref().is_none_or(|(last, _)| *last != key) {
                self.close(open.take(), ends);
                open = pick(key).then_some((key, Open::default()));
            }
            let Some((_, open)) = &mut open else { continue };
            let kind = meaning[kind.values()[row] as usize];
            let at = Some(time[row]);
            open.first = earlier(open.first, at);
            if kind == Kind::Sale {
                open.sale = earlier(open.sale, at);
            }
            open.returned |= kind == Kind::Return;
            if kind != Kind::Adjustment {
                open.amount += i128::from(amounts[row]);
            }
            if open.customer.is_none() && customers.is_valid(row) {
                open.customer = Some(customers.value(row));
            }
            open.matches = open.matches || wanted.at(row);
        }
        self.close(open, ends);
        Ok(())
    }

    fn close(&mut self, open: Option<(i64, Open)>, ends: [Option<i64>; 2]) {
        let Some((key, open)) = open else { return };
        if self.neighbours && !ends.contains(&Some(key)) {
            self.done.extend(self.question.found(&mut self.local, key, &open));
        } else {
            self.open.entry(key).and_modify(|known| known.join(&open)).or_insert(open);
        }
    }

    /// What all of them have found.
    fn finish(folds: Vec<Self>) -> Vec<Found> {
        let mut folds = folds.into_iter();
        let Some(mut all) = folds.next() else { return Vec::new() };
        for fold in folds {
            all.done.extend(fold.done);
            for (key, open) in fold.open {
                all.open.entry(key).and_modify(|known| known.join(&open)).or_insert(open);
            }
        }
        let Self { question, mut local, mut done, open, .. } = all;
        done.extend(open.iter().filter_map(|(key, open)| question.found(&mut local, *key, open)));
        done
    }
}

/// Which rows of a batch are asked for.
struct Wanted<'a> {
    /// Columns of text: the keys, and for every value whether it is the wanted one.
    texts: Vec<(&'a PrimitiveArray<Int32Type>, Vec<bool>)>,
    numbers: Vec<(&'a PrimitiveArray<Int64Type>, i64)>,
}

impl<'a> Wanted<'a> {
    fn new(batch: &'a RecordBatch, filter: &Filter) -> Result<Self, Problem> {
        let column = |(name, value): (&'static str, &str)| {
            let array = text(batch, name)?;
            let names = array.values().as_string_opt::<i32>().ok_or_else(|| wrong(name))?;
            Ok((array.keys(), names.iter().map(|name| name == Some(value)).collect()))
        };
        let mut numbers = Vec::new();
        for (name, value) in [("customer_id", filter.customer), ("import_id", filter.import)] {
            if let Some(value) = value {
                numbers.push((number::<Int64Type>(batch, name)?, value));
            }
        }
        Ok(Self { texts: texts(filter).map(column).collect::<Result<_, Problem>>()?, numbers })
    }

    fn at(&self, row: usize) -> bool {
        self.texts.iter().all(|(keys, wanted)| keys.is_valid(row) && wanted[keys.value(row) as usize])
            && self.numbers.iter().all(|(values, wanted)| values.is_valid(row) && values.value(row) == *wanted)
    }
}
