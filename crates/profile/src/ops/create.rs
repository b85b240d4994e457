//! New customers, many at once, and when customers were seen.

use base::{Code, CustomerId, Micros, Problem};
use rustc_hash::FxHashMap;
use store::{Tx, args, next_ids};

use crate::model::{Attributes, Identity, IdentityKind, NewCustomer, Origin};
use crate::store::customer::{Insert, customer_insert, customer_set_seen, customer_widen, json};
use crate::store::identity::{identity_insert, identity_owners};
use crate::store::token::{Tokens, tokens};

/// Customers whose rows are held in memory at once.
const BLOCK: usize = 10_000;

/// An identity that belongs to somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityConflict {
    /// Position of the new customer.
    pub index: usize,
    /// The identity he could not have.
    pub identity: Identity,
    /// Whose it is.
    pub owner: CustomerId,
}

/// What came of making customers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Created {
    /// The customer of each request: a new one, or the one who has the first identity of the request already.
    pub ids: Vec<CustomerId>,
    /// How many are new.
    pub made: usize,
    /// Further identities that were left with those who have them.
    pub conflicts: Vec<IdentityConflict>,
}

/// Makes customers with dense ids. Safe against another writer who makes the same ones at the same time: the loser gets the
/// winner's customer. Best called once with all of them (a million is fine): search keys are written in one sorted pass.
pub async fn customers_create(tx: &mut Tx, new: &[NewCustomer], origin: Origin) -> Result<Created, Problem> {
    if new.is_empty() {
        return Ok(Created::default());
    }
    let first = next_ids(tx, "customer", new.len() as i64).await?;
    let mut created = Created { ids: (first..).take(new.len()).map(CustomerId).collect(), ..Created::default() };
    let wanted: usize = new.iter().map(|n| n.ids.len()).sum();
    let unchanged = identity_rows(tx, &created.ids, new, origin).await? == wanted as u64;
    let own: Vec<CustomerId> = created.ids.clone();
    if !unchanged {
        settle(tx, &own, new, &mut created).await?;
    }
    let mut keys = Tokens::default();
    let taken: Vec<(usize, &Identity)> = created.conflicts.iter().map(|c| (c.index, &c.identity)).collect();
    let rows: Vec<usize> = (0..new.len()).filter(|i| created.ids[*i] == own[*i]).collect();
    created.made = rows.len();
    write(tx, &own, new, &rows, &taken, origin, &mut keys).await?;
    keys.insert(tx).await?;
    Ok(created)
}

/// New customers, page by page, with ids reserved before (`store::next_ids(tx, "customer", n)`): for an importer that wrote files
/// with them already. Search keys are collected, so that many pages become few sorted passes.
pub struct CustomersCreation {
    origin: Origin,
    keys: Tokens,
}

impl CustomersCreation {
    /// Nobody yet.
    pub fn new(origin: Origin) -> Self {
        Self { origin, keys: Tokens::default() }
    }

    /// Makes customers. Nobody else may have any of the identities: otherwise the problem is a conflict, and the transaction must
    /// be given up.
    pub async fn rows(&mut self, tx: &mut Tx, ids: &[CustomerId], new: &[NewCustomer]) -> Result<(), Problem> {
        create_as(tx, ids, new, self.origin, &mut self.keys).await
    }

    /// Writes the search keys that are left.
    pub async fn finish(self, tx: &mut Tx) -> Result<(), Problem> {
        self.keys.insert(tx).await
    }
}

/// Makes customers, their search keys being collected for later.
pub(crate) async fn create_as(
    tx: &mut Tx,
    ids: &[CustomerId],
    new: &[NewCustomer],
    origin: Origin,
    keys: &mut Tokens,
) -> Result<(), Problem> {
    if ids.len() != new.len() {
        return Err(Problem::new(Code::Internal, "every new customer needs an id"));
    }
    let wanted: usize = new.iter().map(|n| n.ids.len()).sum();
    let inserted = identity_rows(tx, ids, new, origin).await?;
    if inserted != wanted as u64 {
        return Err(Problem::new(
            Code::Conflict,
            format!("{} identities belong to customers that were made meanwhile", wanted as u64 - inserted),
        )
        .hint("another import ran at the same time: run this one again"));
    }
    let rows: Vec<usize> = (0..new.len()).collect();
    write(tx, ids, new, &rows, &[], origin, keys).await
}

async fn identity_rows(tx: &mut Tx, ids: &[CustomerId], new: &[NewCustomer], origin: Origin) -> Result<u64, Problem> {
    let pairs = new.iter().zip(ids).flat_map(|(n, id)| n.ids.iter().map(|identity| (identity, *id))).collect();
    identity_insert(tx, pairs, origin.import).await
}

