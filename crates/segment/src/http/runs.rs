//! Runs: who is where, how many, and since when.

use std::collections::BTreeMap;

use axum::extract::State;
use base::{Amount, Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::api::{Instant, Text, Total};
use web::jobs::{Accepted, Job, job_begin};
use web::rules::permission::may;
use web::{Allowed, ApiError, Event, Field, Json, Kind, ListQuery, ListSpec, Path, Query, Routes};

use super::shapes::{both, in_field};
use crate::jobs::RunRfm;
use crate::list::column::{Column, Shape};
use crate::list::frame::{Frame, blocking};
use crate::list::within::Across;
use crate::model::Dimension;
use crate::rules::rfm::Axis;
use crate::stage::Stage;
use crate::store::{self, RfmRun};

/// A run in a list.
#[derive(Serialize, ToSchema)]
struct RunRow {
    #[schema(example = "run_7")]
    id: String,
    /// The day it is as of.
    #[schema(format = Date)]
    as_of: String,
    /// When it was made.
    made_at: Instant,
    /// By whom.
    made_by: String,
    /// Which sales count.
    window: String,
    /// Customers placed.
    customers: i64,
    /// Of them those who ever bought.
    buyers: i64,
}

/// A page of runs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"items": [{"id": "run_7", "as_of": "2026-03-31", "made_at": "2026-04-01T02:00:00Z", "made_by": "Ann", "window": "365d",
    "customers": 97, "buyers": 94}], "total": {"value": 1, "exact": true}}))]
struct RunPage {
    /// The newest first.
    items: Vec<RunRow>,
    /// Give this as `cursor` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many are kept.
    total: Total,
}

/// A group, tier or stage of a run.
#[derive(Serialize, ToSchema)]
struct PlaceCount {
    /// Its name.
    name: String,
    /// For people.
    label: Text,
    /// Who is in it.
    description: Text,
    /// What to do about them.
    action: Text,
    /// The condition; none takes the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    /// How many customers.
    customers: u64,
    /// Of all of this kind, 0 … 1.
    share: f64,
    /// Their sales less returns inside the window.
    revenue: String,
    /// Of all of this kind, 0 … 1.
    revenue_share: f64,
    /// Revenue per customer.
    mean: Option<String>,
    /// How many it were a month ago.
    before: Option<i64>,
    /// How many it were at the end of each of `months`.
    trend: Vec<i64>,
}

/// A run.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "run_7", "as_of": "2026-03-31", "made_at": "2026-04-01T02:00:00Z", "made_by": "Ann", "window": "365d", "customers": 97,
    "buyers": 94, "currency": "CNY", "groups": [{"name": "champions", "label": {"en": "Champions", "zh": "冠军客户"},
    "description": {"en": "Bought recently, buy often and spend the most", "zh": "最近买过，买得勤，花得最多"},
    "action": {"en": "Reward them", "zh": "给予礼遇"}, "condition": "r >= 4 and fm >= 4", "customers": 25, "share": 0.2577, "revenue": "8120.00",
    "revenue_share": 0.61, "mean": "324.80", "before": 23, "trend": [23, 25]}], "tiers": [], "stages": [],
    "months": ["2026-02-28", "2026-03-31"], "notes": [], "stale": false}))]
struct Run {
    #[schema(example = "run_7")]
    id: String,
    /// The day it is as of.
    #[schema(format = Date)]
    as_of: String,
    /// When it was made.
    made_at: Instant,
    /// By whom.
    made_by: String,
    /// Which sales count.
    window: String,
    /// Customers placed.
    customers: u64,
    /// Of them those who ever bought.
    buyers: u64,
    /// The currency of all money.
    currency: String,
    /// RFM groups, in the order of the rules.
    groups: Vec<PlaceCount>,
    /// Value tiers, the best first.
    tiers: Vec<PlaceCount>,
    /// Life-cycle stages.
    stages: Vec<PlaceCount>,
    /// The days of the trends, the oldest first.
    months: Vec<String>,
    /// What a reader should know.
    notes: Vec<Text>,
    /// Whether the history changed after the run.
    stale: bool,
}

/// A run to be made; what is left out is as the rules say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"as_of": "2026-03-31"}))]
struct RunNew {
    /// The reference date, included; the day of the last order without.
    #[schema(format = Date)]
    as_of: Option<String>,
    /// Which sales count: `all`, `365d`, `12 months`, `2026-01-01..2026-06-30`.
    window: Option<String>,
    /// How many quantile bins, 2 to 10.
    #[schema(minimum = 2, maximum = 10)]
    bins: Option<u8>,
    /// Of recency, frequency, monetary value.
    #[schema(min_items = 3, max_items = 3)]
    weights: Option<Vec<f64>>,
}

