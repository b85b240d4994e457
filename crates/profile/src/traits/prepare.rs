//! Turns a batch of the lake into plain columns and evaluates every filter of the plan, once for all customers in it.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Decimal64Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use base::{Micros, Problem};
use rustc_hash::FxHashMap;

use super::block::Block;
use super::calendar::{Calendar, Wall};
use super::condition::{Atom, Is, Test};
use super::field::{Attr, Number, TEXTS};
use super::interner::{MISSING, Texts};
use super::plan::{Group, Plan};

/// Combinations of comparisons remembered before the memory is begun anew.
const MOST_COMBINATIONS: usize = 1 << 16;

/// What one thread needs to prepare batches; remembers texts and evaluated filters from batch to batch.
#[derive(Debug)]
pub(super) struct Decoder {
    pub(super) texts: [Texts; TEXTS],
    pub(super) calendar: Calendar,
    as_of: Micros,
    tables: Vec<Tables>,
    // Scratch, reused from batch to batch.
    ids: Vec<u32>,
    walls: Vec<Wall>,
    numbers: Vec<i64>,
    bits: Vec<Vec<u64>>,
}

/// The comparisons of one group, as tables from values to bits.
#[derive(Debug)]
struct Tables {
    texts: [Vec<u64>; TEXTS],
    hours: [u64; 24],
    weekdays: [u64; 8],
    months: [u64; 13],
    numbers: Vec<(u64, Number, Is<i64>)>,
    /// Bit, first and last instant.
    windows: Vec<(u64, Micros, Micros)>,
    /// From the bits of comparisons to the bits of filters.
    filters: FxHashMap<u64, u64>,
}

impl Decoder {
    pub(super) fn new(plan: &Plan, as_of: Micros) -> Self {
        Self {
            texts: std::array::from_fn(|_| Texts::default()),
            calendar: Calendar::new(&plan.zone),
            as_of,
            tables: plan.groups.iter().map(|group| Tables::new(group, plan, as_of)).collect(),
            ids: Vec::new(),
            walls: Vec::new(),
            numbers: Vec::new(),
            bits: vec![Vec::new(); plan.groups.len()],
        }
    }

    /// Fills `block` with the lines of `batch`.
    pub(super) fn read(&mut self, plan: &Plan, batch: &RecordBatch, block: &mut Block) -> Result<(), Problem> {
        block.clear();
        for bits in &mut self.bits {
            bits.clear();
            bits.resize(batch.num_rows(), 0);
        }
        let time = column(batch, "time")?;
        let Some(time) = time.as_primitive_opt::<TimestampMicrosecondType>() else {
            return Err(wrong("time", time.data_type()));
        };
        block.time.extend_from_slice(time.values());
        if plan.kept.order {
            let order = column(batch, "order_key")?;
            let Some(order) = order.as_primitive_opt::<Int64Type>() else {
                return Err(wrong("order_key", order.data_type()));
            };
            block.order.extend_from_slice(order.values());
        }
        for attr in Attr::TEXT {
            self.text(plan, batch, attr, block)?;
        }
        self.clock(plan, block);
        for number in Number::ALL {
            self.number(plan, batch, number, block)?;
        }
        for ((group, tables), (bits, flags)) in
            plan.groups.iter().zip(&mut self.tables).zip(self.bits.iter_mut().zip(&mut block.flags))
        {
            tables.within(&block.time, bits);
            tables.flags(group, &block.time, self.as_of, bits, flags);
        }
        Ok(())
    }

    fn text(&mut self, plan: &Plan, batch: &RecordBatch, attr: Attr, block: &mut Block) -> Result<(), Problem> {
        let i = attr as usize;
        let (kept, tested) = (plan.kept.attrs[i], plan.tested.attrs[i]);
        if !kept && !tested {
            return Ok(());
        }
        let out = if kept { &mut block.attrs[i] } else { &mut self.ids };
        out.clear();
        self.texts[i].read(column(batch, attr.name())?, out)?;
        if tested {
            for ((group, tables), bits) in plan.groups.iter().zip(&mut self.tables).zip(&mut self.bits) {
                tables.learn(group, attr, &self.texts[i]);
                let table = &tables.texts[i];
                bits.iter_mut().zip(&*out).for_each(|(bits, id)| *bits |= table[*id as usize]);
            }
        }
        Ok(())
    }

