//! What follows a single order: the traits and the place of its customer.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use base::{Clock, Code, CustomerId, Micros, Problem, Zone, hash};
use collect::import::Touched;
use profile::ops::{overlay_put, overlay_turn};
use profile::traits::{Folder, Plan, Traits};
use segment::{Classifier, end_of_day};
use store::Tx;

use crate::app::App;

/// How traits and places are computed: by the definitions and the RFM run of one moment.
pub(crate) struct Ways {
    plan: Arc<Plan>,
    /// By the newest run, if there is one.
    classifier: Option<Classifier>,
    columns: Vec<&'static str>,
}

/// The [`Ways`] that were made last, with what tells their definitions and run apart: orders come one by one.
#[derive(Clone, Default)]
pub(crate) struct KeptWays(Arc<Mutex<Option<Stamped>>>);

type Stamped = (u64, Arc<Ways>);

impl Ways {
    async fn of(app: &App) -> Result<Arc<Self>, Problem> {
        let (text, run) = (app.traits_text()?, segment::rfm_newest(&app.lake).await?);
        let stamp =
            hash::stable_parts([text.as_bytes(), app.zone.name().as_bytes(), &run.unwrap_or_default().to_le_bytes()]);
        let kept = || app.ways.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, ways)) = kept().as_ref().filter(|(of, _)| *of == stamp) {
            return Ok(Arc::clone(ways));
        }
        let ways = Arc::new(Self::new(app, &Traits::parse(&text)?).await?);
        *kept() = Some((stamp, Arc::clone(&ways)));
        Ok(ways)
    }

    async fn new(app: &App, traits: &Traits) -> Result<Self, Problem> {
        let plan = Plan::compile(traits, &app.zone)?;
        let classifier = match Classifier::latest(&app.lake, traits).await {
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
        Ok(Self { plan, classifier, columns })
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

/// Keeps traits and places of touched customers fresh, in the transaction that touches them. May be used for many.
pub(crate) struct Refresh {
    ways: Arc<Ways>,
    clock: Arc<dyn Clock>,
    /// The reference date, which rises with the lines that come in.
    reference: AtomicI64,
    zone: Zone,
}

impl Refresh {
    /// With the definitions in use and the newest RFM run, if there is one.
    pub(crate) async fn new(app: &App) -> Result<Self, Problem> {
        let ways = Ways::of(app).await?;
        let reference = AtomicI64::new(app.reference().await?.unwrap_or(Micros::MIN));
        Ok(Self { ways, clock: Arc::clone(&app.clock), reference, zone: app.zone.clone() })
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
}

/// The time of the newest line of a batch.
fn newest(lines: &RecordBatch) -> Option<Micros> {
    let times = arrow::compute::cast(lines.column_by_name("time")?, &DataType::Int64).ok()?;
    arrow::compute::max(arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(&times))
}

impl Touched for Refresh {
    fn columns(&self) -> &[&'static str] {
        &self.ways.columns
    }

    async fn touched(&self, tx: &mut Tx, customers: &[(CustomerId, Vec<RecordBatch>)]) -> Result<(), Problem> {
        overlay_turn(tx).await?;
        let now = self.clock.now();
        let as_of = self.as_of(customers.iter().flat_map(|(_, lines)| lines), now);
        for (customer, lines) in customers {
            overlay_put(tx, *customer, now, &self.ways.values(*customer, lines, as_of)?).await?;
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use base::clock::DAY;
    use base::{FixedClock, Micros};
    use jobs::{Cancel, Progress};
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
