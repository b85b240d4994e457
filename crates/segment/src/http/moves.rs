//! Moves between two days.

use axum::extract::State;
use base::{Amount, Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::api::Text;
use web::rules::permission::may;
use web::{Allowed, ApiError, Json, ListLink, Query, Routes};

use super::shapes::{both, in_field};
use crate::facts::FactsPlan;
use crate::list::within::spot_label;
use crate::model::Dimension;
use crate::ops::in_order;
use crate::settled::Between;
use crate::stage::Stage;

/// What moves are between.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    /// RFM groups.
    Group,
    /// Value tiers.
    Tier,
    /// Life-cycle stages.
    Stage,
}

impl From<By> for Dimension {
    fn from(by: By) -> Self {
        match by {
            By::Group => Self::Group,
            By::Tier => Self::Tier,
            By::Stage => Self::Stage,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MoveParams {
    /// group, tier or stage.
    #[param(value_type = String, example = "stage", pattern = "^(group|tier|stage)$")]
    by: By,
    /// The earlier day, included.
    #[param(format = Date, example = "2026-01-01")]
    from: String,
    /// The later day, included.
    #[param(format = Date, example = "2026-03-31")]
    to: String,
    /// Which sales count, as in the rules: `all`, `365d`, `12 months`. Those of the rules otherwise.
    #[param(example = "365d")]
    window: Option<String>,
    /// How many scores per axis.
    #[param(minimum = 2, maximum = 10, example = 4)]
    bins: Option<u8>,
}

/// Who went from one place to another.
#[derive(Serialize, ToSchema)]
struct Flow {
    /// From where.
    from: String,
    /// To where.
    to: String,
    /// How many customers.
    customers: u64,
    /// Their sales less returns inside the window of the later day.
    revenue: String,
    /// They, as a list.
    list: ListLink,
}

/// A place, and how many are there on either day.
#[derive(Serialize, ToSchema)]
struct Spot {
    /// Its name; `outside`: no sale in the window, `none`: had not bought yet.
    name: String,
    /// For people.
    label: Text,
    /// On the earlier day.
    from: u64,
    /// On the later day.
    to: u64,
}

/// Moves between two days.
#[expect(clippy::struct_field_names, reason = "the contract calls it so")]
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"by": "stage", "from": "2026-01-01", "to": "2026-03-31", "currency": "CNY",
    "places": [{"name": "active", "label": {"en": "Active", "zh": "活跃"}, "from": 64, "to": 61},
        {"name": "lapsed", "label": {"en": "Lapsed", "zh": "已流失"}, "from": 30, "to": 33}],
    "flows": [{"from": "active", "to": "lapsed", "customers": 3, "revenue": "412.50",
        "list": {"page": "customers", "query": {"within": "move:stage/active/lapsed@2026-01-01..2026-03-31"}}}]}))]
struct Flows {
    /// Between what.
    by: By,
    /// The earlier day.
    #[schema(format = Date)]
    from: String,
    /// The later day.
    #[schema(format = Date)]
    to: String,
    /// The currency of all money.
    currency: String,
    /// What a reader should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Text>,
    /// The places where somebody is.
    places: Vec<Spot>,
    /// The moves somebody made, and who stayed.
    flows: Vec<Flow>,
}

/// Refuses what no moves can be between, and says in which parameter it lies.
fn check(stage: &Stage, between: &Between<'_>) -> Result<(), Problem> {
    let from = stage.end_of(between.from).map_err(in_field("from"))?;
    let to = stage.end_of(between.to).map_err(in_field("to"))?;
    in_order(from, to)?;
    let settings = between.settings(&*stage.book()?);
    settings.check().map_err(in_field("bins"))?;
    FactsPlan::new(&*stage.traits()?, &settings.window, &stage.zone).map_err(in_field("window"))?;
    Ok(())
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![move_list])
}

/// Who went from where to where between two dates
#[utoipa::path(get, path = "/segments/moves", tag = "segments", params(MoveParams),
    responses((status = 200, description = "Places and moves.", body = Flows),
        (status = 422, description = "There is too little data at one of the days.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn move_list(
    _: Allowed<may::SegmentsRead>,
    State(stage): State<Stage>,
    Query(params): Query<MoveParams>,
) -> Result<Json<Flows>, ApiError> {
    let MoveParams { by, from, to, window, bins } = &params;
    let between = Between { from, to, window: window.as_deref(), bins: *bins };
    if window.as_ref().is_some_and(|window| window.contains([';', '@'])) {
        return Err(Problem::new(Code::InvalidArgument, "this is no window").field("window", "is e.g. 365d").into());
    }
    check(&stage, &between)?;
    let dimension = Dimension::from(*by);
    let (table, book, days) = (stage.flows(dimension, between).await?, stage.book()?, between.to_string());
    let totals = table.from.iter().zip(&table.to);
    let spot = |(name, (from, to)): (&String, (&u64, &u64))| Spot {
        name: name.clone(),
        label: both(&spot_label(&book, dimension, name)),
        from: *from,
        to: *to,
    };
    let places = table.places.iter().zip(totals).map(spot).filter(|s| s.from + s.to > 0).collect();
    let flow = |(from, to, customers, money): &(usize, usize, u64, i64)| {
        let (from, to) = (&table.places[*from], &table.places[*to]);
        let within = format!("move:{}/{from}/{to}@{days}", dimension.as_str());
        let (revenue, list) = (Amount(*money).to_string(), ListLink::customers(within));
        Flow { from: from.clone(), to: to.clone(), customers: *customers, revenue, list }
    };
    let (flows, note) = (table.flows.iter().map(flow).collect(), table.note.as_ref().map(both));
    let MoveParams { by, from, to, .. } = params;
    Ok(Json(Flows { by, from, to, currency: stage.currency.clone(), note, places, flows }))
}
