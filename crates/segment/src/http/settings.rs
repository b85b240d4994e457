//! The rules in force: seen, changed, tried.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use base::{Code, CustomerId, Problem};
use profile::ops::{customer_ids, customer_labels};
use serde::Serialize;
use utoipa::ToSchema;
use web::api::Text;
use web::rules::permission::may;
use web::{Allowed, ApiError, Event, IfMatch, Json, Mask, Routes, Versioned};

use super::moves::By;
use super::rules::SegmentSettings;
use super::shapes::{both, in_field};
use crate::facts::Pass;
use crate::kept;
use crate::list::frame::{blocking, mix};
use crate::list::within::spot_label;
use crate::model::{Dimension, Facts, Place};
use crate::ops::{Request, of_facts, with_known};
use crate::rules::book::Book;
use crate::rules::rfm::Settings;
use crate::settled::NEVER;
use crate::stage::Stage;
use crate::store::counts;

/// Customers shown of those who would move.
const SAMPLES: usize = 12;

/// How many would be at a place.
#[derive(Serialize, ToSchema)]
struct Shift {
    /// group, tier or stage.
    dimension: By,
    /// Its name.
    name: String,
    /// For people.
    label: Text,
    /// Customers by the rules in force.
    before: u64,
    /// Customers by these rules.
    after: u64,
}

/// A customer who would move.
#[derive(Serialize, ToSchema)]
struct Sample {
    #[schema(value_type = String)]
    customer: CustomerId,
    /// His name.
    name: Option<String>,
    /// Between what.
    dimension: By,
    /// From where.
    from: Text,
    /// To where.
    to: Text,
}

/// What would change if the rules were saved and run.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"shifts": [{"dimension": "group", "name": "champions", "label": {"en": "Champions", "zh": "冠军客户"}, "before": 25, "after": 31}],
    "moved": 6, "customers": 97, "samples": [{"customer": "cus_12", "name": "王小明", "dimension": "group",
    "from": {"en": "Loyal customers", "zh": "忠诚客户"}, "to": {"en": "Champions", "zh": "冠军客户"}}], "took_ms": 40}))]
struct SettingsPreview {
    /// Every place of the rules in force and of these.
    shifts: Vec<Shift>,
    /// How many customers would be in another group, tier or stage.
    moved: usize,
    /// Of how many.
    customers: usize,
    /// A few of them.
    samples: Vec<Sample>,
    /// How long it took.
    took_ms: u64,
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![
        segment_settings_get,
        segment_settings_set,
        segment_settings_default,
        segment_settings_preview
    ])
}

fn version(book: &Book) -> i64 {
    (base::hash::stable(book.text.as_bytes()) >> 1) as i64
}

/// The rules in force
#[utoipa::path(get, path = "/segments/settings", tag = "segments",
    responses((status = 200, description = "The rules, with an ETag.", body = SegmentSettings),
        (status = 304, description = "Still the version of If-None-Match."),
        (status = 422, description = "The rule file does not read.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn segment_settings_get(
    _: Allowed<may::SegmentsRead>,
    State(stage): State<Stage>,
    headers: HeaderMap,
) -> Result<Versioned<SegmentSettings>, ApiError> {
    let book = stage.book()?;
    Ok(Versioned::new(version(&book), SegmentSettings::from(&*book)).unless_known(&headers))
}

/// Change the rules
///
/// They hold for the next run; the last one stays as it was made.
#[utoipa::path(put, path = "/segments/settings", tag = "segments", request_body = SegmentSettings,
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read.")),
    responses((status = 200, description = "As they are now, with an ETag.", body = SegmentSettings),
        (status = 412, description = "They were changed meanwhile.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn segment_settings_set(
    actor: Allowed<may::SegmentsWrite>,
    State(stage): State<Stage>,
    known: IfMatch,
    Json(wanted): Json<SegmentSettings>,
) -> Result<Versioned<SegmentSettings>, ApiError> {
    let _one = stage.writing.lock().await;
    let before = stage.book()?;
    known.check(version(&before))?;
    let book = stage.rules_of(&wanted, &before)?;
    let mut tx = stage.app.db.write().await?;
    let detail = serde_json::json!({ "before": version(&before), "after": version(&book) });
    stage.app.audit(&mut tx, Event::new(&*actor, "segment.settings", "").detail(detail)).await?;
    // The file first: an entry of the log about what did not happen is worse than none.
    write(&stage.rules_file, &book.text)?;
    tx.commit().await?;
    Ok(Versioned::new(version(&book), SegmentSettings::from(&book)))
}

fn write(path: &std::path::Path, text: &str) -> Result<(), Problem> {
    let part = path.with_extension("toml.part");
    let failed = |e: std::io::Error| {
        Problem::new(Code::Unavailable, format!("{} cannot be written: {e}", path.display())).caused_by(e)
    };
    std::fs::write(&part, text).map_err(failed)?;
    std::fs::rename(&part, path).map_err(failed)
}

/// The rules the product comes with
#[utoipa::path(get, path = "/segments/settings/default", tag = "segments",
    responses((status = 200, description = "The rules.", body = SegmentSettings)))]
