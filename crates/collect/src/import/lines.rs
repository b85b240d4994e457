//! Decoded lines of many chunks, waiting to become files.

use crate::decode::{Dictionary, LineBatch, LineKind, NULL, TextField};

/// The text columns that go into the lake.
pub(super) const KEPT: [TextField; 10] = [
    TextField::OrderId,
    TextField::Product,
    TextField::ProductName,
    TextField::Category,
    TextField::Currency,
    TextField::Store,
    TextField::Channel,
    TextField::Device,
    TextField::Country,
    TextField::Coupon,
];

/// A text column of a [`Lines`].
#[derive(Default)]
pub(super) struct Texts {
    pub codes: Vec<u32>,
    pub values: Dictionary,
}

/// Lines column by column; units as in [`LineBatch`].
#[derive(Default)]
pub(super) struct Lines {
    /// 0 = unknown.
    pub customer: Vec<i64>,
    pub time: Vec<i64>,
    pub order_key: Vec<u64>,
    pub line_no: Vec<u32>,
    pub kind: Vec<LineKind>,
    pub quantity: Vec<i64>,
    pub unit_price: Vec<Option<i64>>,
    pub amount: Vec<i64>,
    pub discount: Vec<Option<i64>>,
    pub line_hash: Vec<u64>,
    /// In the order of [`KEPT`].
    pub texts: [Texts; KEPT.len()],
    /// On linked returns: a code into `linked`.
    pub return_of: Vec<u32>,
    pub linked: Dictionary,
}

impl Lines {
    pub(super) fn len(&self) -> usize {
        self.time.len()
    }

    /// The bytes that the texts take in memory, about.
    pub(super) fn text_bytes(&self) -> usize {
        self.texts.iter().map(|t| t.values.memory()).sum()
    }

    pub(super) fn text(&self, field: TextField, line: usize) -> Option<&str> {
        let at = KEPT.iter().position(|f| *f == field)?;
        self.texts[at].values.get(self.texts[at].codes[line])
    }

    /// The key of a line's order and its number in it, as the lake holds them.
    pub(super) fn place(&self, line: usize) -> (i64, i32) {
        (self.order_key[line].cast_signed(), self.line_no[line] as i32)
    }

    /// Adds the lines of a chunk for which `take` is true. `customers` and `line_no` run along the chunk.
    pub(super) fn extend(
        &mut self,
        batch: &LineBatch,
        customers: &[i64],
        line_no: &[u32],
        take: impl Fn(usize) -> bool,
    ) {
        let chosen: Vec<usize> = (0..batch.len()).filter(|i| take(*i)).collect();
        if chosen.len() == batch.len() {
            self.extend_all(batch, customers, line_no);
        } else {
            let of = |i: &usize| *i;
            self.customer.extend(chosen.iter().map(of).map(|i| customers[i]));
            self.time.extend(chosen.iter().map(|i| batch.time[*i]));
            self.order_key.extend(chosen.iter().map(|i| batch.order_key[*i]));
            self.line_no.extend(chosen.iter().map(|i| line_no[*i]));
            self.kind.extend(chosen.iter().map(|i| batch.kind[*i]));
            self.quantity.extend(chosen.iter().map(|i| batch.quantity[*i]));
            self.unit_price.extend(chosen.iter().map(|i| batch.unit_price[*i]));
            self.amount.extend(chosen.iter().map(|i| batch.amount[*i]));
            self.discount.extend(chosen.iter().map(|i| batch.discount[*i]));
            self.line_hash.extend(chosen.iter().map(|i| batch.line_hash[*i]));
        }
        for (texts, field) in self.texts.iter_mut().zip(KEPT) {
            let column = batch.text(field);
            let mut map = vec![NULL; column.values.len()];
            for i in &chosen {
                let code = column.codes[*i];
                texts.codes.push(if code == NULL {
                    NULL
                } else {
                    translate(&mut map, code, column, &mut texts.values)
                });
            }
        }
        self.return_of.resize(self.time.len(), NULL);
    }

    fn extend_all(&mut self, batch: &LineBatch, customers: &[i64], line_no: &[u32]) {
        self.customer.extend_from_slice(customers);
        self.time.extend_from_slice(&batch.time);
        self.order_key.extend_from_slice(&batch.order_key);
        self.line_no.extend_from_slice(line_no);
        self.kind.extend_from_slice(&batch.kind);
        self.quantity.extend_from_slice(&batch.quantity);
        self.unit_price.extend_from_slice(&batch.unit_price);
        self.amount.extend_from_slice(&batch.amount);
        self.discount.extend_from_slice(&batch.discount);
        self.line_hash.extend_from_slice(&batch.line_hash);
    }
}

/// The code of a chunk's value in the dictionary of the part; looked up once per value and chunk.
fn translate(map: &mut [u32], code: u32, column: &crate::decode::TextColumn, values: &mut Dictionary) -> u32 {
    let known = map[code as usize];
    if known != NULL {
        return known;
    }
    let new = values.intern(column.values.get(code).unwrap_or_default().as_bytes());
    map[code as usize] = new;
    new
}
