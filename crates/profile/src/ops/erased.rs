//! Recognising erased people, so that an old file does not bring them back.

use base::{CustomerId, Problem};
use rustc_hash::FxHashSet;
use store::Tx;

use crate::model::{Identity, IdentityKind};
use crate::store::erased::{erased_among, erased_key};

/// Stands for all erased people where a customer is looked up by an identity. No customer has this number.
pub const ERASED: CustomerId = CustomerId(0);

/// Those of some identities by which erased people were known.
pub(crate) async fn erased_of<'a>(
    tx: &mut Tx,
    identities: impl Iterator<Item = (&'a IdentityKind, &'a str)>,
) -> Result<FxHashSet<Identity>, Problem> {
    let mut identities = identities.peekable();
    if identities.peek().is_none() {
        return Ok(FxHashSet::default());
    }
    let Some(key) = erased_key(tx).await? else { return Ok(FxHashSet::default()) };
    let hashed: Vec<(String, &IdentityKind, &str)> =
        identities.map(|(kind, value)| (key.hash(kind, value), kind, value)).collect();
    let hashes: Vec<String> = hashed.iter().map(|(hash, _, _)| hash.clone()).collect();
    let erased = erased_among(tx, &hashes).await?;
    let his = hashed.into_iter().filter(|(hash, _, _)| erased.contains(hash));
    Ok(his.map(|(_, kind, value)| Identity { kind: kind.clone(), value: value.to_owned() }).collect())
}
