//! The list of orders: months one after another, so that memory is bounded by one month whatever is asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::TimestampMicrosecondType;
use base::{Micros, Problem};
use lake::order::{COLUMNS, Orders, number};
use lake::{Month, ORDER_LINE, Snapshot};
use rustc_hash::FxHashSet;

use super::find::{Found, Question};
use super::{Filter, Listed, read};
use crate::day::Day;
use crate::index::Index;
use crate::index::numbers::blocking;
use crate::{Business, Insight};

/// In which order they come; equals by key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Largest amount first.
    Largest,
    /// Smallest amount first.
    Smallest,
}

impl Sort {
    /// What rises along the list.
    fn rank(self, order: &Found) -> (i128, i64) {
        let value = match self {
            Self::Newest => -i128::from(order.placed),
            Self::Oldest => i128::from(order.placed),
            Self::Largest => -order.amount,
            Self::Smallest => order.amount,
        };
        (value, order.key)
    }

    /// A page out of what was found, and where the next one begins.
    fn cut(self, found: &[Found], limit: usize) -> (&[Found], Option<(i128, i64)>) {
        let next = (found.len() > limit).then(|| self.rank(&found[limit - 1]));
        (&found[..found.len().min(limit)], next)
    }
}

/// A page of orders.
#[derive(Debug)]
pub struct Listing {
    /// The orders.
    pub orders: Vec<Listed>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<(i128, i64)>,
    /// How many there are in all, and what they sum up to.
    pub total: Total,
    /// Changes with the data.
    pub stamp: u64,
}

/// All orders of a list taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// How many.
    pub orders: u64,
    /// Their amounts, in 1/10000.
    pub amount: i128,
}

impl Insight {
    /// At most `limit` of the wanted orders, after the place `after`.
    pub async fn orders(
        &self,
        filter: Filter,
        sort: Sort,
        after: Option<(i128, i64)>,
        limit: usize,
    ) -> Result<Listing, Problem> {
        if let Some(customer) = filter.customer {
            return self.orders_of(customer, filter, sort, after, limit).await;
        }
        let (snapshot, index) = self.index().await?;
        let stamp = index.stamp;
        let question = format!("orders {filter}");
        let total = self.memory.get::<Total>(stamp, &question);
        let (business, threads) = (Arc::clone(&self.business), self.threads);
        let known = total.as_deref().copied();
        let torn = format!("torn {filter}");
        let spread = self.memory.get::<Vec<Found>>(stamp, &torn);
        let (orders, next, total, spread) = blocking(move || {
            let list = List { snapshot: &snapshot, index: &index, business: &business, threads, filter: &filter, sort };
            let spread = spread.map_or_else(|| list.spread().map(Arc::new), Ok)?;
            let (found, total) = list.page(after, limit + 1, known, &spread)?;
            let (page, next) = sort.cut(&found, limit);
            Ok((read::of_page(&snapshot, &index, page)?, next, total, spread))
        })
        .await?;
        if !spread.is_empty() {
            self.memory.put(stamp, torn, size_of_val(spread.as_slice()), &spread);
        }
        self.memory.put(stamp, question, size_of::<Total>(), &Arc::new(total));
        let orders = self.named(orders).await?;
        Ok(Listing { orders, next, total, stamp })
    }

    /// Those of one customer: his lines tell all, and nobody has to wait for the index.
    async fn orders_of(
        &self,
        customer: i64,
        filter: Filter,
        sort: Sort,
        after: Option<(i128, i64)>,
        limit: usize,
    ) -> Result<Listing, Problem> {
        let (snapshot, business) = (self.lake.snapshot().await?, Arc::clone(&self.business));
        let stamp = snapshot.stamp(&ORDER_LINE);
        let (orders, next, total) = blocking(move || {
            let question = question(&filter, &business)?;
            let columns: BTreeSet<&str> = question.columns().into_iter().chain(COLUMNS).collect();
            let lines = snapshot.of_customer(&ORDER_LINE, customer, &Vec::from_iter(columns))?;
            let mut best = Best { sort, after, want: limit + 1, found: Vec::new(), total: Total::default() };
            best.add(question.of(&lines, |_| true)?);
            let (found, total) = best.finish();
            let (page, next) = sort.cut(&found, limit);
            let mut orders = Orders::of_keys(&page.iter().map(|o| o.key).collect::<Vec<_>>());
            orders.add_all(&lines)?;
            Ok((read::in_order(page, orders.finish()), next, total))
        })
        .await?;
        let orders = self.named(orders).await?;
        Ok(Listing { orders, next, total, stamp })
    }
}

