//! The table `trait` in the making: a builder per column.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, SchemaRef};
use base::{Micros, Problem};

use super::field::{PARTS, TEXTS};
use super::finish::{Beyond, Scalar};
use super::interner::Texts;

/// Money has 18 digits in the lake.
const MONEY: i128 = 10i128.pow(18);

/// Rows of the table `trait`.
#[derive(Debug)]
pub(super) struct Output {
    schema: SchemaRef,
    as_of: Micros,
    customers: Int64Builder,
    columns: Vec<Column>,
}

#[derive(Debug)]
enum Column {
    Count(Int64Builder),
    Money(Decimal128Builder),
    Number(Float64Builder),
    Text(StringBuilder),
    Time(TimestampMicrosecondBuilder),
}

impl Output {
    pub(super) fn new(schema: SchemaRef, as_of: Micros) -> Self {
        let columns = schema.fields().iter().skip(2).map(|field| Column::new(field.data_type())).collect();
        Self { schema, as_of, customers: Int64Builder::new(), columns }
    }

    pub(super) fn len(&self) -> usize {
        arrow::array::ArrayBuilder::len(&self.customers)
    }

    /// Begins a row; a value for every trait must follow.
    pub(super) fn begin(&mut self, customer: i64) {
        self.customers.append_value(customer);
    }

    /// The value of one trait in the row that was begun. One that does not fit becomes null and is reported.
    pub(super) fn push(&mut self, at: usize, value: Option<Scalar>, texts: &[Texts; TEXTS]) -> Result<(), Beyond> {
        match (&mut self.columns[at], value) {
            (Column::Count(column), Some(Scalar::Count(n))) => column.append_value(n),
            (Column::Money(column), Some(Scalar::Money(n))) => {
                let fit = Some(n).filter(|n| n.abs() < MONEY);
                column.append_option(fit);
                return fit.map(drop).ok_or(Beyond);
            }
            (Column::Number(column), Some(Scalar::Number(x))) => column.append_value(x),
            (Column::Time(column), Some(Scalar::Time(at))) => column.append_value(at),
            (Column::Text(column), Some(Scalar::Attr(attr, id))) => {
                column.append_value(if attr.is_text() { texts[attr as usize].get(id) } else { PARTS[id as usize] });
            }
            // A value of another type cannot be: types were derived when the definitions were read.
            (column, _) => column.append_null(),
        }
        Ok(())
    }

    /// The rows so far as a batch.
    pub(super) fn take(&mut self) -> Result<RecordBatch, Problem> {
        let rows = self.len();
        let as_of = TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC");
        let mut as_of = as_of;
        as_of.append_value_n(self.as_of, rows);
        let fixed: [ArrayRef; 2] = [Arc::new(self.customers.finish()), Arc::new(as_of.finish())];
        let columns = fixed.into_iter().chain(self.columns.iter_mut().map(Column::finish)).collect();
        RecordBatch::try_new(self.schema.clone(), columns)
            .map_err(|e| Problem::internal("the trait table does not hold together", e))
    }
}

impl Column {
    fn new(kind: &DataType) -> Self {
        match kind {
            DataType::Int64 => Self::Count(Int64Builder::new()),
            DataType::Decimal128(..) => Self::Money(Decimal128Builder::new().with_data_type(kind.clone())),
            DataType::Float64 => Self::Number(Float64Builder::new()),
            DataType::Timestamp(..) => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn append_null(&mut self) {
        match self {
            Self::Count(column) => column.append_null(),
            Self::Money(column) => column.append_null(),
            Self::Number(column) => column.append_null(),
            Self::Text(column) => column.append_null(),
            Self::Time(column) => column.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Count(column) => Arc::new(column.finish()),
            Self::Money(column) => Arc::new(column.finish()),
            Self::Number(column) => Arc::new(column.finish()),
            Self::Text(column) => Arc::new(column.finish()),
            Self::Time(column) => Arc::new(column.finish()),
        }
    }
}
