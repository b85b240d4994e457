//! The products that an order file names.

use rustc_hash::FxHashMap;

use crate::decode::{LineBatch, NULL, TextField};

/// What the lines of a file say of one product; of several names the latest counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SeenProduct {
    pub name: Option<String>,
    pub category: Option<String>,
    pub first: i64,
    pub last: i64,
    named_at: i64,
}

/// Products by code.
#[derive(Default)]
pub(super) struct Products {
    pub by_code: FxHashMap<String, SeenProduct>,
}

impl Products {
    pub(super) fn len(&self) -> usize {
        self.by_code.len()
    }

    /// Notes the products of a chunk; one look-up per product and chunk.
    pub(super) fn add(&mut self, batch: &LineBatch) {
        let codes = batch.text(TextField::Product);
        if codes.values.is_empty() {
            return;
        }
        let (names, categories) = (batch.text(TextField::ProductName), batch.text(TextField::Category));
        let mut spans: Vec<(i64, i64, usize)> = vec![(i64::MAX, i64::MIN, usize::MAX); codes.values.len()];
        for (line, code) in codes.codes.iter().enumerate().filter(|(_, c)| **c != NULL) {
            let span = &mut spans[*code as usize];
            let at = batch.time[line];
            span.0 = span.0.min(at);
            if at >= span.1 {
                span.1 = at;
                // The latest line with a name speaks; one without does not erase it.
                if span.2 == usize::MAX || names.codes[line] != NULL {
                    span.2 = line;
                }
            }
        }
        for (code, (first, last, line)) in codes.values.iter().zip(spans) {
            if line == usize::MAX {
                continue;
            }
            let seen = self.by_code.entry(code.to_owned()).or_insert_with(|| SeenProduct {
                first,
                last,
                named_at: i64::MIN,
                ..SeenProduct::default()
            });
            seen.first = seen.first.min(first);
            seen.last = seen.last.max(last);
            if last >= seen.named_at {
                seen.named_at = last;
                let (name, category) = (names.get(line), categories.get(line));
                seen.name = name.map(ToOwned::to_owned).or_else(|| seen.name.take());
                seen.category = category.map(ToOwned::to_owned).or_else(|| seen.category.take());
            }
        }
    }
}
