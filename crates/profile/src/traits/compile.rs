//! Puts the aggregates of definitions into a group, each once.

use super::condition::{Atom, Logic};
use super::definition::Trait;
use super::expr::{Aggregate, Expr, Function, Measure, Thing};
use super::field::{Attr, Number};
use super::plan::{Edge, Group, Leaf, MOST, Node};
use super::window::Window;

/// A group in the making.
#[derive(Clone, Default)]
pub(super) struct Builder {
    pub(super) group: Group,
}

impl Builder {
    /// Whether every comparison and filter has its bit.
    pub(super) fn fits(&self) -> bool {
        self.group.atoms.len() <= MOST && self.group.filters.len() <= MOST
    }

    /// Adds a trait.
    pub(super) fn node(&mut self, definition: &Trait) -> Node {
        self.expr(&definition.expr, definition)
    }

    /// Every aggregate of a trait with its value and the number of lines behind it.
    pub(super) fn parts(&mut self, definition: &Trait) -> Vec<(String, Leaf, Leaf)> {
        let mut aggregates = Vec::new();
        definition.expr.each(&mut |aggregate| aggregates.push(aggregate));
        let mut part = |aggregate: &Aggregate| {
            let leaf = self.leaf(aggregate, definition);
            let filter = self.filter(aggregate, definition);
            (aggregate.text.clone(), leaf, Leaf::Count(place(&mut self.group.counts, &filter)))
        };
        aggregates.into_iter().map(&mut part).collect()
    }

    fn expr(&mut self, expr: &Expr, definition: &Trait) -> Node {
        match expr {
            Expr::Whole(n) => Node::Whole(*n),
            Expr::Real(x) => Node::Real(*x),
            Expr::Aggregate(aggregate) => Node::Leaf(self.leaf(aggregate, definition)),
            Expr::Minus(inner) => Node::Minus(Box::new(self.expr(inner, definition))),
            Expr::Binary(op, left, right) => {
                let (left, right) = (self.expr(left, definition), self.expr(right, definition));
                Node::Binary(*op, Box::new(left), Box::new(right))
            }
        }
    }

    fn leaf(&mut self, aggregate: &Aggregate, definition: &Trait) -> Leaf {
        let filter = self.filter(aggregate, definition);
        let group = &mut self.group;
        let bit = 1u64.checked_shl(u32::from(filter)).unwrap_or(0);
        match aggregate.function {
            Function::Count => Leaf::Count(place(&mut group.counts, &filter)),
            Function::Sum(n) => Leaf::Sum(place(&mut group.sums, &(n, filter)), n),
            Function::Mean(n) => Leaf::Mean(place(&mut group.sums, &(n, filter)), place(&mut group.counts, &filter), n),
            Function::Min(m) => Leaf::Min(place(&mut group.extents, &(m, filter)), m),
            Function::Max(m) => Leaf::Max(place(&mut group.extents, &(m, filter)), m),
            Function::First(thing) => self.edge(thing, filter, false),
            Function::Last(thing) => self.edge(thing, filter, true),
            Function::Orders => {
                group.orders |= bit;
                Leaf::Orders(filter)
            }
            Function::Days => {
                group.days |= bit;
                Leaf::Days(filter)
            }
            Function::Distinct(attr) => Leaf::Distinct(self.distinct(attr, bit), filter),
            Function::Mode(attr, weight) => Leaf::Mode(self.mode(attr, weight, filter), attr),
            Function::Recency => Leaf::Recency(place(&mut group.extents, &(Measure::Time, filter))),
            Function::Tenure => Leaf::Tenure(place(&mut group.extents, &(Measure::Time, filter))),
            Function::GapMean => {
                group.days |= bit;
                Leaf::GapMean(filter)
            }
            Function::GapSd => {
                group.days |= bit;
                Leaf::GapSd(filter)
            }
        }
    }

    fn edge(&mut self, thing: Thing, filter: u8, last: bool) -> Leaf {
        Leaf::Edge(place(&mut self.group.edges, &Edge { thing, filter, last }), thing)
    }

    fn mode(&mut self, attr: Attr, weight: Option<Number>, filter: u8) -> usize {
        place(&mut self.group.modes, &(attr, weight, filter))
    }

    /// Different values of one column are collected once for all filters.
    fn distinct(&mut self, attr: Attr, bit: u64) -> usize {
        let list = &mut self.group.distincts;
        let at = list.iter().position(|(a, _)| *a == attr).unwrap_or_else(|| {
            list.push((attr, 0));
            list.len() - 1
        });
        list[at].1 |= bit;
        at
    }

    /// The filter of an aggregate: condition and window of the trait, its own condition, and that there is a value.
    fn filter(&mut self, aggregate: &Aggregate, definition: &Trait) -> u8 {
        let window = match definition.span {
            Window::All => Logic::always(),
            window => Logic::Is(Atom::Within(window)),
        };
        let own = aggregate.filter.clone().and(aggregate.function.presence());
        let whole = definition.filter.clone().and(window).and(own);
        let atoms = &mut self.group.atoms;
        let numbered = whole.numbered(&mut |atom| place(atoms, atom).min(255) as u8);
        let numbered = match numbered {
            Logic::All(parts) => Logic::All(parts),
            one => Logic::All(vec![one]),
        };
        place(&mut self.group.filters, &numbered).min(255) as u8
    }
}

/// Where `item` is in the list, put at the end when new.
fn place<T: PartialEq + Clone>(list: &mut Vec<T>, item: &T) -> usize {
    list.iter().position(|known| known == item).unwrap_or_else(|| {
        list.push(item.clone());
        list.len() - 1
    })
}