async fn segment_settings_default(_: Allowed<may::SegmentsRead>) -> Json<SegmentSettings> {
    Json(SegmentSettings::from(&Book::standard()))
}

/// The facts of everybody at a date, and its day.
type Everybody = (Vec<Facts>, i32);

impl Stage {
    /// The rules that are sent, checked, the window with the traits it is of.
    fn rules_of(&self, wanted: &SegmentSettings, before: &Book) -> Result<Book, Problem> {
        let book = wanted.book(before)?;
        crate::FactsPlan::new(&*self.traits()?, &book.settings.window, &self.zone).map_err(in_field("rfm.window"))?;
        Ok(book)
    }

    /// The facts of everybody at a reference date in a window, kept for the next try.
    async fn everybody(&self, settings: &Settings, as_of: i64, slot: &str) -> Result<Arc<Everybody>, Problem> {
        let snapshot = self.lake.snapshot().await?;
        let plan = crate::FactsPlan::new(&*self.traits()?, &settings.window, &self.zone)?;
        let stamp = [snapshot.stamp(&lake::ORDER_LINE), plan.stamp()].map(u64::cast_signed);
        let stage = self.clone();
        let make = async move {
            let known = customer_ids(&mut stage.app.db.read().await?).await?;
            let turn = Arc::clone(&stage.folding).lock_owned().await;
            blocking(move || {
                let _turn = turn;
                let pass = Pass { threads: stage.threads, cancel: &NEVER, progress: &|_| {} };
                let all = kept::everybody(stage.kept_in(), &snapshot, &plan, &[as_of], pass)?;
                let facts = with_known(all.iter().flat_map(|all| all.iter().copied()), &known);
                let bytes = facts.len() * size_of::<Facts>();
                Ok(((facts, plan.day(as_of)), bytes))
            })
            .await
        };
        self.memory.get(slot, mix(&[stamp[0], stamp[1], as_of]), make).await
    }
}

/// What would change
#[utoipa::path(post, path = "/segments/settings/preview", tag = "segments", request_body = SegmentSettings,
    responses((status = 200, description = "Nothing was changed.", body = SettingsPreview)))]
