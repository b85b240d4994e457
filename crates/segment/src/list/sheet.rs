//! Customers as the rows of a file, for people or for programs.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal64Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use base::{Problem, Zone};

use super::column::{Cell, Shape};
use super::define::Define;
use crate::model::Lang;

/// How columns are written.
pub(crate) struct Sheet<'a> {
    columns: Vec<&'a Define>,
    schema: SchemaRef,
    /// For people: the words, and the clocks that times are read on.
    people: Option<(Lang, Zone)>,
}

impl<'a> Sheet<'a> {
    /// For people in their language: headings and places by their labels, times without a zone. For programs: names and instants.
    pub(crate) fn new(columns: Vec<&'a Define>, people: Option<(Lang, Zone)>) -> Self {
        let clock = people.is_none().then(|| "UTC".into());
        let kind = |shape: Shape| match shape {
            Shape::Count => DataType::Int64,
            Shape::Money => DataType::Decimal64(18, 4),
            Shape::Number => DataType::Float64,
            Shape::Bool => DataType::Boolean,
            Shape::Time => DataType::Timestamp(TimeUnit::Microsecond, clock.clone()),
            _ => DataType::Utf8,
        };
        let heading = |column: &Define| match &people {
            Some((language, _)) => column.label.get(*language).to_owned(),
            None => column.name.clone(),
        };
        let fields: Vec<_> = columns.iter().map(|c| Field::new(heading(c), kind(c.shape), true)).collect();
        Self { columns, schema: Arc::new(Schema::new(fields)), people }
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Some customers, each with a cell per column.
    pub(crate) fn batch(&self, rows: &[&[Cell]]) -> Result<RecordBatch, Problem> {
        let arrays = (0..self.columns.len()).map(|at| self.array(at, rows)).collect::<Result<Vec<_>, _>>()?;
        RecordBatch::try_new(self.schema(), arrays).map_err(misfit)
    }

    fn array(&self, at: usize, rows: &[&[Cell]]) -> Result<ArrayRef, Problem> {
        let cells = rows.iter().map(|row| &row[at]);
        let ints = || cells.clone().map(|c| if let Cell::Int(n) = c { Some(*n) } else { None });
        Ok(match self.columns[at].shape {
            Shape::Count => Arc::new(ints().collect::<Int64Array>()),
            Shape::Money => {
                let plain = ints().collect::<Decimal64Array>();
                Arc::new(plain.with_precision_and_scale(18, 4).map_err(misfit)?)
            }
            Shape::Time => match &self.people {
                Some((_, zone)) => {
                    let mut local = zone.local();
                    Arc::new(ints().map(|at| at.map(|at| local.at(at).0)).collect::<TimestampMicrosecondArray>())
                }
                None => Arc::new(ints().collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
            },
            Shape::Number => {
                Arc::new(cells.map(|c| if let Cell::Real(x) = c { Some(*x) } else { None }).collect::<Float64Array>())
            }
            Shape::Bool => Arc::new(
                cells.map(|c| if let Cell::Text(t) = c { Some(t == "true") } else { None }).collect::<BooleanArray>(),
            ),
            _ => Arc::new(self.texts(self.columns[at], cells).collect::<StringArray>()),
        })
    }

    fn texts<'b>(
        &self,
        column: &'b Define,
        cells: impl Iterator<Item = &'b Cell>,
    ) -> impl Iterator<Item = Option<String>> {
        let mut words: HashMap<&str, &str> = HashMap::new();
        if let Some((language, _)) = &self.people {
            words.extend(column.options.iter().map(|(name, label)| (name.as_str(), label.get(*language))));
        }
        cells.map(move |cell| {
            let value = column.shape.json(cell);
            let text = value.as_str().map(ToOwned::to_owned).or_else(|| (!value.is_null()).then(|| value.to_string()));
            text.map(|text| words.get(text.as_str()).map_or(text.clone(), |word| (*word).to_owned()))
        })
    }
}

fn misfit(error: arrow::error::ArrowError) -> Problem {
    Problem::internal("customers do not fit their schema", error)
}