/// The bounds of a score, both included; a missing one is open.
#[derive(Default, Serialize, ToSchema)]
struct Bound {
    /// The least value: days, orders or money.
    least: Option<String>,
    /// The greatest.
    greatest: Option<String>,
}

/// A cell of the grid.
#[derive(Serialize, ToSchema)]
struct GridCell {
    /// Recency score.
    r: i64,
    /// Score on the axis across.
    f: i64,
    /// How many customers.
    customers: u64,
    /// Their sales less returns inside the window.
    revenue: String,
    /// The group that most of them are in.
    group: Option<String>,
}

/// The RFM grid.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"x": "f", "bins": 2, "y_bounds": [{"least": "31", "greatest": null}, {"least": null, "greatest": "30"}],
    "x_bounds": [{"least": null, "greatest": "2"}, {"least": "3", "greatest": null}],
    "cells": [{"r": 2, "f": 2, "customers": 25, "revenue": "8120.00", "group": "champions"}]}))]
struct Grid {
    /// The axis across: f, m, or fm (their mean, rounded up).
    x: &'static str,
    /// Scores on each axis.
    bins: u8,
    /// Days since the last purchase by recency score, from 1 up.
    y_bounds: Vec<Bound>,
    /// Orders or money by score, from 1 up; none for the mean.
    x_bounds: Vec<Bound>,
    /// All cells.
    cells: Vec<GridCell>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct GridParams {
    /// The axis across: f, m or fm.
    #[param(value_type = Option<String>, example = "f")]
    x: Option<String>,
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![run_list, run_create, run_get, run_grid])
}

/// Runs
///
/// The newest first. Filter by as_of, made_at, made_by, customers, buyers; sort by as_of, made_at, customers, buyers.
#[utoipa::path(get, path = "/segments/runs", tag = "segments", params(ListQuery),
    responses((status = 200, description = "A page of runs.", body = RunPage)))]
async fn run_list(
    _: Allowed<may::SegmentsRead>,
    State(stage): State<Stage>,
    Query(query): Query<ListQuery>,
) -> Result<Json<RunPage>, ApiError> {
    let spec = ListSpec {
        name: "runs",
        fields: vec![
            Field::new("as_of", "as_of", Kind::Time).sortable(),
            Field::new("made_at", "created_at", Kind::Time).sortable(),
            Field::new("made_by", "made_by", Kind::Text),
            Field::new("customers", "customers", Kind::Int).sortable(),
            Field::new("buyers", "buyers", Kind::Int).sortable(),
        ],
        key: ("id", true),
        sort: "",
    };
    let list = query.check(spec)?;
    let mut tx = stage.app.db.read().await?;
    let (page, total) = store::run_page(&mut tx, &list).await?;
    let items = page.items.into_iter().map(|r| RunRow {
        id: format!("run_{}", r.id),
        as_of: stage.day(r.as_of),
        made_at: Instant(r.made_at),
        made_by: r.made_by,
        window: r.window,
        customers: r.customers,
        buyers: r.buyers,
    });
    Ok(Json(RunPage { items: items.collect(), next: page.next, total: Total::exact(total) }))
}

/// Score and group all customers
#[utoipa::path(post, path = "/segments/runs", tag = "segments", request_body = RunNew,
    responses((status = 202, description = "Begun.", body = Job)))]
async fn run_create(
    actor: Allowed<may::SegmentsWrite>,
    State(stage): State<Stage>,
    Json(wanted): Json<RunNew>,
) -> Result<Accepted, ApiError> {
    let as_of = match wanted.as_of.as_deref() {
        Some(day) => stage.end_of(day).map_err(in_field("as_of"))?,
        None => stage.last_day().await?,
    };
    let mut settings = stage.book()?.settings.clone();
    if let Some(bins) = wanted.bins {
        settings = settings.with_bins(bins);
        settings.check().map_err(in_field("bins"))?;
    }
    if let Some(window) = wanted.window {
        settings.window = window;
    }
    if let Some(weights) = wanted.weights {
        settings.weights = weights.try_into().map_err(|_| {
            let message = "three weights are wanted: recency, frequency, monetary";
            Problem::new(Code::InvalidArgument, message).hint("for example [1, 2, 3]").field("weights", message)
        })?;
    }
    settings.check().map_err(in_field("weights"))?;
    crate::FactsPlan::new(&*stage.traits()?, &settings.window, &stage.zone).map_err(in_field("window"))?;
    let mut tx = stage.app.db.write().await?;
    ::jobs::store::job_none_open::<RunRfm>(&mut tx).await?;
    let job = RunRfm { as_of: Some(as_of), settings, by: actor.name.clone() };
    let id = job_begin(&stage.app, &mut tx, &actor, &job, None).await?;
    stage.app.audit(&mut tx, Event::new(&*actor, "segment.run", id.to_string())).await?;
    tx.commit().await?;
    Ok(Accepted::of(&stage.app, &actor, id).await?)
}

