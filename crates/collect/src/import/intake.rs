//! Orders one by one or in small batches: durable first, then applied.
//!
//! [`Importer::accept`] keeps a batch as it came; [`Importer::apply_next`] turns the oldest waiting batch into hot lines,
//! customers and what hangs on them in one transaction, so that a crash leaves it waiting or applied, never half.

use std::collections::BTreeSet;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::Int64Type;
use base::{Code, CustomerId, Problem, hash};
use lake::catalog::file::{file_add, file_drop};
use lake::{FileState, NewFile, ORDER_LINE, Reading, Snapshot, Split, hot_append};
use profile::Origin;
use profile::ops::{customers_create_as, customers_seen, identity_resolve};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use store::{Tx, args, next_ids};

use super::events::{self, Events};
use super::importer::Importer;
use super::lines::Lines;
use super::people::{NewIds, People};
use super::publish::new_customer;
use super::{files, links};
use crate::decode::{LineBatch, NULL};
use crate::store::intake::{IntakeBatch, intake_add, intake_applied, intake_next};

/// What else must follow a change of some customers, in the same transaction: traits, segments.
#[expect(async_fn_in_trait, reason = "called with a concrete type only")]
pub trait Touched {
    /// The lines of these customers have changed within `tx`: what `known` holds of the orders `replaced` (keys, sorted) is no
    /// longer true, and the hot rows hold what is new.
    async fn touched(
        &self,
        tx: &mut Tx,
        known: &Snapshot,
        replaced: &[i64],
        customers: &[CustomerId],
    ) -> Result<(), Problem>;
}

/// What came of a batch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IntakeReport {
    /// The batch.
    pub batch: i64,
    /// Lines added.
    pub lines: u64,
    /// Orders known before with exactly these lines.
    pub orders_unchanged: u64,
    /// Orders known before with other lines, which were replaced.
    pub orders_changed: u64,
    /// Customers made.
    pub customers_added: u64,
    /// Lines that could not be taken: line of the batch and why.
    pub bad: Vec<(u64, String)>,
}

/// Ids reserved for one batch.
struct Reserved(i64);

impl NewIds for Reserved {
    fn next(&mut self) -> Result<i64, Problem> {
        self.0 += 1;
        Ok(self.0 - 1)
    }
}

