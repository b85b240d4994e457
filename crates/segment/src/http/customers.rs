//! Lists of customers.

use std::collections::BTreeMap;

use axum::extract::State;
use base::{CustomerId, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};
use web::api::page::limit;
use web::api::{Text, Total};
use web::rules::permission::may;
use web::{Allowed, ApiError, Event, Mask, Query, Routes};

use super::shapes::both;
use crate::list::define::{Define, Group};
use crate::list::filter::find;
use crate::list::query::Ask;
use crate::list::values::{Reader, by_name};
use crate::stage::Stage;

/// How many customers a page has when nobody says, and at most.
const PAGE: (u32, u32) = (50, 500);

/// What is asked of the list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// Name, pinyin, initials, e-mail, telephone, card: what a person would type.
    #[param(value_type = Option<String>, example = "wang")]
    q: Option<String>,
    /// `column:operator:value`, may be given several times; all must hold. Operators: eq, ne, lt, le, gt, ge, in (values
    /// separated by commas), has (part of a text), within (`90d`, `12m`: not longer ago), known (`yes`, `no`).
    #[param(value_type = Option<Vec<String>>, style = Form, explode, example = json!(["monetary:ge:5", "last_purchase:within:36m"]))]
    filter: Vec<String>,
    /// The customers behind a number: `metric:NAME@FROM..TO`, `cohort:2026-01`, `cohort:2026-01/3`, `group:NAME`, `tier:NAME`,
    /// `stage:NAME`, `cell:R-F`, `cell:R-F/fm`, `move:BY/FROM/TO@DATE..DATE`, `bought:product/KEY@FROM..TO`,
    /// `hour:WEEKDAY-HOUR@FROM..TO`.
    #[param(value_type = Option<String>, example = "group:champions")]
    within: Option<String>,
    /// A column; `-` in front turns the order round. Who has no value comes last.
    #[param(value_type = Option<String>, example = "-monetary")]
    sort: Option<String>,
    /// Names of columns, separated by commas.
    #[param(value_type = Option<String>, example = "monetary,rfm_group")]
    columns: Option<String>,
    /// `next` of the page before, with the same `q`, `filter`, `within` and `sort`.
    #[param(value_type = Option<String>)]
    cursor: Option<String>,
    /// How many customers to give at most: 1 to 500.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, example = 50)]
    limit: Option<u32>,
}

/// A customer of a list.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "cus_12", "name": "王***", "values": {"monetary": "1280.00", "rfm_group": "champions"}}))]
pub(crate) struct CustomerRow {
    /// His id.
    #[schema(value_type = String)]
    id: CustomerId,
    /// His name.
    name: Option<String>,
    /// Values by column: text, decimal text for money, number, instant, or null.
    values: BTreeMap<String, Json>,
}

/// The set a list is narrowed to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Within {
    /// As asked for.
    text: String,
    /// In words.
    label: Text,
    /// How many customers it has.
    #[schema(minimum = 0)]
    customers: usize,
}

/// A page of customers.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"items": [{"id": "cus_12", "name": "王***", "values": {"monetary": "1280.00", "rfm_group": "champions"}}],
    "total": {"value": 1, "exact": true}, "within": {"text": "group:champions", "label": {"en": "Champions", "zh": "冠军客户"}, "customers": 1},
    "currency": "CNY", "masked": true}))]
pub(crate) struct CustomerPage {
    /// In the order asked for.
    items: Vec<CustomerRow>,
    /// Give this as `cursor` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many there are.
    total: Total,
    /// The set they are taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<Within>,
    /// The currency of all money.
    currency: String,
    /// Whether personal data is shown in part, for want of `customers.pii`.
    masked: bool,
}

/// A possible value.
#[derive(Serialize, ToSchema)]
pub(crate) struct ColumnOption {
    /// As in filters.
    value: String,
    /// For people.
    label: Text,
}

/// What can be shown, sorted and filtered by.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "monetary", "kind": "trait", "label": {"en": "Net spend", "zh": "净消费额"},
    "unit": "money", "sortable": true, "filterable": true, "personal": false}))]
