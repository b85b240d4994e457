//! Taking an import back.

use base::{Code, CustomerId, ImportId, Micros, Problem};
use store::Tx;

use super::create::contacts_from;
use super::scan::version_raise;
use super::update_write::name_changes;
use crate::model::{Attributes, Customer, Identity, IdentityKind};
use crate::store::attribute::attribute_delete_unused;
use crate::store::change::{Change, change_customers, change_delete, change_of, change_set_old};
use crate::store::customer::{
    customer_adopt, customer_delete, customer_load, customer_page_by_import, customer_update, json,
};
use crate::store::identity::{identity_added_by, identity_delete, identity_of};
use crate::store::token::{Tokens, backwards, token_delete, tokens};

/// What an undone import left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Customers removed: this import made them and nothing else speaks of them.
    pub removed: u64,
    /// Customers whom this import made and whom another one needs; what only this one knew of them is gone.
    pub kept: u64,
    /// Customers made by others whose attributes are again what they were.
    pub restored: u64,
    /// Identities taken from customers made by others.
    pub identities: u64,
}

const PAGE: usize = 5_000;

/// Takes back what an import did to customers: attributes are what they would be without it, identities and customers that it
/// brought go unless something else needs them. `still_used` names another import that has history of a customer (an order line
/// that stays), if there is one. What a later import only repeated was never written down as its own, and goes with the first.
/// First and last seen are the caller's to correct ([`super::customers_set_seen`]).
pub async fn import_undo(
    tx: &mut Tx,
    import: ImportId,
    at: Micros,
    still_used: &(dyn Fn(CustomerId) -> Option<ImportId> + Sync),
) -> Result<Undone, Problem> {
    let mut undone = Undone::default();
    let added = identity_added_by(tx, import).await?;
    undone.identities = added.len() as u64;
    let phones = added.iter().filter(|(i, _)| i.kind == IdentityKind::PHONE);
    let keys: Vec<(String, CustomerId)> = phones.map(|(i, customer)| (backwards(&i.value), *customer)).collect();
    token_delete(tx, keys).await?;
    let added: Vec<Identity> = added.into_iter().map(|(identity, _)| identity).collect();
    identity_delete(tx, &added).await?;
    restore_changed(tx, import, at, &mut undone).await?;
    remove_made(tx, import, at, still_used, &mut undone).await?;
    change_delete(tx, import).await?;
    attribute_delete_unused(tx, import).await?;
    version_raise(tx).await?;
    Ok(undone)
}

async fn restore_changed(tx: &mut Tx, import: ImportId, at: Micros, undone: &mut Undone) -> Result<(), Problem> {
    for page in change_customers(tx, import).await?.chunks(PAGE) {
        let mut customers = customer_load(tx, page).await?;
        customers.retain(|c| c.created_import != Some(import));
        let ids: Vec<CustomerId> = customers.iter().map(|c| c.id).collect();
        let log = change_of(tx, &ids).await?;
        let mut restored = Restored::default();
        for customer in customers {
            restored.without(import, &customer, &log, &[])?;
        }
        undone.restored += restored.write(tx, at).await?;
    }
    Ok(())
}

