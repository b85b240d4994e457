//! Corrections of one customer by a person.

use std::collections::BTreeMap;

use base::problem::did_you_mean;
use base::{Code, CustomerId, ImportId, Micros, Problem};
use serde_json::Value as Json;
use store::Tx;

use super::read::{attribute_list, customer_get};
use super::scan::version_raise;
use super::update_write::name_changes;
use crate::model::{AttributeDef, Customer};
use crate::rules::value::{LONGEST_TEXT, parse};
use crate::store::change::{Change, change_insert};
use crate::store::customer::{customer_update, json};
use crate::store::token::{Tokens, token_delete};

/// Stands for a person where an import is named.
const BY_HAND: ImportId = ImportId(0);
/// Attributes that are identities as well, and change with those.
const IDENTITIES: [&str; 2] = ["email", "phone"];

/// What is to be changed; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerPatch {
    /// The name; `Some(None)` removes it.
    pub name: Option<Option<String>>,
    /// Attributes by name, as people write the values; `null` removes.
    pub attributes: BTreeMap<String, Json>,
}

/// Tells versions of a customer apart: it differs when his name or an attribute does.
pub fn customer_etag(customer: &Customer) -> i64 {
    let attributes = json(&customer.attributes);
    let name = customer.name.as_deref();
    let parts = [name.map_or("-", |_| "+"), name.unwrap_or_default(), &attributes];
    (base::hash::stable_parts(parts.into_iter().map(str::as_bytes)) >> 1) as i64
}

/// Changes name and attributes of a customer; the names of what changed. The undo of an import leaves it as it is.
pub async fn customer_edit(
    tx: &mut Tx,
    id: CustomerId,
    patch: &CustomerPatch,
    at: Micros,
) -> Result<Vec<String>, Problem> {
    let before = customer_get(tx, id).await?;
    let known = attribute_list(tx).await?;
    let (mut name, mut attributes) = (before.name.clone(), before.attributes.clone());
    let mut wrong = Vec::new();
    if let Some(wanted) = &patch.name {
        match wanted.as_deref().map(checked_name).transpose() {
            Ok(checked) => name = checked.flatten(),
            Err(problem) => wrong.push(problem),
        }
    }
    for (field, wanted) in &patch.attributes {
        // A value from before its attribute was what it is now may stay.
        if before.attributes.get(field).is_some_and(|old| old == wanted || wanted.as_str() == Some(&plain(old))) {
            continue;
        }
        match changed(&known, field, wanted, before.attributes.get(field)) {
            Ok(Some(value)) => drop(attributes.insert(field.clone(), value)),
            Ok(None) => drop(attributes.remove(field)),
            Err(problem) => {
                let message = problem.message.clone();
                let problem = Problem { code: Code::InvalidInput, ..problem };
                wrong.push(problem.field(format!("attributes.{field}"), message));
            }
        }
    }
    if let Some(problem) = wrong.into_iter().reduce(Problem::and) {
        return Err(problem);
    }
    let mut changes: Vec<(String, Option<String>, Option<String>)> = Vec::new();
    for field in patch.attributes.keys() {
        let (old, new) = (before.attributes.get(field), attributes.get(field));
        if old != new {
            changes.push((field.clone(), old.map(ToString::to_string), new.map(ToString::to_string)));
        }
    }
    if before.name != name {
        let quoted = |n: &Option<String>| n.as_deref().map(|n| Json::from(n).to_string());
        changes.push(("name".to_owned(), quoted(&before.name), quoted(&name)));
        rename(tx, id, before.name.as_deref(), name.as_deref()).await?;
    }
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let fields = changes.iter().map(|c| c.0.clone()).collect();
    customer_update(tx, &[(id, name, json(&attributes))], at).await?;
    let change = |(field, old, new)| Change { id: 0, customer: id, field, old, new, import: BY_HAND };
    change_insert(tx, changes.into_iter().map(change).collect(), at).await?;
    version_raise(tx).await?;
    Ok(fields)
}

/// A value as it is kept.
fn changed(known: &[AttributeDef], field: &str, wanted: &Json, old: Option<&Json>) -> Result<Option<Json>, Problem> {
    let value = value_of(find(known, field)?, wanted)?;
    if IDENTITIES.contains(&field) && value.as_ref() != old {
        return Err(Problem::new(Code::InvalidInput, format!("{field} is how the customer is known"))
            .hint("bring it in with a file of customers"));
    }
    Ok(value)
}

fn checked_name(name: &str) -> Result<Option<String>, Problem> {
    let name = name.trim();
    if name.chars().count() > LONGEST_TEXT {
        let message = format!("a name has at most {LONGEST_TEXT} characters");
        return Err(Problem::new(Code::InvalidInput, &message).hint("shorten it").field("name", message));
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

fn find<'a>(known: &'a [AttributeDef], field: &str) -> Result<&'a AttributeDef, Problem> {
    known.iter().find(|def| def.name == field && def.name != "name").ok_or_else(|| {
        let near = did_you_mean(field, known.iter().map(|def| def.name.as_ref()));
        Problem::new(Code::InvalidInput, format!("there is no attribute \"{field}\""))
            .hint(near.unwrap_or_else(|| "GET /api/v1/customers/columns lists them".to_owned()))
    })
}

/// A value as a text.
pub fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// The value as the definition has it.
fn value_of(def: &AttributeDef, wanted: &Json) -> Result<Option<Json>, Problem> {
    match wanted {
        Json::Null => Ok(None),
        Json::String(text) => parse(def, text),
        Json::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Json::as_str).collect();
            parse(def, &items.join(","))
        }
        Json::Object(_) => Err(Problem::new(Code::InvalidInput, format!("{} is not an object", def.name))
            .hint("send a text, a number, yes or no, or a list of texts")),
        other => parse(def, &other.to_string()),
    }
}

async fn rename(tx: &mut Tx, id: CustomerId, old: Option<&str>, new: Option<&str>) -> Result<(), Problem> {
    let (gone, fresh) = name_changes(old, new);
    token_delete(tx, gone.into_iter().map(|key| (key, id)).collect()).await?;
    let mut keys = Tokens::default();
    for key in &fresh {
        keys.push(key, id);
    }
    keys.insert(tx).await
}
