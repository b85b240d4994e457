//! Orders one by one or in small batches: durable first, then applied.
//!
//! [`Importer::accept`] keeps a batch as it came; [`Importer::apply_next`] turns the oldest waiting batch into hot lines,
//! customers and what hangs on them in one transaction, so that a crash leaves it waiting or applied, never half.

use std::path::PathBuf;

use arrow::array::RecordBatch;
use base::{Code, CustomerId, Problem};
use lake::catalog::snapshot_hold;
use lake::{ORDER_LINE, Snapshot, hot_append};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use store::{Tx, next_ids};

use super::crowd::{Crowd, Everyone};
use super::events::{self, Events};
use super::importer::Importer;
use super::known::Known;
use super::lines::Lines;
use super::met::Met;
use super::people::NewIds;
use super::products::Products;
use super::{files, links};
use crate::decode::{LineBatch, LineKind};
use crate::store::intake::{IntakeBatch, intake_add, intake_applied, intake_failed, intake_next, intake_retry};

/// What else must follow a change of some customers, in the same transaction: traits, segments.
#[expect(async_fn_in_trait, reason = "called with a concrete type only")]
pub trait Touched {
    /// The columns of order lines that it needs.
    fn columns(&self) -> &[&'static str];

    /// The lines of these customers have changed within `tx`: all that each has now, with [`Touched::columns`] among the columns.
    async fn touched(&self, tx: &mut Tx, customers: &[(CustomerId, Vec<RecordBatch>)]) -> Result<(), Problem>;
}

/// What came of a batch.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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

/// A batch that was set aside.
#[derive(Debug)]
pub struct Failed {
    /// The batch.
    pub batch: i64,
    /// Why.
    pub problem: Problem,
}

/// Whether another attempt may go well without anybody's doing: a full disk, a database that is busy.
const fn may_pass(problem: &Problem) -> bool {
    matches!(problem.code, Code::Unavailable | Code::Conflict | Code::Cancelled)
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

    /// Applies all that waits, and says which batches could not be applied and why.
    pub async fn apply_waiting(&self, touched: &impl Touched) -> Result<(Vec<IntakeReport>, Vec<Failed>), Problem> {
        self.apply_through(i64::MAX, touched).await
    }

    /// As [`Importer::apply_waiting`], and no longer than until this batch is applied: the oldest is taken first.
    pub async fn apply_through(
        &self,
        last: i64,
        touched: &impl Touched,
    ) -> Result<(Vec<IntakeReport>, Vec<Failed>), Problem> {
        let (mut reports, mut failed, mut done) = (Vec::new(), Vec::new(), i64::MIN);
        while done < last {
            match self.apply_next(touched).await? {
                None => break,
                Some(Ok(report)) => {
                    done = report.batch;
                    reports.push(report);
                }
                Some(Err(one)) => {
                    done = one.batch;
                    failed.push(one);
                }
            }
        }
        Ok((reports, failed))
    }

    /// Applies the oldest waiting batch; `None` when none waits. One that cannot be applied is set aside for
    /// [`Importer::retry_failed`], so that those behind it are not held up; a problem that may pass by itself leaves it waiting.
    pub async fn apply_next(&self, touched: &impl Touched) -> Result<Option<Result<IntakeReport, Failed>>, Problem> {
        // The batch is on the disk: were this lost, it would wait again.
        let mut tx = self.lake.db().write_replayable().await?;
        let Some(batch) = intake_next(&mut tx).await? else { return Ok(None) };
        // What is known is looked at here, where nobody else can change it until the batch is applied.
        snapshot_hold(&mut tx).await?;
        let known = self.lake.snapshot_sealed_in(&mut tx).await?;
        match self.apply(&mut tx, &known, &batch, touched).await {
            Ok(report) => {
                let text =
                    serde_json::to_string(&report).map_err(|e| Problem::internal("a report cannot be written", e))?;
                intake_applied(&mut tx, batch.id, self.clock.now(), &text).await?;
                tx.commit().await?;
                Ok(Some(Ok(report)))
            }
            Err(problem) if may_pass(&problem) => Err(problem),
            Err(problem) => {
                tx.rollback().await?;
                let mut tx = self.lake.db().write().await?;
                intake_failed(&mut tx, batch.id, self.clock.now(), &problem).await?;
                tx.commit().await?;
                Ok(Some(Err(Failed { batch: batch.id, problem })))
            }
        }
    }

    /// Lets all batches that were set aside wait again; how many.
    pub async fn retry_failed(&self) -> Result<u64, Problem> {
        let mut tx = self.lake.db().write().await?;
        let count = intake_retry(&mut tx).await?;
        tx.commit().await?;
        Ok(count)
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
        let mut products = Products::default();
        products.add(&lines);
        let (ids, everyone) = self.people(tx, &lines).await?;
        let orders = Known::of(tx, known, &lines.order_key).await?;
        let (same, changed) = orders.compare(&lines);
        let mut new = Lines::default();
        new.extend(&lines, &ids, &numbers(&lines), |i| !same.contains(&lines.order_key[i].cast_signed()));
        self.remove(tx, known, &orders, &changed).await?;
        let mut customers: Vec<i64> = new.customer.iter().copied().chain(orders.customers(&changed)).collect();
        customers.retain(|id| *id != 0);
        customers.sort_unstable();
        customers.dedup();
        let born: FxHashSet<i64> = everyone.iter().filter(|m| m.person.new).map(|m| m.person.id).collect();
        let columns = columns(touched.columns(), &new);
        let mut histories = histories(tx, known, &customers, &born, &columns).await?;
        without(&mut histories, &changed)?;
        links::link_in(&mut new, histories.iter().flat_map(|h| &h.1))?;
        // Negative: batches and imports never share a number.
        let rows = files::as_batch(&new, -batch.id)?;
        hot_append(tx, &rows).await?;
        for (customer, history) in &mut histories {
            history.extend(lake::hot::rows_of_customer(&rows, customer.0, &columns)?);
        }
        report.customers_added = self.customers_put(tx, None, &Everyone::InMemory(everyone)).await?.added;
        self.products_put(tx, None, &products).await?;
        touched.touched(tx, &histories).await?;
        report.lines = new.len() as u64;
        (report.orders_unchanged, report.orders_changed) = (same.len() as u64, changed.len() as u64);
        Ok(report)
    }

    /// Whose the lines are, 0 where nobody is named, and all of them; ids of new ones are reserved in `tx`.
    async fn people(&self, tx: &mut Tx, lines: &LineBatch) -> Result<(Vec<i64>, Vec<Met>), Problem> {
        let mut crowd = Crowd::new(self.business.region, true, PathBuf::new());
        let named = crowd.people.named(lines);
        crowd.look_up(tx, &named).await?;
        let unknown = crowd.people.unknown(&named) as i64;
        let first = if unknown > 0 { next_ids(tx, "customer", unknown).await? } else { 0 };
        let ids = crowd.people.resolve(lines, &named, &mut Reserved(first))?;
        let mut met = crowd.people.take().met();
        met.sort_unstable_by_key(|m| m.person.id);
        Ok((ids, met))
    }
}

/// The wanted columns and those that this module needs itself; those for linking only where something came back.
fn columns(wanted: &[&'static str], new: &Lines) -> Vec<&'static str> {
    let returned = new.kind.contains(&LineKind::Return);
    let links = links::COLUMNS.into_iter().filter(|_| returned);
    let mut columns = wanted.to_vec();
    for column in links.chain(["order_key"]) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

/// All lines of some customers (ascending), sealed and hot; those just `born` have none.
async fn histories(
    tx: &mut Tx,
    known: &Snapshot,
    customers: &[i64],
    born: &FxHashSet<i64>,
    columns: &[&str],
) -> Result<Vec<(CustomerId, Vec<RecordBatch>)>, Problem> {
    let mut all = Vec::with_capacity(customers.len());
    for id in customers {
        let mut lines = Vec::new();
        if !born.contains(id) {
            lines = known.of_customer(&ORDER_LINE, *id, columns)?;
            lines.extend(lake::hot::hot_of_customer(tx, *id, columns).await?);
        }
        all.push((CustomerId(*id), lines));
    }
    Ok(all)
}

/// Leaves out the lines of changed orders.
fn without(histories: &mut [(CustomerId, Vec<RecordBatch>)], changed: &FxHashSet<i64>) -> Result<(), Problem> {
    if changed.is_empty() {
        return Ok(());
    }
    for batch in histories.iter_mut().flat_map(|h| &mut h.1) {
        let kept = super::known::keys(batch)?.iter().map(|key| Some(!changed.contains(key))).collect();
        *batch = arrow::compute::filter_record_batch(batch, &kept)
            .map_err(|e| Problem::internal("lines cannot be left out", e))?;
    }
    Ok(())
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
