//! All customers as Arrow, for queries that join them with the lake.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use base::{Code, Problem};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use store::{Tx, args};

use super::read::attribute_list;
use crate::model::{AttributeDef, AttributeType};
use crate::rules::value::date;
use crate::store::customer::{Shown, customer_shown};

const PAGE: usize = 16_384;

/// The columns of `customer` in queries: id, name, every attribute in its type, first and last seen, and all attributes as JSON.
pub fn customer_schema(attributes: &[AttributeDef]) -> SchemaRef {
    let instant = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let mut fields = vec![Field::new("customer_id", DataType::Int64, false), Field::new("name", DataType::Utf8, true)];
    for def in attributes.iter().filter(|def| def.name != "name") {
        let kind = match def.kind {
            AttributeType::Text => DataType::Utf8,
            AttributeType::Number => DataType::Float64,
            AttributeType::Date => DataType::Date32,
            AttributeType::Bool => DataType::Boolean,
            AttributeType::List => DataType::new_list(DataType::Utf8, true),
        };
        fields.push(Field::new(def.name.as_ref(), kind, true));
    }
    fields.push(Field::new("first_seen", instant(), true));
    fields.push(Field::new("last_seen", instant(), true));
    fields.push(Field::new("attributes", DataType::Utf8, false));
    Arc::new(Schema::new(fields))
}

/// All customers, by id, in batches of [`customer_schema`].
pub async fn customer_batches(tx: &mut Tx) -> Result<(SchemaRef, Vec<RecordBatch>), Problem> {
    let attributes = attribute_list(tx).await?;
    let schema = customer_schema(&attributes);
    let columns: Vec<&AttributeDef> = attributes.iter().filter(|def| def.name != "name").collect();
    let (mut batches, mut after) = (Vec::new(), 0);
    loop {
        let page = customer_shown(tx, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok((schema, batches)) };
        after = last.id;
        batches.push(batch(&schema, &columns, &page)?);
    }
}

/// `limit` customers by id, beginning after one, as [`customer_batches`] gives them.
pub async fn customer_page(tx: &mut Tx, after: i64, limit: usize) -> Result<RecordBatch, Problem> {
    let attributes = attribute_list(tx).await?;
    let columns: Vec<&AttributeDef> = attributes.iter().filter(|def| def.name != "name").collect();
    let page = customer_shown(tx, after, limit).await?;
    batch(&customer_schema(&attributes), &columns, &page)
}

/// By what customers can be reached: one row for each who has an identity, by id, beginning after one; which identities is not told.
pub async fn contact_page(tx: &mut Tx, after: i64, limit: usize) -> Result<RecordBatch, Problem> {
    let has = |kind: &str| format!("CAST(max(CASE WHEN kind = '{kind}' THEN 1 ELSE 0 END) AS BIGINT)");
    let sql = format!(
        "SELECT customer_id, {}, {}, {} FROM identity WHERE customer_id > $1 GROUP BY customer_id ORDER BY customer_id LIMIT $2",
        has("card"),
        has("email"),
        has("phone")
    );
    let rows = tx.fetch_all(&sql, args![after, limit as i64]).await?;
    let mut columns: [Vec<i64>; 4] = Default::default();
    for row in &rows {
        for (at, column) in columns.iter_mut().enumerate() {
            column.push(row.at(at)?);
        }
    }
    let [ids, kinds @ ..] = columns;
    let yes = |kind: &Vec<i64>| Arc::new(kind.iter().map(|n| Some(*n == 1)).collect::<BooleanArray>()) as ArrayRef;
    let mut arrays: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(ids))];
    arrays.extend(kinds.iter().map(yes));
    RecordBatch::try_new(contact_schema(), arrays).map_err(|e| Problem::internal("contacts do not fit their schema", e))
}

/// How many customers have an identity.
pub async fn contact_count(tx: &mut Tx) -> Result<i64, Problem> {
    let sql = "SELECT CAST(count(DISTINCT customer_id) AS BIGINT) AS n FROM identity";
    tx.fetch_one(sql, args![]).await?.get("n")
}

/// The columns of [`contact_page`].
pub fn contact_schema() -> SchemaRef {
    let kinds = ["card", "email", "phone"].map(|kind| Field::new(kind, DataType::Boolean, false));
    let fields: Vec<Field> = std::iter::once(Field::new("customer_id", DataType::Int64, false)).chain(kinds).collect();
    Arc::new(Schema::new(fields))
}

