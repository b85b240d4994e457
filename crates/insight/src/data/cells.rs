//! Rows as the API shows them: lists of cells, in the order of the columns.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, Schema};
use base::Problem;
use serde_json::Value;

use crate::export::formatters;

/// Larger whole numbers are not exact where JSON is read as floating-point numbers; they come as text.
const EXACT: i64 = 1 << 53;

/// What the values of a column are, in one word.
pub fn type_name(kind: &DataType) -> &'static str {
    match kind {
        kind if kind.is_integer() => "int",
        DataType::Float16 | DataType::Float32 | DataType::Float64 => "float",
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            "decimal"
        }
        DataType::Boolean => "bool",
        DataType::Timestamp(..) => "time",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::List(_) | DataType::LargeList(_) => "list",
        _ => "text",
    }
}

/// Columns whose numbers are ids of the API, and what stands in front of them.
const IDS: [(&str, &str); 2] = [("customer_id", "cus_"), ("import_id", "imp_")];

/// Name and type of every column; with `ids` those that hold ids are text.
pub fn columns(schema: &Schema, ids: bool) -> Vec<(String, &'static str)> {
    let column = |name: &str, kind: &DataType| {
        let id = ids && *kind == DataType::Int64 && IDS.iter().any(|i| i.0 == name);
        if id { "text" } else { type_name(kind) }
    };
    schema.fields().iter().map(|f| (f.name().clone(), column(f.name(), f.data_type()))).collect()
}

/// The cells of all rows: whole numbers and floats as numbers, decimals as exact text, times in RFC 3339, missing values as null; with
/// `ids` the numbers of customers and imports as the API writes them.
pub fn rows(batches: &[RecordBatch], ids: bool) -> Result<Vec<Vec<Value>>, Problem> {
    let mut rows = Vec::new();
    for batch in batches {
        let texts = formatters(batch)?;
        let schema = batch.schema();
        let prefixes = schema.fields().iter().map(|f| IDS.iter().find(|i| ids && i.0 == f.name()).map(|i| i.1));
        let prefixes: Vec<_> = prefixes.collect();
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().enumerate().map(|(at, array)| {
                if array.is_null(row) {
                    return Value::Null;
                }
                match array.data_type() {
                    DataType::Int64 => {
                        let number = array.as_primitive::<Int64Type>().value(row);
                        match prefixes[at] {
                            Some(prefix) => format!("{prefix}{number}").into(),
                            None if number.abs() > EXACT => number.to_string().into(),
                            None => number.into(),
                        }
                    }
                    DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
                    DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
                    DataType::Boolean => array.as_boolean().value(row).into(),
                    _ => texts[at].value(row).to_string().into(),
                }
            });
            rows.push(cells.collect());
        }
    }
    Ok(rows)
}
