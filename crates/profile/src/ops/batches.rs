//! All customers as Arrow, for queries that join them with the lake.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch, RecordBatchOptions,
    StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use base::{Code, Micros, Problem};
use lake::engine::PERSONAL;
use rustc_hash::FxHashMap;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;
use store::{Tx, args};

use super::read::attribute_list;
use super::scan::{page_sql, read};
use crate::model::{AttributeDef, AttributeType};
use crate::rules::value::date;

/// Some of the columns that customers have in queries: id, name, every attribute in its type, first and last seen, and all attributes as
/// JSON.
#[derive(Clone, Debug)]
pub struct CustomerColumns {
    schema: SchemaRef,
    columns: Vec<Column>,
}

/// A customer as a page has him: id, name, attributes as JSON, first and last seen; nothing where it is not wanted.
type Shown = (i64, Option<String>, Option<String>, Option<Micros>, Option<Micros>);

#[derive(Clone, Debug)]
enum Column {
    Id,
    Name,
    Attribute(AttributeDef),
    FirstSeen,
    LastSeen,
    Attributes,
}

impl CustomerColumns {
    /// All columns.
    pub async fn all(tx: &mut Tx) -> Result<Self, Problem> {
        let attributes = attribute_list(tx).await?.into_iter().filter(|def| def.name != "name");
        let mut columns = vec![Column::Id, Column::Name];
        columns.extend(attributes.map(Column::Attribute));
        columns.extend([Column::FirstSeen, Column::LastSeen, Column::Attributes]);
        let schema = Arc::new(Schema::new(columns.iter().map(Column::field).collect::<Vec<_>>()));
        Ok(Self { schema, columns })
    }

    /// Some of them, by their places.
    pub fn only(&self, places: &[usize]) -> Result<Self, Problem> {
        let schema = self.schema.project(places).map_err(|e| Problem::internal("customers have no such column", e))?;
        Ok(Self { schema: Arc::new(schema), columns: places.iter().map(|at| self.columns[*at].clone()).collect() })
    }

    /// Their names and types.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// `limit` customers by id, beginning after one, and the id of the last.
    pub async fn page(&self, tx: &mut Tx, after: i64, limit: usize) -> Result<(RecordBatch, Option<i64>), Problem> {
        let any = |wanted: fn(&Column) -> bool, sql| if self.columns.iter().any(wanted) { sql } else { "NULL" };
        let wanted = [
            "id",
            any(|column| matches!(column, Column::Name), "name"),
            any(|column| matches!(column, Column::Attribute(_) | Column::Attributes), "attributes"),
            any(|column| matches!(column, Column::FirstSeen), "first_seen"),
            any(|column| matches!(column, Column::LastSeen), "last_seen"),
        ];
        let inner = "SELECT * FROM customer WHERE id > $1 ORDER BY id LIMIT $2";
        let sql = page_sql(tx.dialect(), &wanted, inner);
        let page: Vec<Shown> = read(tx, &sql, args![after, limit as i64]).await?;
        Ok((self.batch(&page)?, page.last().map(|last| last.0)))
    }

    fn batch(&self, page: &[Shown]) -> Result<RecordBatch, Problem> {
        let attributes = self.columns.iter().enumerate().filter_map(|(at, column)| match column {
            Column::Attribute(def) => Some((def.name.as_ref(), at)),
            _ => None,
        });
        let values = values(&attributes.collect(), self.columns.len(), page)?;
        let instants = |pick: fn(&Shown) -> Option<i64>| -> ArrayRef {
            Arc::new(page.iter().map(pick).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        };
        let column = |(column, values): (&Column, &Vec<Option<Json>>)| -> ArrayRef {
            match column {
                Column::Id => Arc::new(Int64Array::from_iter_values(page.iter().map(|c| c.0))),
                Column::Name => Arc::new(page.iter().map(|c| c.1.as_deref()).collect::<StringArray>()),
                Column::Attribute(def) => typed(def.kind, values),
                Column::FirstSeen => instants(|c| c.3),
                Column::LastSeen => instants(|c| c.4),
                Column::Attributes => {
                    Arc::new(StringArray::from_iter_values(page.iter().map(|c| c.2.as_deref().unwrap_or("{}"))))
                }
            }
        };
        let columns = self.columns.iter().zip(&values).map(column).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(page.len()));
        RecordBatch::try_new_with_options(self.schema(), columns, &options)
            .map_err(|e| Problem::internal("customers do not fit their schema", e))
    }
}

