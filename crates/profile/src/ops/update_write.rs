//! The second half of an update of customers: whose row is it, what changes, and the writing.

use base::{Code, CustomerId, Problem};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;
use store::{Tx, next_ids};

use super::create::{create_as, owners_of};
use super::erased::erased_of;
use super::find::kinds_like;
use super::update::{CustomersUpdate, Parsed};
use crate::model::{Attributes, Customer, Identity, IdentityKind, NewCustomer, Origin};
use crate::rules::{name_keys, normalise_or_missing};
use crate::store::change::{Change, change_insert};
use crate::store::customer::{customer_load, customer_update, json};
use crate::store::erased::erased_key;
use crate::store::identity::identity_insert;
use crate::store::token::{Tokens, backwards, token_delete};

/// A customer of this batch, with the rows that speak of him.
#[derive(Default)]
struct Person {
    customer: Option<CustomerId>,
    /// Identities that are new.
    ids: Vec<Identity>,
    rows: Vec<usize>,
}

pub(super) async fn write(update: &mut CustomersUpdate, tx: &mut Tx, mut parsed: Vec<Parsed>) -> Result<(), Problem> {
    let identities: Vec<&Identity> = parsed.iter().flat_map(|p| &p.ids).collect();
    let owners = owners_of(tx, &identities).await?;
    let erased = named_erased(update, tx, &parsed, &owners).await?;
    if !erased.is_empty() {
        let before = parsed.len();
        parsed.retain_mut(|row| keeps(update, row, &owners, &erased));
        update.report.erased += (before - parsed.len()) as u64;
    }
    let people = gather(update, &parsed, &owners);
    let known: Vec<CustomerId> = people.iter().filter_map(|p| p.customer).collect();
    let stored = customer_load(tx, &known).await?;
    let mut stored: FxHashMap<CustomerId, Customer> = stored.into_iter().map(|c| (c.id, c)).collect();
    let (mut made, mut changed) = (Vec::new(), Changed::default());
    for person in people {
        let before = person.customer.and_then(|id| stored.remove(&id));
        let (mut name, mut attributes) =
            before.as_ref().map(|c| (c.name.clone(), c.attributes.clone())).unwrap_or_default();
        for (column, value) in person.rows.iter().flat_map(|row| &parsed[*row].values) {
            let Some(def) = &update.attributes[*column] else { continue };
            match (def.name.as_ref(), value.as_str()) {
                ("name", Some(text)) => name = Some(text.to_owned()),
                (field, _) => drop(attributes.insert(field.to_owned(), value.clone())),
            }
        }
        match before {
            None => made.push(NewCustomer { ids: person.ids, name, attributes, first_seen: None, last_seen: None }),
            Some(before) => {
                let differs = changed.add(update.origin, &before, person.ids, name, &attributes);
                *(if differs { &mut update.report.updated } else { &mut update.report.unchanged }) += 1;
            }
        }
    }
    changed.write(update.origin, &mut update.keys, tx).await?;
    if !made.is_empty() {
        let first = next_ids(tx, "customer", made.len() as i64).await?;
        let ids: Vec<CustomerId> = (first..).take(made.len()).map(CustomerId).collect();
        create_as(tx, &ids, &made, update.origin, &mut update.keys).await?;
        update.report.created += made.len() as u64;
    }
    Ok(())
}

/// The identities of erased people in some rows, also where they are named as those who referred others.
async fn named_erased(
    update: &CustomersUpdate,
    tx: &mut Tx,
    parsed: &[Parsed],
    owners: &FxHashMap<Identity, CustomerId>,
) -> Result<FxHashSet<Identity>, Problem> {
    if erased_key(tx).await?.is_none() {
        return Ok(FxHashSet::default());
    }
    let referrers = parsed.iter().flat_map(|row| row.values.iter().flat_map(|cell| referrer(update, cell)));
    let named: FxHashSet<Identity> = parsed.iter().flat_map(|row| row.ids.iter().cloned()).chain(referrers).collect();
    erased_of(tx, named.iter().filter(|i| !owners.contains_key(i)).map(|i| (&i.kind, i.value.as_str()))).await
}

/// Whom a cell names as the one who referred the customer, in all readings.
fn referrer(update: &CustomersUpdate, (column, value): &(usize, Json)) -> Vec<Identity> {
    let by = update.attributes[*column].as_ref().is_some_and(|def| def.name == "referred_by");
    let Some(text) = value.as_str().filter(|_| by) else { return Vec::new() };
    let read = |kind| Some(Identity { value: normalise_or_missing(&kind, text, update.region).ok()??, kind });
    kinds_like(text).into_iter().filter_map(read).collect()
}

/// Takes out of a row what an erased person was known by; `false` when the row is his: nobody known is named besides.
fn keeps(
    update: &CustomersUpdate,
    row: &mut Parsed,
    owners: &FxHashMap<Identity, CustomerId>,
    erased: &FxHashSet<Identity>,
) -> bool {
    let known = row.ids.iter().any(|id| owners.contains_key(id));
    let his: Vec<String> = row.ids.extract_if(.., |id| erased.contains(id)).map(|id| id.value).collect();
    row.values.retain(|cell| {
        let contact = cell.1.as_str().is_some_and(|text| his.iter().any(|value| value == text));
        !contact && !referrer(update, cell).iter().any(|id| erased.contains(id))
    });
    known || his.is_empty()
}

