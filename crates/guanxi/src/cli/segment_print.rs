//! What segmentation prints.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use base::clock::rfc3339;
use base::{Amount, CustomerId, Problem};
use profile::ops::customer_get;
use segment::{Axis, Bins, Dimension, Listed, Moves, RfmRun, Settings};

use crate::app::App;
use crate::output::{self, count, percent, rounded};
use crate::{text, when};

pub(crate) fn run_json(run: &RfmRun) -> Result<(), Problem> {
    output::json(&serde_json::json!({
        "run": run.id, "as_of": rfc3339(run.learned.as_of), "customers": run.customers, "buyers": run.buyers,
        "settings": settings(&run.learned.settings), "counts": run.counts, "notes": run.notes
    }))
}

/// Settings with the bounds of money as amounts.
fn settings(settings: &Settings) -> serde_json::Value {
    let bins = Axis::ALL.iter().zip(&settings.bins).map(|(axis, bins)| match (axis, bins) {
        (Axis::Monetary, Bins::Fixed(bounds)) => {
            serde_json::json!({ "fixed": bounds.iter().map(|b| Amount(*b).to_string()).collect::<Vec<_>>() })
        }
        (_, bins) => serde_json::json!(bins),
    });
    serde_json::json!({
        "window": settings.window, "bins": bins.collect::<Vec<_>>(), "weights": settings.weights
    })
}

/// Groups, tiers and stages with their size and worth.
pub(crate) fn run(app: &App, run: &RfmRun) {
    let settings = &run.learned.settings;
    let window = if settings.window == "all" { text::t("all sales") } else { &settings.window };
    output::line(text::say(
        "RFM as of {0}, window {1}: {2} [customer|customers], {3} of them [a buyer|buyers]",
        &[&when::day(run.learned.as_of, &app.zone), &window, &count(run.customers), &count(run.buyers)],
    ));
    for dimension in Dimension::ALL {
        let title = match dimension {
            Dimension::Group => text::t("RFM group"),
            Dimension::Tier => text::t("value tier"),
            Dimension::Stage => text::t("life-cycle stage"),
        };
        let counts: Vec<_> = run.counts.iter().filter(|c| c.dimension == dimension).collect();
        let customers: u64 = counts.iter().map(|c| c.customers).sum();
        let worth: i128 = counts.iter().map(|c| i128::from(c.monetary.0)).sum();
        let titles = run.book.titles(dimension);
        let rows = counts.iter().map(|c| {
            let label = titles.iter().find(|t| t.name == c.name).map_or("", |t| t.label.get(app.lang()));
            let mean = if c.customers == 0 { 0 } else { i128::from(c.monetary.0) / i128::from(c.customers) };
            let share =
                if worth > 0 { format!("{:.1} %", c.monetary.0 as f64 * 100.0 / worth as f64) } else { "-".into() };
            let cells = [c.name.as_str(), label].map(ToOwned::to_owned);
            let numbers = [
                count(c.customers),
                percent(c.customers, customers),
                rounded(i128::from(c.monetary.0)),
                share,
                rounded(mean),
            ];
            cells.into_iter().chain(numbers).collect()
        });
        output::table(&[title, "", "customers>", "share>", "revenue>", "of revenue>", "per customer>"], rows);
    }
    run.notes.iter().for_each(|n| output::line(text::say("note: {0}", &[&text::said(n)])));
}

pub(crate) async fn listed(app: &App, rows: &[Listed]) -> Result<(), Problem> {
    let names = names(app, rows).await?;
    let text = |v: Option<i64>| v.map_or(String::new(), |v| v.to_string());
    let table = rows.iter().zip(names).map(|(row, name)| {
        let scores = [row.r, row.f, row.m].map(|s| s.map_or("-".into(), |s| s.to_string())).join("-");
        vec![
            row.customer.to_string(),
            name,
            scores,
            text(row.recency),
            text(row.frequency),
            row.monetary.map_or(String::new(), |m| rounded(i128::from(m.0))),
            row.group.clone().unwrap_or_default(),
            row.tier.clone().unwrap_or_default(),
            row.stage.clone(),
        ]
    });
    output::table(&["customer", "name", "R-F-M", "days ago>", "orders>", "revenue>", "group", "tier", "stage"], table);
    Ok(())
}