impl Column {
    fn field(&self) -> Field {
        let personal = match self {
            Self::Name | Self::Attributes => true,
            Self::Attribute(def) => def.personal,
            Self::Id | Self::FirstSeen | Self::LastSeen => false,
        };
        let marks = personal.then(|| (PERSONAL.to_owned(), String::new())).into_iter().collect();
        self.plain().with_metadata(marks)
    }

    fn plain(&self) -> Field {
        let instant = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        match self {
            Self::Id => Field::new("customer_id", DataType::Int64, false),
            Self::Name => Field::new("name", DataType::Utf8, true),
            Self::Attribute(def) => {
                let kind = match def.kind {
                    AttributeType::Text => DataType::Utf8,
                    AttributeType::Number => DataType::Float64,
                    AttributeType::Date => DataType::Date32,
                    AttributeType::Bool => DataType::Boolean,
                    AttributeType::List => DataType::new_list(DataType::Utf8, true),
                };
                Field::new(def.name.as_ref(), kind, true)
            }
            Self::FirstSeen => Field::new("first_seen", instant(), true),
            Self::LastSeen => Field::new("last_seen", instant(), true),
            Self::Attributes => Field::new("attributes", DataType::Utf8, false),
        }
    }
}

/// By what customers can be reached: one row for each who has an identity, by id, beginning after one; which identities is not told.
pub async fn contact_page(tx: &mut Tx, after: i64, limit: usize) -> Result<RecordBatch, Problem> {
    let has = |kind: &str| format!("CAST(max(CASE WHEN kind = '{kind}' THEN 1 ELSE 0 END) AS BIGINT) AS {kind}");
    let inner = format!(
        "SELECT customer_id, {}, {}, {} FROM identity WHERE customer_id > $1 GROUP BY customer_id ORDER BY customer_id LIMIT $2",
        has("card"),
        has("email"),
        has("phone")
    );
    let sql = page_sql(tx.dialect(), &["customer_id", "card", "email", "phone"], &inner);
    let mut columns: [Vec<i64>; 4] = Default::default();
    for row in read::<[i64; 4]>(tx, &sql, args![after, limit as i64]).await? {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
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

/// About how many customers there are, at the cost of one look: their greatest id.
pub async fn customers_about(tx: &mut Tx) -> Result<i64, Problem> {
    tx.fetch_one("SELECT CAST(COALESCE(max(id), 0) AS BIGINT) FROM customer", args![]).await?.at(0)
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

/// The wanted attributes of a page: for each column its values, nothing for the others.
fn values(wanted: &FxHashMap<&str, usize>, columns: usize, page: &[Shown]) -> Result<Vec<Vec<Option<Json>>>, Problem> {
    let mut values: Vec<Vec<Option<Json>>> = vec![Vec::new(); columns];
    if wanted.is_empty() {
        return Ok(values);
    }
    for at in wanted.values() {
        values[*at] = vec![None; page.len()];
    }
    for (row, customer) in page.iter().enumerate() {
        let mut text = serde_json::Deserializer::from_str(customer.2.as_deref().unwrap_or("{}"));
        let cells = Members(wanted)
            .deserialize(&mut text)
            .map_err(|e| Problem::new(Code::IncompatibleStore, "a customer's attributes are not JSON").caused_by(e))?;
        for (column, value) in cells {
            values[column][row] = Some(value);
        }
    }
    Ok(values)
}

/// The wanted members of a JSON object, with their columns.
struct Members<'a>(&'a FxHashMap<&'a str, usize>);

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = Vec<(usize, Json)>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Vec<(usize, Json)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        // Names of attributes need no escapes, so the text can be borrowed.
        while let Some(name) = map.next_key::<&'de str>()? {
            match self.0.get(name) {
                Some(column) => members.push((*column, map.next_value()?)),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(members)
    }
}

fn typed(kind: AttributeType, values: &[Option<Json>]) -> ArrayRef {
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
