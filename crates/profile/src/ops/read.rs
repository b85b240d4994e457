//! Customers as they are.

use base::{Code, CustomerId, ImportId, Micros, Problem};
use store::Tx;

use super::scan::{CustomerField, customer_scan};
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

/// All attributes: those the product brings, then the others by name. One that an import made before the product brought it is
/// the product's now.
pub async fn attribute_list(tx: &mut Tx) -> Result<Vec<AttributeDef>, Problem> {
    let mut all = BUILT_IN.to_vec();
    let own = attribute::attribute_list(tx).await?.into_iter();
    all.extend(own.filter(|def| BUILT_IN.iter().all(|built_in| built_in.name != def.name)));
    Ok(all)
}

/// The ids of all customers, ascending.
pub async fn customer_ids(tx: &mut Tx) -> Result<Vec<CustomerId>, Problem> {
    let mut ids = Vec::new();
    customer_scan(tx, &CustomerField::Id, |id, _| ids.push(CustomerId(id))).await?;
    Ok(ids)
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

/// Customers with identities and attributes, in the order asked for; those that do not exist are left out.
pub async fn customers_get(tx: &mut Tx, ids: &[CustomerId]) -> Result<Vec<Customer>, Problem> {
    let mut found = customer_load(tx, ids).await?;
    with_identities(tx, &mut found).await?;
    let mut by_id: std::collections::HashMap<i64, Customer> = found.into_iter().map(|c| (c.id.0, c)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(&id.0)).collect())
}

/// The kinds of identities in use.
pub async fn identity_kind_list(tx: &mut Tx) -> Result<Vec<crate::model::IdentityKind>, Problem> {
    crate::store::identity::identity_kinds(tx).await
}

/// A change of a customer after he was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerChange {
    /// Its number.
    pub id: i64,
    /// `name`, or an attribute.
    pub field: String,
    /// When.
    pub at: Micros,
    /// The import that did it; without one a person did.
    pub import: Option<ImportId>,
}

/// What changed in a customer, the newest first.
pub async fn customer_history(tx: &mut Tx, id: CustomerId) -> Result<Vec<CustomerChange>, Problem> {
    let sql = "SELECT id, field, at, import_id FROM customer_change WHERE customer_id = $1 ORDER BY at DESC, id DESC";
    let rows = tx.fetch_all(sql, store::args![id.0]).await?;
    let read = |row: &store::Row| {
        let import = row.at::<i64>(3)?;
        Ok(CustomerChange {
            id: row.at(0)?,
            field: row.at(1)?,
            at: row.at(2)?,
            import: (import > 0).then_some(ImportId(import)),
        })
    };
    rows.iter().map(read).collect()
}
