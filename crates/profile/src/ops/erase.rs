//! Forgetting a person.

use base::{CustomerId, Micros, Problem};
use rustc_hash::FxHashSet;
use store::{Tx, args};

use super::read::customer_get;
use super::scan::version_raise;
use crate::model::{Attributes, Customer};
use crate::store::attribute::key_pattern;
use crate::store::customer::{customer_delete, json};
use crate::store::erased::erased_insert;
use crate::store::token::token_delete_all_of;
use crate::store::{int, text};

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Identities of the person.
    pub identities: usize,
    /// Other customers who named him as the one who referred them: that is removed too.
    pub references: usize,
}

/// Deletes a customer from every table of this crate, and his name and identities where others refer to him. What stays is that
/// customer number so-and-so was erased at an instant, and keyed hashes of his identities, by which imports recognise him. `fresh`,
/// 32 random bytes, becomes the key of these hashes if nobody was erased before. His history in the lake is another's work.
pub async fn customer_erase(tx: &mut Tx, id: CustomerId, at: Micros, fresh: &[u8; 32]) -> Result<Erased, Problem> {
    let customer = customer_get(tx, id).await?;
    erased_insert(tx, &customer.identities, fresh, at).await?;
    token_delete_all_of(tx, id).await?;
    customer_delete(tx, &[id]).await?;
    let references = forget_references(tx, &customer).await?;
    version_raise(tx).await?;
    let sql = "INSERT INTO customer_erased (customer_id, at) VALUES ($1, $2) ON CONFLICT (customer_id) DO NOTHING";
    tx.execute(sql, args![id.0, at]).await?;
    Ok(Erased { identities: customer.identities.len(), references })
}

/// Removes `referred_by` where it holds his name or an identity of his, also from what imports remember.
async fn forget_references(tx: &mut Tx, customer: &Customer) -> Result<usize, Problem> {
    let mut known: FxHashSet<&str> = customer.identities.iter().map(|i| i.value.as_str()).collect();
    known.extend(customer.name.as_deref());
    known.extend(["email", "phone"].iter().filter_map(|name| customer.attributes.get(*name)?.as_str()));
    let rows = tx
        .fetch_all(
            "SELECT id, attributes FROM customer WHERE attributes LIKE $1 ESCAPE '\\'",
            args![key_pattern("referred_by")],
        )
        .await?;
    let mut references = 0;
    for row in &rows {
        let mut attributes: Attributes = serde_json::from_str(&text(row, 1)?)
            .map_err(|e| Problem::internal("a customer's attributes are not JSON", e))?;
        if attributes.get("referred_by").and_then(|v| v.as_str()).is_some_and(|by| known.contains(by)) {
            attributes.remove("referred_by");
            references += 1;
            let sql = "UPDATE customer SET attributes = $2 WHERE id = $1";
            tx.execute(sql, args![int(row, 0)?, json(&attributes)]).await?;
        }
    }
    for value in known {
        let value = serde_json::Value::from(value).to_string();
        for column in ["old", "new"] {
            let sql =
                format!("UPDATE customer_change SET {column} = NULL WHERE field = 'referred_by' AND {column} = $1");
            tx.execute(&sql, args![&value]).await?;
        }
    }
    Ok(references)
}
