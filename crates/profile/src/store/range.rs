//! Customers found under several ranges of keys at once.

use base::{CustomerId, Problem};
use store::{Dialect, Tx, Value};

use super::{end_of, int};

/// Keys that begin with `prefix`: of the search (`kind` = `None`), or identities of a kind.
pub(crate) struct Range<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) prefix: &'a str,
}

/// Up to `limit` customers that have, for every word, a key in one of its ranges; with `most` only so many keys of each word are read.
/// Fastest with the most frequent word first: the others become sets.
pub(crate) async fn range_customers(
    tx: &mut Tx,
    words: &[Vec<Range<'_>>],
    most: Option<usize>,
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

fn set(word: &[Range<'_>], most: Option<usize>, args: &mut Vec<Value>) -> String {
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
    let limit = most.map(|most| format!(" LIMIT {most}")).unwrap_or_default();
    format!("(SELECT customer_id FROM ({}) AS keys{limit})", selects.join(" UNION ALL "))
}

/// The customers of the keys of a range, at most `most` keys read; with `whole` of the one key that is all of `prefix`. As one text:
/// a row for each would be copied from thread to thread.
pub(crate) async fn range_ids(
    tx: &mut Tx,
    range: &Range<'_>,
    whole: bool,
    most: usize,
) -> Result<Vec<CustomerId>, Problem> {
    let (table, key, mut args) = match range.kind {
        None => ("customer_token WHERE 1 = 1", "token", Vec::new()),
        Some(kind) => ("identity WHERE kind = $1", "value", vec![Value::from(kind)]),
    };
    let n = args.len() + 1;
    args.push(range.prefix.into());
    let within = if whole {
        format!("{key} = ${n}")
    } else {
        args.push(end_of(range.prefix).into());
        format!("{key} >= ${n} AND {key} < ${}", n + 1)
    };
    let list = match tx.dialect() {
        Dialect::Sqlite => "group_concat(customer_id)",
        Dialect::Postgres => "string_agg(CAST(customer_id AS TEXT), ',')",
    };
    let sql = format!("SELECT {list} FROM (SELECT customer_id FROM {table} AND {within} LIMIT {most}) AS keys");
    let Some(text) = tx.fetch_one(&sql, args).await?.at::<Option<String>>(0)? else { return Ok(Vec::new()) };
    text.split(',')
        .map(|id| id.parse().map(CustomerId).map_err(|e| Problem::internal("a list of customers does not read", e)))
        .collect()
}
