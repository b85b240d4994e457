//! The compiled form of a set of definitions: which columns to read, which comparisons to make, which running values
//! to keep, and how the traits follow from them. Equal parts of different traits are kept once.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use base::{Problem, Zone};

use super::compile::Builder;
use super::condition::{Atom, Logic};
use super::definition::{Trait, Traits};
use super::expr::{Measure, Op, Thing};
use super::field::{ATTRS, Attr, NUMBERS, Number};

/// How many different comparisons and filters one group holds: a bit of a word for each.
pub(super) const MOST: usize = 64;

/// Definitions compiled for one time zone; shared by all threads.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) schema: SchemaRef,
    pub(super) zone: Zone,
    pub(super) traits: Vec<Compiled>,
    pub(super) groups: Vec<Group>,
    /// Columns that the fold reads.
    pub(super) kept: Needs,
    /// Columns that comparisons read.
    pub(super) tested: Needs,
    columns: Vec<&'static str>,
}

/// A trait: where its running values are and what is made of them.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) name: String,
    pub(super) group: usize,
    pub(super) node: Node,
    /// For explanations: every aggregate in words, its value and its number of lines.
    pub(super) parts: Vec<(String, Leaf, Leaf)>,
}

/// Arithmetic over running values.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Whole(i64),
    Real(f64),
    Leaf(Leaf),
    Minus(Box<Node>),
    Binary(Op, Box<Node>, Box<Node>),
}

/// A value taken from the running values of a group; `usize` is a place in the list of that name, `u8` a filter.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaf {
    Count(usize),
    Sum(usize, Number),
    Mean(usize, usize, Number),
    Min(usize, Measure),
    Max(usize, Measure),
    Edge(usize, Thing),
    Orders(u8),
    Days(u8),
    Distinct(usize, u8),
    Mode(usize, Attr),
    Recency(usize),
    Tenure(usize),
    GapMean(u8),
    GapSd(u8),
}

/// Up to 64 comparisons, up to 64 filters over them, and the running values kept under those filters.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) atoms: Vec<Atom>,
    pub(super) filters: Vec<Logic<u8>>,
    pub(super) counts: Vec<u8>,
    pub(super) sums: Vec<(Number, u8)>,
    pub(super) extents: Vec<(Measure, u8)>,
    pub(super) edges: Vec<Edge>,
    /// Filters under which different orders (days) are collected.
    pub(super) orders: u64,
    pub(super) days: u64,
    pub(super) distincts: Vec<(Attr, u64)>,
    pub(super) modes: Vec<(Attr, Option<Number>, u8)>,
}

/// The value of the first or last line under a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) thing: Thing,
    pub(super) filter: u8,
    pub(super) last: bool,
}

/// A set of columns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    pub(super) time: bool,
    pub(super) order: bool,
    pub(super) day: bool,
    pub(super) numbers: [bool; NUMBERS],
    pub(super) attrs: [bool; ATTRS],
}

impl Plan {
    /// Compiles checked definitions for the business's time zone.
    pub fn compile(traits: &Traits, zone: &Zone) -> Result<Arc<Self>, Problem> {
        Ok(Arc::new(Self::build(traits, zone, false)))
    }

    /// With `explained` the plan also counts the lines behind every aggregate.
    pub(super) fn build(traits: &Traits, zone: &Zone, explained: bool) -> Self {
        let (mut groups, mut compiled) = (Vec::new(), Vec::with_capacity(traits.list.len()));
        let mut builder = Builder::default();
        for definition in &traits.list {
            let before = builder.clone();
            let mut node = builder.node(definition);
            if !builder.fits() {
                groups.push(before.group);
                builder = Builder::default();
                node = builder.node(definition);
            }
            let parts = if explained { builder.parts(definition) } else { Vec::new() };
            compiled.push(Compiled { name: definition.name.clone(), group: groups.len(), node, parts });
        }
        groups.push(builder.group);
        let (mut kept, mut tested) = (Needs::default(), Needs::default());
        for group in &groups {
            kept.keep(group);
            tested.test(group);
        }
        let columns = columns(&kept, &tested);
        Self { schema: traits.schema(), zone: zone.clone(), traits: compiled, groups, kept, tested, columns }
    }

    /// The columns of `order_line` to read, besides `customer_id`.
    pub fn columns(&self) -> &[&'static str] {
        &self.columns
    }

    /// The columns of the table `trait`.
    pub const fn schema(&self) -> &SchemaRef {
        &self.schema
    }
}

/// Whether one trait stays within the limits of a group.
pub(super) fn fits(definition: &Trait) -> bool {
    let mut builder = Builder::default();
    builder.node(definition);
    builder.fits()
}

fn columns(kept: &Needs, tested: &Needs) -> Vec<&'static str> {
    let mut out = vec!["time"];
    if kept.order {
        out.push("order_key");
    }
    let texts = Attr::TEXT.into_iter().filter(|a| kept.attrs[*a as usize] || tested.attrs[*a as usize]);
    let numbers = Number::ALL.into_iter().filter(|n| kept.numbers[*n as usize] || tested.numbers[*n as usize]);
    out.extend(texts.map(Attr::name).chain(numbers.map(Number::column)));
    out
}

impl Needs {
    fn keep(&mut self, group: &Group) {
        self.order |= group.orders != 0;
        self.day |= group.days != 0;
        let mut number = |n: Number| self.numbers[n as usize] = true;
        let mut attr = |a: Attr| self.attrs[a as usize] = true;
        group.sums.iter().for_each(|(n, _)| number(*n));
        for (measure, _) in &group.extents {
            match measure {
                Measure::Number(n) => number(*n),
                Measure::Time => self.time = true,
            }
        }
        for edge in &group.edges {
            self.time = true;
            match edge.thing {
                Thing::Number(n) => number(n),
                Thing::Attr(a) => attr(a),
            }
        }
        group.distincts.iter().for_each(|(a, _)| attr(*a));
        for (a, weight, _) in &group.modes {
            attr(*a);
            if let Some(n) = weight {
                number(*n);
            }
        }
    }

    fn test(&mut self, group: &Group) {
        for atom in &group.atoms {
            match atom {
                Atom::Number(n, _) => self.numbers[*n as usize] = true,
                Atom::Text(a, _) | Atom::Clock(a, _) => self.attrs[*a as usize] = true,
                Atom::Within(_) => {}
            }
        }
    }
}