/// A number that is another one after customers were added, changed by an import, or erased.
pub async fn customer_stamp(tx: &mut Tx) -> Result<u64, Problem> {
    let sql = "SELECT CAST(COALESCE((SELECT max(id) FROM customer), 0) AS BIGINT),
               CAST(COALESCE((SELECT max(id) FROM customer_change), 0) AS BIGINT),
               CAST((SELECT count(*) FROM customer_erased) AS BIGINT)";
    let row = tx.fetch_one(sql, args![]).await?;
    let parts = [row.at::<i64>(0)?, row.at(1)?, row.at(2)?].map(i64::to_le_bytes);
    Ok(base::hash::stable_parts(parts.iter().map(|p| &p[..])))
}

fn batch(schema: &SchemaRef, attributes: &[&AttributeDef], page: &[Shown]) -> Result<RecordBatch, Problem> {
    let instants = |pick: fn(&Shown) -> Option<i64>| -> ArrayRef {
        Arc::new(page.iter().map(pick).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    let position: FxHashMap<&str, usize> = attributes.iter().enumerate().map(|(i, d)| (d.name.as_ref(), i)).collect();
    let mut values: Vec<Vec<Option<Json>>> = vec![vec![None; page.len()]; attributes.len()];
    for (row, customer) in page.iter().enumerate() {
        let cells: FlatMap = serde_json::from_str(&customer.attributes)
            .map_err(|e| Problem::new(Code::IncompatibleStore, "a customer's attributes are not JSON").caused_by(e))?;
        for (name, value) in cells.0 {
            if let Some(column) = position.get(name) {
                values[*column][row] = Some(value);
            }
        }
    }
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(page.iter().map(|c| c.id))),
        Arc::new(page.iter().map(|c| c.name.as_deref()).collect::<StringArray>()),
    ];
    columns.extend(attributes.iter().zip(&values).map(|(def, values)| column(def.kind, values)));
    columns.push(instants(|c| c.seen.0));
    columns.push(instants(|c| c.seen.1));
    columns.push(Arc::new(StringArray::from_iter_values(page.iter().map(|c| &c.attributes))));
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|e| Problem::internal("customers do not fit their schema", e))
}

/// The members of a JSON object in their order.
struct FlatMap<'a>(Vec<(&'a str, Json)>);

impl<'de> serde::Deserialize<'de> for FlatMap<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> serde::de::Visitor<'de> for Members {
    type Value = FlatMap<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<FlatMap<'de>, A::Error> {
        let mut members = Vec::new();
        // Names of attributes need no escapes, so the text can be borrowed.
        while let Some(name) = map.next_key::<&'de str>()? {
            members.push((name, map.next_value()?));
        }
        Ok(FlatMap(members))
    }
}

fn column(kind: AttributeType, values: &[Option<Json>]) -> ArrayRef {
    let values = values.iter().map(Option::as_ref);
    match kind {
        // An attribute of another type that became built in may have values that are no text.
        AttributeType::Text => Arc::new(values.map(|v| v.map(text)).collect::<StringArray>()),
        AttributeType::Number => Arc::new(values.map(|v| v.and_then(Json::as_f64)).collect::<Float64Array>()),
        AttributeType::Bool => Arc::new(values.map(|v| v.and_then(Json::as_bool)).collect::<BooleanArray>()),
        AttributeType::Date => {
            Arc::new(values.map(|v| v.and_then(Json::as_str).and_then(date).map(days)).collect::<Date32Array>())
        }
        AttributeType::List => {
            let mut column = ListBuilder::new(StringBuilder::new());
            for value in values {
                let items = value.and_then(Json::as_array);
                for item in items.into_iter().flatten() {
                    column.values().append_option(item.as_str());
                }
                column.append(items.is_some());
            }
            Arc::new(column.finish())
        }
    }
}

fn text(value: &Json) -> Cow<'_, str> {
    value.as_str().map_or_else(|| value.to_string().into(), Cow::Borrowed)
}

/// Days since 1970-01-01.
fn days(date: jiff::civil::Date) -> i32 {
    date.since(jiff::civil::date(1970, 1, 1)).map_or(0, |span| span.get_days())
}
