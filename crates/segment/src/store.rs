//! Runs in the operational store.

use base::{Amount, Code, Micros, Problem};
use serde::Serialize;
use store::{Row, Tx, args};
use web::{List, Page};

use crate::model::{Dimension, Place};
use crate::rules::book::Book;
use crate::rules::classify::Learned;

/// How many runs are kept.
const KEPT: i64 = 100;

/// A run as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct RfmRun {
    /// Its number.
    pub id: i64,
    /// When it was made.
    pub created_at: Micros,
    /// The time zone days were counted in.
    pub zone: String,
    /// How many customers were placed, with or without a sale.
    pub customers: u64,
    /// How many of them ever bought.
    pub buyers: u64,
    /// Reference date, settings, cut points.
    pub learned: Learned,
    /// The rules it was made with.
    pub book: Book,
    /// How many customers are at each place, in the order of the rules.
    pub counts: Vec<Count>,
    /// What a reader of the result should know, in English.
    pub notes: Vec<String>,
}

/// How many customers are at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Group, tier or stage.
    pub dimension: Dimension,
    /// The name of the group, tier or stage.
    pub name: String,
    /// Customers.
    pub customers: u64,
    /// Their sales less returns inside the window.
    #[serde(serialize_with = "crate::json::money")]
    pub monetary: Amount,
}

/// Counts the places of a run.
pub(crate) fn counts(book: &Book, places: &[Place]) -> Vec<Count> {
    let mut counts = Vec::new();
    for dimension in Dimension::ALL {
        let titles = book.titles(dimension);
        let mut sums = vec![(0u64, 0i128); titles.len()];
        for place in places {
            let at = match dimension {
                Dimension::Group => place.rfm.map(|r| r.group),
                Dimension::Tier => place.rfm.map(|r| r.tier),
                Dimension::Stage => Some(place.stage),
            };
            if let Some(at) = at {
                let sum = &mut sums[usize::from(at)];
                sum.0 += 1;
                sum.1 += place.rfm.map_or(0, |r| i128::from(r.monetary.0));
            }
        }
        counts.extend(titles.iter().zip(sums).map(|(title, (customers, monetary))| Count {
            dimension,
            name: title.name.clone(),
            customers,
            monetary: Amount(monetary.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64),
        }));
    }
    counts
}

/// Stores a run (its `id` is given here) and forgets the oldest beyond a hundred.
pub(crate) async fn run_add(tx: &mut Tx, run: &mut RfmRun) -> Result<(), Problem> {
    run.id = store::next_ids(tx, "segment_run", 1).await?;
    let json = |e: serde_json::Error| Problem::internal("a run cannot be written", e);
    tx.execute(
        "INSERT INTO segment_run (id, created_at, as_of, zone, customers, buyers, learned, rules, notes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            run.id,
            run.created_at,
            run.learned.as_of,
            &run.zone,
            run.customers as i64,
            run.buyers as i64,
            serde_json::to_string(&run.learned).map_err(json)?,
            &run.book.text,
            serde_json::to_string(&run.notes).map_err(json)?,
        ],
    )
    .await?;
    let id = run.id;
    let rows = run
        .counts
        .iter()
        .zip(0i64..)
        .map(|(c, position)| args![id, c.dimension.as_str(), position, &c.name, c.customers as i64, c.monetary.0]);
    let head = "INSERT INTO segment_count (run_id, dimension, position, name, customers, monetary) VALUES";
    tx.insert_many(head, 6, rows.collect::<Vec<_>>(), "").await?;
    tx.execute("DELETE FROM segment_trend WHERE run_id <= $1", args![id - KEPT]).await?;
    tx.execute("DELETE FROM segment_count WHERE run_id <= $1", args![id - KEPT]).await?;
    tx.execute("DELETE FROM segment_run WHERE id <= $1", args![id - KEPT]).await?;
    Ok(())
}

const RUN: &str = "SELECT id, created_at, zone, customers, buyers, learned, rules, notes FROM segment_run";