impl Importer {
    /// Accepts order lines as JSON, one object per line (`order_id`, `time`, `customer`, `product`, `quantity`, `unit_price` …; or
    /// an order with its `lines`). What comes back is durable. Text that is not JSON is refused as a whole.
    pub async fn accept(&self, source: &str, json_lines: &str) -> Result<i64, Problem> {
        let rows = events::check(json_lines)?;
        let body = zstd::encode_all(json_lines.as_bytes(), 3)?;
        let mut tx = self.lake.db().write().await?;
        let id = intake_add(&mut tx, self.clock.now(), source, rows, body).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Applies the oldest waiting batch; `None` when none waits.
    pub async fn apply_next(&self, touched: &impl Touched) -> Result<Option<IntakeReport>, Problem> {
        let known = self.lake.snapshot_sealed().await?;
        let mut tx = self.lake.db().write().await?;
        let Some(batch) = intake_next(&mut tx).await? else { return Ok(None) };
        let report = self.apply(&mut tx, &known, &batch, touched).await?;
        let text = serde_json::to_string(&report).map_err(|e| Problem::internal("a report cannot be written", e))?;
        intake_applied(&mut tx, batch.id, self.clock.now(), &text).await?;
        tx.commit().await?;
        Ok(Some(report))
    }

    async fn apply(
        &self,
        tx: &mut Tx,
        known: &Snapshot,
        batch: &IntakeBatch,
        touched: &impl Touched,
    ) -> Result<IntakeReport, Problem> {
        let text = zstd::decode_all(batch.body.as_slice())?;
        let Events { lines, mut report } = self.decode_events(&batch.source, &String::from_utf8_lossy(&text))?;
        report.batch = batch.id;
        let mut people = People::new(self.business.region);
        let found = resolve(tx, &mut people, &lines).await?;
        let ids: Vec<i64> = found.iter().map(|i| if *i == NULL { 0 } else { people.persons[*i as usize].id }).collect();
        let history = history(tx, known, &people).await?;
        let (same, changed) = compare(tx, known, &lines, &history).await?;
        let numbers = numbers(&lines);
        let mut new = Lines::default();
        new.extend(&lines, &ids, &numbers, |i| !same.contains(&lines.order_key[i].cast_signed()));
        links::link_in(&mut new, &history)?;
        self.remove(tx, known, &changed).await?;
        // Negative: batches and imports never share a number.
        let rows = files::as_batch(&new, -batch.id)?;
        hot_append(tx, &rows).await?;
        report.customers_added = put_people(tx, &people, Origin { import: None, at: self.clock.now() }).await?;
        let kept: BTreeSet<CustomerId> = new.customer.iter().filter(|c| **c != 0).map(|c| CustomerId(*c)).collect();
        let mut replaced: Vec<i64> = changed.iter().copied().collect();
        replaced.sort_unstable();
        touched.touched(tx, known, &replaced, &kept.into_iter().collect::<Vec<_>>()).await?;
        report.lines = new.len() as u64;
        (report.orders_unchanged, report.orders_changed) = (same.len() as u64, changed.len() as u64);
        Ok(report)
    }

    /// Takes the lines of changed orders out of the hot rows and, seldom, out of files.
    async fn remove(&self, tx: &mut Tx, known: &Snapshot, changed: &FxHashSet<i64>) -> Result<(), Problem> {
        for key in changed {
            tx.execute("DELETE FROM hot_order_line WHERE order_key = $1", args![*key]).await?;
        }
        if changed.is_empty() || known.rows(&ORDER_LINE) == 0 {
            return Ok(());
        }
        let (snapshot, changed, threads) = (known.clone(), changed.clone(), self.threads);
        let first = next_ids(tx, "lake_file", 1 << 12).await?;
        let file_ids = lake::FileIds::block(first, 1 << 12);
        let work = move || {
            let cancel = std::sync::atomic::AtomicBool::new(false);
            let reading = Reading { columns: &["order_key"], threads, cancel: &cancel };
            snapshot.split(&ORDER_LINE, &file_ids, reading, false, |batch: &RecordBatch| {
                let keys = batch.column(0).as_primitive_opt::<Int64Type>().ok_or_else(other_type)?;
                Ok(keys.values().iter().map(|k| Some(changed.contains(k))).collect::<BooleanArray>())
            })
        };
        let splits: Vec<Split> =
            tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("rewriting was cut off", e))??;
        let now = self.clock.now();
        file_drop(tx, now, &splits.iter().map(|s| s.old.id).collect::<Vec<_>>()).await?;
        let kept: Vec<NewFile> = splits.into_iter().filter_map(|s| s.kept).collect();
        file_add(tx, &self.lake, now, &kept, FileState::Live, None).await
    }
}

/// The customers of the lines; ids of new ones are reserved in `tx`.
async fn resolve(tx: &mut Tx, people: &mut People, lines: &LineBatch) -> Result<Vec<u32>, Problem> {
    let mut unknown = 0;
    for (kind, values) in people.named(lines) {
        let known = identity_resolve(tx, &kind, &values).await?;
        unknown += known.iter().filter(|k| k.is_none()).count() as i64;
        let known = values.into_iter().zip(known).filter_map(|(value, id)| Some((value.into_boxed_str(), id?)));
        people.load(&kind, known.collect());
    }
    let first = if unknown > 0 { next_ids(tx, "customer", unknown).await? } else { 0 };
    people.resolve(lines, &mut Reserved(first))
}

async fn put_people(tx: &mut Tx, people: &People, origin: Origin) -> Result<u64, Problem> {
    let seen = || people.persons.iter().filter(|p| p.seen);
    let ids: Vec<CustomerId> = seen().filter(|p| p.new).map(|p| CustomerId(p.id)).collect();
    let new: Vec<_> = seen().filter(|p| p.new).map(new_customer).collect();
    customers_create_as(tx, &ids, &new, origin).await?;
    let known: Vec<_> = seen().filter(|p| !p.new).map(|p| (CustomerId(p.id), p.first, p.last)).collect();
    customers_seen(tx, &known).await?;
    Ok(ids.len() as u64)
}

