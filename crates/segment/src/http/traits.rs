//! Traits: what they mean, and how one came about.

use axum::extract::State;
use base::{CustomerId, Micros};
use profile::ops::{customer_get, overlay_get};
use profile::traits::{Traits, explain, explain_columns};
use serde::Serialize;
use utoipa::ToSchema;
use web::api::{Instant, Text};
use web::rules::permission::may;
use web::{Allowed, ApiError, Json, Path, Query, Routes};

use super::shapes::AsOf;
use crate::list::define::trait_unit;
use crate::list::frame::{TRAITS, blocking};
use crate::stage::Stage;

/// The definition of a trait.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "monetary", "label": {"en": "Net spend", "zh": "净消费额"}, "description": {"en": "Sales less returns", "zh": "销售减退货"},
    "unit": "money", "value": "sum(amount)", "where": "kind in ('sale', 'return')", "window": "all", "built_in": true}))]
struct TraitDef {
    /// Its name.
    name: String,
    /// For people.
    label: Text,
    /// What it tells.
    description: Text,
    /// Of the value.
    unit: &'static str,
    /// The formula.
    value: String,
    /// Only lines that meet it count.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    /// Which time it looks at.
    window: String,
    /// Whether it came with the product.
    built_in: bool,
}

/// A part of a trait.
#[derive(Serialize, ToSchema)]
struct TraitPart {
    /// As written in the definition.
    text: Text,
    /// Its value.
    value: Option<String>,
    /// From how many lines.
    lines: i64,
}

/// How a trait of a customer came about.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "monetary", "formula": "sum(amount)", "condition": "kind in ('sale', 'return')",
    "window": {"en": "all: to 2026-03-31 23:59:59", "zh": "all：至 2026-03-31 23:59:59"}, "as_of": "2026-03-31T15:59:59Z", "value": "1280.00", "parts": [{"text": {"en": "sum(amount)", "zh": "sum(amount)"}, "value": "1280.00", "lines": 7}],
    "sql": "select * from order_line\nwhere customer_id = 12 and time <= timestamp '2026-03-31T15:59:59Z'\norder by time"}))]
struct TraitExplanation {
    /// Its name.
    name: String,
    /// The formula.
    formula: String,
    /// Only lines that meet it count.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    /// Which time it looks at.
    window: Text,
    /// As of when it was computed.
    as_of: Instant,
    /// The value.
    value: Option<String>,
    /// What it is made of.
    parts: Vec<TraitPart>,
    /// The lines behind it, in SQL.
    sql: String,
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![trait_list, trait_explain])
}

/// Definitions of the traits
#[utoipa::path(get, path = "/traits", tag = "customers",
    responses((status = 200, description = "All of them.", body = Vec<TraitDef>)))]
async fn trait_list(
    _: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
) -> Result<Json<Vec<TraitDef>>, ApiError> {
    let core = Traits::core()?;
    let text = |w: &profile::traits::Words| Text::new(w.en.as_str(), w.zh.as_str());
    let traits = stage.traits()?;
    let each = traits.list().iter().map(|t| TraitDef {
        name: t.name.clone(),
        label: text(&t.label),
        description: text(&t.description),
        unit: trait_unit(t),
        value: t.value.clone(),
        condition: some(&t.condition),
        window: t.window.clone(),
        built_in: core
            .get(&t.name)
            .is_some_and(|c| c.value == t.value && c.condition == t.condition && c.window == t.window),
    });
    Ok(Json(each.collect()))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The instant that the traits of a touched customer are as of.
fn as_of(values: &str) -> Option<Micros> {
    let values: serde_json::Value = serde_json::from_str(values).ok()?;
    let at = values["traits"]["as_of"].as_str()?.parse::<jiff::Timestamp>().ok()?;
    Some(at.as_microsecond())
}

/// How a trait of one customer comes about
#[utoipa::path(get, path = "/customers/{id}/traits/{name}", tag = "customers",
    params(("id" = String, Path, example = "cus_1", pattern = "^cus_[1-9][0-9]{0,17}$"),
        ("name" = String, Path, example = "monetary"), AsOf),
    responses((status = 200, description = "Formula, parts and the lines behind it.", body = TraitExplanation)))]
async fn trait_explain(
    actor: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
    Path((id, name)): Path<(CustomerId, String)>,
    Query(wanted_as_of): Query<AsOf>,
) -> Result<Json<TraitExplanation>, ApiError> {
    let said = wanted_as_of.instant(&stage)?;
    let mut tx = stage.app.db.read().await?;
    customer_get(&mut tx, id).await?;
    let touched = overlay_get(&mut tx, id).await?.and_then(|(_, values)| as_of(&values));
    drop(tx);
    let (traits, zone, now) = (stage.traits()?, stage.zone.clone(), stage.app.now());
    let snapshot = stage.lake.snapshot().await?;
    let wanted = name.clone();
    let (told, as_of) = blocking(move || {
        let columns = explain_columns(&traits, &wanted, &zone)?;
        // As of the same instant as the value that is shown.
        let rebuilt = snapshot.table(TRAITS).ok().and_then(|t| {
            let rows = snapshot.of_customer(t, id.0, &["as_of"]).ok()?;
            let times = arrow::compute::cast(
                rows.iter().find(|b| b.num_rows() > 0)?.column(0),
                &arrow::datatypes::DataType::Int64,
            )
            .ok()?;
            Some(arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(&times).value(0))
        });
        let as_of = said.or(touched).or(rebuilt).unwrap_or(now);
        let lines = snapshot.of_customer(&lake::ORDER_LINE, id.0, &columns)?;
        Ok((explain(&traits, &wanted, &zone, as_of, &lines)?, as_of))
    })
    .await?;
    stage.app.audit_read(&actor, "customer.read", id).await;
    let parts = told.parts.into_iter();
    let parts = parts.map(|p| TraitPart {
        text: Text::new(p.formula.as_str(), p.formula.as_str()),
        value: p.value,
        lines: p.lines,
    });
    Ok(Json(TraitExplanation {
        name: told.name,
        formula: told.definition,
        sql: sql(id, &told.condition, told.span),
        condition: some(&told.condition),
        window: Text::new(told.window.en, told.window.zh),
        as_of: Instant(as_of),
        value: told.value,
        parts: parts.collect(),
    }))
}

/// The lines that can count. Conditions on the clock of the business (hour, weekday …) have no column in SQL: it says that they are left out.
fn sql(id: CustomerId, condition: &str, (from, to): (Micros, Micros)) -> String {
    const CLOCK: [&str; 5] = ["hour", "weekday", "month", "weekend", "part_of_day"];
    let words = condition.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let clock = words.into_iter().any(|word| CLOCK.contains(&word));
    let at = base::clock::rfc3339;
    let since = if from == Micros::MIN { String::new() } else { format!("time >= timestamp '{}' and ", at(from)) };
    let and = match condition {
        "" => String::new(),
        condition if clock => format!("\n  -- and ({condition}), by the clock of the business"),
        condition => format!("\n  and ({condition})"),
    };
    let id = id.0;
    format!(
        "select * from order_line\nwhere customer_id = {id} and {since}time <= timestamp '{}'{and}\norder by time",
        at(to)
    )
}