/// The newest run.
pub(crate) async fn run_latest(tx: &mut Tx) -> Result<Option<RfmRun>, Problem> {
    let row = tx.fetch_optional(&format!("{RUN} ORDER BY id DESC LIMIT 1"), args![]).await?;
    match row {
        Some(row) => read(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

/// The number of the newest run.
pub(crate) async fn run_newest(tx: &mut Tx) -> Result<Option<i64>, Problem> {
    tx.fetch_optional("SELECT id FROM segment_run ORDER BY id DESC LIMIT 1", args![])
        .await?
        .map(|row| row.at(0))
        .transpose()
}

/// A run by its number.
pub(crate) async fn run_get(tx: &mut Tx, id: i64) -> Result<RfmRun, Problem> {
    let row = tx.fetch_optional(&format!("{RUN} WHERE id = $1"), args![id]).await?;
    let row = row.ok_or_else(|| {
        Problem::new(Code::NotFound, format!("there is no run run_{id}")).hint("GET /api/v1/segments/runs lists them")
    })?;
    read(tx, &row).await
}

/// The runs kept, the newest first.
pub(crate) async fn run_list(tx: &mut Tx) -> Result<Vec<RfmRun>, Problem> {
    let mut runs = Vec::new();
    for row in tx.fetch_all(&format!("{RUN} ORDER BY id DESC"), args![]).await? {
        runs.push(read(tx, &row).await?);
    }
    Ok(runs)
}

async fn read(tx: &mut Tx, row: &Row) -> Result<RfmRun, Problem> {
    let id: i64 = row.get("id")?;
    let damaged = |e: serde_json::Error| {
        Problem::new(Code::IncompatibleStore, format!("RFM run {id} cannot be read"))
            .hint("make a new run")
            .caused_by(e)
    };
    let sql = "SELECT dimension, name, customers, monetary FROM segment_count WHERE run_id = $1 ORDER BY position";
    let counts = tx.fetch_all(sql, args![id]).await?;
    let counts = counts.iter().map(|row| -> Result<Count, Problem> {
        let name: String = row.get("dimension")?;
        let dimension = Dimension::ALL.into_iter().find(|d| d.as_str() == name);
        Ok(Count {
            dimension: dimension
                .ok_or_else(|| Problem::new(Code::IncompatibleStore, format!("a run counts the unknown \"{name}\"")))?,
            name: row.get("name")?,
            customers: row.get::<i64>("customers")? as u64,
            monetary: Amount(row.get("monetary")?),
        })
    });
    Ok(RfmRun {
        id,
        created_at: row.get("created_at")?,
        zone: row.get("zone")?,
        customers: row.get::<i64>("customers")? as u64,
        buyers: row.get::<i64>("buyers")? as u64,
        learned: serde_json::from_str(&row.get::<String>("learned")?).map_err(damaged)?,
        book: Book::parse(&row.get::<String>("rules")?)?,
        counts: counts.collect::<Result<_, _>>()?,
        notes: serde_json::from_str(&row.get::<String>("notes")?).map_err(damaged)?,
    })
}

/// Notes how many customers were at each place at an instant before a run.
pub(crate) async fn trend_add(tx: &mut Tx, run: i64, at: Micros, counts: &[Count]) -> Result<(), Problem> {
    let rows = counts.iter().map(|c| args![run, at, c.dimension.as_str(), &c.name, c.customers as i64]);
    let head = "INSERT INTO segment_trend (run_id, as_of, dimension, name, customers) VALUES";
    tx.insert_many(head, 5, rows.collect::<Vec<_>>(), "ON CONFLICT (run_id, as_of, dimension, name) DO NOTHING")
        .await?;
    Ok(())
}

/// How many customers were where before a run: instant, dimension, name, customers, by instant.
pub(crate) async fn trend_of(tx: &mut Tx, run: i64) -> Result<Vec<(Micros, String, String, i64)>, Problem> {
    let sql = "SELECT as_of, dimension, name, customers FROM segment_trend WHERE run_id = $1 ORDER BY as_of";
    let rows = tx.fetch_all(sql, args![run]).await?;
    rows.iter().map(|row| Ok((row.at(0)?, row.at(1)?, row.at(2)?, row.at(3)?))).collect()
}

/// Says who made a run.
pub(crate) async fn run_sign(tx: &mut Tx, run: i64, by: &str) -> Result<(), Problem> {
    tx.execute("UPDATE segment_run SET made_by = $2 WHERE id = $1", args![run, by]).await?;
    Ok(())
}

/// What a list of runs shows.
pub(crate) struct Shown {
    pub(crate) id: i64,
    pub(crate) as_of: Micros,
    pub(crate) made_at: Micros,
    pub(crate) made_by: String,
    pub(crate) window: String,
    pub(crate) customers: i64,
    pub(crate) buyers: i64,
}

/// A page of runs, and how many there are on all.
pub(crate) async fn run_page(tx: &mut Tx, list: &List) -> Result<(Page<Shown>, i64), Problem> {
    const FROM: &str = "segment_run WHERE 1 = 1";
    let read = |row: &Row| {
        let learned: serde_json::Value = serde_json::from_str(&row.at::<String>(4)?).unwrap_or_default();
        Ok(Shown {
            id: row.at(0)?,
            as_of: row.at(1)?,
            made_at: row.at(2)?,
            made_by: row.at(3)?,
            window: learned["settings"]["window"].as_str().unwrap_or("all").to_owned(),
            customers: row.at(5)?,
            buyers: row.at(6)?,
        })
    };
    let columns = "id, as_of, created_at, made_by, learned, customers, buyers";
    Ok((list.fetch(tx, columns, FROM, args![], read).await?, list.count(tx, FROM, args![]).await?))
}

/// Who made a run.
pub(crate) async fn run_made_by(tx: &mut Tx, run: i64) -> Result<String, Problem> {
    let row = tx.fetch_optional("SELECT made_by FROM segment_run WHERE id = $1", args![run]).await?;
    row.map_or(Ok(String::new()), |row| row.at(0))
}
