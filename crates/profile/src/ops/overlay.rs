//! Traits and places of customers touched since the last rebuild; they override the tables of the lake.

use base::{CustomerId, Micros, Problem};
use store::{Tx, args};

/// Puts those who note, and those who ask what was noted until an instant, in an order that holds until the transaction ends: an
/// instant taken after this is later than those of all that was noted and is visible by then, and earlier than those of what follows.
pub async fn overlay_turn(tx: &mut Tx) -> Result<(), Problem> {
    store::turn(tx, "customer_trait").await
}

/// Notes what was computed for a touched customer; `values` is a JSON object.
pub async fn overlay_put(tx: &mut Tx, customer: CustomerId, as_of: Micros, values: &str) -> Result<(), Problem> {
    let sql = "INSERT INTO customer_trait (customer_id, as_of, traits) VALUES ($1, $2, $3)
               ON CONFLICT (customer_id) DO UPDATE SET as_of = $2, traits = $3";
    tx.execute(sql, args![customer.0, as_of, values]).await?;
    Ok(())
}

/// What was computed for a customer since the last rebuild, and when.
pub async fn overlay_get(tx: &mut Tx, customer: CustomerId) -> Result<Option<(Micros, String)>, Problem> {
    let sql = "SELECT as_of, traits FROM customer_trait WHERE customer_id = $1";
    let row = tx.fetch_optional(sql, args![customer.0]).await?;
    row.map(|r| Ok((r.get("as_of")?, r.get("traits")?))).transpose()
}

/// Forgets what was computed up to an instant: a rebuild as of then holds it.
pub async fn overlay_clear(tx: &mut Tx, until: Micros) -> Result<u64, Problem> {
    tx.execute("DELETE FROM customer_trait WHERE as_of <= $1", args![until]).await
}

/// Whether a customer was touched after an instant.
pub async fn overlay_since(tx: &mut Tx, at: Micros) -> Result<bool, Problem> {
    let sql = "SELECT customer_id FROM customer_trait WHERE as_of > $1 LIMIT 1";
    Ok(tx.fetch_optional(sql, args![at]).await?.is_some())
}