    fn clock(&mut self, plan: &Plan, block: &mut Block) {
        let asked = |attr: Attr| plan.kept.attrs[attr as usize] || plan.tested.attrs[attr as usize];
        let months = asked(Attr::Month);
        if !(plan.kept.day || months || asked(Attr::Hour) || asked(Attr::Weekday) || asked(Attr::PartOfDay)) {
            return;
        }
        self.walls.clear();
        self.calendar.read(&block.time, months, &mut self.walls);
        let walls = &self.walls;
        for (tables, bits) in self.tables.iter().zip(&mut self.bits) {
            for (bits, wall) in bits.iter_mut().zip(walls) {
                *bits |= tables.hours[usize::from(wall.hour)]
                    | tables.weekdays[usize::from(wall.weekday)]
                    | tables.months[usize::from(wall.month)];
            }
        }
        if plan.kept.day {
            block.day.extend(walls.iter().map(|wall| wall.day));
        }
        let mut keep = |attr: Attr, value: fn(&Wall) -> u32| {
            if plan.kept.attrs[attr as usize] {
                block.attrs[attr as usize].extend(walls.iter().map(value));
            }
        };
        keep(Attr::Hour, |wall| u32::from(wall.hour));
        keep(Attr::Weekday, |wall| u32::from(wall.weekday));
        keep(Attr::PartOfDay, |wall| u32::from(wall.hour / 6));
        keep(Attr::Month, |wall| u32::from(wall.month));
    }

    fn number(&mut self, plan: &Plan, batch: &RecordBatch, number: Number, block: &mut Block) -> Result<(), Problem> {
        let i = number as usize;
        let (kept, tested) = (plan.kept.numbers[i], plan.tested.numbers[i]);
        if !kept && !tested {
            return Ok(());
        }
        let out = if kept { &mut block.numbers[i] } else { &mut self.numbers };
        out.clear();
        let array = column(batch, number.column())?;
        decimals(number, array, out)?;
        block.widths[i] = if kept { width(&block.numbers[i]) } else { 0 };
        let out = if kept { &block.numbers[i] } else { &self.numbers };
        if tested {
            for (tables, bits) in self.tables.iter().zip(&mut self.bits) {
                for (bit, _, is) in tables.numbers.iter().filter(|(_, n, _)| *n == number) {
                    compare(is, *bit, out, array.nulls(), bits);
                }
            }
        }
        Ok(())
    }
}

impl Tables {
    fn new(group: &Group, plan: &Plan, as_of: Micros) -> Self {
        let mut tables = Self {
            texts: std::array::from_fn(|_| Vec::new()),
            hours: [0; 24],
            weekdays: [0; 8],
            months: [0; 13],
            numbers: Vec::new(),
            windows: Vec::new(),
            filters: FxHashMap::default(),
        };
        for (n, atom) in group.atoms.iter().enumerate() {
            let bit = 1 << n;
            match atom {
                Atom::Clock(Attr::Hour, is) => mark(&mut tables.hours, is, bit),
                Atom::Clock(Attr::Weekday, is) => mark(&mut tables.weekdays, is, bit),
                Atom::Clock(_, is) => mark(&mut tables.months, is, bit),
                Atom::Number(number, is) => tables.numbers.push((bit, *number, is.clone())),
                Atom::Within(window) => {
                    let (from, to) = window.bounds(as_of, &plan.zone);
                    tables.windows.push((bit, from, to));
                }
                Atom::Text(..) => {}
            }
        }
        tables
    }

    /// Evaluates the comparisons of a text column for the texts that are new.
    fn learn(&mut self, group: &Group, attr: Attr, texts: &Texts) {
        let table = &mut self.texts[attr as usize];
        for id in table.len()..texts.len() {
            let text = (id as u32 != MISSING).then(|| texts.get(id as u32).to_owned());
            let holds = |atom: &Atom| matches!(atom, Atom::Text(a, is) if *a == attr && is.holds(text.as_ref()));
            let bits = group.atoms.iter().enumerate().filter(|(_, atom)| holds(atom));
            table.push(bits.fold(0, |bits, (n, _)| bits | 1 << n));
        }
    }

