//! Table `customer_change`: what imports changed, so that it can be undone.

use base::{CustomerId, ImportId, Micros, Problem};
use store::{Tx, Value, args, next_ids};

use super::{CHUNK, insert, int, maybe_text, parameters, rows, text};

/// One change; values are JSON, `None` = no value.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) id: i64,
    pub(crate) customer: CustomerId,
    pub(crate) field: String,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    pub(crate) import: ImportId,
}

/// Writes changes down in their order; their ids are given here.
pub(crate) async fn change_insert(tx: &mut Tx, changes: Vec<Change>, at: Micros) -> Result<(), Problem> {
    if changes.is_empty() {
        return Ok(());
    }
    let first = next_ids(tx, "customer_change", changes.len() as i64).await?;
    let row = |(c, id): (Change, i64)| args![id, c.customer.0, c.field, c.old, c.new, c.import.0, at];
    let rows: Vec<Vec<Value>> = changes.into_iter().zip(first..).map(row).collect();
    let head = "INSERT INTO customer_change (id, customer_id, field, old, new, import_id, at) VALUES";
    insert(tx, head, 7, rows, "").await?;
    Ok(())
}

/// All changes of these customers, by customer, field and time.
pub(crate) async fn change_of(tx: &mut Tx, customers: &[CustomerId]) -> Result<Vec<Change>, Problem> {
    let mut found = Vec::new();
    for chunk in customers.chunks(CHUNK) {
        let list = parameters(tx.dialect(), 1, chunk.len());
        let sql = format!(
            "SELECT id, customer_id, field, old, new, import_id FROM customer_change WHERE customer_id IN ({list})"
        );
        let args = chunk.iter().map(|id| Value::from(id.0)).collect();
        for row in &tx.fetch_all(&sql, args).await? {
            found.push(Change {
                id: int(row, 0)?,
                customer: CustomerId(int(row, 1)?),
                field: text(row, 2)?,
                old: maybe_text(row, 3)?,
                new: maybe_text(row, 4)?,
                import: ImportId(int(row, 5)?),
            });
        }
    }
    found.sort_by(|a, b| (a.customer, &a.field, a.id).cmp(&(b.customer, &b.field, b.id)));
    Ok(found)
}

/// Customers with changes by an import, page by page.
pub(crate) async fn change_customers(
    tx: &mut Tx,
    import: ImportId,
    after: CustomerId,
    limit: usize,
) -> Result<Vec<CustomerId>, Problem> {
    let sql = "SELECT DISTINCT customer_id FROM customer_change WHERE import_id = $1 AND customer_id > $2
               ORDER BY customer_id LIMIT $3";
    let found = tx.fetch_all(sql, args![import.0, after.0, limit as i64]).await?;
    found.iter().map(|row| int(row, 0).map(CustomerId)).collect()
}

/// Corrects what later changes say was there before them.
pub(crate) async fn change_set_old(tx: &mut Tx, corrected: &[(i64, Option<String>)]) -> Result<(), Problem> {
    for chunk in corrected.chunks(CHUNK) {
        let args: Vec<Value> = chunk.iter().flat_map(|(id, old)| args![*id, old.clone()]).collect();
        let sql = format!(
            "WITH v (id, old) AS (VALUES {}) UPDATE customer_change SET old = v.old FROM v WHERE customer_change.id = v.id",
            rows(tx.dialect(), 2, chunk.len())
        );
        tx.execute(&sql, args).await?;
    }
    Ok(())
}

pub(crate) async fn change_delete(tx: &mut Tx, import: ImportId) -> Result<(), Problem> {
    tx.execute("DELETE FROM customer_change WHERE import_id = $1", args![import.0]).await?;
    Ok(())
}
