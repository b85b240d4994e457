//! One search over everything that has a page of its own.

use axum::extract::State;
use base::{CustomerId, Problem};
use profile::ops::{Hit as Found, Matched, customer_matching, customer_search, customers_get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::api::Text;
use web::api::page::limit;
use web::rules::permission::may;
use web::{Allowed, ApiError, Event, Json, Mask, Query, Routes};

use super::shapes::{Named, both};
use crate::list::define::{Source, columns};
use crate::list::frame::Frame;
use crate::list::values::shown;
use crate::model::Dimension;
use crate::stage::Stage;

/// Hits of a kind when nobody says, and at most.
const HITS: (u32, u32) = (8, 50);

/// A customer found.
#[derive(Serialize, ToSchema)]
struct Hit {
    #[schema(value_type = String)]
    id: CustomerId,
    /// His name.
    name: Option<String>,
    /// Where the text was found: `name`, or a kind of identity.
    matched: String,
    /// The first few of his identities.
    identities: Vec<String>,
    /// His RFM group.
    group: Option<Named>,
}

/// A group, tier or stage found.
#[derive(Serialize, ToSchema)]
struct SegmentHit {
    /// group, tier or stage.
    dimension: &'static str,
    /// Its name.
    name: String,
    /// For people.
    label: Text,
    /// Customers in the last run.
    customers: u64,
}

/// What was found.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"customers": [{"id": "cus_12", "name": "王小明", "matched": "name", "identities": ["+8613800000012"],
    "group": {"name": "champions", "label": {"en": "Champions", "zh": "冠军客户"}}}], "segments": [{"dimension": "group", "name": "champions",
    "label": {"en": "Champions", "zh": "冠军客户"}, "customers": 25}],
    "questions": [{"name": "que_3", "label": {"en": "Sales by month", "zh": "Sales by month"}}]}))]
struct SearchResult {
    /// Customers, the best first.
    customers: Vec<Hit>,
    /// Groups, tiers and stages.
    segments: Vec<SegmentHit>,
    /// Saved questions: id as the name, name as the label.
    questions: Vec<Named>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchParams {
    /// What a person would type.
    #[param(example = "wang")]
    q: String,
    /// Hits of each kind: 1 to 50.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50, example = 8)]
    limit: Option<u32>,
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![search])
}

/// Customers, segments and questions
#[utoipa::path(get, path = "/search", tag = "search", params(SearchParams),
    responses((status = 200, description = "What fits best.", body = SearchResult)))]
async fn search(
    actor: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
    Query(params): Query<SearchParams>,
) -> Result<Json<SearchResult>, ApiError> {
    let limit = limit(params.limit, HITS.0, HITS.1)? as usize;
    let text = params.q.trim();
    if text.is_empty() {
        return Ok(Json(SearchResult { customers: Vec::new(), segments: Vec::new(), questions: Vec::new() }));
    }
    let mask = actor.mask();
    let customers = customers(&stage, text, limit, mask).await?;
    if mask == Mask::Off && !customers.is_empty() {
        let mut event = Event::new(&*actor, "customer.list", "search");
        event.detail = serde_json::json!({ "shown": customers.len() });
        stage.app.audit_later(event).await;
    }
    let segments =
        if actor.may(web::Permission::SegmentsRead) { segments(&stage, text, limit).await? } else { Vec::new() };
    let questions = (stage.outside.questions)(actor.actor.clone(), text.to_owned()).await?;
    let questions = questions.into_iter().take(limit);
    let questions =
        questions.map(|(id, name)| Named { name: id, label: Text::new(name.as_str(), name.as_str()) }).collect();
    Ok(Json(SearchResult { customers, segments, questions }))
}

async fn customers(stage: &Stage, text: &str, limit: usize, mask: Mask) -> Result<Vec<Hit>, Problem> {
    let mut tx = stage.app.db.read().await?;
    let found = if mask == Mask::Off {
        customer_search(&mut tx, stage.region, text, limit).await?
    } else {
        // Who sees names in part finds somebody by the whole of what he knows only.
        let mut ids = customer_matching(&mut tx, stage.region, text, true).await?.customers;
        ids.truncate(limit);
        let people = customers_get(&mut tx, &ids).await?.into_iter();
        people.map(|c| Found { id: c.id, name: c.name, matched: Matched::Name, identities: c.identities }).collect()
    };
    drop(tx);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (book, traits) = (stage.run_book().await?, stage.traits()?);
    let places = columns(&[], &[], &traits, &book);
    let group = places.iter().find(|c| c.name == Dimension::Group.column() && c.source == Source::Place);
    let frame = Frame::open(&stage.lake, &stage.memory).await?;
    let column = match group {
        Some(define) => Some((frame.column(define).await?, define)),
        None => None,
    };
    let hit = |f: Found| {
        let place = column.as_ref().zip(frame.row(f.id)).map(|((c, d), row)| d.shape.json(&c.cell(row as usize)));
        let name = place.as_ref().and_then(|p| p.as_str());
        let title = name.and_then(|n| book.titles(Dimension::Group).into_iter().find(|t| t.name == n));
        Hit {
            id: f.id,
            name: f.name.as_deref().map(|n| mask.name(n)),
            matched: match &f.matched {
                Matched::Name => "name".to_owned(),
                Matched::Identity(kind) => kind.as_str().to_owned(),
            },
            identities: f.identities.iter().map(|i| shown(mask, i.kind.as_str(), &i.value)).collect(),
            group: title.map(|t| Named { name: t.name.clone(), label: both(&t.label) }),
        }
    };
    Ok(found.into_iter().map(hit).collect())
}

async fn segments(stage: &Stage, text: &str, limit: usize) -> Result<Vec<SegmentHit>, Problem> {
    let Some(run) = stage.run_latest().await? else { return Ok(Vec::new()) };
    let text = text.to_lowercase();
    let mut hits = Vec::new();
    for count in &run.counts {
        let titles = run.book.titles(count.dimension);
        let Some(title) = titles.iter().find(|t| t.name == count.name) else { continue };
        if [&title.name, &title.label.en, &title.label.zh].iter().any(|t| t.to_lowercase().contains(&text)) {
            hits.push(SegmentHit {
                dimension: count.dimension.as_str(),
                name: count.name.clone(),
                label: both(&title.label),
                customers: count.customers,
            });
        }
    }
    hits.truncate(limit);
    Ok(hits)
}
