//! Order lines that are not yet in a file: rows of the operational store, written by the intake.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Decimal64Array, Float64Builder, Int32Array, Int64Array, RecordBatch,
    StringDictionaryBuilder, TimestampMicrosecondArray, new_null_array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal64Type, Decimal128Type, Int32Type, Int64Type};
use base::{Code, Problem};
use store::{Row, Tx, Value, args};

use crate::tables::{ColumnDef, ColumnType};
use crate::{ORDER_LINE, error};

/// Rows of a batch made of hot rows.
const BATCH_ROWS: usize = 8_192;

/// Adds order lines (columns as in [`ORDER_LINE`], in the types of the files or of the readers) to the hot rows. They are
/// visible with the caller's commit.
pub async fn hot_append(tx: &mut Tx, lines: &RecordBatch) -> Result<(), Problem> {
    if lines.num_rows() == 0 {
        return Ok(());
    }
    let columns = ORDER_LINE.columns.iter().map(|column| match lines.column_by_name(&column.name) {
        Some(array) => values(column, array),
        None if column.nullable => values(column, &new_null_array(&column.kind.storage(), lines.num_rows())),
        None => Err(Problem::new(Code::Internal, format!("hot order lines lack the column {}", column.name))),
    });
    let mut columns = columns.map(|c| c.map(Vec::into_iter)).collect::<Result<Vec<_>, _>>()?;
    let first = store::next_ids(tx, "hot_order_line", lines.num_rows() as i64).await?;
    let rows = (first..).take(lines.num_rows()).map(|id| {
        let rest = columns.iter_mut().filter_map(Iterator::next);
        std::iter::once(Value::from(id)).chain(rest).collect::<Vec<_>>()
    });
    let head = format!("INSERT INTO hot_order_line (id, {}) VALUES", ORDER_LINE.names().join(", "));
    tx.insert_many(&head, ORDER_LINE.columns.len() + 1, rows, "").await?;
    Ok(())
}

fn values(column: &ColumnDef, array: &ArrayRef) -> Result<Vec<Value>, Problem> {
    Ok(match column.kind {
        ColumnType::Text => {
            let text = cast(array, &DataType::Utf8).map_err(error::arrow)?;
            text.as_string::<i32>().iter().map(Value::from).collect()
        }
        ColumnType::Decimal(scale) => match array.data_type() {
            DataType::Decimal64(_, s) if *s == scale => {
                array.as_primitive::<Decimal64Type>().iter().map(Value::from).collect()
            }
            DataType::Decimal128(_, s) if *s == scale => {
                array.as_primitive::<Decimal128Type>().iter().map(|v| Value::from(v.map(|v| v as i64))).collect()
            }
            other => {
                return Err(Problem::new(Code::Internal, format!("{} cannot be of the type {other}", column.name)));
            }
        },
        _ => {
            let whole = cast(array, &DataType::Int64).map_err(error::arrow)?;
            whole.as_primitive::<Int64Type>().iter().map(Value::from).collect()
        }
    })
}

/// All hot rows in the order of the table, as the reading functions give them.
pub(crate) async fn load(tx: &mut Tx) -> Result<Vec<RecordBatch>, Problem> {
    let rows = tx.fetch_all(&select(""), args![]).await?;
    batches(&rows)
}

/// Hot rows up to an id, in the order of the table, and how many there are.
pub(crate) async fn load_until(tx: &mut Tx, last: i64) -> Result<Vec<RecordBatch>, Problem> {
    let rows = tx.fetch_all(&select("WHERE id <= $1"), args![last]).await?;
    batches(&rows)
}

/// The hot rows of one customer, as the reading functions give them.
pub async fn hot_of_customer(tx: &mut Tx, customer: i64, columns: &[&str]) -> Result<Vec<RecordBatch>, Problem> {
    let rows = tx.fetch_all(&select("WHERE customer_id = $1"), args![customer]).await?;
    let schema = ORDER_LINE.read_schema(columns)?;
    batches(&rows)?.iter().map(|batch| crate::read::scan::project(batch, &schema)).collect()
}

