//! What sells most: products, categories, stores, channels.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal64Type, Int64Type, TimestampMicrosecondType};
use base::{Code, Micros, Problem};
use lake::order::{Kind, kinds, number, text, wrong};
use lake::{ORDER_LINE, Reading, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Insight;
use crate::day::{Compare, Period};
use crate::index::Index;
use crate::index::extract::small;
use crate::index::join::People;
use crate::index::numbers::{blocking, in_parallel};
use crate::kept;
use crate::store::product_names;

/// By what sales can be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The code of the product.
    Product,
    /// The category.
    Category,
    /// The shop.
    Store,
    /// The channel.
    Channel,
}

impl Dimension {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Product, Self::Category, Self::Store, Self::Channel];

    /// The name, which is also that of the column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Category => "category",
            Self::Store => "store",
            Self::Channel => "channel",
        }
    }

    /// Reads the name.
    pub fn parse(name: &str, field: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|d| d.as_str() == name).ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("sales cannot be taken apart by \"{name}\""))
                .hint("use product, category, store or channel")
                .field(field, "use product, category, store or channel")
        })
    }
}

/// The sums of one value.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sold {
    /// The value.
    pub key: String,
    /// Sales less returns, in 1/10000.
    pub revenue: i128,
    /// Pieces sold less those returned, in thousandths.
    pub pieces: i128,
    /// Different orders with a sale of it.
    pub orders: usize,
    /// Different known customers who bought it.
    pub customers: usize,
}

/// Sales by the values of a dimension.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Split {
    /// Every value, most revenue first.
    pub values: Vec<Sold>,
    /// Revenue of all lines, also of those without a value.
    pub revenue: i128,
}

/// One row of the answer.
#[derive(Debug)]
pub struct TopRow {
    /// Its sums.
    pub sold: Sold,
    /// What people call it.
    pub label: String,
    /// Revenue in the comparison; `None` without one.
    pub before: Option<i128>,
}

/// What sells most.
#[derive(Debug)]
pub struct Top {
    /// The first ones.
    pub rows: Vec<TopRow>,
    /// Revenue of the period.
    pub revenue: i128,
    /// Revenue of what is not among the rows.
    pub others: i128,
}

impl Insight {
    /// The `limit` values with the most revenue in a period.
    pub async fn top(
        &self,
        by: Dimension,
        period: Period,
        compare: Option<Compare>,
        limit: usize,
    ) -> Result<Top, Problem> {
        let (snapshot, index) = self.index().await?;
        let now = self.split(&snapshot, &index, by, period, true).await?;
        let then = match compare.map(|c| period.before(c)).filter(|before| index.reaches(*before)) {
            Some(before) => Some(self.split(&snapshot, &index, by, before, false).await?),
            None => None,
        };
        let sold: Vec<Sold> = now.values.iter().take(limit).cloned().collect();
        let names = if by == Dimension::Product {
            let codes: Vec<&str> = sold.iter().map(|s| s.key.as_str()).collect();
            product_names(&mut self.lake.db().read().await?, &codes).await?
        } else {
            std::collections::HashMap::new()
        };
        let others = now.revenue - sold.iter().map(|s| s.revenue).sum::<i128>();
        let before: Option<FxHashMap<&str, i128>> =
            then.as_ref().map(|then| then.values.iter().map(|s| (s.key.as_str(), s.revenue)).collect());
        let row = |sold: Sold| TopRow {
            label: names.get(&sold.key).unwrap_or(&sold.key).clone(),
            before: before.as_ref().map(|b| b.get(sold.key.as_str()).copied().unwrap_or(0)),
            sold,
        };
        Ok(Top { rows: sold.into_iter().map(row).collect(), revenue: now.revenue, others })
    }

    /// Makes ready what sells most in a period, and keeps it over a restart.
    pub async fn warm_top(&self, by: Dimension, period: Period) -> Result<(), Problem> {
        let (snapshot, index) = self.index().await?;
        let before = Some(period.before(Compare::Previous)).filter(|before| index.reaches(*before));
        for (period, count) in [(period, true)].into_iter().chain(before.map(|before| (before, false))) {
            let (cache, stamp, question) = (Arc::clone(&self.cache), index.stamp, question(by, period, count));
            let done = format!("kept {question}");
            if self.memory.get::<()>(stamp, &done).is_some() {
                continue;
            }
            let split = self.split(&snapshot, &index, by, period, count).await?;
            blocking(move || Ok(kept::write(&cache, &question, stamp, &split)?)).await?;
            self.memory.put(stamp, done, 0, &Arc::new(()));
        }
        Ok(())
    }

