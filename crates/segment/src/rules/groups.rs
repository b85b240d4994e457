//! RFM groups: an ordered list of conditions over the scores, the first that holds takes the customer.
//!
//! The eleven usual groups are the field's common map over recency and the mean of frequency and monetary score, cut so
//! that every cell belongs to exactly one of them; `segments.default.toml` holds them as editable rules.

use base::{Code, Problem};

use super::book::Title;
use super::expr::{Condition, Judged, Values, Vocabulary};

/// What a group's condition may speak about: scores on the scale of 1 … 5 and `fm = (f + m) / 2`.
pub const VARIABLES: [&str; 4] = ["r", "f", "m", "fm"];

/// The names conditions of groups are read with.
pub const WORDS: Vocabulary<'static> = Vocabulary { variables: &VARIABLES, limits: &[] };

/// One group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Name, label, description, action.
    pub title: Title,
    /// When a customer belongs to it; `None` takes the rest.
    pub when: Option<Condition>,
}

/// Scores on the scale of 1 … 5: recency, frequency, monetary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell(pub [u8; 3]);

impl Values for Cell {
    fn variable(&self, index: usize) -> f64 {
        match index {
            3 => f64::midpoint(f64::from(self.0[1]), f64::from(self.0[2])),
            _ => f64::from(self.0[index]),
        }
    }

    fn limit(&self, _: usize, _: usize) -> f64 {
        f64::NAN
    }
}

/// All groups, with the group of every cell worked out once.
#[derive(Clone, Debug, PartialEq)]
pub struct Groups {
    groups: Vec<Group>,
    cells: [u8; 125],
}

/// What a rule said to a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried<'a> {
    /// The group.
    pub group: &'a Group,
    /// Its clauses with their truth; empty for the rest.
    pub clauses: Vec<Judged>,
    /// Whether it took the customer.
    pub holds: bool,
}

impl Groups {
    /// Takes the rules in order. Refuses rules that leave a cell without a group.
    pub fn new(groups: Vec<Group>) -> Result<Self, Problem> {
        let mut cells = [0; 125];
        let mut open = Vec::new();
        for (at, slot) in cells.iter_mut().enumerate() {
            let cell = cell(at);
            match groups.iter().position(|g| g.when.as_ref().is_none_or(|c| c.holds(&cell))) {
                Some(group) => *slot = group as u8,
                None => open.push(cell),
            }
        }
        if let Some(Cell([r, f, m])) = open.first() {
            let what = format!(
                "the group rules leave {} of 125 combinations without a group, such as r = {r}, f = {f}, m = {m}",
                open.len()
            );
            return Err(Problem::new(Code::InvalidConfig, what)
                .hint("widen a condition, or end with a group without \"when\": it takes the rest"));
        }
        Ok(Self { groups, cells })
    }

    /// All groups in the order of the rules.
    pub fn all(&self) -> &[Group] {
        &self.groups
    }

    /// The index of the group a cell belongs to.
    pub fn of(&self, cell: Cell) -> u8 {
        self.cells[cell.0.iter().fold(0, |at, s| at * 5 + usize::from(s - 1))]
    }

    /// Rules that can never take anyone, each with what it is hidden by.
    pub fn unreachable(&self) -> Vec<String> {
        let hidden = (0..self.groups.len()).filter(|g| !self.cells.contains(&(*g as u8)));
        hidden.map(|g| self.why_unreachable(g)).collect()
    }

    fn why_unreachable(&self, at: usize) -> String {
        let group = &self.groups[at];
        let wanted = (0..125).filter(|c| group.when.as_ref().is_none_or(|w| w.holds(&cell(*c))));
        let mut takers: Vec<u8> = wanted.map(|c| self.cells[c]).collect();
        takers.sort_unstable();
        takers.dedup();
        let name = &group.title.name;
        if takers.is_empty() {
            return format!("group \"{name}\" can never take anyone: no combination of scores fulfils its condition");
        }
        let takers: Vec<&str> = takers.iter().map(|t| self.groups[usize::from(*t)].title.name.as_str()).collect();
        format!("group \"{name}\" can never take anyone: {} above it take all it asks for", takers.join(", "))
    }

    /// What the rules say to a cell, from the first to the one that takes it.
    pub fn tried(&self, cell: Cell) -> Vec<Tried<'_>> {
        let taken = usize::from(self.of(cell));
        let judged = |g: &Group| g.when.as_ref().map_or_else(Vec::new, |c| c.judge(&cell, WORDS));
        let tried = self.groups[..=taken].iter().enumerate();
        tried.map(|(i, group)| Tried { group, clauses: judged(group), holds: i == taken }).collect()
    }
}

/// The cell of an index, recency first.
fn cell(at: usize) -> Cell {
    Cell([at / 25, at / 5 % 5, at % 5].map(|s| s as u8 + 1))
}
