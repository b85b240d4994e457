//! One field of all customers, in pages that cost little: for tables that are kept in memory.

use base::{Code, CustomerId, Problem};
use serde_json::Value as Json;
use store::{Dialect, Tx, args};

use crate::model::IdentityKind;

/// Customers of a page.
const PAGE: i64 = 20_000;
/// The counter that tells versions of the customers apart.
const VERSION: &str = "customer_version";

/// A field of every customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CustomerField {
    /// Nothing but his id.
    Id,
    /// His name.
    Name,
    /// An attribute, by its name.
    Attribute(String),
    /// The first thing known of him.
    FirstSeen,
    /// The last thing known of him.
    LastSeen,
    /// When he was made.
    CreatedAt,
    /// When his name or an attribute last changed.
    UpdatedAt,
    /// The number of the import that made him.
    Import,
}

impl CustomerField {
    fn sql(&self, dialect: Dialect) -> String {
        match self {
            Self::Id => "NULL".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Attribute(name) => {
                let name: String = name.chars().filter(|c| !matches!(c, '\'' | '"')).collect();
                match dialect {
                    Dialect::Sqlite => format!("json_extract(attributes, '$.\"{name}\"')"),
                    Dialect::Postgres => format!("(attributes::json -> '{name}')"),
                }
            }
            Self::FirstSeen => "first_seen".to_owned(),
            Self::LastSeen => "last_seen".to_owned(),
            Self::CreatedAt => "created_at".to_owned(),
            Self::UpdatedAt => "updated_at".to_owned(),
            Self::Import => "created_import".to_owned(),
        }
    }
}

/// Hands the field of every customer to `each`, ascending by customer; `null` where he has none.
pub async fn customer_scan(tx: &mut Tx, field: &CustomerField, mut each: impl FnMut(i64, Json)) -> Result<(), Problem> {
    let value = field.sql(tx.dialect());
    let inner = "SELECT * FROM customer WHERE id > $1 ORDER BY id LIMIT $2";
    let sql = page_sql(tx.dialect(), &["id", &value], inner);
    let mut after = 0;
    loop {
        let page: Vec<(i64, Json)> = read(tx, &sql, args![after, PAGE]).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = *last;
        for (id, value) in page {
            each(id, value);
        }
    }
}

/// Hands every identity of a kind to `each`, by value.
pub async fn identity_each(tx: &mut Tx, kind: &IdentityKind, mut each: impl FnMut(String, i64)) -> Result<(), Problem> {
    let inner = "SELECT value, customer_id FROM identity WHERE kind = $1 AND value > $2 ORDER BY value LIMIT $3";
    let sql = page_sql(tx.dialect(), &["value", "customer_id"], inner);
    let mut after = String::new();
    loop {
        let page: Vec<(String, i64)> = read(tx, &sql, args![kind.as_str(), &after, PAGE]).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for (value, customer) in page {
            each(value, customer);
        }
    }
}

/// A page as one text: a row of its own for each would be copied from thread to thread.
pub(super) fn page_sql(dialect: Dialect, columns: &[&str], inner: &str) -> String {
    let columns = columns.join(", ");
    match dialect {
        Dialect::Sqlite => format!("SELECT json_group_array(json_array({columns})) FROM ({inner}) AS page"),
        Dialect::Postgres => {
            format!("SELECT CAST(json_agg(json_build_array({columns})) AS TEXT) FROM ({inner}) AS page")
        }
    }
}

/// The rows of a page.
pub(super) async fn read<T: serde::de::DeserializeOwned>(
    tx: &mut Tx,
    sql: &str,
    args: Vec<store::Value>,
) -> Result<Vec<T>, Problem> {
    let Some(text) = tx.fetch_one(sql, args).await?.at::<Option<String>>(0)? else { return Ok(Vec::new()) };
    serde_json::from_str(&text).map_err(|e| Problem::internal("a page of customers is not what was asked for", e))
}

/// A number that differs whenever customers were made, changed or taken away. Together with the number of the lake's snapshot it
/// tells everything apart but when they were seen.
pub async fn customers_version(tx: &mut Tx) -> Result<(i64, i64), Problem> {
    let sql = "SELECT name, value FROM sequence WHERE name IN ('customer', $1)";
    let mut version = (0, 0);
    for row in tx.fetch_all(sql, args![VERSION]).await? {
        let value = row.at::<i64>(1)?;
        *(if row.at::<String>(0)? == VERSION { &mut version.1 } else { &mut version.0 }) = value;
    }
    Ok(version)
}

/// Notes that customers changed who were there before.
pub(crate) async fn version_raise(tx: &mut Tx) -> Result<(), Problem> {
    store::next_ids(tx, VERSION, 1).await.map(drop)
}

/// What computed traits and places say of customers touched since the last rebuild: customer, values as JSON.
pub async fn overlay_list(tx: &mut Tx) -> Result<Vec<(CustomerId, Json)>, Problem> {
    let sql = "SELECT customer_id, traits FROM customer_trait ORDER BY customer_id";
    let rows = tx.fetch_all(sql, args![]).await?;
    let read = |row: &store::Row| {
        let values = serde_json::from_str(&row.at::<String>(1)?)
            .map_err(|e| Problem::new(Code::IncompatibleStore, "the traits of a customer are not JSON").caused_by(e))?;
        Ok((CustomerId(row.at(0)?), values))
    };
    rows.iter().map(read).collect()
}
