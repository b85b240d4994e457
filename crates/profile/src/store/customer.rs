//! Table `customer`.

use base::{Code, CustomerId, ImportId, Micros, Problem};
use store::{Row, Tx, Value, args};

use super::{CHUNK, insert, int, maybe_int, maybe_text, parameters, rows, text};
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
    rows: Vec<Insert<'_>>,
    import: Option<ImportId>,
    at: Micros,
) -> Result<u64, Problem> {
    let import = import.map(|i| i.0);
    let row = |r: Insert<'_>| args![r.id.0, r.name, r.attributes, r.seen.0, r.seen.1, at, import, at];
    let rows: Vec<Vec<Value>> = rows.into_iter().map(row).collect();
    insert(tx, &format!("INSERT INTO customer ({COLUMNS}) VALUES"), 8, rows, "").await
}

/// Replaces name and attributes of customers that exist.
pub(crate) async fn customer_update(
    tx: &mut Tx,
    changed: &[(CustomerId, Option<String>, String)],
    at: Micros,
) -> Result<(), Problem> {
    for chunk in changed.chunks(CHUNK) {
        let mut args = Vec::with_capacity(chunk.len() * 4);
        for (id, name, attributes) in chunk {
            args.extend(args![id.0, name.clone(), attributes, at]);
        }
        let sql = format!(
            "WITH v (id, name, attributes, at) AS (VALUES {}) UPDATE customer SET name = v.name, attributes = v.attributes,
             updated_at = v.at FROM v WHERE customer.id = v.id",
            rows(tx.dialect(), 4, chunk.len())
        );
        tx.execute(&sql, args).await?;
    }
    Ok(())
}

/// Widens first and last seen.
pub(crate) async fn customer_widen(tx: &mut Tx, seen: &[(CustomerId, Micros, Micros)]) -> Result<(), Problem> {
    for chunk in seen.chunks(CHUNK) {
        let args: Vec<Value> = chunk.iter().flat_map(|(id, first, last)| args![id.0, *first, *last]).collect();
        let sql = format!(
            "WITH v (id, first, last) AS (VALUES {}) UPDATE customer SET
             first_seen = CASE WHEN first_seen IS NULL OR v.first < first_seen THEN v.first ELSE first_seen END,
             last_seen = CASE WHEN last_seen IS NULL OR v.last > last_seen THEN v.last ELSE last_seen END
             FROM v WHERE customer.id = v.id",
            rows(tx.dialect(), 3, chunk.len())
        );
        tx.execute(&sql, args).await?;
    }
    Ok(())
}

/// Sets first and last seen to what they now are; `None` where no history is left.
pub(crate) async fn customer_set_seen(
    tx: &mut Tx,
    seen: &[(CustomerId, Option<(Micros, Micros)>)],
) -> Result<(), Problem> {
    for chunk in seen.chunks(CHUNK) {
        let args: Vec<Value> =
            chunk.iter().flat_map(|(id, span)| args![id.0, span.map(|s| s.0), span.map(|s| s.1)]).collect();
        let sql = format!(
            "WITH v (id, first, last) AS (VALUES {}) UPDATE customer SET first_seen = v.first, last_seen = v.last
             FROM v WHERE customer.id = v.id",
            rows(tx.dialect(), 3, chunk.len())
        );
        tx.execute(&sql, args).await?;
    }
    Ok(())
}

/// Says that another import now answers for these customers.
pub(crate) async fn customer_adopt(tx: &mut Tx, adopted: &[(CustomerId, Option<ImportId>)]) -> Result<(), Problem> {
    for chunk in adopted.chunks(CHUNK) {
        let args: Vec<Value> = chunk.iter().flat_map(|(id, import)| args![id.0, import.map(|i| i.0)]).collect();
        let values = rows(tx.dialect(), 2, chunk.len());
        tx.execute(
            &format!(
                "WITH v (id, import) AS (VALUES {values}) UPDATE identity SET first_import = v.import FROM v, customer c
                 WHERE c.id = v.id AND identity.customer_id = v.id AND identity.first_import = c.created_import"
            ),
            args.clone(),
        )
        .await?;
        let sql = format!(
            "WITH v (id, import) AS (VALUES {values}) UPDATE customer SET created_import = v.import FROM v WHERE customer.id = v.id"
        );
        tx.execute(&sql, args).await?;
    }
    Ok(())
}

/// Customers by id, in no order, without their identities.
pub(crate) async fn customer_load(tx: &mut Tx, ids: &[CustomerId]) -> Result<Vec<Customer>, Problem> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let sql = format!("SELECT {COLUMNS} FROM customer WHERE id IN ({})", parameters(tx.dialect(), 1, chunk.len()));
        let args = chunk.iter().map(|id| Value::from(id.0)).collect();
        for row in tx.fetch_all(&sql, args).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// Up to `limit` customers with a larger id than `after`, by id, without their identities.
pub(crate) async fn customer_page(tx: &mut Tx, after: CustomerId, limit: usize) -> Result<Vec<Customer>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM customer WHERE id > $1 ORDER BY id LIMIT $2");
    tx.fetch_all(&sql, args![after.0, limit as i64]).await?.iter().map(read).collect()
}

/// What queries show of a customer: id, name, attributes as JSON, first and last seen.
pub(crate) struct Shown {
    pub(crate) id: i64,
    pub(crate) name: Option<String>,
    pub(crate) attributes: String,
    pub(crate) seen: (Option<Micros>, Option<Micros>),
}

/// Up to `limit` customers with a larger id than `after`, by id.
pub(crate) async fn customer_shown(tx: &mut Tx, after: i64, limit: usize) -> Result<Vec<Shown>, Problem> {
    let sql = "SELECT id, name, attributes, first_seen, last_seen FROM customer WHERE id > $1 ORDER BY id LIMIT $2";
    let rows = tx.fetch_all(sql, args![after, limit as i64]).await?;
    let shown = |row: &Row| {
        let seen = (maybe_int(row, 3)?, maybe_int(row, 4)?);
        Ok(Shown { id: int(row, 0)?, name: maybe_text(row, 1)?, attributes: text(row, 2)?, seen })
    };
    rows.iter().map(shown).collect()
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
    for chunk in ids.chunks(CHUNK) {
        let list = parameters(tx.dialect(), 1, chunk.len());
        let args: Vec<Value> = chunk.iter().map(|id| Value::from(id.0)).collect();
        for table in ["identity", "customer_change", "customer_trait"] {
            tx.execute(&format!("DELETE FROM {table} WHERE customer_id IN ({list})"), args.clone()).await?;
        }
        tx.execute(&format!("DELETE FROM customer WHERE id IN ({list})"), args).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Customer, Problem> {
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
