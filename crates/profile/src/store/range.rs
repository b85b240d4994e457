//! Customers found under several ranges of keys at once.

use base::{CustomerId, Problem};
use store::{Tx, Value};

use super::{end_of, int};

/// Keys that begin with `prefix`: of the search (`kind` = `None`), or identities of a kind.
pub(crate) struct Range<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) prefix: &'a str,
}

/// Up to `limit` customers that have, for every word, a key in one of its ranges. At most `most` keys of each word are read.
pub(crate) async fn range_customers(
    tx: &mut Tx,
    words: &[Vec<Range<'_>>],
    most: usize,
    limit: usize,
) -> Result<Vec<CustomerId>, Problem> {
    let mut args: Vec<Value> = Vec::new();
    let sets: Vec<String> = words.iter().map(|word| set(word, most, &mut args)).collect();
    let Some((first, others)) = sets.split_first() else { return Ok(Vec::new()) };
    let within: Vec<String> = others.iter().map(|set| format!("customer_id IN {set}")).collect();
    let filter = if within.is_empty() { String::new() } else { format!("WHERE {}", within.join(" AND ")) };
    let sql = format!("SELECT DISTINCT customer_id FROM {first} AS first_word {filter} LIMIT {limit}");
    tx.fetch_all(&sql, args).await?.iter().map(|row| int(row, 0).map(CustomerId)).collect()
}

fn set(word: &[Range<'_>], most: usize, args: &mut Vec<Value>) -> String {
    let mut selects = Vec::with_capacity(word.len());
    for range in word {
        let n = args.len() + 1;
        selects.push(match range.kind {
            None => format!("SELECT customer_id FROM customer_token WHERE token >= ${n} AND token < ${}", n + 1),
            Some(kind) => {
                args.push(kind.into());
                format!(
                    "SELECT customer_id FROM identity WHERE kind = ${n} AND value >= ${} AND value < ${}",
                    n + 1,
                    n + 2
                )
            }
        });
        args.extend([range.prefix.into(), end_of(range.prefix).into()]);
    }
    format!("(SELECT customer_id FROM ({}) AS keys LIMIT {most})", selects.join(" UNION ALL "))
}
