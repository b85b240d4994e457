//! Turns a batch of the lake into plain columns and evaluates every filter of the plan, once for all customers in it.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal64Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use base::{Micros, Problem};

use super::block::Block;
use super::calendar::{Calendar, Wall};
use super::field::{Attr, Number, TEXTS};
use super::interner::Texts;
use super::plan::Plan;
use super::tables::Tables;

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
                tables.text(attr, out, bits);
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
            tables.clock(walls, bits);
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
                tables.number(number, out, array.nulls(), bits);
            }
        }
        Ok(())
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
