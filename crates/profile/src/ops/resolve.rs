//! From identities to customers.

use base::{CustomerId, Problem};
use rustc_hash::FxHashSet;
use store::Tx;

use super::erased::{ERASED, erased_of};
use crate::model::IdentityKind;
use crate::store::erased::erased_key;
use crate::store::identity::{identity_any, identity_card_holders, identity_owners};

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

/// Those of some customers who have a card number.
pub async fn card_holders(tx: &mut Tx, customers: &[CustomerId]) -> Result<FxHashSet<CustomerId>, Problem> {
    identity_card_holders(tx, customers).await
}

/// Whether anybody is known, or was before he was erased: if not, no identity needs to be looked up.
pub async fn anybody_known(tx: &mut Tx) -> Result<bool, Problem> {
    Ok(identity_any(tx).await? || erased_key(tx).await?.is_some())
}
