//! Order files: the hot path.

use std::borrow::Cow;

use base::hash::stable_parts;

use super::block::Block;
use super::currency::currency_code;
use super::decoder::Decoder;
use super::hash::line_hashes;
use super::interner::Interner;
use super::kind::{LineKind, Mark, Signs, kind_of, mark_of_id, mark_of_type, name_adjusts};
use super::lines::{LineBatch, TextColumn, TextField};
use super::measures::Check;
use super::text::{customer_key, fold_width, is_null, trim};
use crate::mapping::{Field, FileKind};
use crate::source::RawChunk;

/// Rows that are read column by column before the next ones are: their cells stay in the processor's cache.
const BLOCK: usize = 1024;

impl Decoder {
    /// Reads the rows of an order file. Rows that cannot be used are in `bad`, the others in the columns.
    pub fn decode(&self, chunk: &RawChunk) -> LineBatch {
        self.expect_kind(FileKind::Orders);
        let mut batch = LineBatch::with_capacity(chunk.len());
        let mut check = Check::new(self, chunk);
        let mut block = Block::new(self);
        let mut columns = TextField::ALL.map(|_| Interner::with_capacity(chunk.len()));
        let mut types = Interner::default();
        let mut rows = Vec::with_capacity(BLOCK);
        for start in (0..chunk.len()).step_by(BLOCK) {
            let range = start..chunk.len().min(start + BLOCK);
            block.read(&mut check, range.clone());
            block.push_good(&check, range.clone(), &mut batch);
            rows.clear();
            rows.extend(range.filter(|row| check.good[*row]));
            batch.rows.extend(rows.iter().map(|row| chunk.first_row + *row as u64));
            for (field, column) in TextField::ALL.into_iter().zip(&mut columns) {
                self.read_texts(field, chunk, &rows, column);
            }
            if let Some(column) = self.column(Field::Type) {
                types.read(chunk, column, &rows, |cell| Some(Cow::Borrowed(cell)));
            }
        }
        batch.texts = columns.map(|column| column.out);
        batch.bad = check.bad;
        batch.bad.sort_by_key(|b| b.row);
        self.kinds(&mut batch, &types.out, &block.priceless);
        let ids = batch.text(TextField::OrderId);
        let keys: Vec<u64> =
            ids.values.iter().map(|id| stable_parts([self.source.as_bytes(), id.as_bytes()])).collect();
        batch.order_key = ids.codes.iter().map(|code| keys.get(*code as usize).copied().unwrap_or_default()).collect();
        batch.line_hash = line_hashes(&batch);
        batch
    }

    fn read_texts<'a>(&self, field: TextField, chunk: &'a RawChunk, rows: &[usize], out: &mut Interner<'a>) {
        let Some(column) = self.column(field.field()) else {
            out.repeat((field == TextField::Currency).then_some(&self.currency), rows.len());
            return;
        };
        match field {
            TextField::Customer => out.read(chunk, column, rows, customer_key),
            TextField::Currency => out.read(chunk, column, rows, |cell| {
                Some(Cow::Owned(currency_code(cell).unwrap_or(self.currency).to_vec()))
            }),
            TextField::OrderId | TextField::Product | TextField::Coupon => {
                out.read(chunk, column, rows, |cell| not_null(trim(cell)).map(fold_width));
            }
            _ => out.read(chunk, column, rows, |cell| not_null(trim(cell)).map(Cow::Borrowed)),
        }
    }

    /// Decides the kind of every line and gives returns their negative quantity and amount.
    fn kinds(&self, batch: &mut LineBatch, types: &TextColumn, priceless: &[bool]) {
        let options = &self.mapping.options;
        let ids = batch.text(TextField::OrderId);
        let of_id: Vec<Mark> = ids.values.iter().map(|id| mark_of_id(options, id)).collect();
        let of_type: Vec<Mark> = types.values.iter().map(|value| mark_of_type(options, value)).collect();
        let mut kinds = Vec::with_capacity(priceless.len());
        for (line, priceless) in priceless.iter().copied().enumerate() {
            let mut mark = of_id.get(ids.codes[line] as usize).copied().unwrap_or(Mark::None);
            if mark == Mark::AdjustmentByName {
                let name = batch.text(TextField::ProductName).get(line).unwrap_or_default();
                mark = if name_adjusts(options, name) { Mark::Adjustment } else { Mark::None };
            }
            if mark == Mark::None
                && let Some(code) = types.codes.get(line)
            {
                mark = of_type.get(*code as usize).copied().unwrap_or(Mark::None);
            }
            let negative = batch.quantity[line] < 0 || batch.amount[line] < 0;
            kinds.push(kind_of(mark, Signs { priceless, negative }, options.returns.by_sign));
        }
        for (line, kind) in kinds.iter().enumerate() {
            if *kind == LineKind::Return {
                batch.quantity[line] = -batch.quantity[line].abs();
                batch.amount[line] = -batch.amount[line].abs();
                batch.unit_price[line] = batch.unit_price[line].map(i64::abs);
            }
        }
        batch.kind = kinds;
    }
}

fn not_null(cell: &[u8]) -> Option<&[u8]> {
    (!is_null(cell)).then_some(cell)
}
