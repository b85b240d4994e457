//! The routes of tables, quality and SQL.

mod answer;
mod quality;
mod questions;
mod sql;
mod tables;

use base::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use web::api::page::limit;
use web::{Routes, Total};

use super::Data;
use super::quality::Rows;

/// All of them.
pub fn routes(data: &Data) -> Routes {
    Routes::new()
        .merge(tables::routes())
        .merge(quality::routes())
        .merge(sql::routes())
        .merge(questions::routes())
        .with_state(data.clone())
}

/// How rows are paged.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct RowQuery {
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many rows to give at most: 1 to 500.
    #[param(minimum = 1, maximum = 500, example = 50)]
    limit: Option<u32>,
}

impl RowQuery {
    fn limit(&self) -> Result<usize, Problem> {
        Ok(limit(self.limit, 50, 500)? as usize)
    }
}

/// A column of rows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "amount", "type": "decimal"}))]
struct ResultColumn {
    name: String,
    /// int, float, decimal, text, bool, time, date or list.
    r#type: &'static str,
}

fn columns(columns: Vec<(String, &'static str)>) -> Vec<ResultColumn> {
    columns.into_iter().map(|(name, kind)| ResultColumn { name, r#type: kind }).collect()
}

/// A page of rows: cells in the order of the columns; decimals as text, missing values as null.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"columns": [{"name": "order_id", "type": "text"}, {"name": "amount", "type": "decimal"}], "rows": [["A17", "12.5000"]], "total": {"value": 1, "exact": true}}))]
struct RowPage {
    columns: Vec<ResultColumn>,
    rows: Vec<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    total: Total,
}

impl RowPage {
    fn new(rows: Rows, total: i64) -> Self {
        Self { columns: columns(rows.columns), rows: rows.cells, next: rows.next, total: Total::exact(total) }
    }
}

/// A column of a table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "amount", "type": "decimal", "nullable": false, "filled": 1.0}))]
struct TableColumn {
    name: String,
    /// int, float, decimal, text, bool, time, date or list.
    r#type: &'static str,
    nullable: bool,
    /// The share of rows with a value, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    filled: Option<f64>,
}