/// The run that is asked for by `run_7` or `latest`.
async fn asked(stage: &Stage, id: &str) -> Result<RfmRun, Problem> {
    if id == "latest" {
        return stage.run_latest().await?.map(|r| (*r).clone()).ok_or_else(crate::table::no_run);
    }
    let number = id.strip_prefix("run_").and_then(|n| n.parse().ok()).ok_or_else(|| {
        Problem::new(Code::InvalidId, format!("\"{id}\" is not a run")).hint("it looks like run_7, or is \"latest\"")
    })?;
    store::run_get(&mut stage.app.db.read().await?, number).await
}

/// One run
///
/// `latest` is the one in force.
#[utoipa::path(get, path = "/segments/runs/{id}", tag = "segments",
    params(("id" = String, Path, example = "latest", pattern = "^(latest|run_[1-9][0-9]{0,17})$")),
    responses((status = 200, description = "The run.", body = Run)))]
async fn run_get(
    _: Allowed<may::SegmentsRead>,
    State(stage): State<Stage>,
    Path(id): Path<String>,
) -> Result<Json<Run>, ApiError> {
    let run = asked(&stage, &id).await?;
    let mut tx = stage.app.db.read().await?;
    let trend = store::trend_of(&mut tx, run.id).await?;
    let by = store::run_made_by(&mut tx, run.id).await?;
    let stale = lake::catalog::lines_changed_since(&mut tx, run.created_at).await?;
    drop(tx);
    let mut months: Vec<i64> = trend.iter().map(|t| t.0).collect();
    months.dedup();
    let mut past: BTreeMap<(&str, &str), BTreeMap<i64, i64>> = BTreeMap::new();
    for (at, dimension, name, customers) in &trend {
        past.entry((dimension, name)).or_default().insert(*at, *customers);
    }
    let counts = |dimension| places(&run, dimension, &months, &past);
    Ok(Json(Run {
        id: format!("run_{}", run.id),
        as_of: stage.day(run.learned.as_of),
        made_at: Instant(run.created_at),
        made_by: by,
        window: run.learned.settings.window.clone(),
        customers: run.customers,
        buyers: run.buyers,
        currency: stage.currency.clone(),
        groups: counts(Dimension::Group),
        tiers: counts(Dimension::Tier),
        stages: counts(Dimension::Stage),
        months: months.iter().chain([&run.learned.as_of]).map(|at| stage.day(*at)).collect(),
        notes: run.notes.iter().map(Text::said).collect(),
        stale: stale || touched_since(&stage, run.created_at).await?,
    }))
}

async fn touched_since(stage: &Stage, at: i64) -> Result<bool, Problem> {
    profile::ops::overlay_since(&mut stage.app.db.read().await?, at).await
}

fn places(
    run: &RfmRun,
    dimension: Dimension,
    months: &[i64],
    past: &BTreeMap<(&str, &str), BTreeMap<i64, i64>>,
) -> Vec<PlaceCount> {
    let counts: Vec<_> = run.counts.iter().filter(|c| c.dimension == dimension).collect();
    let customers: u64 = counts.iter().map(|c| c.customers).sum();
    let revenue: i64 = counts.iter().map(|c| c.monetary.0).sum();
    let part = |a: f64, b: f64| if b == 0.0 { 0.0 } else { a / b };
    let place = |count: &&store::Count| {
        let title = run.book.titles(dimension).into_iter().find(|t| t.name == count.name)?.clone();
        let old = past.get(&(dimension.as_str(), count.name.as_str()));
        let at = |m: &i64| old.and_then(|o| o.get(m)).copied().unwrap_or_default();
        let mean = (count.customers > 0)
            .then(|| base::amount::round_half_even(i128::from(count.monetary.0), i128::from(count.customers)));
        Some(PlaceCount {
            label: both(&title.label),
            description: both(&title.description),
            action: both(&title.action),
            condition: condition(run, dimension, &count.name),
            customers: count.customers,
            share: part(count.customers as f64, customers as f64),
            revenue: count.monetary.to_string(),
            revenue_share: part(count.monetary.0 as f64, revenue as f64),
            mean: mean.map(|m| Amount(m as i64).to_string()),
            before: months.last().map(at),
            trend: if months.is_empty() {
                Vec::new()
            } else {
                months.iter().map(at).chain([count.customers as i64]).collect()
            },
            name: title.name,
        })
    };
    counts.iter().filter_map(place).collect()
}

