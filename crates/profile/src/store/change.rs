//! Table `customer_change`: what imports changed, so that it can be undone.

use base::{CustomerId, ImportId, Micros, Problem};
use store::{Tx, args, next_ids};

use super::{find_many, id_rows, int, maybe_text, rows, text};

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
    let row = move |(c, id): (Change, i64)| args![id, c.customer.0, c.field, c.old, c.new, c.import.0, at];
    let head = "INSERT INTO customer_change (id, customer_id, field, old, new, import_id, at) VALUES";
    tx.insert_many(head, 7, rows(changes.into_iter().zip(first..), row), "").await?;
    Ok(())
}

/// All changes of these customers, by customer, field and time.
pub(crate) async fn change_of(tx: &mut Tx, customers: &[CustomerId]) -> Result<Vec<Change>, Problem> {
    let mut found = Vec::new();
    let sql = "SELECT id, customer_id, field, old, new, import_id FROM customer_change WHERE customer_id IN ({rows})";
    find_many(tx, sql, 6, (1, id_rows(customers)), |row| {
        found.push(Change {
            id: int(row, 0)?,
            customer: CustomerId(int(row, 1)?),
            field: text(row, 2)?,
            old: maybe_text(row, 3)?,
            new: maybe_text(row, 4)?,
            import: ImportId(int(row, 5)?),
        });
        Ok(())
    })
    .await?;
    found.sort_by(|a, b| (a.customer, &a.field, a.id).cmp(&(b.customer, &b.field, b.id)));
    Ok(found)
}

/// All customers with changes by an import, ascending.
pub(crate) async fn change_customers(tx: &mut Tx, import: ImportId) -> Result<Vec<CustomerId>, Problem> {
    let sql = "SELECT DISTINCT customer_id FROM customer_change WHERE import_id = $1 ORDER BY customer_id";
    let mut found = Vec::new();
    tx.fetch_each(sql, args![import.0], |row| {
        found.push(CustomerId(int(&row, 0)?));
        Ok(())
    })
    .await?;
    Ok(found)
}

/// Corrects what later changes say was there before them.
pub(crate) async fn change_set_old(tx: &mut Tx, corrected: &[(i64, Option<String>)]) -> Result<(), Problem> {
    let corrected = rows(corrected, |(id, old)| args![*id, old.as_deref()]);
    let sql =
        "WITH v (id, old) AS ({rows}) UPDATE customer_change SET old = v.old FROM v WHERE customer_change.id = v.id";
    tx.execute_many(sql, 2, corrected).await?;
    Ok(())
}

pub(crate) async fn change_delete(tx: &mut Tx, import: ImportId) -> Result<(), Problem> {
    tx.execute("DELETE FROM customer_change WHERE import_id = $1", args![import.0]).await?;
    Ok(())
}
