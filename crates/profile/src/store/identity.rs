//! Table `identity`.

use base::{CustomerId, ImportId, Problem};
use rustc_hash::FxHashMap;
use store::{Row, Tx, Value, args};

use super::{BLOCK, CHUNK, end_of, insert, int, maybe_int, parameters, text};
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
    let mut inserted = 0;
    for block in new.chunks(BLOCK) {
        let row = |(id, customer): &(&Identity, CustomerId)| args![id.kind.as_str(), &id.value, customer.0, import];
        let rows: Vec<Vec<Value>> = block.iter().map(row).collect();
        inserted += insert(tx, head, 4, rows, "ON CONFLICT (kind, value) DO NOTHING").await?;
    }
    Ok(inserted)
}

/// Who owns these values of a kind; values must be sorted and without repeats for speed.
pub(crate) async fn identity_owners(
    tx: &mut Tx,
    kind: &IdentityKind,
    values: &[&str],
) -> Result<FxHashMap<String, CustomerId>, Problem> {
    let mut owners = FxHashMap::default();
    owners.reserve(values.len());
    for chunk in values.chunks(CHUNK) {
        let (kind_is, list) = (parameters(tx.dialect(), 1, 1), parameters(tx.dialect(), 2, chunk.len()));
        let sql = format!("SELECT value, customer_id FROM identity WHERE kind = {kind_is} AND value IN ({list})");
        let mut args = Vec::with_capacity(chunk.len() + 1);
        args.push(Value::from(kind.as_str()));
        args.extend(chunk.iter().map(|v| Value::from(*v)));
        for row in tx.fetch_all(&sql, args).await? {
            owners.insert(text(&row, 0)?, CustomerId(int(&row, 1)?));
        }
    }
    Ok(owners)
}

/// Up to `limit` identities of a kind after `after`, by value.
pub(crate) async fn identity_page(
    tx: &mut Tx,
    kind: &IdentityKind,
    after: &str,
    limit: usize,
) -> Result<Vec<(String, CustomerId)>, Problem> {
    let sql = "SELECT value, customer_id FROM identity WHERE kind = $1 AND value > $2 ORDER BY value LIMIT $3";
    let rows = tx.fetch_all(sql, args![kind.as_str(), after, limit as i64]).await?;
    rows.iter().map(|row| Ok((text(row, 0)?, CustomerId(int(row, 1)?)))).collect()
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
    for chunk in customers.chunks(CHUNK) {
        let list = parameters(tx.dialect(), 1, chunk.len());
        let sql = format!("SELECT kind, value, customer_id, first_import FROM identity WHERE customer_id IN ({list})");
        let args = chunk.iter().map(|id| Value::from(id.0)).collect();
        for row in tx.fetch_all(&sql, args).await? {
            let (identity, customer, import) = read(&row)?;
            found.entry(customer).or_default().push((identity, import));
        }
    }
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
    for same_kind in sorted.chunk_by(|a, b| a.kind == b.kind) {
        for chunk in same_kind.chunks(CHUNK) {
            let (kind_is, list) = (parameters(tx.dialect(), 1, 1), parameters(tx.dialect(), 2, chunk.len()));
            let sql = format!("DELETE FROM identity WHERE kind = {kind_is} AND value IN ({list})");
            let kind = std::iter::once(Value::from(chunk[0].kind.as_str()));
            tx.execute(&sql, kind.chain(chunk.iter().map(|i| Value::from(&i.value))).collect()).await?;
        }
    }
    Ok(())
}

fn read(row: &Row) -> Result<(Identity, CustomerId, Option<ImportId>), Problem> {
    let identity = Identity { kind: IdentityKind::stored(text(row, 0)?), value: text(row, 1)? };
    Ok((identity, CustomerId(int(row, 2)?), maybe_int(row, 3)?.map(ImportId)))
}