async fn remove_made(
    tx: &mut Tx,
    import: ImportId,
    at: Micros,
    still_used: &(dyn Fn(CustomerId) -> Option<ImportId> + Sync),
    undone: &mut Undone,
) -> Result<(), Problem> {
    let mut after = CustomerId(0);
    loop {
        let page = customer_page_by_import(tx, import, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        let ids: Vec<CustomerId> = page.iter().map(|c| c.id).collect();
        let mut identities = identity_of(tx, &ids).await?;
        let log = change_of(tx, &ids).await?;
        let (mut restored, mut gone, mut keys, mut adopted) = (Restored::default(), Vec::new(), Vec::new(), Vec::new());
        for customer in page {
            let (own, sources): (Vec<Identity>, Vec<Option<ImportId>>) =
                identities.remove(&customer.id).unwrap_or_default().into_iter().unzip();
            let others = of(&log, customer.id).iter().map(|c| c.import).chain(sources.into_iter().flatten());
            let heir = still_used(customer.id).or_else(|| others.filter(|other| *other != import && other.0 > 0).min());
            if heir.is_some() {
                // A batch of the intake needs him too, but is no import that can be named.
                adopted.push((customer.id, heir.filter(|heir| heir.0 > 0)));
                restored.without(import, &customer, &log, &own)?;
            } else {
                keys.extend(tokens(customer.name.as_deref(), &own).into_iter().map(|t| (t, customer.id)));
                gone.push(customer.id);
            }
        }
        token_delete(tx, keys).await?;
        customer_delete(tx, &gone).await?;
        restored.write(tx, at).await?;
        customer_adopt(tx, &adopted).await?;
        undone.removed += gone.len() as u64;
        undone.kept += adopted.len() as u64;
    }
}

/// The part of a sorted log that is about one customer.
fn of(log: &[Change], customer: CustomerId) -> &[Change] {
    let start = log.partition_point(|c| c.customer < customer);
    let length = log[start..].partition_point(|c| c.customer == customer);
    &log[start..start + length]
}

/// Customers as they would be without an import.
#[derive(Default)]
struct Restored {
    rows: Vec<(CustomerId, Option<String>, String)>,
    corrected: Vec<(i64, Option<String>)>,
    gone: Vec<(String, CustomerId)>,
    fresh: Tokens,
}

impl Restored {
    /// Replays the changes of a customer without those of `import`. The first value of a field is what was there before its
    /// first change; nothing, when the import made the customer.
    fn without(
        &mut self,
        import: ImportId,
        before: &Customer,
        log: &[Change],
        own: &[Identity],
    ) -> Result<(), Problem> {
        let made = before.created_import == Some(import);
        let (mut name, mut attributes) = (before.name.clone(), before.attributes.clone());
        if made {
            (name, attributes) = (None, Attributes::new());
        }
        for chain in of(log, before.id).chunk_by(|a, b| a.field == b.field) {
            let field = &chain[0].field;
            let mut value = if made { None } else { chain[0].old.clone() };
            for change in chain.iter().filter(|c| c.import != import) {
                let base = std::mem::replace(&mut value, change.new.clone());
                if change.old != base {
                    self.corrected.push((change.id, base));
                }
            }
            set(field, value.as_deref(), &mut name, &mut attributes)?;
        }
        contacts_from(&mut attributes, own.iter());
        if name != before.name || attributes != before.attributes {
            let (gone, fresh) = name_changes(before.name.as_deref(), name.as_deref());
            self.gone.extend(gone.into_iter().map(|key| (key, before.id)));
            for key in &fresh {
                self.fresh.push(key, before.id);
            }
            self.rows.push((before.id, name, json(&attributes)));
        }
        Ok(())
    }

    async fn write(self, tx: &mut Tx, at: Micros) -> Result<u64, Problem> {
        customer_update(tx, &self.rows, at).await?;
        change_set_old(tx, &self.corrected).await?;
        token_delete(tx, self.gone).await?;
        self.fresh.insert(tx).await?;
        Ok(self.rows.len() as u64)
    }
}

fn set(
    field: &str,
    value: Option<&str>,
    name: &mut Option<String>,
    attributes: &mut Attributes,
) -> Result<(), Problem> {
    let value: Option<serde_json::Value> = value
        .map(serde_json::from_str)
        .transpose()
        .map_err(|e| Problem::new(Code::IncompatibleStore, "a change of a customer is not JSON").caused_by(e))?;
    match (field, value) {
        ("name", value) => *name = value.and_then(|v| v.as_str().map(ToOwned::to_owned)),
        (_, Some(value)) => drop(attributes.insert(field.to_owned(), value)),
        (_, None) => drop(attributes.remove(field)),
    }
    Ok(())
}