/// The lines of the known customers, sealed and hot: the columns of [`links::COLUMNS`], then key and hash.
async fn history(tx: &mut Tx, known: &Snapshot, people: &People) -> Result<Vec<RecordBatch>, Problem> {
    let columns: Vec<&str> = links::COLUMNS.into_iter().chain(["order_key", "line_hash"]).collect();
    let mut all = Vec::new();
    for person in people.persons.iter().filter(|p| p.seen && !p.new) {
        all.extend(known.of_customer(&ORDER_LINE, person.id, &columns)?);
        all.extend(lake::hot::hot_of_customer(tx, person.id, &columns).await?);
    }
    Ok(all)
}

/// Which orders of the batch are known with the same lines, and which with others.
async fn compare(
    tx: &mut Tx,
    known: &Snapshot,
    lines: &LineBatch,
    history: &[RecordBatch],
) -> Result<(FxHashSet<i64>, FxHashSet<i64>), Problem> {
    let mut orders: FxHashMap<i64, [u64; 2]> = FxHashMap::default();
    let spread = |hash: i64| hash::mix(hash.cast_unsigned());
    for (key, line) in lines.order_key.iter().zip(&lines.line_hash) {
        let sum = &mut orders.entry(key.cast_signed()).or_default()[0];
        *sum = sum.wrapping_add(spread(line.cast_signed()));
    }
    let mut old = |key: i64, line: i64| {
        if let Some(sums) = orders.get_mut(&key) {
            sums[1] = sums[1].wrapping_add(spread(line));
        }
    };
    for batch in history {
        let keys = batch.column(6).as_primitive_opt::<Int64Type>().ok_or_else(other_type)?.values();
        let hashes = batch.column(7).as_primitive_opt::<Int64Type>().ok_or_else(other_type)?.values();
        keys.iter().zip(hashes).for_each(|(k, h)| old(*k, *h));
    }
    for (key, line) in anonymous(tx, known, lines).await? {
        old(key, line);
    }
    let same = orders.iter().filter(|(_, [new, old])| new == old).map(|(k, _)| *k).collect();
    let changed = orders.iter().filter(|(_, [new, old])| *old != 0 && new != old).map(|(k, _)| *k).collect();
    Ok((same, changed))
}

/// Key and hash of known lines without a customer of the batch's orders; their months are read, as nothing else leads to them.
async fn anonymous(tx: &mut Tx, known: &Snapshot, lines: &LineBatch) -> Result<Vec<(i64, i64)>, Problem> {
    let nameless = |i: &usize| lines.texts[crate::decode::TextField::Customer as usize].codes[*i] == NULL;
    let chosen: Vec<usize> = (0..lines.len()).filter(nameless).collect();
    let keys: BTreeSet<i64> = chosen.iter().map(|i| lines.order_key[*i].cast_signed()).collect();
    let mut all = Vec::new();
    for key in &keys {
        let sql = "SELECT line_hash FROM hot_order_line WHERE order_key = $1 AND customer_id IS NULL";
        for row in tx.fetch_all(sql, args![*key]).await? {
            all.push((*key, row.get("line_hash")?));
        }
    }
    let months = chosen.iter().map(|i| lake::Month::of(lines.time[*i]));
    let (Some(first), Some(last)) = (months.clone().min(), months.max()) else { return Ok(all) };
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let reading = Reading { columns: &["order_key", "line_hash", "customer_id"], threads: 1, cancel: &cancel };
    let found =
        known.scan(&ORDER_LINE, reading, Some(&(first..=last)), Vec::new, |found: &mut Vec<(i64, i64)>, batch| {
            let of = |at: usize| batch.column(at).as_primitive_opt::<Int64Type>().ok_or_else(other_type);
            let (order, line, customer) = (of(0)?.values(), of(1)?.values(), of(2)?);
            let nobody = |row: &usize| arrow::array::Array::is_null(customer, *row);
            found.extend(
                (0..order.len()).filter(nobody).filter(|r| keys.contains(&order[*r])).map(|r| (order[r], line[r])),
            );
            Ok(())
        })?;
    all.extend(found.into_iter().flatten());
    Ok(all)
}

fn numbers(lines: &LineBatch) -> Vec<u32> {
    let mut next: FxHashMap<u64, u32> = FxHashMap::default();
    let number = |key: &u64| {
        let next = next.entry(*key).or_default();
        *next += 1;
        *next - 1
    };
    lines.order_key.iter().map(number).collect()
}

fn other_type() -> Problem {
    Problem::new(Code::Internal, "the history has a column of another type")
}
