//! Orders of a small batch that are known already, wherever their lines are.

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::Int64Type;
use base::{Code, Problem, hash};
use lake::catalog::file::{file_add, file_drop};
use lake::{FileState, NewFile, ORDER_LINE, Reading, Snapshot, Split};
use rustc_hash::{FxHashMap, FxHashSet};
use store::{Tx, args, next_ids};

use super::importer::Importer;
use crate::decode::LineBatch;

/// Keys asked for at a time.
const CHUNK: usize = 500;

/// A line of an order that came before.
struct Line {
    order: i64,
    hash: i64,
    /// 0: nobody.
    customer: i64,
    /// The file it is in; `None` for hot rows.
    file: Option<i64>,
}

/// The known lines of some orders.
pub(super) struct Known(Vec<Line>);

impl Known {
    /// Looks the orders up among the hot rows and in the files.
    pub(super) async fn of(tx: &mut Tx, sealed: &Snapshot, orders: &[u64]) -> Result<Self, Problem> {
        let mut keys: Vec<i64> = orders.iter().map(|key| key.cast_signed()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut lines = Vec::new();
        for chunk in keys.chunks(CHUNK) {
            let marks: Vec<String> = (1..=chunk.len()).map(|at| format!("${at}")).collect();
            let sql = format!(
                "SELECT order_key, line_hash, customer_id FROM hot_order_line WHERE order_key IN ({})",
                marks.join(", ")
            );
            for row in tx.fetch_all(&sql, chunk.iter().map(|key| (*key).into()).collect()).await? {
                let customer = row.at::<Option<i64>>(2)?.unwrap_or_default();
                lines.push(Line { order: row.at(0)?, hash: row.at(1)?, customer, file: None });
            }
        }
        let columns = ["order_key", "line_hash", "customer_id"];
        for (file, batch) in sealed.sealed_of_orders(&keys, &columns)? {
            let of = |at: usize| batch.column(at).as_primitive_opt::<Int64Type>().ok_or_else(other_type);
            let (order, hash, customer) = (of(0)?, of(1)?, of(2)?);
            lines.extend((0..batch.num_rows()).map(|row| Line {
                order: order.value(row),
                hash: hash.value(row),
                customer: if customer.is_null(row) { 0 } else { customer.value(row) },
                file: Some(file),
            }));
        }
        Ok(Self(lines))
    }

    /// Which orders of the batch are known with the same lines, and which with others.
    pub(super) fn compare(&self, lines: &LineBatch) -> (FxHashSet<i64>, FxHashSet<i64>) {
        // Sums of spread hashes, as in [`super::difference`], and how many lines.
        let mut orders: FxHashMap<i64, [(u64, u32); 2]> = FxHashMap::default();
        let add = |sum: &mut (u64, u32), hash: i64| {
            *sum = (sum.0.wrapping_add(hash::mix(hash.cast_unsigned())), sum.1 + 1);
        };
        for (key, line) in lines.order_key.iter().zip(&lines.line_hash) {
            add(&mut orders.entry(key.cast_signed()).or_default()[0], line.cast_signed());
        }
        for line in &self.0 {
            if let Some(sums) = orders.get_mut(&line.order) {
                add(&mut sums[1], line.hash);
            }
        }
        let known = || orders.iter().filter(|(_, [_, old])| old.1 > 0);
        let same = known().filter(|(_, [new, old])| new == old).map(|(key, _)| *key).collect();
        let changed = known().filter(|(_, [new, old])| new != old).map(|(key, _)| *key).collect();
        (same, changed)
    }

    /// Whose these orders were.
    pub(super) fn customers<'a>(&'a self, orders: &'a FxHashSet<i64>) -> impl Iterator<Item = i64> + 'a {
        self.0.iter().filter(|line| orders.contains(&line.order)).map(|line| line.customer)
    }
}

impl Importer {
    /// Takes the lines of changed orders out of the hot rows and, seldom, out of files.
    pub(super) async fn remove(
        &self,
        tx: &mut Tx,
        sealed: &Snapshot,
        known: &Known,
        changed: &FxHashSet<i64>,
    ) -> Result<(), Problem> {
        for key in changed {
            tx.execute("DELETE FROM hot_order_line WHERE order_key = $1", args![*key]).await?;
        }
        let mut held: Vec<i64> =
            known.0.iter().filter(|line| changed.contains(&line.order)).filter_map(|line| line.file).collect();
        held.sort_unstable();
        held.dedup();
        if held.is_empty() {
            return Ok(());
        }
        let (snapshot, changed, threads) = (sealed.only_files(&held), changed.clone(), self.threads);
        let block = 2 * held.len() as i64;
        let file_ids = lake::FileIds::block(next_ids(tx, "lake_file", block).await?, block);
        let work = move || {
            let cancel = std::sync::atomic::AtomicBool::new(false);
            let reading = Reading { columns: &["order_key"], threads, cancel: &cancel };
            snapshot.split(&ORDER_LINE, &file_ids, reading, false, |batch: &RecordBatch| {
                Ok(keys(batch)?.iter().map(|key| Some(changed.contains(key))).collect::<BooleanArray>())
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

/// The keys of the orders of a batch.
pub(super) fn keys(batch: &RecordBatch) -> Result<&[i64], Problem> {
    let column = batch.column_by_name("order_key").and_then(|c| c.as_primitive_opt::<Int64Type>());
    column.map(|keys| &**keys.values()).ok_or_else(other_type)
}

fn other_type() -> Problem {
    Problem::new(Code::Internal, "the history has a column of another type")
}
