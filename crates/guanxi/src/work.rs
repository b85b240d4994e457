//! Work that spans stages: what follows an import, and what follows a single order.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use base::{Clock, Code, CustomerId, Micros, Problem, Zone};
use collect::import::Touched;
use jobs::{Cancel, Progress};
use lake::catalog::{file, table as catalog};
use lake::{ColumnType, FileWriter, WriteOptions};
use profile::ops::{customer_find, overlay_clear, overlay_put, overlay_turn};
use profile::traits::{Folder, Plan, Traits, rebuild};
use segment::{Classifier, Pass, Request, RfmRun, Settings, end_of_day};
use store::Tx;

use crate::app::App;
use crate::when;

/// The table of traits in the lake.
const TRAIT: &str = "trait";

impl App {
    /// Computes all traits of all customers as of an instant and replaces the table `trait`; how many customers.
    pub(crate) async fn rebuild_traits(
        &self,
        as_of: Micros,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<usize, Problem> {
        let traits = self.traits()?;
        let plan = Plan::compile(&traits, &self.zone)?;
        // What intake computes from now on may be of lines that the snapshot does not hold; what it computed before is held by a
        // rebuild as of the last order, not by one as of an earlier day.
        let reference = self.as_of(None).await?;
        let mut tx = self.db.write().await?;
        overlay_turn(&mut tx).await?;
        let started = self.clock.now();
        tx.commit().await?;
        let held = if as_of >= reference { started } else { as_of.min(started) };
        let snapshot = self.lake.snapshot().await?;
        progress.begin("computing traits", 0);
        let (counted, stop, threads) = (progress.clone(), cancel.clone(), self.config.threads());
        let work = move || rebuild(&snapshot, &plan, as_of, threads, stop.flag(), &|n| counted.add(n));
        let work = tokio::task::spawn_blocking(work);
        let batches = work.await.map_err(|e| Problem::internal("computing traits was cut off", e))??;
        let columns = trait_columns(&traits)?;
        let columns: Vec<(&str, ColumnType)> = columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let table = Arc::new(catalog::table_define(&mut tx, now, TRAIT, &columns).await?);
        tx.commit().await?;
        let ids = self.lake.file_ids().await?;
        let mut writer = FileWriter::new(&self.lake, &table, None, &ids, WriteOptions::default())?;
        batches.iter().try_for_each(|batch| writer.write(batch))?;
        let files = writer.finish()?;
        let mut tx = self.db.write().await?;
        file::file_replace(&mut tx, &self.lake, now, &table, files.as_slice()).await?;
        overlay_clear(&mut tx, held).await?;
        tx.commit().await?;
        Ok(batches.iter().map(RecordBatch::num_rows).sum())
    }

    /// Makes an RFM run.
    pub(crate) async fn run_rfm(
        &self,
        as_of: Micros,
        settings: &Settings,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<RfmRun, Problem> {
        let (book, traits) = (self.book()?, self.traits()?);
        let mut tx = self.db.read().await?;
        let known = profile::ops::customer_ids(&mut tx).await?;
        drop(tx);
        progress.begin("grouping customers", 0);
        let counted = progress.clone();
        let count = move |n| counted.add(n);
        let pass = Pass { threads: self.config.threads(), cancel: cancel.flag(), progress: &count };
        let request = Request { book: &book, settings, traits: &traits, zone: &self.zone, known: &known };
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(segment::rfm_run(&self.lake, &*self.clock, request, as_of, pass))
        })
    }

    /// The usual reference date of traits and groups: the end of the day of the last order; `None` when there is none.
    pub(crate) async fn reference(&self) -> Result<Option<Micros>, Problem> {
        segment::reference(&self.lake, &self.zone, self.clock.now()).await
    }

    /// The instant that behaviour is told as of: the end of the given day, or the usual reference date.
    pub(crate) async fn as_of(&self, day: Option<&str>) -> Result<Micros, Problem> {
        match day {
            Some(text) => when::end_of(when::date(text)?, &self.zone),
            None => Ok(self.reference().await?.unwrap_or_else(|| self.clock.now())),
        }
    }

    /// The one customer that a text names: id, card number, e-mail address, telephone number.
    pub(crate) async fn customer(&self, text: &str) -> Result<CustomerId, Problem> {
        let mut tx = self.db.read().await?;
        match customer_find(&mut tx, self.region, text).await?.as_slice() {
            [one] => Ok(*one),
            [] => Err(Problem::new(Code::NotFound, format!("no customer is known as \"{text}\""))
                .hint(format!("look for him: guanxi customer search \"{text}\""))),
            several => {
                let list = several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                Err(Problem::new(Code::Conflict, format!("\"{text}\" names several customers"))
                    .hint(format!("use an id: {list}")))
            }
        }
    }
}

/// The time of the newest line of a batch.
fn newest(lines: &RecordBatch) -> Option<Micros> {
    let times = arrow::compute::cast(lines.column_by_name("time")?, &DataType::Int64).ok()?;
    arrow::compute::max(arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(&times))
}

fn trait_columns(traits: &Traits) -> Result<Vec<(String, ColumnType)>, Problem> {
    let column = |field: &Arc<arrow::datatypes::Field>| {
        let kind = match field.data_type() {
            DataType::Int64 => ColumnType::Int64,
            DataType::Float64 => ColumnType::Float64,
            DataType::Utf8 => ColumnType::Text,
            DataType::Timestamp(..) => ColumnType::Time,
            DataType::Decimal128(_, scale) => ColumnType::Decimal(*scale),
            other => return Err(Problem::new(Code::Internal, format!("a trait of the type {other} cannot be stored"))),
        };
        Ok((field.name().clone(), kind))
    };
    traits.schema().fields().iter().map(column).collect()
}

