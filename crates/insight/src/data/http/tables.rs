//! Tables and their rows.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Allowed, ApiError, Instant, Json, Mask, Path, Query, Routes, Text, may};

use super::{RowPage, RowQuery, TableColumn};
use crate::data::quality::Rows;
use crate::data::tables::{Described, Place};
use crate::data::{Data, cells};

/// A table of the business.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "order_line", "store": "lake", "label": {"en": "Order lines", "zh": "订单行"},
    "description": {"en": "One row for each line of each receipt.", "zh": "小票的每一行。"}, "rows": 10_000_000,
    "bytes": 250_000_000, "files": 24, "from": "2024-01-01T00:00:00Z", "to": "2026-04-30T13:00:00Z",
    "updated_at": "2026-05-01T08:30:00Z", "columns": []
}))]
struct Table {
    name: String,
    /// In files of the history, or in the operational store.
    store: &'static str,
    label: Text,
    description: Text,
    rows: i64,
    bytes: i64,
    files: usize,
    /// The time of the first row.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Instant>,
    /// The time of the last row.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Instant>,
    columns: Vec<TableColumn>,
    /// How it is computed anew: `traits` or `rfm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rebuild: Option<&'static str>,
}

impl From<Described> for Table {
    fn from(d: Described) -> Self {
        let (label, description) = words(&d.name);
        let share = |name: &str| d.filled.get(name).filter(|_| d.counted > 0).map(|n| *n as f64 / d.counted as f64);
        let column = |f: &arrow::datatypes::Field| TableColumn {
            name: f.name().clone(),
            r#type: cells::type_name(f.data_type()),
            nullable: f.is_nullable(),
            filled: share(f.name()),
        };
        Self {
            columns: d.schema.fields().iter().map(|f| column(f)).collect(),
            store: if d.place == Place::Lake { "lake" } else { "operational" },
            rebuild: match d.name.as_str() {
                "trait" => Some("traits"),
                "rfm" => Some("rfm"),
                _ => None,
            },
            name: d.name,
            label,
            description,
            rows: d.rows,
            bytes: d.bytes,
            files: d.files,
            from: d.time.map(|t| Instant(t.0)),
            to: d.time.map(|t| Instant(t.1)),
            updated_at: d.updated_at.map(Instant),
        }
    }
}

/// What a table is called, and what a row of it is.
pub(super) fn words(name: &str) -> (Text, Text) {
    let (label, about) = match name {
        "order_line" => (
            ("Order lines", "订单行"),
            ("One row for each line of each receipt: sales, returns, adjustments.", "小票的每一行：销售、退货、调整。"),
        ),
        "trait" => (("Traits", "客户特征"), ("What was computed of every customer.", "为每位客户计算的特征。")),
        "rfm" => (
            ("RFM and groups", "RFM 与分组"),
            ("The place of every customer in the last run.", "每位客户在最近一次运行中的位置。"),
        ),
        "customer" => (("Customers", "客户"), ("One row for each customer.", "每位客户一行。")),
        "product" => (("Products", "商品"), ("One row for each product.", "每件商品一行。")),
        "contact" => (
            ("Ways to reach customers", "联系方式"),
            ("Which kinds of identities a customer has, not the identities.", "客户拥有哪类联系方式，不含具体内容。"),
        ),
        other => ((other, other), ("A table of the history.", "历史数据表。")),
    };
    (label.into(), about.into())
}

pub(super) fn routes() -> Routes<Data> {
    Routes::new().with(web::routes![table_list, table_rows])
}

/// List tables
///
/// Those that questions in SQL can name, with size and freshness.
#[utoipa::path(get, path = "/tables", tag = "data",
    responses((status = 200, description = "All of them.", body = Vec<Table>)))]
async fn table_list(_: Allowed<may::InsightRead>, State(data): State<Data>) -> Result<Json<Vec<Table>>, ApiError> {
    Ok(Json(data.described().await?.into_iter().map(Table::from).collect()))
}

/// See the rows of a table
///
/// Order lines come newest first, all others by their key. Without `customers.pii` personal data is masked.
#[utoipa::path(get, path = "/tables/{name}/rows", tag = "data", params(("name" = String, Path, example = "order_line"), RowQuery),
    responses((status = 200, description = "A page of rows.", body = RowPage)))]
async fn table_rows(
    actor: Allowed<may::InsightRead>,
    State(data): State<Data>,
    Path(name): Path<String>,
    Query(query): Query<RowQuery>,
) -> Result<Json<RowPage>, ApiError> {
    let mask = actor.mask();
    let (answer, next, total) = data.table_page(&name, query.cursor.as_deref(), query.limit()?, mask).await?;
    if name == "customer" && mask == Mask::Off {
        data.app.audit_read(&actor, "table.read", name).await;
    }
    Ok(Json(RowPage::new(Rows::of((answer, next))?, total)))
}
