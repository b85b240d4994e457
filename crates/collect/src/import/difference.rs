//! What of a file is new: orders are compared by their fingerprints, the sum of the hashes of their lines.
//!
//! The sum does not depend on the order of the lines, counts a line that stands twice twice, and can be built while lines
//! stream by. Memory is bounded by going through the keys in several passes when there are very many lines.

use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type};
use base::{Problem, hash};
use lake::{ORDER_LINE, Reading, Snapshot};
use rustc_hash::FxHashMap;

use crate::decode::LineKind;

/// How many orders one pass holds in memory, at about 48 bytes each.
const PER_PASS: u64 = 4_000_000;

#[derive(Clone, Copy, Debug, Default)]
struct Order {
    new: u64,
    new_lines: u32,
    old: u64,
    old_lines: u32,
    flags: u8,
}

const RETURN: u8 = 1;
const CUSTOMER_ORDER: u8 = 2;

/// The orders of a file compared with those known.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// Distinct orders of the file.
    pub orders: u64,
    pub return_orders: u64,
    pub customer_orders: u64,
    /// Keys of orders that are known with exactly these lines, sorted.
    pub same: Vec<i64>,
    /// Keys of orders that are known with other lines, sorted.
    pub changed: Vec<i64>,
    /// Known orders that the file lacks, sorted; only when they were asked for.
    pub missing: Vec<i64>,
    /// Lines of the file that are new, in new or changed orders.
    pub new_lines: u64,
    /// Known lines in changed (or missing) orders.
    pub old_lines: u64,
}

/// Where the lines are.
pub(super) struct Sides<'a> {
    /// The lines of the file.
    pub file: &'a Snapshot,
    /// The lines known before.
    pub known: &'a Snapshot,
    /// Whether known orders that the file lacks are wanted; of these imports only.
    pub missing_of: Option<&'a [i64]>,
    /// Whether the lines of the file are new whatever is known: an order may list the same thing again.
    pub all_new: bool,
    pub threads: usize,
    pub cancel: &'a AtomicBool,
}

impl Sides<'_> {
    /// Compares.
    pub(super) fn compare(&self) -> Result<Difference, Problem> {
        let lines = self.file.rows(&ORDER_LINE);
        let known = self.known.rows(&ORDER_LINE);
        let most = if self.missing_of.is_some() { lines + known } else { lines };
        // Orders have two to three lines on average; one each is the worst case and only costs passes.
        let passes = most.div_ceil(PER_PASS * 2).max(1);
        let mut all = Difference::default();
        for pass in 0..passes {
            let mine = move |key: i64| hash::mix(key.cast_unsigned()) % passes == pass;
            let mut orders = self.file_orders(mine)?;
            if known > 0 {
                self.known_orders(mine, &mut orders)?;
            }
            all.add(orders, self.all_new);
        }
        all.same.sort_unstable();
        all.changed.sort_unstable();
        all.missing.sort_unstable();
        Ok(all)
    }

    fn file_orders(&self, mine: impl Fn(i64) -> bool + Sync) -> Result<FxHashMap<i64, Order>, Problem> {
        let columns = ["order_key", "line_hash", "kind", "customer_id"];
        let reading = Reading { columns: &columns, threads: self.threads, cancel: self.cancel };
        let maps = self.file.scan(&ORDER_LINE, reading, None, FxHashMap::<i64, Order>::default, |orders, batch| {
            let (keys, hashes) = keys(batch)?;
            let kind = batch.column(2).as_dictionary_opt::<Int32Type>().ok_or_else(other_type)?;
            let kinds: Vec<bool> =
                kind.values().as_string::<i32>().iter().map(|k| k == Some(LineKind::Return.as_str())).collect();
            for row in 0..keys.len() {
                if !mine(keys[row]) {
                    continue;
                }
                let is_return = kind.key(row).is_some_and(|k| kinds[k]);
                let order = orders.entry(keys[row]).or_default();
                order.new = order.new.wrapping_add(line(hashes[row]));
                order.new_lines += 1;
                order.flags |= if is_return { RETURN } else { 0 };
                let named = !is_return && batch.column(3).is_valid(row);
                order.flags |= if named { CUSTOMER_ORDER } else { 0 };
            }
            Ok(())
        })?;
        Ok(merged(maps))
    }

    fn known_orders(
        &self,
        mine: impl Fn(i64) -> bool + Sync,
        orders: &mut FxHashMap<i64, Order>,
    ) -> Result<(), Problem> {
        let columns = ["order_key", "line_hash", "import_id"];
        let reading = Reading { columns: &columns, threads: self.threads, cancel: self.cancel };
        let in_file = &*orders;
        let maps = self.known.scan(&ORDER_LINE, reading, None, FxHashMap::<i64, Order>::default, |known, batch| {
            let (keys, hashes) = keys(batch)?;
            let imports = batch.column(2).as_primitive_opt::<Int64Type>().ok_or_else(other_type)?.values();
            for row in 0..keys.len() {
                let wanted =
                    in_file.contains_key(&keys[row]) || self.missing_of.is_some_and(|m| m.contains(&imports[row]));
                if wanted && mine(keys[row]) {
                    let order = known.entry(keys[row]).or_default();
                    order.old = order.old.wrapping_add(line(hashes[row]));
                    order.old_lines += 1;
                }
            }
            Ok(())
        })?;
        for (key, known) in merged(maps) {
            let order = orders.entry(key).or_default();
            (order.old, order.old_lines) = (known.old, known.old_lines);
        }
        Ok(())
    }
}

impl Difference {
    fn add(&mut self, orders: FxHashMap<i64, Order>, all_new: bool) {
        for (key, order) in orders {
            let in_file = order.new_lines > 0;
            self.orders += u64::from(in_file);
            self.return_orders += u64::from(order.flags & RETURN != 0);
            self.customer_orders += u64::from(order.flags & CUSTOMER_ORDER != 0);
            let same = !all_new && order.new == order.old && order.new_lines == order.old_lines;
            match (in_file, order.old_lines > 0) {
                (true, true) if same => self.same.push(key),
                (true, true) => self.changed.push(key),
                (false, _) => self.missing.push(key),
                (true, false) => {}
            }
            if in_file && !same {
                self.new_lines += u64::from(order.new_lines);
                self.old_lines += u64::from(order.old_lines);
            } else if !in_file {
                self.old_lines += u64::from(order.old_lines);
            }
        }
    }
}

/// Spread before summing: plain sums of hashes of similar lines must not cancel out.
const fn line(hash: i64) -> u64 {
    hash::mix(hash.cast_unsigned())
}

fn keys(batch: &RecordBatch) -> Result<(&[i64], &[i64]), Problem> {
    let key = batch.column(0).as_primitive_opt::<Int64Type>().ok_or_else(other_type)?;
    let hash = batch.column(1).as_primitive_opt::<Int64Type>().ok_or_else(other_type)?;
    Ok((key.values(), hash.values()))
}

fn other_type() -> Problem {
    Problem::new(base::Code::Internal, "the history has a column of another type")
}

fn merged(maps: Vec<FxHashMap<i64, Order>>) -> FxHashMap<i64, Order> {
    let mut maps = maps.into_iter();
    let mut all = maps.next().unwrap_or_default();
    for map in maps {
        for (key, order) in map {
            let sum = all.entry(key).or_default();
            sum.new = sum.new.wrapping_add(order.new);
            sum.new_lines += order.new_lines;
            sum.old = sum.old.wrapping_add(order.old);
            sum.old_lines += order.old_lines;
            sum.flags |= order.flags;
        }
    }
    all
}
