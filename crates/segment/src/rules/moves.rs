//! Moves between two dates: how many customers went from where to where.

use base::problem::did_you_mean;
use base::{Amount, Code, CustomerId, Problem};
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
        let places = names(dimension, book);
        let mut cells = vec![vec![0; places.len()]; places.len()];
        each_move(dimension, places.len() - 1, before, after, |_, (from, to), _| cells[from][to] += 1);
        Self { dimension, places, cells }
    }

    /// As [`Moves::between`], with the money of everybody who made a move: sales less returns inside the window of the second date.
    pub(crate) fn with_money(
        dimension: Dimension,
        book: &Book,
        before: &[Place],
        after: &[Place],
    ) -> (Self, Vec<Vec<Amount>>) {
        let places = names(dimension, book);
        let mut cells = vec![vec![0; places.len()]; places.len()];
        let mut money = vec![vec![Amount(0); places.len()]; places.len()];
        each_move(dimension, places.len() - 1, before, after, |_, (from, to), later| {
            cells[from][to] += 1;
            money[from][to].0 += later.and_then(|p| p.rfm).map_or(0, |rfm| rfm.monetary.0);
        });
        (Self { dimension, places, cells }, money)
    }

    /// The customers who went from the place `from` to the place `to` (as named in [`Moves::places`]), ascending.
    pub fn who(
        dimension: Dimension,
        book: &Book,
        before: &[Place],
        after: &[Place],
        (from, to): (&str, &str),
    ) -> Result<Vec<CustomerId>, Problem> {
        let places = names(dimension, book);
        let find = |name: &str| place_named(name, &places);
        let (from, to) = (find(from)?, find(to)?);
        let mut who = Vec::new();
        each_move(dimension, places.len() - 1, before, after, |customer, places, _| {
            if places == (from, to) {
                who.push(CustomerId(customer));
            }
        });
        Ok(who)
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

/// The index of a name; the error lists what exists.
pub(crate) fn place_named(name: &str, places: &[String]) -> Result<usize, Problem> {
    places.iter().position(|p| p == name).ok_or_else(|| {
        let hint = did_you_mean(name, places.iter().map(String::as_str));
        Problem::new(Code::NotFound, format!("there is no group, tier or stage \"{name}\""))
            .hint(hint.unwrap_or_else(|| format!("there are {}", places.join(", "))))
    })
}

fn names(dimension: Dimension, book: &Book) -> Vec<String> {
    let mut places: Vec<String> = book.titles(dimension).iter().map(|t| t.name.clone()).collect();
    if dimension != Dimension::Stage {
        places.push(NOWHERE[1].to_owned());
    }
    places.push(NOWHERE[0].to_owned());
    places
}

/// Tells the place of every customer at both dates, and more of the second, but of those who were nowhere (`none`) at both.
fn each_move(
    dimension: Dimension,
    none: usize,
    before: &[Place],
    after: &[Place],
    mut tell: impl FnMut(i64, (usize, usize), Option<&Place>),
) {
    let place = |p: &Place| spot(p, dimension, none);
    let (mut a, mut b) = (before.iter().peekable(), after.iter().peekable());
    while let Some(next) = a.peek().into_iter().chain(b.peek()).map(|p| p.customer).min() {
        let from = a.next_if(|p| p.customer == next).map_or(none, place);
        let later = b.next_if(|p| p.customer == next);
        let to = later.map_or(none, place);
        if (from, to) != (none, none) {
            tell(next, (from, to), later);
        }
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