    /// Sales of a period by value; `count` says whether orders and customers are counted.
    async fn split(
        &self,
        snapshot: &Snapshot,
        index: &Arc<Index>,
        by: Dimension,
        period: Period,
        count: bool,
    ) -> Result<Arc<Split>, Problem> {
        let (stamp, asked) = (index.stamp, question(by, period, count));
        let known = self.memory.get::<Split>(stamp, &question(by, period, true));
        if let Some(known) = known.or_else(|| self.memory.get(stamp, &asked)) {
            return Ok(known);
        }
        let (cache, wanted) = (Arc::clone(&self.cache), asked.clone());
        if let Some(kept) = blocking(move || Ok(kept::read(&cache, &wanted, stamp))).await? {
            return Ok(self.remember(stamp, asked, kept));
        }
        let (instants, months) = (period.instants(&self.business.zone)?, period.months(&self.business.zone)?);
        let (snapshot, index, threads) = (snapshot.clone(), Arc::clone(index), self.threads);
        let split = blocking(move || {
            let go = AtomicBool::new(false);
            let columns = ["kind", "amount", "quantity", by.as_str(), "order_key", "customer_id"];
            let wanted = if count { &columns[..] } else { &columns[..4] };
            let spread: FxHashSet<i64> = index.spread.iter().copied().filter(|_| count).collect();
            let (within, others) = snapshot.within((instants.start, instants.end - 1));
            let mut folds = Vec::new();
            for (part, columns) in [(within, wanted.to_vec()), (others, [&["time"], wanted].concat())] {
                let reading = Reading { columns: &columns, threads, cancel: &go };
                let init = || Fold::new(by, count, &spread);
                let add = |fold: &mut Fold<'_>, batch: &RecordBatch| fold.add(batch, &instants);
                folds.extend(part.scan(&ORDER_LINE, reading, Some(&months), init, add)?);
            }
            together(folds, threads)
        })
        .await?;
        Ok(self.remember(stamp, asked, split))
    }

    fn remember(&self, stamp: u64, asked: String, split: Split) -> Arc<Split> {
        let split = Arc::new(split);
        let bytes = split.values.iter().map(|s| size_of::<Sold>() + s.key.len()).sum();
        self.memory.put(stamp, asked, bytes, &split);
        split
    }
}

fn question(by: Dimension, period: Period, count: bool) -> String {
    format!("top {} {} {count}", by.as_str(), period.text())
}

/// What one thread has seen of a value: what every line looks at is small, so that it stays in the processor's cache.
#[derive(Default)]
struct Seen {
    revenue: i64,
    pieces: i64,
    /// The order and the customer seen last: in the order of the file most repetitions are neighbours.
    order: Option<i64>,
    customer: Option<i64>,
    /// Orders whose lines all lie together.
    together: u32,
}

/// The rest of it.
#[derive(Default)]
struct More {
    /// Sums that had no room any more.
    revenue: i128,
    pieces: i128,
    /// Orders whose lines may not lie together, not yet each once.
    orders: Vec<i64>,
    /// Customers, not yet each once.
    customers: Vec<u32>,
}

struct Fold<'a> {
    by: Dimension,
    count: bool,
    /// The orders that do not lie together.
    spread: &'a FxHashSet<i64>,
    places: FxHashMap<String, usize>,
    seen: Vec<Seen>,
    more: Vec<More>,
    revenue: i128,
}

/// Adds to a narrow sum; a wide one takes over what it has no room for.
fn add(narrow: &mut i64, wide: &mut i128, value: i64) {
    if let Some(sum) = narrow.checked_add(value) {
        *narrow = sum;
    } else {
        *wide += i128::from(std::mem::replace(narrow, value));
    }
}

impl<'a> Fold<'a> {
    fn new(by: Dimension, count: bool, spread: &'a FxHashSet<i64>) -> Self {
        Self { by, count, spread, places: FxHashMap::default(), seen: Vec::new(), more: Vec::new(), revenue: 0 }
    }

