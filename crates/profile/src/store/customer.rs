//! Table `customer`.

use base::{Code, CustomerId, ImportId, Micros, Problem};
use store::{Tx, args};

use super::{Columns, find_many, id_rows, int, maybe_int, maybe_text, rows, text};
use crate::model::{Attributes, Customer};

const COLUMNS: &str = "id, name, attributes, first_seen, last_seen, created_at, created_import, updated_at";

/// A row to be inserted.
pub(crate) struct Insert<'a> {
    pub(crate) id: CustomerId,
    pub(crate) name: Option<&'a str>,
    pub(crate) attributes: String,
    pub(crate) seen: (Option<Micros>, Option<Micros>),
}

pub(crate) async fn customer_insert(
    tx: &mut Tx,
    new: Vec<Insert<'_>>,
    import: Option<ImportId>,
    at: Micros,
) -> Result<u64, Problem> {
    let import = import.map(|i| i.0);
    let row = move |r: Insert<'_>| args![r.id.0, r.name, r.attributes, r.seen.0, r.seen.1, at, import, at];
    tx.insert_many(&format!("INSERT INTO customer ({COLUMNS}) VALUES"), 8, rows(new, row), "").await
}

/// Replaces name and attributes of customers that exist.
pub(crate) async fn customer_update(
    tx: &mut Tx,
    changed: &[(CustomerId, Option<String>, String)],
    at: Micros,
) -> Result<(), Problem> {
    let changed = rows(changed, move |(id, name, attributes)| args![id.0, name.as_deref(), attributes, at]);
    let sql =
        "WITH v (id, name, attributes, at) AS ({rows}) UPDATE customer SET name = v.name, attributes = v.attributes,
               updated_at = v.at FROM v WHERE customer.id = v.id";
    tx.execute_many(sql, 4, changed).await?;
    Ok(())
}

/// Widens first and last seen.
pub(crate) async fn customer_widen(tx: &mut Tx, seen: &[(CustomerId, Micros, Micros)]) -> Result<(), Problem> {
    let seen = rows(seen, |(id, first, last)| args![id.0, *first, *last]);
    let sql = "WITH v (id, first, last) AS ({rows}) UPDATE customer SET
               first_seen = CASE WHEN first_seen IS NULL OR v.first < first_seen THEN v.first ELSE first_seen END,
               last_seen = CASE WHEN last_seen IS NULL OR v.last > last_seen THEN v.last ELSE last_seen END
               FROM v WHERE customer.id = v.id";
    tx.execute_many(sql, 3, seen).await?;
    Ok(())
}

/// Sets first and last seen to what they now are; `None` where no history is left.
pub(crate) async fn customer_set_seen(
    tx: &mut Tx,
    seen: &[(CustomerId, Option<(Micros, Micros)>)],
) -> Result<(), Problem> {
    let seen = rows(seen, |(id, span)| args![id.0, span.map(|s| s.0), span.map(|s| s.1)]);
    let sql = "WITH v (id, first, last) AS ({rows}) UPDATE customer SET first_seen = v.first, last_seen = v.last
               FROM v WHERE customer.id = v.id";
    tx.execute_many(sql, 3, seen).await?;
    Ok(())
}

/// Says that another import now answers for these customers.
pub(crate) async fn customer_adopt(tx: &mut Tx, adopted: &[(CustomerId, Option<ImportId>)]) -> Result<(), Problem> {
    let adopted = || rows(adopted, |(id, import)| args![id.0, import.map(|i| i.0)]);
    let sql = "WITH v (id, import) AS ({rows}) UPDATE identity SET first_import = v.import FROM v, customer c
               WHERE c.id = v.id AND identity.customer_id = v.id AND identity.first_import = c.created_import";
    tx.execute_many(sql, 2, adopted()).await?;
    let sql =
        "WITH v (id, import) AS ({rows}) UPDATE customer SET created_import = v.import FROM v WHERE customer.id = v.id";
    tx.execute_many(sql, 2, adopted()).await?;
    Ok(())
}

/// Customers by id, in no order, without their identities.
pub(crate) async fn customer_load(tx: &mut Tx, ids: &[CustomerId]) -> Result<Vec<Customer>, Problem> {
    let mut found = Vec::with_capacity(ids.len());
    let sql = format!("SELECT {COLUMNS} FROM customer WHERE id IN ({{rows}})");
    find_many(tx, &sql, 8, (1, id_rows(ids)), |row| {
        found.push(read(row)?);
        Ok(())
    })
    .await?;
    Ok(found)
}

/// Up to `limit` customers with a larger id than `after`, by id, without their identities.
pub(crate) async fn customer_page(tx: &mut Tx, after: CustomerId, limit: usize) -> Result<Vec<Customer>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM customer WHERE id > $1 ORDER BY id LIMIT $2");
    tx.fetch_all(&sql, args![after.0, limit as i64]).await?.iter().map(read).collect()
}

/// Customers that an import made, by id, page by page.
pub(crate) async fn customer_page_by_import(
    tx: &mut Tx,
    import: ImportId,
    after: CustomerId,
    limit: usize,
) -> Result<Vec<Customer>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM customer WHERE created_import = $1 AND id > $2 ORDER BY id LIMIT $3");
    tx.fetch_all(&sql, args![import.0, after.0, limit as i64]).await?.iter().map(read).collect()
}

/// Deletes the rows of customers in every table of this crate but the search keys.
pub(crate) async fn customer_delete(tx: &mut Tx, ids: &[CustomerId]) -> Result<(), Problem> {
    for table in ["identity", "customer_change", "customer_trait"] {
        tx.execute_many(&format!("DELETE FROM {table} WHERE customer_id IN ({{rows}})"), 1, id_rows(ids)).await?;
    }
    tx.execute_many("DELETE FROM customer WHERE id IN ({rows})", 1, id_rows(ids)).await?;
    Ok(())
}

fn read(row: &(impl Columns + ?Sized)) -> Result<Customer, Problem> {
    let attributes: Attributes = parse(&text(row, 2)?)?;
    Ok(Customer {
        id: CustomerId(int(row, 0)?),
        name: maybe_text(row, 1)?,
        attributes,
        identities: Vec::new(),
        first_seen: maybe_int(row, 3)?,
        last_seen: maybe_int(row, 4)?,
        created_at: int(row, 5)?,
        created_import: maybe_int(row, 6)?.map(ImportId),
        updated_at: int(row, 7)?,
    })
}

/// The stored form of attributes.
pub(crate) fn json(attributes: &Attributes) -> String {
    if attributes.is_empty() {
        return "{}".to_owned();
    }
    serde_json::to_string(attributes).expect("text keys and JSON values always have a JSON form")
}

fn parse(json: &str) -> Result<Attributes, Problem> {
    if json == "{}" {
        return Ok(Attributes::new());
    }
    serde_json::from_str(json)
        .map_err(|e| Problem::new(Code::IncompatibleStore, "a customer's attributes are not JSON").caused_by(e))
}