pub(crate) struct Column {
    /// Its name in `columns`, `sort` and `filter`.
    name: String,
    /// `identity`, `attribute`, `trait`, `segment` or `system`.
    kind: &'static str,
    /// For people.
    label: Text,
    /// What it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Text>,
    /// Of the values: money, count, share, days, text, time, date, bool, orders, lines, pieces, products or list.
    unit: &'static str,
    /// Whether a list can be sorted by it.
    sortable: bool,
    /// Whether a list can be filtered by it.
    filterable: bool,
    /// Whether it is personal data.
    personal: bool,
    /// The possible values, where they are few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<ColumnOption>,
}

impl Column {
    fn new(define: &Define, mask: Mask) -> Self {
        let options = define.options.iter();
        Self {
            name: define.name.clone(),
            kind: match define.group {
                Group::Identity => "identity",
                Group::Attribute => "attribute",
                Group::Trait => "trait",
                Group::Segment => "segment",
                Group::System => "system",
            },
            label: both(&define.label),
            description: define.description.as_ref().map(both),
            unit: define.unit,
            sortable: mask == Mask::Off || !define.personal,
            filterable: true,
            personal: define.personal,
            options: options.map(|(value, label)| ColumnOption { value: value.clone(), label: both(label) }).collect(),
        }
    }
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![customer_list, column_list])
}

/// Customers: search, filter, sort, choose columns
///
/// Without `customers.pii` names and addresses are shown in part, and searches and filters by them find whole values only.
#[utoipa::path(get, path = "/customers", tag = "customers", params(ListParams),
    responses((status = 200, description = "A page of customers.", body = CustomerPage),
        (status = 422, description = "There is too little data for the set that is asked for.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn customer_list(
    actor: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
    Query(params): Query<ListParams>,
) -> Result<web::Json<CustomerPage>, ApiError> {
    let limit = limit(params.limit, PAGE.0, PAGE.1)?;
    let mask = actor.mask();
    let ListParams { q, filter, within, sort, .. } = params;
    let ask = Ask { q, filter, within, sort };
    let found = stage.find(&ask, mask == Mask::On).await?;
    let names = params.columns.as_deref().unwrap_or_default();
    let columns = chosen(&found.columns, names.split(','))?;
    let (rows, next) = found.page(params.cursor.as_deref(), limit as usize).await?;
    let reader = Reader::open(&stage.app.db, &found.frame, columns.clone(), mask).await?;
    let items = reader.lines(&rows).await?;
    if mask == Mask::Off {
        let mut event = Event::new(&*actor, "customer.list", ask.within.as_deref().unwrap_or("customers"));
        event.detail = serde_json::json!({ "shown": items.len() });
        stage.app.audit_later(event).await;
    }
    let within = ask.within.zip(found.within.as_ref());
    Ok(web::Json(CustomerPage {
        items: items
            .into_iter()
            .map(|line| CustomerRow { id: line.id, values: by_name(&columns, &line.cells), name: line.name })
            .collect(),
        next,
        total: Total { value: found.total() as i64, exact: found.complete },
        within: within.map(|(text, (label, customers))| Within { text, label: both(label), customers: *customers }),
        currency: stage.currency.clone(),
        masked: mask == Mask::On,
    }))
}

/// The columns of these names, each once.
pub(crate) fn chosen<'a, 'n>(
    columns: &'a [Define],
    names: impl Iterator<Item = &'n str>,
) -> Result<Vec<&'a Define>, Problem> {
    let mut all: Vec<&Define> = Vec::new();
    for name in names.map(str::trim).filter(|n| !n.is_empty()) {
        let column = find(columns, name).map_err(|p| {
            let message = p.message.clone();
            p.field("columns", message)
        })?;
        if !all.iter().any(|c| c.name == columns[column].name) {
            all.push(&columns[column]);
        }
    }
    Ok(all)
}

/// What can be shown, sorted and filtered by
#[utoipa::path(get, path = "/customers/columns", tag = "customers",
    responses((status = 200, description = "All columns.", body = Vec<Column>)))]
async fn column_list(
    actor: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
) -> Result<web::Json<Vec<Column>>, ApiError> {
    let mask = actor.mask();
    Ok(web::Json(stage.columns().await?.iter().map(|define| Column::new(define, mask)).collect()))
}