/// Those of `lines` (columns as in [`ORDER_LINE`], sorted like it) that are of one customer, as the reading functions give them.
pub fn rows_of_customer(lines: &RecordBatch, customer: i64, columns: &[&str]) -> Result<Option<RecordBatch>, Problem> {
    let ids = lines.column_by_name("customer_id").and_then(|c| c.as_primitive_opt::<Int64Type>());
    let rows = ids.map_or(0..0, |ids| crate::read::customer::rows_of(ids, customer));
    if rows.is_empty() {
        return Ok(None);
    }
    let schema = ORDER_LINE.read_schema(columns)?;
    let mine = crate::read::scan::project(&lines.slice(rows.start, rows.len()), &schema)?;
    let cast = mine.columns().iter().zip(schema.fields()).map(|(column, field)| cast(column, field.data_type()));
    let cast = cast.collect::<Result<Vec<_>, _>>().map_err(error::arrow)?;
    RecordBatch::try_new(schema, cast).map(Some).map_err(error::arrow)
}

/// The keys of the orders that have hot rows, ascending.
pub async fn hot_orders(tx: &mut Tx) -> Result<Vec<i64>, Problem> {
    let sql = "SELECT DISTINCT order_key FROM hot_order_line ORDER BY order_key";
    tx.fetch_all(sql, args![]).await?.iter().map(|row| row.at(0)).collect()
}

fn select(filter: &str) -> String {
    let columns = ORDER_LINE.names().join(", ");
    format!(
        "SELECT {columns} FROM hot_order_line {filter} ORDER BY customer_id NULLS FIRST, time, order_key, line_no, id"
    )
}

fn batches(rows: &[Row]) -> Result<Vec<RecordBatch>, Problem> {
    let schema = ORDER_LINE.read_schema(&ORDER_LINE.names())?;
    let batch = |rows: &[Row]| {
        let columns = ORDER_LINE.columns.iter().enumerate().map(|(at, column)| read(rows, at, column.kind));
        let columns = columns.collect::<Result<Vec<_>, Problem>>()?;
        RecordBatch::try_new(Arc::clone(&schema), columns).map_err(error::arrow)
    };
    rows.chunks(BATCH_ROWS).map(batch).collect()
}

fn read(rows: &[Row], at: usize, kind: ColumnType) -> Result<ArrayRef, Problem> {
    let whole = || rows.iter().map(|row| row.at::<Option<i64>>(at)).collect::<Result<Vec<_>, Problem>>();
    Ok(match kind {
        ColumnType::Int64 => Arc::new(Int64Array::from(whole()?)),
        ColumnType::Int32 => Arc::new(whole()?.into_iter().map(|v| v.map(|v| v as i32)).collect::<Int32Array>()),
        ColumnType::Time => Arc::new(TimestampMicrosecondArray::from(whole()?).with_timezone("UTC")),
        ColumnType::Decimal(scale) => {
            Arc::new(Decimal64Array::from(whole()?).with_precision_and_scale(18, scale).map_err(error::arrow)?)
        }
        ColumnType::Text => {
            let mut text = StringDictionaryBuilder::<Int32Type>::new();
            for row in rows {
                text.append_option(row.at::<Option<String>>(at)?);
            }
            Arc::new(text.finish())
        }
        ColumnType::Float64 => {
            let mut numbers = Float64Builder::with_capacity(rows.len());
            for row in rows {
                numbers.append_option(row.at::<Option<f64>>(at)?);
            }
            Arc::new(numbers.finish())
        }
        ColumnType::Bool => {
            let mut flags = BooleanBuilder::with_capacity(rows.len());
            for row in rows {
                flags.append_option(row.at::<Option<bool>>(at)?);
            }
            Arc::new(flags.finish())
        }
    })
}
