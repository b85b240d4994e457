//! A page out of many rows: the best few in the wanted order, without sorting the rest.

use std::collections::BinaryHeap;

use serde_json::Value as Json;

use super::column::{Cell, Column};

/// How rows are ordered: by a column, by customer where that says nothing; who has no value comes last.
pub(crate) struct Order<'a> {
    pub(crate) column: Option<&'a Column>,
    pub(crate) down: bool,
}

/// Where a row comes.
type Key = (i64, u32);

impl Order<'_> {
    fn key(&self, row: u32) -> Key {
        (self.column.map_or(0, |c| self.turned(c.rank(row))), row)
    }

    fn turned(&self, rank: Option<i64>) -> i64 {
        match rank {
            None => i64::MAX,
            Some(rank) if self.down => !rank,
            Some(rank) => rank,
        }
    }

    /// The first `limit` rows behind `after`, and whether there are more.
    pub(crate) fn page(&self, rows: &[u32], after: Option<&(Cell, u32)>, limit: usize) -> (Vec<u32>, bool) {
        let start: Option<Key> = after.map(|(cell, row)| {
            let rank = self.column.and_then(|c| c.rank_of(cell));
            (if self.column.is_some() { self.turned(rank) } else { 0 }, *row)
        });
        let mut best: BinaryHeap<Key> = BinaryHeap::with_capacity(limit + 2);
        for row in rows {
            let key = self.key(*row);
            if start.is_some_and(|s| key <= s) || (best.len() > limit && best.peek().is_some_and(|worst| key >= *worst))
            {
                continue;
            }
            best.push(key);
            if best.len() > limit + 1 {
                best.pop();
            }
        }
        let more = best.len() > limit;
        let mut page: Vec<u32> = best.into_sorted_vec().into_iter().map(|key| key.1).collect();
        page.truncate(limit);
        (page, more)
    }

    /// All rows in order.
    pub(crate) fn all(&self, rows: &[u32]) -> Vec<u32> {
        let mut keys: Vec<Key> = rows.iter().map(|row| self.key(*row)).collect();
        keys.sort_unstable();
        keys.into_iter().map(|key| key.1).collect()
    }
}

/// The value of a cursor.
pub(crate) fn to_json(cell: &Cell) -> Json {
    match cell {
        Cell::Nothing => Json::Null,
        Cell::Int(n) => (*n).into(),
        Cell::Real(x) => (*x).into(),
        Cell::Text(t) => t.as_str().into(),
    }
}

/// The value of a cursor that came back; `None` when it is none of the column.
pub(crate) fn from_json(value: &Json, column: Option<&Column>) -> Option<Cell> {
    match (column, value) {
        (_, Json::Null) => Some(Cell::Nothing),
        (Some(Column::Int(_)), value) => value.as_i64().map(Cell::Int),
        (Some(Column::Real(_)), value) => value.as_f64().map(Cell::Real),
        (Some(Column::Text { .. }), value) => value.as_str().map(|t| Cell::Text(t.to_owned())),
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::column::Shape;
    use super::*;

    proptest! {
        #[test]
        fn pages_one_after_another_are_the_sorted_list(
            values in prop::collection::vec(prop::option::of(-3..3i64), 0..40), down: bool, limit in 1..7usize, texts: bool,
        ) {
            let cell = |v: &Option<i64>| v.map_or(Cell::Nothing, |n| if texts { Cell::Text(n.to_string()) } else { Cell::Int(n) });
            let column = Column::of(if texts { Shape::Text } else { Shape::Count }, values.iter().map(cell).collect());
            let rows: Vec<u32> = (0..values.len() as u32).collect();
            let order = Order { column: Some(&column), down };
            let (mut got, mut after) = (Vec::new(), None);
            loop {
                let (page, more) = order.page(&rows, after.as_ref(), limit);
                let Some(last) = page.last().copied() else { break };
                got.extend(page);
                after = from_json(&to_json(&column.cell(last as usize)), Some(&column)).map(|cell| (cell, last));
                if !more {
                    break;
                }
            }
            prop_assert_eq!(&got, &order.all(&rows));
            let known: Vec<String> = got.iter().filter_map(|r| values[*r as usize]).map(|n| if texts { n.to_string() } else { format!("{:03}", n + 100) }).collect();
            let mut sorted = known.clone();
            sorted.sort();
            if down { sorted.reverse(); }
            prop_assert_eq!(known, sorted);
        }
    }
}