/// Puts the rows of one customer together. A row whose identities belong to different customers is refused: nobody is merged
/// by a file.
fn gather(update: &mut CustomersUpdate, parsed: &[Parsed], owners: &FxHashMap<Identity, CustomerId>) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut of_customer: FxHashMap<CustomerId, usize> = FxHashMap::default();
    let mut of_identity: FxHashMap<&Identity, usize> = FxHashMap::default();
    for (index, row) in parsed.iter().enumerate() {
        let mut whose: Vec<(usize, &Identity)> = Vec::with_capacity(row.ids.len());
        for identity in &row.ids {
            let person = of_identity.get(identity).copied().or_else(|| {
                let owner = *owners.get(identity)?;
                let person = *of_customer.entry(owner).or_insert_with(|| {
                    people.push(Person { customer: Some(owner), ..Person::default() });
                    people.len() - 1
                });
                of_identity.insert(identity, person);
                Some(person)
            });
            whose.extend(person.map(|p| (p, identity)));
        }
        if let Some((_, other)) = whose.iter().find(|(person, _)| *person != whose[0].0) {
            update.report.refused += 1;
            update.report.error(row.row, None, conflict(whose[0].1, other));
            continue;
        }
        let person = whose.first().map_or_else(
            || {
                people.push(Person::default());
                people.len() - 1
            },
            |(person, _)| *person,
        );
        people[person].rows.push(index);
        for identity in &row.ids {
            if of_identity.insert(identity, person).is_none() {
                people[person].ids.push(identity.clone());
            }
        }
    }
    people.retain(|p| !p.rows.is_empty());
    people
}

fn conflict(a: &Identity, b: &Identity) -> Problem {
    Problem::new(
        Code::Conflict,
        format!("the {} {} and the {} {} belong to different customers", a.kind, a.value, b.kind, b.value),
    )
    .hint("correct the row; customers are never merged by a file")
}

/// Known customers of whom something changes.
#[derive(Default)]
pub(super) struct Changed {
    rows: Vec<(CustomerId, Option<String>, String)>,
    log: Vec<Change>,
    ids: Vec<(Identity, CustomerId)>,
    gone: Vec<(String, CustomerId)>,
    fresh: Vec<(String, CustomerId)>,
}

impl Changed {
    /// Notes what differs; whether anything does.
    pub(super) fn add(
        &mut self,
        origin: Origin,
        before: &Customer,
        ids: Vec<Identity>,
        name: Option<String>,
        attributes: &Attributes,
    ) -> bool {
        let id = before.id;
        let added = !ids.is_empty();
        let phones = ids.iter().filter(|i| i.kind == IdentityKind::PHONE);
        self.fresh.extend(phones.map(|i| (backwards(&i.value), id)));
        self.ids.extend(ids.into_iter().map(|identity| (identity, id)));
        let fields: FxHashSet<&String> = attributes.keys().chain(before.attributes.keys()).collect();
        let mut differs: Vec<(String, Option<String>, Option<String>)> = fields
            .into_iter()
            .filter(|f| before.attributes.get(*f) != attributes.get(*f))
            .map(|f| {
                (
                    f.clone(),
                    before.attributes.get(f).map(ToString::to_string),
                    attributes.get(f).map(ToString::to_string),
                )
            })
            .collect();
        if before.name != name {
            differs.push(("name".into(), name_json(before.name.as_deref()), name_json(name.as_deref())));
            let (old, new) = name_changes(before.name.as_deref(), name.as_deref());
            self.gone.extend(old.into_iter().map(|key| (key, id)));
            self.fresh.extend(new.into_iter().map(|key| (key, id)));
        }
        if differs.is_empty() {
            return added;
        }
        self.rows.push((id, name, json(attributes)));
        if let Some(import) = origin.import {
            let change = |(field, old, new)| Change { id: 0, customer: id, field, old, new, import };
            self.log.extend(differs.into_iter().map(change));
        }
        true
    }

    /// Writes what differs; search keys that are new are collected in `keys`.
    pub(super) async fn write(self, origin: Origin, keys: &mut Tokens, tx: &mut Tx) -> Result<(), Problem> {
        customer_update(tx, &self.rows, origin.at).await?;
        change_insert(tx, self.log, origin.at).await?;
        let pairs: Vec<(&Identity, CustomerId)> = self.ids.iter().map(|(identity, id)| (identity, *id)).collect();
        let wanted = pairs.len() as u64;
        if identity_insert(tx, pairs, origin.import).await? != wanted {
            return Err(Problem::new(Code::Conflict, "identities of this file were given to customers meanwhile")
                .hint("another import ran at the same time: run this one again"));
        }
        if !self.gone.is_empty() {
            // A key that waits to be written must not come after its own deletion.
            std::mem::take(keys).insert(tx).await?;
            token_delete(tx, self.gone).await?;
        }
        for (key, id) in &self.fresh {
            keys.push(key, *id);
        }
        Ok(())
    }
}

/// A name as the log of changes holds it.
fn name_json(name: Option<&str>) -> Option<String> {
    name.map(|n| serde_json::Value::from(n).to_string())
}

/// The search keys that a change of name takes away and brings.
pub(super) fn name_changes(old: Option<&str>, new: Option<&str>) -> (Vec<String>, Vec<String>) {
    let (old, new) = (old.map(name_keys).unwrap_or_default(), new.map(name_keys).unwrap_or_default());
    let gone = old.iter().filter(|k| new.binary_search(k).is_err()).cloned().collect();
    let fresh = new.iter().filter(|k| old.binary_search(k).is_err()).cloned().collect();
    (gone, fresh)
}
