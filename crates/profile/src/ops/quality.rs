//! How complete the customers' data is.

use base::Problem;
use store::{Tx, Value};

use super::read::attribute_list;
use crate::store::attribute::key_pattern;
use crate::store::int;

/// How many customers have a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// All customers.
    pub customers: u64,
    /// Per attribute, in the order of [`attribute_list`]: its name and how many have a value.
    pub filled: Vec<(String, u64)>,
}

/// Counts in one pass how many customers have a value of each attribute.
pub async fn customer_completeness(tx: &mut Tx) -> Result<Completeness, Problem> {
    let names: Vec<String> = attribute_list(tx).await?.into_iter().map(|def| def.name.into_owned()).collect();
    let mut columns = vec!["CAST(count(*) AS BIGINT)".to_owned(), "CAST(count(name) AS BIGINT)".to_owned()];
    let mut args: Vec<Value> = Vec::new();
    for name in names.iter().filter(|n| *n != "name") {
        args.push(key_pattern(name).into());
        let n = args.len();
        columns.push(format!("CAST(count(CASE WHEN attributes LIKE ${n} ESCAPE '\\' THEN 1 END) AS BIGINT)"));
    }
    let row = tx.fetch_one(&format!("SELECT {} FROM customer", columns.join(", ")), args).await?;
    // The name comes first among the attributes, and among the columns after the count of all.
    let filled = names.into_iter().enumerate().map(|(i, name)| Ok((name, int(&row, i + 1)? as u64)));
    Ok(Completeness { customers: int(&row, 0)? as u64, filled: filled.collect::<Result<_, Problem>>()? })
}
