//! From identities to customers.

use base::{CustomerId, Problem};
use rustc_hash::{FxHashMap, FxHashSet};
use store::Tx;

use super::erased::{ERASED, erased_of};
use crate::model::IdentityKind;
use crate::store::identity::{identity_owners, identity_page};

const PAGE: usize = 20_000;

/// Who owns each of these normalised values, in their order; [`ERASED`] where an erased person was known by it.
pub async fn identity_resolve(
    tx: &mut Tx,
    kind: &IdentityKind,
    values: &[String],
) -> Result<Vec<Option<CustomerId>>, Problem> {
    let mut sorted: Vec<&str> = values.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let owners = identity_owners(tx, kind, &sorted).await?;
    let unknown = sorted.iter().filter(|value| !owners.contains_key(**value)).map(|value| (kind, *value));
    let erased = erased_of(tx, unknown).await?;
    let erased: FxHashSet<String> = erased.into_iter().map(|identity| identity.value).collect();
    let owner = |value: &String| owners.get(value).copied().or_else(|| erased.contains(value).then_some(ERASED));
    Ok(values.iter().map(owner).collect())
}

/// Calls `each` with every identity of a kind, by value.
pub async fn identity_scan(
    tx: &mut Tx,
    kind: &IdentityKind,
    mut each: impl FnMut(String, CustomerId),
) -> Result<(), Problem> {
    let mut after = String::new();
    loop {
        let page = identity_page(tx, kind, &after, PAGE).await?;
        let last = page.last().map(|(value, _)| value.clone());
        for (value, customer) in page {
            each(value, customer);
        }
        match last {
            Some(value) => after = value,
            None => return Ok(()),
        }
    }
}

/// Every identity of a kind: for imports with more keys than a look-up for each would pay for.
pub async fn identity_map(tx: &mut Tx, kind: &IdentityKind) -> Result<FxHashMap<Box<str>, CustomerId>, Problem> {
    let mut map = FxHashMap::default();
    identity_scan(tx, kind, |value, customer| {
        map.insert(value.into_boxed_str(), customer);
    })
    .await?;
    Ok(map)
}
