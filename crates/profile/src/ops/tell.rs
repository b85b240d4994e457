//! What order lines say of known customers besides their purchases: further identities, names.

use base::{CustomerId, Problem};
use rustc_hash::FxHashMap;
use store::Tx;

use super::scan::version_raise;
use super::update_write::Changed;
use crate::model::{Customer, Identity, IdentityKind, Origin};
use crate::store::customer::customer_load;
use crate::store::token::Tokens;

/// Something new of a known customer.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Who.
    pub customer: CustomerId,
    /// Identities, normalised, that are nobody's yet. An e-mail address or telephone number becomes his attribute too.
    pub ids: &'a [Identity],
    /// His name.
    pub name: Option<&'a str>,
}

/// Tells what is new, page by page; search keys are written at the end in one sorted pass.
pub struct CustomersTold {
    origin: Origin,
    keys: Tokens,
    changed: u64,
}

impl CustomersTold {
    /// Nothing yet.
    pub fn new(origin: Origin) -> Self {
        Self { origin, keys: Tokens::default(), changed: 0 }
    }

    /// Writes what is new of some customers, each once. If somebody was given one of the identities meanwhile, the problem is a
    /// conflict, and the transaction must be given up.
    pub async fn rows(&mut self, tx: &mut Tx, told: &[Told<'_>]) -> Result<(), Problem> {
        let ids: Vec<CustomerId> = told.iter().map(|t| t.customer).collect();
        let stored = customer_load(tx, &ids).await?;
        let stored: FxHashMap<CustomerId, Customer> = stored.into_iter().map(|c| (c.id, c)).collect();
        let mut changed = Changed::default();
        for (told, before) in told.iter().filter_map(|t| Some((t, stored.get(&t.customer)?))) {
            let mut attributes = before.attributes.clone();
            for identity in told.ids.iter().filter(|i| [IdentityKind::EMAIL, IdentityKind::PHONE].contains(&i.kind)) {
                attributes.insert(identity.kind.as_str().to_owned(), identity.value.clone().into());
            }
            let name = told.name.map(ToOwned::to_owned).or_else(|| before.name.clone());
            self.changed += u64::from(changed.add(self.origin, before, told.ids.to_vec(), name, &attributes));
        }
        changed.write(self.origin, &mut self.keys, tx).await
    }

    /// Writes the search keys; how many customers have changed.
    pub async fn finish(self, tx: &mut Tx) -> Result<u64, Problem> {
        self.keys.insert(tx).await?;
        if self.changed > 0 {
            version_raise(tx).await?;
        }
        Ok(self.changed)
    }
}