    fn within(&self, times: &[Micros], bits: &mut [u64]) {
        for (bit, from, to) in &self.windows {
            for (bits, at) in bits.iter_mut().zip(times) {
                *bits |= if *from <= *at && *at <= *to { *bit } else { 0 };
            }
        }
    }

    /// From comparisons to filters; lines of one order mostly agree in the former.
    fn flags(&mut self, group: &Group, times: &[Micros], as_of: Micros, bits: &[u64], flags: &mut Vec<u64>) {
        let mut last = None;
        for (at, bits) in times.iter().zip(bits) {
            let found = match last {
                Some((known, found)) if known == *bits => found,
                _ => self.combination(group, *bits),
            };
            last = Some((*bits, found));
            flags.push(if *at <= as_of { found } else { 0 });
        }
    }

    fn combination(&mut self, group: &Group, bits: u64) -> u64 {
        if self.filters.len() == MOST_COMBINATIONS {
            self.filters.clear();
        }
        *self.filters.entry(bits).or_insert_with(|| {
            let passed = group.filters.iter().enumerate().filter(|(_, filter)| filter.holds(bits));
            passed.fold(0, |flags, (n, _)| flags | 1 << n)
        })
    }
}

fn mark(table: &mut [u64], is: &Is<i64>, bit: u64) {
    for (value, bits) in table.iter_mut().enumerate() {
        *bits |= if is.holds(Some(&(value as i64))) { bit } else { 0 };
    }
}

/// Sets `bit` in the lines whose value passes.
fn compare(is: &Is<i64>, bit: u64, values: &[i64], nulls: Option<&NullBuffer>, bits: &mut [u64]) {
    match (nulls, &is.test) {
        (None, Test::Missing) if !is.negated => {}
        (None, Test::Missing) => bits.iter_mut().for_each(|bits| *bits |= bit),
        (None, _) => {
            for (bits, value) in bits.iter_mut().zip(values) {
                *bits |= if is.holds(Some(value)) { bit } else { 0 };
            }
        }
        (Some(nulls), _) => {
            for ((bits, value), valid) in bits.iter_mut().zip(values).zip(nulls) {
                *bits |= if is.holds(valid.then_some(value)) { bit } else { 0 };
            }
        }
    }
}

/// The bits that any magnitude has.
fn width(values: &[i64]) -> u64 {
    values.iter().fold(0, |width, value| width | (value ^ (value >> 63)) as u64)
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, Problem> {
    batch.column_by_name(name).ok_or_else(|| Problem::internal("the fold lacks a column", name.to_owned()))
}

fn wrong(name: &str, kind: &DataType) -> Problem {
    Problem::internal("a column of order_line has the wrong type", format!("{name}: {kind}"))
}

/// Unscaled integers of a decimal column of 64 or 128 bits, 0 where missing.
fn decimals(number: Number, array: &ArrayRef, out: &mut Vec<i64>) -> Result<(), Problem> {
    let scale = number.scale() as i8;
    if let Some(narrow) = array.as_primitive_opt::<Decimal64Type>().filter(|a| a.scale() == scale) {
        out.extend_from_slice(narrow.values());
    } else if let Some(wide) = array.as_primitive_opt::<Decimal128Type>().filter(|a| a.scale() == scale) {
        for (row, value) in wide.values().iter().enumerate() {
            let narrow = if wide.is_null(row) { Ok(0) } else { i64::try_from(*value) };
            out.push(narrow.map_err(|_| wrong(number.column(), array.data_type()))?);
        }
    } else {
        return Err(wrong(number.column(), array.data_type()));
    }
    if array.null_count() > 0 {
        out.iter_mut().enumerate().filter(|(row, _)| array.is_null(*row)).for_each(|(_, value)| *value = 0);
    }
    Ok(())
}