/// What a filter asks for, in instants.
fn question<'a>(filter: &'a Filter, business: &'a Business) -> Result<Question<'a>, Problem> {
    let zone = &business.zone;
    let start = |day: Option<Day>| day.map(|d| d.start(zone)).transpose();
    let from = start(filter.from)?.unwrap_or(Micros::MIN);
    let until = start(filter.to.map(|d| Day(d.0 + 1)))?.unwrap_or(Micros::MAX);
    Ok(Question { filter, instants: from..until, zone })
}

struct List<'a> {
    snapshot: &'a Snapshot,
    index: &'a Index,
    business: &'a Business,
    threads: usize,
    filter: &'a Filter,
    sort: Sort,
}

impl List<'_> {
    /// The first `want` orders after a place, and the total unless it is known.
    fn page(
        &self,
        after: Option<(i128, i64)>,
        want: usize,
        known: Option<Total>,
        spread: &[Found],
    ) -> Result<(Vec<Found>, Total), Problem> {
        let question = question(self.filter, self.business)?;
        let mut best = Best { sort: self.sort, after, want, found: Vec::new(), total: Total::default() };
        // They may belong to any month.
        best.add(spread.to_vec());
        let spread: FxHashSet<i64> = self.index.spread.iter().copied().collect();
        let (from, until) = (question.instants.start, question.instants.end);
        let mut months: Vec<Month> =
            self.months()?.into_iter().filter(|m| m.end() > from && m.start() < until).collect();
        if self.sort == Sort::Newest {
            months.reverse();
        }
        for month in months {
            // What is not needed for the page is needed for the total, once.
            if known.is_some() && (best.is_after(month) || best.is_before(month)) {
                continue;
            }
            best.add(question.month(self.snapshot, month, &spread, self.threads)?);
        }
        let (found, total) = best.finish();
        Ok((found, known.unwrap_or(total)))
    }

    /// The wanted ones of the orders that are spread over files, days or customers.
    fn spread(&self) -> Result<Vec<Found>, Problem> {
        let keys = &self.index.spread;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let question = question(self.filter, self.business)?;
        let sealed = self.snapshot.sealed_of_orders(keys, &question.columns())?;
        let mut lines: Vec<_> = sealed.into_iter().map(|(_, batch)| batch).collect();
        lines.extend_from_slice(self.snapshot.hot(&ORDER_LINE));
        question.of(&lines, |key| keys.binary_search(&key).is_ok())
    }

    /// The months that have lines, ascending.
    fn months(&self) -> Result<BTreeSet<Month>, Problem> {
        let mut months: BTreeSet<Month> = self.snapshot.files(&ORDER_LINE).filter_map(|f| f.month).collect();
        for batch in self.snapshot.hot(&ORDER_LINE) {
            months.extend(number::<TimestampMicrosecondType>(batch, "time")?.values().iter().map(|t| Month::of(*t)));
        }
        Ok(months)
    }
}

/// The best orders so far.
struct Best {
    sort: Sort,
    after: Option<(i128, i64)>,
    want: usize,
    found: Vec<Found>,
    total: Total,
}

impl Best {
    fn add(&mut self, orders: Vec<Found>) {
        self.total.orders += orders.len() as u64;
        self.total.amount += orders.iter().map(|o| o.amount).sum::<i128>();
        let (sort, after) = (self.sort, self.after);
        let last = self.found.last().filter(|_| self.found.len() >= self.want).map(|o| sort.rank(o));
        let better = |o: &Found| after.is_none_or(|a| sort.rank(o) > a) && last.is_none_or(|l| sort.rank(o) < l);
        self.found.extend(orders.into_iter().filter(better));
        self.found.sort_unstable_by_key(|o| sort.rank(o));
        self.found.truncate(self.want);
    }

    /// Whether all orders of a month come after those that were found.
    fn is_after(&self, month: Month) -> bool {
        let last = self.found.last().filter(|_| self.found.len() >= self.want);
        last.is_some_and(|last| match self.sort {
            Sort::Newest => last.placed >= month.end(),
            Sort::Oldest => last.placed < month.start(),
            Sort::Largest | Sort::Smallest => false,
        })
    }

    /// Whether all orders of a month were on the pages before.
    fn is_before(&self, month: Month) -> bool {
        self.after.is_some_and(|(rank, _)| match self.sort {
            Sort::Newest => i128::from(month.start()) > -rank,
            Sort::Oldest => i128::from(month.end()) <= rank,
            Sort::Largest | Sort::Smallest => false,
        })
    }

    fn finish(self) -> (Vec<Found>, Total) {
        (self.found, self.total)
    }
}