/// The name, or else the first identity, of each customer.
async fn names(app: &App, rows: &[Listed]) -> Result<Vec<String>, Problem> {
    let mut tx = app.db.read().await?;
    let mut names = Vec::with_capacity(rows.len());
    for row in rows {
        let customer = customer_get(&mut tx, row.customer).await?;
        let identity = customer.identities.first().map(|i| i.value.clone());
        names.push(customer.name.or(identity).unwrap_or_default());
    }
    Ok(names)
}

/// A list as a table for export.
pub(crate) async fn batch(app: &App, rows: &[Listed]) -> Result<(SchemaRef, RecordBatch), Problem> {
    let mut tx = app.db.read().await?;
    let people = profile::ops::customer_labels(&mut tx, &rows.iter().map(|r| r.customer).collect::<Vec<_>>()).await?;
    let texts =
        |get: &dyn Fn(&Listed) -> Option<String>| Arc::new(rows.iter().map(get).collect::<StringArray>()) as ArrayRef;
    let ints = |get: fn(&Listed) -> Option<i64>| Arc::new(rows.iter().map(get).collect::<Int64Array>()) as ArrayRef;
    let scores = |get: fn(&Listed) -> Option<i32>| Arc::new(rows.iter().map(get).collect::<Int32Array>()) as ArrayRef;
    let failed = |e| Problem::internal("the list cannot be put in columns", e);
    let worth = rows.iter().map(|r| r.monetary.map(|m| i128::from(m.0))).collect::<Decimal128Array>();
    let columns = [
        ("customer", texts(&|r| Some(r.customer.to_string()))),
        ("name", Arc::new(people.iter().map(|p| p.0.clone()).collect::<StringArray>()) as ArrayRef),
        ("identity", Arc::new(people.iter().map(|p| p.1.clone()).collect::<StringArray>()) as ArrayRef),
        ("recency_days", ints(|r| r.recency)),
        ("orders", ints(|r| r.frequency)),
        ("revenue", Arc::new(worth.with_precision_and_scale(18, 4).map_err(failed)?) as ArrayRef),
        ("r", scores(|r| r.r)),
        ("f", scores(|r| r.f)),
        ("m", scores(|r| r.m)),
        ("score", Arc::new(rows.iter().map(|r| r.score).collect::<Float64Array>()) as ArrayRef),
        ("rfm_group", texts(&|r| r.group.clone())),
        ("value_tier", texts(&|r| r.tier.clone())),
        ("life_stage", texts(&|r| Some(r.stage.clone()))),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).map_err(failed)?;
    Ok((batch.schema(), batch))
}

/// Customers as a table for export.
pub(crate) async fn people(app: &App, customers: &[CustomerId]) -> Result<(SchemaRef, RecordBatch), Problem> {
    let mut tx = app.db.read().await?;
    let people = profile::ops::customer_labels(&mut tx, customers).await?;
    let ids = customers.iter().map(|c| Some(c.to_string())).collect::<StringArray>();
    let names = people.iter().map(|p| p.0.clone()).collect::<StringArray>();
    let identities = people.iter().map(|p| p.1.clone()).collect::<StringArray>();
    let columns = [("customer", ids), ("name", names), ("identity", identities)];
    let columns = columns.map(|(name, texts)| (name, Arc::new(texts) as ArrayRef, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns)
        .map_err(|e| Problem::internal("the list cannot be put in columns", e))?;
    Ok((batch.schema(), batch))
}

pub(crate) fn moves(moves: &Moves) {
    let mut columns = vec![text::t("from \\ to").to_owned()];
    columns.extend(moves.places.iter().map(|p| format!("{p}>")));
    columns.push(format!("{}>", text::t("all")));
    let rows = moves.places.iter().zip(&moves.cells).zip(moves.from_totals()).map(|((place, cells), total)| {
        let numbers = cells.iter().map(|n| if *n == 0 { "·".into() } else { count(*n) });
        std::iter::once(place.clone()).chain(numbers).chain([count(total)]).collect()
    });
    let totals = std::iter::once(text::t("all").to_owned())
        .chain(moves.to_totals().into_iter().map(count))
        .chain([String::new()]);
    output::grid(&columns, rows.chain([totals.collect()]));
}
