//! Customers as they are.

use base::{Code, CustomerId, Problem};
use store::Tx;

use crate::model::{AttributeDef, BUILT_IN, Customer};
use crate::store::attribute;
use crate::store::customer::{customer_load, customer_page};
use crate::store::identity::identity_of;

/// The customer with his identities and attributes.
pub async fn customer_get(tx: &mut Tx, id: CustomerId) -> Result<Customer, Problem> {
    let mut found = customer_load(tx, &[id]).await?;
    with_identities(tx, &mut found).await?;
    found.pop().ok_or_else(|| {
        Problem::new(Code::NotFound, format!("there is no customer {id}"))
            .hint("he may have been erased, or his import undone")
    })
}

/// Customers by id, from the one after `after` on, at most `limit`. The id of the last one is the cursor of the next page.
pub async fn customer_list(tx: &mut Tx, after: Option<CustomerId>, limit: usize) -> Result<Vec<Customer>, Problem> {
    let mut page = customer_page(tx, after.unwrap_or(CustomerId(0)), limit).await?;
    with_identities(tx, &mut page).await?;
    Ok(page)
}

pub(crate) async fn with_identities(tx: &mut Tx, customers: &mut [Customer]) -> Result<(), Problem> {
    let ids: Vec<CustomerId> = customers.iter().map(|c| c.id).collect();
    let mut identities = identity_of(tx, &ids).await?;
    for customer in customers {
        let own = identities.remove(&customer.id).unwrap_or_default();
        customer.identities = own.into_iter().map(|(identity, _)| identity).collect();
    }
    Ok(())
}

/// All attributes: those the product brings, then the others by name.
pub async fn attribute_list(tx: &mut Tx) -> Result<Vec<AttributeDef>, Problem> {
    let mut all = BUILT_IN.to_vec();
    all.extend(attribute::attribute_list(tx).await?);
    Ok(all)
}

/// The ids of all customers, ascending.
pub async fn customer_ids(tx: &mut Tx) -> Result<Vec<CustomerId>, Problem> {
    let mut ids = Vec::new();
    loop {
        let after = ids.last().map_or(0, |id: &CustomerId| id.0);
        let sql = "SELECT id FROM customer WHERE id > $1 ORDER BY id LIMIT 100000";
        let rows = tx.fetch_all(sql, store::args![after]).await?;
        if rows.is_empty() {
            return Ok(ids);
        }
        for row in &rows {
            ids.push(CustomerId(row.at(0)?));
        }
    }
}

/// Name and first identity of customers, in the order asked for; empty for those that do not exist.
pub async fn customer_labels(
    tx: &mut Tx,
    ids: &[CustomerId],
) -> Result<Vec<(Option<String>, Option<String>)>, Problem> {
    let mut labels = std::collections::HashMap::new();
    for chunk in ids.chunks(5_000) {
        let list = chunk.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT c.id, c.name, (SELECT min(i.value) FROM identity i WHERE i.customer_id = c.id) FROM customer c WHERE c.id IN ({list})"
        );
        for row in tx.fetch_all(&sql, Vec::new()).await? {
            labels.insert(row.at::<i64>(0)?, (row.at::<Option<String>>(1)?, row.at::<Option<String>>(2)?));
        }
    }
    Ok(ids.iter().map(|id| labels.get(&id.0).cloned().unwrap_or_default()).collect())
}