    fn add(&mut self, batch: &RecordBatch, instants: &Range<Micros>) -> Result<(), Problem> {
        // Where the time is not read every line is inside.
        let time = if batch.column_by_name("time").is_some() {
            Some(number::<TimestampMicrosecondType>(batch, "time")?.values())
        } else {
            None
        };
        let amounts = number::<Decimal64Type>(batch, "amount")?.values();
        let pieces = number::<Decimal64Type>(batch, "quantity")?.values();
        let (kind, meaning) = kinds(batch)?;
        let values = text(batch, self.by.as_str())?;
        let names = values.values().as_string_opt::<i32>().ok_or_else(|| wrong(self.by.as_str()))?;
        // Where the values of this batch are kept; found when first met.
        let mut places: Vec<Option<usize>> = vec![None; names.len()];
        let (mut counted, mut known) = (None, None);
        if self.count {
            let customers = number::<Int64Type>(batch, "customer_id")?;
            known = customers.nulls();
            let orders = number::<Int64Type>(batch, "order_key")?.values();
            counted =
                orders.first().zip(orders.last()).map(|(first, last)| (orders, customers.values(), (*first, *last)));
        }
        // The lines of an order mostly lie together: what holds for all of them is found with the first.
        let (mut order, mut apart) = (None, false);
        for row in 0..batch.num_rows() {
            let kind = meaning[kind.values()[row] as usize];
            if kind == Kind::Adjustment || time.is_some_and(|time| !instants.contains(&time[row])) {
                continue;
            }
            self.revenue += i128::from(amounts[row]);
            let Some(code) = values.key(row) else { continue };
            let place = match places[code] {
                Some(place) => place,
                None => *places[code].insert(self.place(names.value(code))),
            };
            let seen = &mut self.seen[place];
            add(&mut seen.revenue, &mut self.more[place].revenue, amounts[row]);
            add(&mut seen.pieces, &mut self.more[place].pieces, pieces[row]);
            let Some((orders, customers, ends)) = counted.filter(|_| kind == Kind::Sale) else { continue };
            let key = orders[row];
            if order != Some(key) {
                order = Some(key);
                // An order at the edge of a batch may go on in the next, which another thread may have.
                apart = key == ends.0 || key == ends.1 || self.spread.contains(&key);
            }
            if seen.order != order {
                seen.order = order;
                if apart {
                    self.more[place].orders.push(key);
                } else {
                    seen.together += 1;
                }
            }
            if known.is_none_or(|known| known.is_valid(row)) && seen.customer != Some(customers[row]) {
                seen.customer = Some(customers[row]);
                self.more[place].customers.push(small(customers[row])?);
            }
        }
        Ok(())
    }

    fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.seen.push(Seen::default());
        self.more.push(More::default());
        self.places.insert(name.to_owned(), self.seen.len() - 1);
        self.seen.len() - 1
    }
}

/// What all threads have seen.
fn together(folds: Vec<Fold<'_>>, threads: usize) -> Result<Split, Problem> {
    let revenue = folds.iter().map(|f| f.revenue).sum();
    let mut all: FxHashMap<String, Vec<(Seen, More)>> = FxHashMap::default();
    for fold in folds {
        let mut parts: Vec<_> = fold.seen.into_iter().zip(fold.more).map(Some).collect();
        for (name, place) in fold.places {
            all.entry(name).or_default().extend(parts[place].take());
        }
    }
    let all: Vec<(String, Vec<(Seen, More)>)> = all.into_iter().collect();
    let mut values = in_parallel(threads, all.len(), |at| Ok(sold(&all[at].0, &all[at].1)))?;
    values.sort_unstable_by(|a, b| (b.revenue, &a.key).cmp(&(a.revenue, &b.key)));
    Ok(Split { values, revenue })
}

fn sold(key: &str, parts: &[(Seen, More)]) -> Sold {
    let mut orders: Vec<i64> = parts.iter().flat_map(|(_, more)| more.orders.iter().copied()).collect();
    orders.sort_unstable();
    orders.dedup();
    let customers: Vec<&[u32]> = parts.iter().map(|(_, more)| more.customers.as_slice()).collect();
    Sold {
        key: key.to_owned(),
        revenue: parts.iter().map(|(seen, more)| more.revenue + i128::from(seen.revenue)).sum(),
        pieces: parts.iter().map(|(seen, more)| more.pieces + i128::from(seen.pieces)).sum(),
        orders: parts.iter().map(|(seen, _)| seen.together as usize).sum::<usize>() + orders.len(),
        customers: People::of(&customers).count(),
    }
}
