//! The order of the rows of a table, as integers that compare.

use std::cmp::Ordering;

use arrow::array::{Array, AsArray, PrimitiveArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use base::Problem;

use crate::{TableDef, error};

/// The sort columns of a batch. All are integers or instants; missing values come first.
pub(crate) struct Keys {
    columns: Vec<PrimitiveArray<Int64Type>>,
}

impl Keys {
    /// Takes the sort columns of `table` out of a batch.
    pub(crate) fn new(table: &TableDef, batch: &RecordBatch) -> Result<Self, Problem> {
        let column = |name: &String| {
            let array = batch.column_by_name(name).map(|a| cast(a, &DataType::Int64).map_err(error::arrow));
            array.map(|a| a.map(|a| a.as_primitive::<Int64Type>().clone()))
        };
        Ok(Self { columns: table.sort.iter().filter_map(column).collect::<Result<_, _>>()? })
    }

    /// Compares a row with a row of another batch.
    pub(crate) fn compare(&self, row: usize, other: &Self, other_row: usize) -> Ordering {
        let pairs = self.columns.iter().zip(&other.columns);
        let value = |array: &PrimitiveArray<Int64Type>, at: usize| array.is_valid(at).then(|| array.value(at));
        let unequal = pairs.map(|(a, b)| value(a, row).cmp(&value(b, other_row))).find(|o| o.is_ne());
        unequal.unwrap_or(Ordering::Equal)
    }

    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.columns.first().map_or(0, Array::len)
    }
}
