//! The values of a page: what people told is looked up for its customers, what was computed is in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{CustomerId, Problem};
use profile::ops::{CustomerField, customers_get, plain};
use profile::{AttributeDef, AttributeType, Customer};
use serde_json::Value as Json;
use store::Db;
use web::Mask;

use super::column::{Cell, Column, Shape};
use super::define::{Define, Source};
use super::frame::Frame;

/// A customer of a list.
pub(crate) struct Line {
    pub(crate) id: CustomerId,
    pub(crate) name: Option<String>,
    /// In the order of the columns asked for.
    pub(crate) cells: Vec<Cell>,
}

/// The columns of a list, ready to give values.
pub(crate) struct Reader<'a> {
    db: &'a Db,
    frame: &'a Frame,
    columns: Vec<(&'a Define, Option<Arc<Column>>)>,
    mask: Mask,
}

impl<'a> Reader<'a> {
    pub(crate) async fn open(
        db: &'a Db,
        frame: &'a Frame,
        columns: Vec<&'a Define>,
        mask: Mask,
    ) -> Result<Self, Problem> {
        let mut loaded = Vec::with_capacity(columns.len());
        for define in columns {
            let computed = matches!(define.source, Source::Trait | Source::Place);
            loaded.push((define, if computed { Some(frame.column(define).await?) } else { None }));
        }
        Ok(Self { db, frame, columns: loaded, mask })
    }

    /// The customers of some rows, in their order. One who is gone meanwhile is left out.
    pub(crate) async fn lines(&self, rows: &[u32]) -> Result<Vec<Line>, Problem> {
        let ids: Vec<CustomerId> = rows.iter().map(|row| CustomerId(self.frame.ids[*row as usize])).collect();
        let people = customers_get(&mut self.db.read().await?, &ids).await?;
        let mut people: BTreeMap<CustomerId, Customer> = people.into_iter().map(|c| (c.id, c)).collect();
        let line = |(row, id): (&u32, &CustomerId)| people.remove(id).map(|customer| self.line(*row, customer));
        Ok(rows.iter().zip(&ids).filter_map(line).collect())
    }

    fn line(&self, row: u32, customer: Customer) -> Line {
        let cells = self.columns.iter().map(|(define, column)| match column {
            Some(column) => column.cell(row as usize),
            None => masked(self.mask, define, told(define, &customer)),
        });
        let cells = cells.collect();
        let name = customer.name.map(|name| self.mask.name(&name));
        Line { id: customer.id, name, cells }
    }
}

/// What is known of a customer from himself or an import.
fn told(define: &Define, customer: &Customer) -> Cell {
    let number = |n: Option<i64>| n.map_or(Cell::Nothing, Cell::Int);
    match &define.source {
        Source::Customer(CustomerField::Name) => customer.name.clone().map_or(Cell::Nothing, Cell::Text),
        Source::Customer(CustomerField::Id) => Cell::Int(customer.id.0),
        Source::Customer(CustomerField::Attribute(name)) => {
            customer.attributes.get(name).map_or(Cell::Nothing, |value| define.shape.cell(value))
        }
        Source::Customer(CustomerField::FirstSeen) => number(customer.first_seen),
        Source::Customer(CustomerField::LastSeen) => number(customer.last_seen),
        Source::Customer(CustomerField::CreatedAt) => Cell::Int(customer.created_at),
        Source::Customer(CustomerField::UpdatedAt) => Cell::Int(customer.updated_at),
        Source::Customer(CustomerField::Import) => number(customer.created_import.map(|i| i.0)),
        Source::Identity(kind) => {
            let own = customer.identities.iter().filter(|i| i.kind == *kind).map(|i| i.value.as_str());
            let all = own.collect::<Vec<_>>().join(", ");
            if all.is_empty() { Cell::Nothing } else { Cell::Text(all) }
        }
        Source::Trait | Source::Place => Cell::Nothing,
    }
}

fn masked(mask: Mask, define: &Define, cell: Cell) -> Cell {
    if mask == Mask::Off || !define.personal {
        return cell;
    }
    let textual = matches!(define.shape, Shape::Text | Shape::List | Shape::Several) && !is_left_out(&define.name);
    let Cell::Text(text) = &cell else { return Cell::Nothing };
    if !textual {
        return Cell::Nothing;
    }
    let parts = text.split(", ").map(|part| shown(mask, &define.name, part));
    if define.shape == Shape::Several {
        return Cell::Text(parts.collect::<Vec<_>>().join(", "));
    }
    Cell::Text(shown(mask, &define.name, text))
}

/// Whether a part of a personal text would tell too much.
fn is_left_out(name: &str) -> bool {
    ["birthday_without_year", "address"].contains(&name)
}

/// What somebody who may not see personal data sees of a personal attribute: of numbers and dates nothing, for a part would be another one.
pub(crate) fn part(def: &AttributeDef, value: &Json) -> Option<String> {
    let textual = matches!(def.kind, AttributeType::Text | AttributeType::List) && !is_left_out(&def.name);
    textual.then(|| shown(Mask::On, &def.name, &plain(value)))
}

/// A personal value as somebody with this mask sees it.
pub(crate) fn shown(mask: Mask, name: &str, value: &str) -> String {
    match name {
        "name" => mask.name(value),
        "email" => mask.email(value),
        "phone" => mask.phone(value),
        _ => mask.other(value),
    }
}

/// The values by the names of their columns.
pub(crate) fn by_name(columns: &[&Define], cells: &[Cell]) -> BTreeMap<String, Json> {
    columns.iter().zip(cells).map(|(define, cell)| (define.name.clone(), define.shape.json(cell))).collect()
}