async fn segment_settings_preview(
    actor: Allowed<may::SegmentsRead>,
    State(stage): State<Stage>,
    Json(wanted): Json<SegmentSettings>,
) -> Result<Json<SettingsPreview>, ApiError> {
    let begun = tokio::time::Instant::now();
    let run = stage.run_latest().await?;
    let (old, as_of) = match &run {
        Some(run) => (Arc::new(run.book.clone()), run.learned.as_of),
        None => (stage.book()?, stage.last_day().await?),
    };
    let settings = run.as_ref().map_or_else(|| old.settings.clone(), |r| r.learned.settings.clone());
    let new = Arc::new(stage.rules_of(&wanted, &old)?);
    let facts = stage.everybody(&settings, as_of, "facts").await?;
    let tried = if settings.window == new.settings.window {
        Arc::clone(&facts)
    } else {
        stage.everybody(&new.settings, as_of, "facts of another window").await?
    };
    let (traits, zone, rules) = (stage.traits()?, stage.zone.clone(), (Arc::clone(&old), Arc::clone(&new)));
    let (before, after) = blocking(move || {
        let place = |book: &Book, settings: &Settings, facts: &Everybody| -> Result<Vec<Place>, Problem> {
            let request = Request { book, settings, traits: &traits, zone: &zone, known: &[] };
            Ok(of_facts(&facts.0, request, (as_of, facts.1))?.1)
        };
        Ok((place(&rules.0, &settings, &facts)?, place(&rules.1, &rules.1.settings, &tried)?))
    })
    .await?;
    let (moved, samples) = samples((&old, &before), (&new, &after));
    let ids: Vec<CustomerId> = samples.iter().map(|s| s.0).collect();
    let names = customer_labels(&mut stage.app.db.read().await?, &ids).await?;
    let mask = actor.mask();
    if mask == Mask::Off && !ids.is_empty() {
        let event = Event::new(&*actor, "customer.list", "settings");
        stage.app.audit_later(event.detail(serde_json::json!({ "shown": ids.len() }))).await;
    }
    let samples = samples.into_iter().zip(names).map(|((customer, dimension, from, to), (name, _))| Sample {
        customer,
        name: name.map(|n| mask.name(&n)),
        dimension: by(dimension),
        from: both(&spot_label(&old, dimension, &from)),
        to: both(&spot_label(&new, dimension, &to)),
    });
    Ok(Json(SettingsPreview {
        shifts: shifts((&old, &before), (&new, &after)),
        moved,
        customers: after.len(),
        samples: samples.collect(),
        took_ms: begun.elapsed().as_millis() as u64,
    }))
}

const fn by(dimension: Dimension) -> By {
    match dimension {
        Dimension::Group => By::Group,
        Dimension::Tier => By::Tier,
        Dimension::Stage => By::Stage,
    }
}

type Placed<'a> = (&'a Book, &'a [Place]);

fn shifts((old, before): Placed<'_>, (new, after): Placed<'_>) -> Vec<Shift> {
    let (before, after) = (counts(old, before), counts(new, after));
    let mut all: Vec<Shift> = Vec::new();
    for (count, book, now) in before.iter().map(|c| (c, old, false)).chain(after.iter().map(|c| (c, new, true))) {
        let known = all.iter().position(|s| Dimension::from(s.dimension) == count.dimension && s.name == count.name);
        let at = known.unwrap_or_else(|| {
            all.push(Shift {
                dimension: by(count.dimension),
                name: count.name.clone(),
                label: Text::new("", ""),
                before: 0,
                after: 0,
            });
            all.len() - 1
        });
        all[at].label = both(&spot_label(book, count.dimension, &count.name));
        *(if now { &mut all[at].after } else { &mut all[at].before }) = count.customers;
    }
    all
}

/// How many are elsewhere, and a few of them: who, in what, from where, to where.
fn samples(
    (old, before): Placed<'_>,
    (new, after): Placed<'_>,
) -> (usize, Vec<(CustomerId, Dimension, String, String)>) {
    let names = |book: &Book, dimension| book.titles(dimension).into_iter().map(|t| t.name.clone()).collect::<Vec<_>>();
    let spots = Dimension::ALL.map(|d| (d, names(old, d), names(new, d)));
    let spot = |place: &Place, dimension: Dimension, names: &[String]| {
        let at = match dimension {
            Dimension::Group => place.rfm.map(|r| r.group),
            Dimension::Tier => place.rfm.map(|r| r.tier),
            Dimension::Stage => Some(place.stage),
        };
        at.and_then(|at| names.get(usize::from(at)).cloned()).unwrap_or_else(|| "outside".to_owned())
    };
    let (mut moved, mut some) = (0, Vec::new());
    for (a, b) in before.iter().zip(after) {
        let mut other = false;
        for (dimension, olds, news) in &spots {
            let (from, to) = (spot(a, *dimension, olds), spot(b, *dimension, news));
            if from != to {
                if !other && some.len() < SAMPLES {
                    some.push((CustomerId(a.customer), *dimension, from, to));
                }
                other = true;
            }
        }
        moved += usize::from(other);
    }
    (moved, some)
}
