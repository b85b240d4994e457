//! What is looked up in the operational store: names.

use std::collections::HashMap;

use base::Problem;
use store::{Tx, Value};

/// Names of products as the business calls them.
pub(crate) async fn product_names(tx: &mut Tx, codes: &[&str]) -> Result<HashMap<String, String>, Problem> {
    let values = codes.iter().map(|code| Value::from(*code));
    let sql = "SELECT code, COALESCE(name, name_zh, name_en, code) FROM product WHERE code IN";
    let mut names = HashMap::new();
    for row in in_list(tx, sql, values.collect()).await? {
        names.insert(row.at(0)?, row.at(1)?);
    }
    Ok(names)
}

/// Names of customers who have one.
pub(crate) async fn customer_names(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, String>, Problem> {
    let values = ids.iter().map(|id| Value::from(*id));
    let sql = "SELECT id, name FROM customer WHERE name IS NOT NULL AND id IN";
    let mut names = HashMap::new();
    for row in in_list(tx, sql, values.collect()).await? {
        names.insert(row.at(0)?, row.at(1)?);
    }
    Ok(names)
}

async fn in_list(tx: &mut Tx, sql: &str, values: Vec<Value>) -> Result<Vec<store::Row>, Problem> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=values.len()).map(|at| format!("${at}")).collect();
    tx.fetch_all(&format!("{sql} ({})", places.join(", ")), values).await
}
