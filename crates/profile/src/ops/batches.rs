//! All customers as Arrow, for queries that join them with the lake.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use base::{CustomerId, Problem};
use serde_json::Value as Json;
use store::Tx;

use super::read::attribute_list;
use crate::model::{AttributeDef, AttributeType, Customer};
use crate::rules::value::date;
use crate::store::customer::{customer_page, json};

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
    let (mut batches, mut after) = (Vec::new(), CustomerId(0));
    loop {
        let page = customer_page(tx, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok((schema, batches)) };
        after = last.id;
        batches.push(batch(&schema, &attributes, &page)?);
    }
}

fn batch(schema: &SchemaRef, attributes: &[AttributeDef], page: &[Customer]) -> Result<RecordBatch, Problem> {
    let instants = |pick: fn(&Customer) -> Option<i64>| -> ArrayRef {
        Arc::new(page.iter().map(pick).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(page.iter().map(|c| c.id.0).collect::<Int64Array>()),
        Arc::new(page.iter().map(|c| c.name.as_deref()).collect::<StringArray>()),
    ];
    columns.extend(attributes.iter().filter(|def| def.name != "name").map(|def| column(def, page)));
    columns.push(instants(|c| c.first_seen));
    columns.push(instants(|c| c.last_seen));
    columns.push(Arc::new(page.iter().map(|c| Some(json(&c.attributes))).collect::<StringArray>()));
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|e| Problem::internal("customers do not fit their schema", e))
}

fn column(def: &AttributeDef, page: &[Customer]) -> ArrayRef {
    let values = page.iter().map(|c| c.attributes.get(def.name.as_ref()));
    match def.kind {
        AttributeType::Text => Arc::new(values.map(|v| v.and_then(Json::as_str)).collect::<StringArray>()),
        AttributeType::Number => {
            let mut column = Float64Builder::with_capacity(page.len());
            values.for_each(|v| column.append_option(v.and_then(Json::as_f64)));
            Arc::new(column.finish())
        }
        AttributeType::Bool => {
            let mut column = BooleanBuilder::with_capacity(page.len());
            values.for_each(|v| column.append_option(v.and_then(Json::as_bool)));
            Arc::new(column.finish())
        }
        AttributeType::Date => {
            let mut column = Date32Builder::with_capacity(page.len());
            values.for_each(|v| column.append_option(v.and_then(Json::as_str).and_then(date).map(days)));
            Arc::new(column.finish())
        }
        AttributeType::List => {
            let mut column = ListBuilder::new(StringBuilder::new());
            values.for_each(|v| {
                let items = v.and_then(Json::as_array);
                items.into_iter().flatten().for_each(|item| column.values().append_option(item.as_str()));
                column.append(items.is_some());
            });
            Arc::new(column.finish())
        }
    }
}

/// Days since 1970-01-01.
fn days(date: jiff::civil::Date) -> i32 {
    date.since(jiff::civil::date(1970, 1, 1)).map_or(0, |span| span.get_days())
}