fn condition(run: &RfmRun, dimension: Dimension, name: &str) -> Option<String> {
    let book = &run.book;
    let when = match dimension {
        Dimension::Group => book.groups.all().iter().find(|g| g.title.name == name)?.when.as_ref(),
        Dimension::Stage => book.lifecycle.all().iter().find(|s| s.title.name == name)?.when.as_ref(),
        Dimension::Tier => None,
    };
    when.map(|w| w.text().to_owned())
}

/// The RFM grid
#[utoipa::path(get, path = "/segments/runs/{id}/grid", tag = "segments",
    params(("id" = String, Path, example = "latest", pattern = "^(latest|run_[1-9][0-9]{0,17})$"), GridParams),
    responses((status = 200, description = "All cells.", body = Grid)))]
async fn run_grid(
    _: Allowed<may::SegmentsRead>,
    State(stage): State<Stage>,
    Path(id): Path<String>,
    Query(params): Query<GridParams>,
) -> Result<Json<Grid>, ApiError> {
    let x = params.x.as_deref().unwrap_or("f");
    let across = Across::named(x).ok_or_else(|| {
        let message = format!("\"{x}\" is not an axis");
        Problem::new(Code::InvalidArgument, &message).hint("use f, m or fm").field("x", message)
    })?;
    let run = asked(&stage, &id).await?;
    if stage.run_latest().await?.is_some_and(|latest| latest.id != run.id) {
        let problem = Problem::new(Code::NotFound, format!("run_{} has no grid any more", run.id));
        return Err(problem.hint("only the newest run keeps where every customer was: ask for \"latest\"").into());
    }
    let frame = Frame::open(&stage.lake, &stage.memory).await?;
    let mut columns = Vec::new();
    for name in ["r", "f", "m"] {
        columns.push(frame.of_run(name, Shape::Count).await?);
    }
    columns.push(frame.of_run("monetary", Shape::Money).await?);
    columns.push(frame.of_run("rfm_group", Shape::Text).await?);
    let bins = run.learned.cuts.iter().map(crate::rules::rfm::Cuts::bins).max().unwrap_or(5);
    let cells = blocking(move || {
        let columns: Vec<&Column> = columns.iter().map(AsRef::as_ref).collect();
        Ok(cells(&columns, across, bins))
    })
    .await?;
    let bounds = |at: usize| (1..=run.learned.cuts[at].bins()).map(|score| bound(&run, at, score)).collect();
    Ok(Json(Grid {
        x: across.as_str(),
        bins,
        y_bounds: bounds(0),
        x_bounds: match across {
            Across::Frequency => bounds(1),
            Across::Monetary => bounds(2),
            Across::Mean => Vec::new(),
        },
        cells,
    }))
}

fn bound(run: &RfmRun, at: usize, score: u8) -> Bound {
    let (least, greatest) = run.learned.cuts[at].range(score);
    // Recency is kept negated: more is better.
    let (least, greatest) = if at == 0 { (greatest.map(|v| -v), least.map(|v| -v)) } else { (least, greatest) };
    let text = |v: i64| if Axis::ALL[at] == Axis::Monetary { Amount(v).to_string() } else { v.to_string() };
    Bound { least: least.map(text), greatest: greatest.map(text) }
}

fn cells(columns: &[&Column], across: Across, bins: u8) -> Vec<GridCell> {
    let [Column::Int(r), Column::Int(f), Column::Int(m), Column::Int(money), Column::Text { keys, words }] = columns
    else {
        return Vec::new();
    };
    let size = usize::from(bins);
    let mut sums = vec![(0u64, 0i64, vec![0u64; words.len()]); size * size];
    for row in 0..r.len() {
        if r[row] < 1 || f[row] < 1 {
            continue;
        }
        let at = (r[row] as usize - 1) * size + (across.of(f[row], m[row]) as usize - 1);
        let Some(sum) = sums.get_mut(at) else { continue };
        sum.0 += 1;
        sum.1 += if money[row] == i64::MIN { 0 } else { money[row] };
        if let Some(count) = sum.2.get_mut(keys[row] as usize) {
            *count += 1;
        }
    }
    let cell = |(at, (customers, money, groups)): (usize, (u64, i64, Vec<u64>))| {
        let most = groups.iter().enumerate().max_by_key(|(i, n)| (**n, std::cmp::Reverse(*i))).filter(|(_, n)| **n > 0);
        GridCell {
            r: (at / size) as i64 + 1,
            f: (at % size) as i64 + 1,
            customers,
            revenue: Amount(money).to_string(),
            group: most.map(|(i, _)| words[i].to_string()),
        }
    };
    sums.into_iter().enumerate().map(cell).collect()
}