/// Finds out whose the identities are that were not free. Of equal ones in a batch the first comes first, so an owner within
/// the batch is settled before those who point to him.
async fn settle(tx: &mut Tx, own: &[CustomerId], new: &[NewCustomer], created: &mut Created) -> Result<(), Problem> {
    let identities: Vec<&Identity> = new.iter().flat_map(|n| &n.ids).collect();
    let owners = owners_of(tx, &identities).await?;
    let mut given_up: FxHashMap<CustomerId, CustomerId> = FxHashMap::default();
    for (index, customer) in new.iter().enumerate() {
        let owner = |identity: &Identity| owners.get(identity).map_or(own[index], |o| *given_up.get(o).unwrap_or(o));
        let result = customer.ids.first().map_or(own[index], owner);
        let foreign = customer.ids.iter().map(|i| (i, owner(i))).filter(|(_, o)| *o != own[index] && *o != result);
        created.conflicts.extend(foreign.map(|(i, owner)| IdentityConflict { index, identity: i.clone(), owner }));
        if result != own[index] {
            given_up.insert(own[index], result);
            created.ids[index] = result;
        }
    }
    for (from, to) in &given_up {
        tx.execute("UPDATE identity SET customer_id = $2 WHERE customer_id = $1", args![from.0, to.0]).await?;
    }
    Ok(())
}

/// Who owns these identities of several kinds.
pub(crate) async fn owners_of(
    tx: &mut Tx,
    identities: &[&Identity],
) -> Result<FxHashMap<Identity, CustomerId>, Problem> {
    let mut by_kind: FxHashMap<&IdentityKind, Vec<&str>> = FxHashMap::default();
    for identity in identities {
        by_kind.entry(&identity.kind).or_default().push(&identity.value);
    }
    let mut owners = FxHashMap::default();
    for (kind, mut values) in by_kind {
        values.sort_unstable();
        values.dedup();
        let found = identity_owners(tx, kind, &values).await?;
        owners.extend(found.into_iter().map(|(value, owner)| (Identity { kind: kind.clone(), value }, owner)));
    }
    Ok(owners)
}

async fn write(
    tx: &mut Tx,
    ids: &[CustomerId],
    new: &[NewCustomer],
    rows: &[usize],
    taken: &[(usize, &Identity)],
    origin: Origin,
    keys: &mut Tokens,
) -> Result<(), Problem> {
    for block in rows.chunks(BLOCK) {
        let mut inserts = Vec::with_capacity(block.len());
        for &i in block {
            let customer = &new[i];
            let owned = || customer.ids.iter().filter(|id| taken.is_empty() || !taken.contains(&(i, *id)));
            inserts.push(Insert {
                id: ids[i],
                name: customer.name.as_deref(),
                attributes: attributes_json(&customer.attributes, owned()),
                seen: (customer.first_seen, customer.last_seen),
            });
            for token in tokens(customer.name.as_deref(), owned()) {
                keys.push(&token, ids[i]);
            }
        }
        customer_insert(tx, inserts, origin.import, origin.at).await?;
        if keys.is_full() {
            std::mem::take(keys).insert(tx).await?;
        }
    }
    Ok(())
}

/// Takes e-mail and telephone number from the identities where the attributes have none.
pub(crate) fn contacts_from<'a>(attributes: &mut Attributes, identities: impl Iterator<Item = &'a Identity>) {
    for identity in identities.filter(|i| i.kind == IdentityKind::EMAIL || i.kind == IdentityKind::PHONE) {
        attributes.entry(identity.kind.as_str().to_owned()).or_insert_with(|| identity.value.clone().into());
    }
}

fn attributes_json<'a>(attributes: &Attributes, identities: impl Iterator<Item = &'a Identity>) -> String {
    let mut all = attributes.clone();
    contacts_from(&mut all, identities);
    json(&all)
}

/// Widens first and last seen of customers: customer, first, last.
pub async fn customers_seen(tx: &mut Tx, seen: &[(CustomerId, Micros, Micros)]) -> Result<(), Problem> {
    customer_widen(tx, seen).await
}

/// Sets first and last seen to what the history now says, after part of it was taken away; `None` = no history is left.
pub async fn customers_set_seen(tx: &mut Tx, seen: &[(CustomerId, Option<(Micros, Micros)>)]) -> Result<(), Problem> {
    customer_set_seen(tx, seen).await
}
