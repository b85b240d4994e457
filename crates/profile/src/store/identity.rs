//! Table `identity`.

use base::{CustomerId, ImportId, Problem};
use rustc_hash::{FxHashMap, FxHashSet};
use store::{Tx, args};

use super::{Columns, end_of, find_many, id_rows, int, maybe_int, rows, text};
use crate::model::{Identity, IdentityKind};

/// Adds identities; those that exist already are left alone. Returns how many went in. In order of kind and value, so that two
/// writers never wait for each other in a circle.
pub(crate) async fn identity_insert(
    tx: &mut Tx,
    mut new: Vec<(&Identity, CustomerId)>,
    import: Option<ImportId>,
) -> Result<u64, Problem> {
    new.sort_by(|a, b| a.0.cmp(b.0));
    let import = import.map(|i| i.0);
    let head = "INSERT INTO identity (kind, value, customer_id, first_import) VALUES";
    let new = rows(new, move |(id, customer)| args![id.kind.as_str(), &id.value, customer.0, import]);
    tx.insert_many(head, 4, new, "ON CONFLICT (kind, value) DO NOTHING").await
}

/// Who owns these values of a kind; values must be sorted and without repeats for speed.
pub(crate) async fn identity_owners(
    tx: &mut Tx,
    kind: &IdentityKind,
    values: &[&str],
) -> Result<FxHashMap<String, CustomerId>, Problem> {
    let mut owners = FxHashMap::default();
    owners.reserve(values.len());
    let sql = "SELECT value, customer_id FROM identity WHERE (kind, value) IN ({rows})";
    let values = rows(values, |value| args![kind.as_str(), *value]);
    find_many(tx, sql, 2, (2, values), |row| {
        owners.insert(text(row, 0)?, CustomerId(int(row, 1)?));
        Ok(())
    })
    .await?;
    Ok(owners)
}

/// Those of some customers who have a card number.
pub(crate) async fn identity_card_holders(
    tx: &mut Tx,
    customers: &[CustomerId],
) -> Result<FxHashSet<CustomerId>, Problem> {
    let mut holders = FxHashSet::default();
    let sql = "SELECT customer_id FROM identity WHERE customer_id IN ({rows}) AND kind = 'card'";
    find_many(tx, sql, 1, (1, id_rows(customers)), |row| {
        holders.insert(CustomerId(int(row, 0)?));
        Ok(())
    })
    .await?;
    Ok(holders)
}

/// Whether there is any identity.
pub(crate) async fn identity_any(tx: &mut Tx) -> Result<bool, Problem> {
    Ok(tx.fetch_optional("SELECT kind FROM identity LIMIT 1", args![]).await?.is_some())
}

/// Up to `limit` identities of a kind that begin with `prefix`, by value.
pub(crate) async fn identity_range(
    tx: &mut Tx,
    kind: &IdentityKind,
    prefix: &str,
    limit: usize,
) -> Result<Vec<(String, CustomerId)>, Problem> {
    let sql = "SELECT value, customer_id FROM identity WHERE kind = $1 AND value >= $2 AND value < $3 ORDER BY value LIMIT $4";
    let rows = tx.fetch_all(sql, args![kind.as_str(), prefix, end_of(prefix), limit as i64]).await?;
    rows.iter().map(|row| Ok((text(row, 0)?, CustomerId(int(row, 1)?)))).collect()
}

/// How many identities of a kind begin with `prefix`, counted up to `most`.
pub(crate) async fn identity_count(
    tx: &mut Tx,
    kind: &IdentityKind,
    prefix: &str,
    most: usize,
) -> Result<usize, Problem> {
    let sql = "SELECT CAST(count(*) AS BIGINT) FROM
               (SELECT 1 FROM identity WHERE kind = $1 AND value >= $2 AND value < $3 LIMIT $4) AS counted";
    let row = tx.fetch_one(sql, args![kind.as_str(), prefix, end_of(prefix), most as i64]).await?;
    Ok(int(&row, 0)? as usize)
}

/// The kinds in use: one step through the index per kind.
pub(crate) async fn identity_kinds(tx: &mut Tx) -> Result<Vec<IdentityKind>, Problem> {
    let sql = "WITH RECURSIVE k (kind) AS (SELECT min(kind) FROM identity UNION ALL
               SELECT (SELECT min(kind) FROM identity WHERE kind > k.kind) FROM k WHERE k.kind IS NOT NULL)
               SELECT kind FROM k WHERE kind IS NOT NULL";
    tx.fetch_all(sql, args![]).await?.iter().map(|row| Ok(IdentityKind::stored(text(row, 0)?))).collect()
}

/// The identities of customers with the import that brought each, by kind and value.
pub(crate) async fn identity_of(
    tx: &mut Tx,
    customers: &[CustomerId],
) -> Result<FxHashMap<CustomerId, Vec<(Identity, Option<ImportId>)>>, Problem> {
    let mut found: FxHashMap<CustomerId, Vec<_>> = FxHashMap::default();
    let sql = "SELECT kind, value, customer_id, first_import FROM identity WHERE customer_id IN ({rows})";
    find_many(tx, sql, 4, (1, id_rows(customers)), |row| {
        let (identity, customer, import) = read(row)?;
        found.entry(customer).or_default().push((identity, import));
        Ok(())
    })
    .await?;
    for list in found.values_mut() {
        list.sort_unstable();
    }
    Ok(found)
}

/// What an import added to customers that it did not make itself, page by page in the order of customers.
pub(crate) async fn identity_added_by(tx: &mut Tx, import: ImportId) -> Result<Vec<(Identity, CustomerId)>, Problem> {
    let sql =
        "SELECT i.kind, i.value, i.customer_id, i.first_import FROM identity i JOIN customer c ON c.id = i.customer_id
               WHERE i.first_import = $1 AND (c.created_import IS NULL OR c.created_import <> $1)";
    let rows = tx.fetch_all(sql, args![import.0]).await?;
    rows.iter().map(|row| read(row).map(|(identity, customer, _)| (identity, customer))).collect()
}

pub(crate) async fn identity_delete(tx: &mut Tx, identities: &[Identity]) -> Result<(), Problem> {
    let mut sorted: Vec<&Identity> = identities.iter().collect();
    sorted.sort_unstable();
    let sorted = rows(sorted, |i| args![i.kind.as_str(), &i.value]);
    tx.execute_many("DELETE FROM identity WHERE (kind, value) IN ({rows})", 2, sorted).await?;
    Ok(())
}

fn read(row: &(impl Columns + ?Sized)) -> Result<(Identity, CustomerId, Option<ImportId>), Problem> {
    let identity = Identity { kind: IdentityKind::stored(text(row, 0)?), value: text(row, 1)? };
    Ok((identity, CustomerId(int(row, 2)?), maybe_int(row, 3)?.map(ImportId)))
}
