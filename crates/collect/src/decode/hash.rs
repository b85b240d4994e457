//! The hash of a line's content. It is stored: the recipe must never change.

use base::hash::{mix, stable};

use super::dictionary::NULL;
use super::lines::{LineBatch, TextField};

/// The texts that are part of a line's content, each with its own odd multiplier; a missing value adds nothing, so that a
/// column that is not in the file and one that is empty are the same.
const TEXTS: [TextField; 11] = [
    TextField::OrderId,
    TextField::Customer,
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

/// By what else a customer may be known, each with the place of its constant. Sixteen bits of it are enough to tell a correction,
/// and too few to find a telephone number by trying all: hashes stay when a person is erased.
const ALSO: [(TextField, usize); 2] = [(TextField::CustomerEmail, 17), (TextField::CustomerPhone, 18)];

/// One hash per line of the batch: a sum of values times odd constants (multilinear hashing, Carter & Wegman 1979), whose
/// bits are then spread, so that the hashes of an order's lines can be added up.
pub(super) fn line_hashes(batch: &LineBatch) -> Vec<u64> {
    let mut sums = vec![0u64; batch.len()];
    for (at, field) in TEXTS.iter().enumerate() {
        let column = batch.text(*field);
        if column.values.is_empty() {
            continue;
        }
        let factor = factor(at);
        let terms: Vec<u64> = column.values.hashes().iter().map(|h| h.wrapping_mul(factor)).collect();
        for (sum, code) in sums.iter_mut().zip(&column.codes) {
            if *code != NULL {
                *sum = sum.wrapping_add(terms[*code as usize]);
            }
        }
    }
    for (field, at) in ALSO {
        let (column, factor) = (batch.text(field), factor(at));
        let terms: Vec<u64> = column.values.iter().map(|text| (also(text) & 0xffff).wrapping_mul(factor)).collect();
        for (sum, code) in sums.iter_mut().zip(&column.codes) {
            if *code != NULL {
                *sum = sum.wrapping_add(terms[*code as usize]);
            }
        }
    }
    let factors: [u64; 6] = std::array::from_fn(|at| factor(TEXTS.len() + at));
    for (line, sum) in sums.iter_mut().enumerate() {
        let optional = |value: Option<i64>| value.map_or(u64::MAX, |v| v as u64);
        let numbers = [
            batch.time[line] as u64,
            batch.quantity[line] as u64,
            batch.amount[line] as u64,
            optional(batch.unit_price[line]),
            optional(batch.discount[line]),
            batch.kind[line] as u64,
        ];
        let terms = numbers.iter().zip(&factors).map(|(number, factor)| number.wrapping_mul(*factor));
        *sum = mix(terms.fold(*sum, u64::wrapping_add));
    }
    sums
}

/// The hash of an e-mail address or telephone number, however it is spaced and capitalised.
fn also(text: &str) -> u64 {
    let spelled = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '@' | '.' | '+' | '_' | '-'));
    let address = text.contains('@');
    let plain: String = spelled.filter(|c| address || *c != '-').flat_map(char::to_lowercase).collect();
    stable(plain.as_bytes())
}

/// The odd constant of a part of the content.
const fn factor(at: usize) -> u64 {
    mix(at as u64 + 1) | 1
}
