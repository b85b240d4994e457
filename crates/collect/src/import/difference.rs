//! What of a file is new: orders are compared by their fingerprints, the sum of the hashes of their lines.
//!
//! The sum does not depend on the order of the lines, counts a line that stands twice twice, and can be built while lines
//! stream by. Memory is bounded by going through the keys in several passes when there are very many lines.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type};
use base::{Problem, hash};
use lake::{Marks, ORDER_LINE, Reading, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use super::known::keys as order_keys;
use crate::decode::LineKind;

/// How many orders one pass holds in memory, at about 48 bytes each (and as much again while threads bring theirs together).
const PER_PASS: u64 = 2_000_000;

#[derive(Clone, Copy, Debug, Default)]
struct Order {
    new: u64,
    new_lines: u32,
    old: u64,
    old_lines: u32,
    /// Lines of the file that are returns with a known purchase.
    linked: u32,
    flags: u8,
}

const RETURN: u8 = 1;
const CUSTOMER_ORDER: u8 = 2;

/// What becomes of an order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    /// Known with exactly these lines.
    Same,
    /// Known with other lines.
    Changed,
    /// Known, but not in the file.
    Missing,
}

/// The orders of a file compared with those known.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// Distinct orders of the file.
    pub orders: u64,
    pub return_orders: u64,
    pub customer_orders: u64,
    /// Orders that are known with exactly these lines.
    pub same: u64,
    /// Orders that are known with other lines.
    pub changed: u64,
    /// Known orders that the file lacks; only when they were asked for.
    pub missing: u64,
    /// Lines of the file that are new, in new or changed orders.
    pub new_lines: u64,
    /// Returns among them that found their purchase.
    pub linked: u64,
    /// Lines of the file that are known already.
    pub known: Marks,
    /// Known lines that are replaced by others of the file, or that it lacks.
    pub replaced: Marks,
    /// The imports that lose these lines.
    pub losers: BTreeSet<i64>,
    /// Replaced orders into which rows were mended.
    pub mended: Vec<i64>,
}

/// Where the lines are.
pub(super) struct Sides<'a> {
    /// The lines of the file.
    pub file: &'a Snapshot,
    /// The most orders that it may have.
    pub most_orders: u64,
    /// The lines known before, in files.
    pub known: &'a Snapshot,
    /// Whether known orders that the file lacks are wanted; of these imports only.
    pub missing_of: Option<&'a [i64]>,
    /// Whether the lines of the file are new whatever is known: an order may list the same thing again.
    pub all_new: bool,
    /// Whether the lines of the file take the place of those known of the same order.
    pub replace: bool,
    /// The orders into which rows were mended.
    pub mended: &'a FxHashSet<i64>,
    pub threads: usize,
    pub cancel: &'a AtomicBool,
}

impl Sides<'_> {
    /// Compares.
    pub(super) fn compare(&self) -> Result<Difference, Problem> {
        let known = self.known.rows(&ORDER_LINE);
        // Known orders have two lines and more on average; one each is the worst case and only costs memory.
        let most = self.most_orders + if self.missing_of.is_some() { known / 2 } else { 0 };
        let passes = most.div_ceil(PER_PASS).max(1);
        let mut all = Difference::default();
        for pass in 0..passes {
            let mine = move |key: i64| hash::mix(key.cast_unsigned()) % passes == pass;
            let mut orders = self.file_orders(mine)?;
            if known > 0 {
                self.known_orders(mine, &mut orders)?;
            }
            let fates = all.add(&orders, self.all_new, self.mended);
            self.mark(&orders, fates, &mut all)?;
        }
        Ok(all)
    }

    /// Marks the lines of orders that are the same, and those that are replaced.
    fn mark(&self, orders: &FxHashMap<i64, Order>, fates: [bool; 3], all: &mut Difference) -> Result<(), Problem> {
        let [same, changed, missing] = fates;
        let reading = Reading { columns: &["order_key"], threads: self.threads, cancel: self.cancel };
        let fate = |key: &i64| orders.get(key).map(|order| order.fate(self.all_new));
        if same {
            self.file.mark(&ORDER_LINE, reading, &mut all.known, |batch| {
                Ok(order_keys(batch)?.iter().map(|key| Some(fate(key) == Some(Fate::Same))).collect())
            })?;
        }
        let changed = changed && self.replace;
        if changed || missing {
            let reading = Reading { columns: &["order_key", "import_id"], ..reading };
            let losers = Mutex::new(std::mem::take(&mut all.losers));
            self.known.mark(&ORDER_LINE, reading, &mut all.replaced, |batch| {
                let gone = |key: &i64| match fate(key) {
                    Some(Fate::Changed) => changed,
                    Some(Fate::Missing) => missing,
                    Some(Fate::New | Fate::Same) | None => false,
                };
                let gone: BooleanArray = order_keys(batch)?.iter().map(|key| Some(gone(key))).collect();
                let imports = batch.column(1).as_primitive_opt::<Int64Type>().ok_or_else(other_type)?.values();
                let mut losers = losers.lock().unwrap_or_else(PoisonError::into_inner);
                // What came by the intake has a negative number: it is no import that could be undone.
                losers.extend(gone.values().set_indices().map(|row| imports[row]).filter(|import| *import > 0));
                Ok(gone)
            })?;
            all.losers = losers.into_inner().unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    fn file_orders(&self, mine: impl Fn(i64) -> bool + Sync) -> Result<FxHashMap<i64, Order>, Problem> {
        let columns = ["order_key", "line_hash", "kind", "customer_id", "return_of"];
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
                order.linked += u32::from(is_return && batch.column(4).is_valid(row));
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

impl Order {
    const fn fate(&self, all_new: bool) -> Fate {
        let same = !all_new && self.new == self.old && self.new_lines == self.old_lines;
        match (self.new_lines > 0, self.old_lines > 0) {
            (false, _) => Fate::Missing,
            (true, false) => Fate::New,
            (true, true) if same => Fate::Same,
            (true, true) => Fate::Changed,
        }
    }
}

impl Difference {
    /// Counts the orders of a pass; which fates there are: same, changed, missing.
    fn add(&mut self, orders: &FxHashMap<i64, Order>, all_new: bool, mended: &FxHashSet<i64>) -> [bool; 3] {
        let before = [self.same, self.changed, self.missing];
        for (key, order) in orders {
            let fate = order.fate(all_new);
            self.orders += u64::from(fate != Fate::Missing);
            self.return_orders += u64::from(order.flags & RETURN != 0);
            self.customer_orders += u64::from(order.flags & CUSTOMER_ORDER != 0);
            match fate {
                Fate::New => {}
                Fate::Same => self.same += 1,
                Fate::Changed => self.changed += 1,
                Fate::Missing => self.missing += 1,
            }
            if matches!(fate, Fate::New | Fate::Changed) {
                self.new_lines += u64::from(order.new_lines);
                self.linked += u64::from(order.linked);
            }
            if matches!(fate, Fate::Changed | Fate::Missing) && mended.contains(key) {
                self.mended.push(*key);
            }
        }
        let after = [self.same, self.changed, self.missing];
        [0, 1, 2].map(|at| after[at] > before[at])
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
            sum.linked += order.linked;
            sum.flags |= order.flags;
        }
    }
    all
}
