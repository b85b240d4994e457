//! Moves between two dates: how many customers went from where to where.

use base::problem::did_you_mean;
use base::{Amount, Code, CustomerId, Problem};
use serde::Serialize;

use super::book::Book;
use crate::model::{Dimension, Place};

/// Places outside the rules: not (yet) a customer; a customer without a sale inside the window.
pub const NOWHERE: [&str; 2] = ["none", "outside"];

/// Where a customer is in every dimension, by the index of the place; the two outside of the rules are [`OUTSIDE`] and [`NONE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spots([u8; 3]);

const OUTSIDE: u8 = 254;
const NONE: u8 = 255;

impl Spots {
    const NOWHERE: Self = Self([NONE; 3]);

    fn of(place: &Place) -> Self {
        if !place.buyer {
            return Self::NOWHERE;
        }
        Self(Dimension::ALL.map(|dimension| match (dimension, &place.rfm) {
            (Dimension::Stage, _) => place.stage,
            (_, None) => OUTSIDE,
            (Dimension::Group, Some(rfm)) => rfm.group,
            (Dimension::Tier, Some(rfm)) => rfm.tier,
        }))
    }

    /// The index among as many names, those outside of the rules last.
    fn at(self, dimension: Dimension, names: usize) -> usize {
        match self.0[dimension as usize] {
            NONE => names - 1,
            OUTSIDE => names - 2,
            place => usize::from(place),
        }
    }
}

/// Where a customer was at two dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    customer: i64,
    /// Sales less returns inside the window of the second date.
    revenue: Amount,
    from: Spots,
    to: Spots,
}

impl Move {
    /// The moves between two dates, from the places at each, ordered by customer, as the moves are.
    ///
    /// Who appears at one date only was nowhere at the other; who was nowhere at both makes no move.
    pub fn all(before: impl IntoIterator<Item = Place>, after: impl IntoIterator<Item = Place>) -> Vec<Self> {
        let (mut a, mut b) = (before.into_iter().peekable(), after.into_iter().peekable());
        let mut moves = Vec::with_capacity(b.size_hint().0);
        while let Some(customer) = a.peek().into_iter().chain(b.peek()).map(|p| p.customer).min() {
            let from = a.next_if(|p| p.customer == customer);
            let to = b.next_if(|p| p.customer == customer);
            let revenue = to.and_then(|p| p.rfm).map_or(Amount(0), |rfm| rfm.monetary);
            let spots = |place: Option<Place>| place.as_ref().map_or(Spots::NOWHERE, Spots::of);
            let (from, to) = (spots(from), spots(to));
            if (from, to) != (Spots::NOWHERE, Spots::NOWHERE) {
                moves.push(Self { customer, revenue, from, to });
            }
        }
        moves
    }
}

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
    /// Counts the moves between two dates by the same rules.
    pub fn between(dimension: Dimension, book: &Book, moves: &[Move]) -> Self {
        Self::with_money(dimension, book, moves).0
    }

    /// As [`Moves::between`], with the money of everybody who made a move.
    pub(crate) fn with_money(dimension: Dimension, book: &Book, moves: &[Move]) -> (Self, Vec<Vec<Amount>>) {
        let places = names(dimension, book);
        let mut cells = vec![vec![0; places.len()]; places.len()];
        let mut money = vec![vec![Amount(0); places.len()]; places.len()];
        for one in moves {
            let (from, to) = (one.from.at(dimension, places.len()), one.to.at(dimension, places.len()));
            cells[from][to] += 1;
            money[from][to].0 += one.revenue.0;
        }
        (Self { dimension, places, cells }, money)
    }

    /// The customers who went from the place `from` to the place `to` (as named in [`Moves::places`]), ascending.
    pub fn who(
        dimension: Dimension,
        book: &Book,
        moves: &[Move],
        (from, to): (&str, &str),
    ) -> Result<Vec<CustomerId>, Problem> {
        let places = names(dimension, book);
        let find = |name: &str| place_named(name, &places);
        let way = (find(from)?, find(to)?);
        let made = |one: &&Move| (one.from.at(dimension, places.len()), one.to.at(dimension, places.len())) == way;
        Ok(moves.iter().filter(made).map(|one| CustomerId(one.customer)).collect())
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