/// Keeps traits and places of touched customers fresh, in the transaction that touches them. Made once, used for many.
pub(crate) struct Refresh {
    plan: Arc<Plan>,
    classifier: Option<Classifier>,
    columns: Vec<&'static str>,
    clock: Arc<dyn Clock>,
    /// The reference date, which rises with the lines that come in.
    reference: AtomicI64,
    zone: Zone,
}

impl Refresh {
    /// With the definitions in use and the newest RFM run, if there is one.
    pub(crate) async fn new(app: &App) -> Result<Self, Problem> {
        let traits = app.traits()?;
        let plan = Plan::compile(&traits, &app.zone)?;
        let classifier = match Classifier::latest(&app.lake, &traits).await {
            Ok(classifier) => Some(classifier),
            Err(problem) if problem.code == Code::NotFound => None,
            Err(problem) => return Err(problem),
        };
        let mut columns = plan.columns().to_vec();
        let more = classifier.iter().flat_map(|c| c.columns().iter().copied());
        for column in more {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        let reference = AtomicI64::new(app.reference().await?.unwrap_or(Micros::MIN));
        Ok(Self { plan, classifier, columns, clock: Arc::clone(&app.clock), reference, zone: app.zone.clone() })
    }

    /// The reference date now that these lines are there: see [`segment::reference`].
    fn as_of<'a>(&self, lines: impl Iterator<Item = &'a RecordBatch>, now: Micros) -> Micros {
        let newest = lines.filter_map(newest).max().unwrap_or(Micros::MIN);
        if newest > self.reference.load(Ordering::Relaxed) {
            let today = end_of_day(now, &self.zone);
            self.reference.fetch_max(end_of_day(newest.min(today), &self.zone), Ordering::Relaxed);
        }
        let reference = self.reference.load(Ordering::Relaxed);
        if reference == Micros::MIN { now } else { reference }
    }

    fn values(&self, customer: CustomerId, lines: &[RecordBatch], as_of: Micros) -> Result<String, Problem> {
        let mut folder = Folder::new(&self.plan, as_of);
        folder.customer(customer, lines)?;
        let row = insight::export::json_rows(&folder.take()?)?.pop().unwrap_or_default();
        let place = self.classifier.as_ref().map(|c| c.classify_lines(lines, customer, as_of)).transpose()?;
        let place = place.map(|p| named(self.classifier.as_ref(), &p));
        Ok(serde_json::json!({ "traits": row, "place": place }).to_string())
    }
}

/// A place with the names of its group, tier and stage.
fn named(classifier: Option<&Classifier>, place: &segment::Place) -> serde_json::Value {
    use segment::Dimension::{Group, Stage, Tier};
    let name = |dimension, at: Option<u8>| {
        let titles = classifier.map(|c| c.run().book.titles(dimension))?;
        at.and_then(|at| titles.get(usize::from(at)).map(|t| t.name.clone()))
    };
    serde_json::json!({
        "rfm_group": name(Group, place.rfm.map(|r| r.group)),
        "value_tier": name(Tier, place.rfm.map(|r| r.tier)),
        "life_stage": name(Stage, Some(place.stage)),
        "rfm": place.rfm,
    })
}

impl Touched for Refresh {
    fn columns(&self) -> &[&'static str] {
        &self.columns
    }

    async fn touched(&self, tx: &mut Tx, customers: &[(CustomerId, Vec<RecordBatch>)]) -> Result<(), Problem> {
        overlay_turn(tx).await?;
        let now = self.clock.now();
        let as_of = self.as_of(customers.iter().flat_map(|(_, lines)| lines), now);
        for (customer, lines) in customers {
            overlay_put(tx, *customer, now, &self.values(*customer, lines, as_of)?).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use base::clock::DAY;
    use base::{FixedClock, Micros};
    use profile::ops::overlay_get;

    use super::*;
    use crate::cli::{args::InitArgs, init};

    /// 2026-04-01 00:00 UTC.
    const START: Micros = 1_775_001_600_000_000;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_comes_in_is_noted_at_its_own_instant() {
        let folder = tempfile::tempdir().unwrap();
        let (dir, nothing) = (folder.path().join("shop"), || None);
        let args = InitArgs {
            dir,
            name: nothing(),
            zone: nothing(),
            currency: nothing(),
            region: nothing(),
            language: nothing(),
            database: nothing(),
        };
        let mut app = init::make(&args, None).await.unwrap();
        let clock = Arc::new(FixedClock::at(START));
        app.clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let refresh = Refresh::new(&app).await.unwrap();
        // It is used for a day, and all traits are computed meanwhile.
        clock.advance(DAY);
        app.rebuild_traits(START + DAY, &Progress::default(), &Cancel::default()).await.unwrap();
        let order = r#"{"order_id":"A1","time":"2026-09-01 10:00","customer":"c1","product":"P1","amount":1}"#;
        app.importer().accept("main", order).await.unwrap();
        let (reports, failed) = app.importer().apply_waiting(&refresh).await.unwrap();
        assert!(reports.len() == 1 && reports[0].lines == 1 && failed.is_empty(), "{reports:?} {failed:?}");
        let mut tx = app.db.read().await.unwrap();
        let (at, _) = overlay_get(&mut tx, CustomerId(1)).await.unwrap().expect("it is noted");
        drop(tx);
        assert_eq!(at, START + DAY);
        // The line is of a day that has not come: the reference date is today.
        assert_eq!(app.reference().await.unwrap(), Some(end_of_day(START + DAY, &app.zone)));
    }
}
