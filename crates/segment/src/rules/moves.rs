//! Moves between two dates: how many customers went from where to where.

use serde::Serialize;

use super::book::Book;
use crate::model::{Dimension, Place};

/// Places outside the rules: not (yet) a customer; a customer without a sale inside the window.
pub const NOWHERE: [&str; 2] = ["none", "outside"];

/// A table of moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moves {
    /// By what customers are placed.
    pub dimension: Dimension,
    /// The names of rows (from) and columns (to): the rules' names in order, then `outside` (customers without a sale
    /// inside the window; not for stages), then `none` (not yet customers: never bought).
    pub places: Vec<String>,
    /// `cells[from][to]`: customers.
    pub cells: Vec<Vec<u64>>,
}

impl Moves {
    /// Counts the moves between two runs over the same rules; both ordered by customer.
    ///
    /// Who appears at one date only was nowhere at the other; who was nowhere at both is not counted.
    pub fn between(dimension: Dimension, book: &Book, before: &[Place], after: &[Place]) -> Self {
        let mut places: Vec<String> = book.titles(dimension).iter().map(|t| t.name.clone()).collect();
        if dimension != Dimension::Stage {
            places.push(NOWHERE[1].to_owned());
        }
        places.push(NOWHERE[0].to_owned());
        let none = places.len() - 1;
        let mut cells = vec![vec![0; places.len()]; places.len()];
        let place = |p: &Place| spot(p, dimension, none);
        let (mut a, mut b) = (before.iter().peekable(), after.iter().peekable());
        loop {
            let next = match (a.peek(), b.peek()) {
                (None, None) => break,
                (Some(x), Some(y)) => x.customer.min(y.customer),
                (Some(x), None) | (None, Some(x)) => x.customer,
            };
            let from = a.next_if(|p| p.customer == next).map_or(none, place);
            let to = b.next_if(|p| p.customer == next).map_or(none, place);
            if (from, to) != (none, none) {
                cells[from][to] += 1;
            }
        }
        Self { dimension, places, cells }
    }

    /// How many were at each place at the first date.
    pub fn from_totals(&self) -> Vec<u64> {
        self.cells.iter().map(|row| row.iter().sum()).collect()
    }

    /// How many were at each place at the second date.
    pub fn to_totals(&self) -> Vec<u64> {
        (0..self.places.len()).map(|to| self.cells.iter().map(|row| row[to]).sum()).collect()
    }
}

fn spot(place: &Place, dimension: Dimension, none: usize) -> usize {
    if !place.buyer {
        return none;
    }
    match (dimension, &place.rfm) {
        (Dimension::Stage, _) => usize::from(place.stage),
        (_, None) => none - 1,
        (Dimension::Group, Some(rfm)) => usize::from(rfm.group),
        (Dimension::Tier, Some(rfm)) => usize::from(rfm.tier),
    }
}
