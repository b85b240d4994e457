//! What is left of the history when an import goes: of every customer and of every product.

use std::hash::Hash;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use base::{Code, Micros, Problem};
use lake::{ORDER_LINE, Reading, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

/// The history without an import.
#[derive(Default)]
pub(super) struct Left {
    /// By customer.
    pub customers: FxHashMap<i64, Rest>,
    /// By code.
    pub products: FxHashMap<String, Sold>,
}

/// What stays of the lines of a customer or a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Whether the undone import has some of them.
    pub touched: bool,
    /// Another import that has lines, and the times of the first and the last of them; negative: a batch of the intake.
    pub import: Option<i64>,
    pub span: (Micros, Micros),
}

/// What the lines that stay say of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sold {
    pub rest: Rest,
    /// The last name that they give it, and when.
    pub name: Option<(Micros, String)>,
    /// The last category, and when.
    pub category: Option<(Micros, String)>,
}

/// Which lines go and which stay.
pub(super) struct Going<'a> {
    /// What is visible.
    pub snapshot: &'a Snapshot,
    /// What the import had replaced.
    pub back: &'a Snapshot,
    pub import: i64,
    /// Imports that add to orders and replace nothing.
    pub adding: &'a FxHashSet<i64>,
}

impl Going<'_> {
    /// The orders (keys) that do not come back: what is visible of them came later, with the intake or with another import.
    pub(super) fn overtaken(&self, reading: Reading<'_>) -> Result<FxHashSet<i64>, Problem> {
        let mut back = FxHashSet::default();
        let reading = Reading { columns: &["order_key", "import_id"], ..reading };
        let all = |keys: &mut FxHashSet<i64>, batch: &RecordBatch| {
            keys.extend(integers(batch, 0)?.values());
            Ok(())
        };
        for keys in self.back.scan(&ORDER_LINE, reading, None, FxHashSet::default, all)? {
            back.extend(keys);
        }
        let mut over = FxHashSet::default();
        if back.is_empty() {
            return Ok(over);
        }
        let later = |keys: &mut FxHashSet<i64>, batch: &RecordBatch| {
            let lines = integers(batch, 0)?.values().iter().zip(integers(batch, 1)?.values());
            let other = |import: &i64| *import != self.import && !self.adding.contains(import);
            keys.extend(lines.filter(|(key, import)| other(import) && back.contains(key)).map(|(key, _)| *key));
            Ok(())
        };
        for keys in self.snapshot.scan(&ORDER_LINE, reading, None, FxHashSet::default, later)? {
            over.extend(keys);
        }
        Ok(over)
    }

    /// What is left, without the orders that do not come back.
    pub(super) fn left(&self, overtaken: &FxHashSet<i64>, reading: Reading<'_>) -> Result<Left, Problem> {
        let columns = ["import_id", "customer_id", "time", "order_key", "product", "product_name", "category"];
        let reading = Reading { columns: &columns, ..reading };
        let nothing = FxHashSet::default();
        let mut all = Left::default();
        for (lines, out) in [(self.snapshot, &nothing), (self.back, overtaken)] {
            for part in lines
                .scan(&ORDER_LINE, reading, None, Left::default, |left, batch| left.note(batch, self.import, out))?
            {
                put_all(&mut all.customers, part.customers, Rest::add);
                put_all(&mut all.products, part.products, Sold::add);
            }
        }
        Ok(all)
    }
}

impl Left {
    fn note(&mut self, batch: &RecordBatch, import: i64, out: &FxHashSet<i64>) -> Result<(), Problem> {
        let (imports, customers, keys) = (integers(batch, 0)?.values(), integers(batch, 1)?, integers(batch, 3)?);
        let times = batch.column(2).as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(other_type)?.values();
        let text = |at: usize| batch.column(at).as_dictionary_opt::<Int32Type>().ok_or_else(other_type);
        let (codes, names, categories) = (text(4)?, text(5)?, text(6)?);
        let mut sold: Vec<Option<OfBatch>> = vec![None; codes.values().len()];
        for row in (0..batch.num_rows()).filter(|row| !out.contains(&keys.value(*row))) {
            let mine = imports[row] == import;
            let line = Rest { touched: mine, import: (!mine).then_some(imports[row]), span: (times[row], times[row]) };
            if customers.is_valid(row) {
                self.customers.entry(customers.value(row)).or_default().add(line);
            }
            let Some(code) = codes.key(row) else { continue };
            let product = sold[code].get_or_insert_default();
            product.rest.add(line);
            if !mine {
                newer(&mut product.name, names.key(row).map(|name| (times[row], name)));
                newer(&mut product.category, categories.key(row).map(|category| (times[row], category)));
            }
        }
        let (codes, names, categories) = (codes.values(), names.values(), categories.values());
        let told = |values: &dyn Array, at: Option<(Micros, usize)>| {
            at.map(|(time, at)| (time, values.as_string::<i32>().value(at).to_owned()))
        };
        for (at, of) in sold.into_iter().enumerate() {
            let Some(of) = of else { continue };
            let code = codes.as_string::<i32>().value(at);
            let more = Sold { rest: of.rest, name: told(names, of.name), category: told(categories, of.category) };
            match self.products.get_mut(code) {
                Some(known) => known.add(more),
                None => drop(self.products.insert(code.to_owned(), more)),
            }
        }
        Ok(())
    }
}

/// A product within one batch; texts by their places in the dictionaries.
#[derive(Clone, Default)]
struct OfBatch {
    rest: Rest,
    name: Option<(Micros, usize)>,
    category: Option<(Micros, usize)>,
}

impl Rest {
    fn add(&mut self, other: Self) {
        self.touched |= other.touched;
        self.span = match (self.import, other.import) {
            (Some(_), Some(_)) => (self.span.0.min(other.span.0), self.span.1.max(other.span.1)),
            (None, Some(_)) => other.span,
            _ => self.span,
        };
        // Only imports can be named as the source of something: batches give way.
        self.import = self.import.max(other.import);
    }
}

impl Sold {
    fn add(&mut self, other: Self) {
        self.rest.add(other.rest);
        newer(&mut self.name, other.name);
        newer(&mut self.category, other.category);
    }
}

/// Keeps what was said later.
fn newer<T>(known: &mut Option<(Micros, T)>, other: Option<(Micros, T)>) {
    if let Some((time, _)) = &other
        && known.as_ref().is_none_or(|(at, _)| time >= at)
    {
        *known = other;
    }
}

fn put_all<K: Eq + Hash, V: Default>(all: &mut FxHashMap<K, V>, more: FxHashMap<K, V>, add: impl Fn(&mut V, V)) {
    for (key, value) in more {
        add(all.entry(key).or_default(), value);
    }
}

fn integers(batch: &RecordBatch, at: usize) -> Result<&Int64Array, Problem> {
    batch.column(at).as_primitive_opt::<Int64Type>().ok_or_else(other_type)
}

fn other_type() -> Problem {
    Problem::new(Code::Internal, "the history has a column of another type")
}
