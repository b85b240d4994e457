//! Recognising erased people, so that an old file does not bring them back.

use base::{CustomerId, Problem};
use rustc_hash::FxHashSet;
use store::Tx;

use crate::model::{Identity, IdentityKind};
use crate::store::erased::{ErasedKey, erased_among, erased_key, erased_list};

/// Stands for all erased people where a customer is looked up by an identity. No customer has this number.
pub const ERASED: CustomerId = CustomerId(0);

/// What all erased people were known by, for imports: asked for many identities, one by one.
#[derive(Clone, Default)]
pub struct ErasedPeople {
    key: Option<ErasedKey>,
    hashes: FxHashSet<String>,
}

impl ErasedPeople {
    /// Reads them all; a few bytes each.
    pub async fn load(tx: &mut Tx) -> Result<Self, Problem> {
        let key = erased_key(tx).await?;
        let hashes = if key.is_some() { erased_list(tx).await? } else { FxHashSet::default() };
        Ok(Self { key, hashes })
    }

    /// Whether nobody was erased.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether an erased person was known by this normalised value.
    pub fn contains(&self, kind: &IdentityKind, value: &str) -> bool {
        !self.hashes.is_empty() && self.key.as_ref().is_some_and(|key| self.hashes.contains(&key.hash(kind, value)))
    }
}

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
