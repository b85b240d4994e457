//! One customer with everything that is known and computed of him.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Code, CustomerId, Micros, Problem};
use lake::order::Order;
use lake::{ORDER_LINE, Snapshot};
use profile::ops::{customer_get, overlay_get};
use profile::timeline::{self, TimelineFilter, timeline_of};
use profile::traits::{Plan, of_lines};
use profile::{AttributeDef, Customer};
use serde_json::Value as Json;

use crate::list::column::Cell;
use crate::list::define::trait_shape;
use crate::list::frame::{Frame, TRAITS, blocking, cells, mix};
use crate::model::Dimension;
use crate::ops::{Classifier, rfm_of};
use crate::rules::book::Title;
use crate::stage::Stage;

/// Up to how many customers percentiles are drawn while somebody waits.
const QUICK: usize = 50_000;
/// Values kept of a trait to tell who has less.
const KEPT: usize = 4_096;

/// A customer, his traits and his place.
pub(crate) struct Person {
    pub(crate) customer: Customer,
    pub(crate) attributes: Vec<AttributeDef>,
    /// Traits by name, as answers have them, as of when.
    pub(crate) traits: BTreeMap<String, Json>,
    pub(crate) percentiles: BTreeMap<String, f64>,
    pub(crate) place: Option<Standing>,
}

/// Where he stands.
pub(crate) struct Standing {
    pub(crate) group: Option<String>,
    pub(crate) tier: Option<String>,
    pub(crate) stage: String,
    /// r, f, m and the combined score.
    pub(crate) scores: Option<(i64, i64, i64, f64)>,
    /// Whether his history changed after the run.
    pub(crate) stale: bool,
}

/// For every trait some of its values in order.
type Percentiles = BTreeMap<String, Vec<i64>>;

impl Stage {
    /// Everything of a customer; his traits as of an instant, or as they were computed last.
    pub(crate) async fn person(&self, id: CustomerId, as_of: Option<Micros>) -> Result<Person, Problem> {
        let mut tx = self.app.db.read().await?;
        let customer = customer_get(&mut tx, id).await?;
        let overlay = overlay_get(&mut tx, id).await?;
        let attributes = profile::ops::attribute_list(&mut tx).await?;
        drop(tx);
        let overlay = overlay.map(|(at, text)| (at, serde_json::from_str::<Json>(&text).unwrap_or_default()));
        let frame = Frame::open(&self.lake, &self.memory).await?;
        let cells = match as_of {
            Some(at) => self.traits_at(&frame.snapshot, id, at).await?,
            None => self.trait_cells(&frame.snapshot, id, overlay.as_ref().map(|o| &o.1)).await?,
        };
        let percentiles = self.percentiles(&frame).await?;
        let mut shares = BTreeMap::new();
        let definitions = self.traits()?;
        let mut traits = BTreeMap::new();
        for definition in definitions.list() {
            let cell = cells.get(&definition.name).unwrap_or(&Cell::Nothing);
            let known = percentiles.as_ref().and_then(|p| p.get(&definition.name)).filter(|v| !v.is_empty());
            if let Some((values, rank)) = known.zip(crate::list::column::rank_of(cell)) {
                let less = values.partition_point(|v| *v < rank) as f64 / values.len() as f64;
                shares.insert(definition.name.clone(), less);
            }
            traits.insert(definition.name.clone(), trait_shape(definition.kind).json(cell));
        }
        let place = self.standing(&frame.snapshot, id, overlay.as_ref()).await?;
        Ok(Person { customer, attributes, traits, percentiles: shares, place })
    }

    /// His traits: as computed when he was last touched, else as of the last rebuild.
    async fn trait_cells(
        &self,
        snapshot: &Snapshot,
        id: CustomerId,
        overlay: Option<&Json>,
    ) -> Result<BTreeMap<String, Cell>, Problem> {
        let definitions = self.traits()?;
        if let Some(values) = overlay.map(|o| &o["traits"]).filter(|t| t.is_object()) {
            let value =
                |t: &profile::traits::Trait| (t.name.clone(), trait_shape(t.kind).cell(&values[t.name.as_str()]));
            return Ok(definitions.list().iter().map(value).collect());
        }
        let Ok(table) = snapshot.table(TRAITS).cloned() else { return Ok(BTreeMap::new()) };
        let snapshot = snapshot.clone();
        blocking(move || {
            let known = definitions.list().iter().filter(|t| table.column(&t.name).is_some());
            let wanted: Vec<_> = known.map(|t| (t.name.as_str(), trait_shape(t.kind))).collect();
            let names: Vec<&str> = wanted.iter().map(|w| w.0).collect();
            let rows = snapshot.of_customer(&table, id.0, &names)?;
            let mut found = BTreeMap::new();
            for batch in rows.iter().filter(|b| b.num_rows() > 0) {
                for (at, (name, shape)) in wanted.iter().enumerate() {
                    let cell = cells(batch.column(at), *shape)?.swap_remove(0);
                    found.insert((*name).to_owned(), cell);
                }
            }
            Ok(found)
        })
        .await
    }

    /// His traits at an instant, computed for this.
    async fn traits_at(
        &self,
        snapshot: &Snapshot,
        id: CustomerId,
        at: Micros,
    ) -> Result<BTreeMap<String, Cell>, Problem> {
        let (definitions, zone, snapshot) = (self.traits()?, self.zone.clone(), snapshot.clone());
        blocking(move || {
            let plan = Plan::compile(&definitions, &zone)?;
            let lines = snapshot.of_customer(&ORDER_LINE, id.0, plan.columns())?;
            let row = of_lines(&plan, at, id, &lines)?;
            let mut found = BTreeMap::new();
            for definition in definitions.list() {
                if let Some(column) = row.column_by_name(&definition.name).filter(|column| !column.is_empty()) {
                    let cell = cells(column, trait_shape(definition.kind))?.swap_remove(0);
                    found.insert(definition.name.clone(), cell);
                }
            }
            Ok(found)
        })
        .await
    }

    async fn standing(
        &self,
        snapshot: &Snapshot,
        id: CustomerId,
        overlay: Option<&(Micros, Json)>,
    ) -> Result<Option<Standing>, Problem> {
        let Some(run) = self.run_latest().await? else { return Ok(None) };
        let place = overlay.map(|(at, values)| (*at, &values["place"])).filter(|(_, place)| place.is_object());
        if let Some((at, place)) = place {
            let name = |key: &str| place[key].as_str().map(ToOwned::to_owned);
            let score = |key: &str| place["rfm"]["scores"][key].as_i64();
            let scores = score("r").zip(score("f")).zip(score("m")).zip(place["rfm"]["score"].as_f64());
            return Ok(Some(Standing {
                group: name("rfm_group"),
                tier: name("value_tier"),
                stage: name("life_stage").unwrap_or_default(),
                scores: scores.map(|(((r, f), m), score)| (r, f, m, score)),
                stale: at > run.created_at,
            }));
        }
        let snapshot = snapshot.clone();
        let listed = blocking(move || rfm_of(&snapshot, id)).await.or_else(none_yet)?;
        Ok(listed.map(|row| Standing {
            scores: row
                .r
                .zip(row.f)
                .zip(row.m)
                .zip(row.score)
                .map(|(((r, f), m), s)| (r.into(), f.into(), m.into(), s)),
            group: row.group,
            tier: row.tier,
            stage: row.stage,
            stale: false,
        }))
    }

    /// For every trait of numbers some of its values in order; `None` while they are being drawn.
    async fn percentiles(&self, frame: &Frame) -> Result<Option<Arc<Percentiles>>, Problem> {
        let names: Vec<String> = self.traits()?.list().iter().map(|t| t.name.clone()).collect();
        let text = names.join(",");
        let stamp = mix(&[frame.table_stamp(TRAITS).cast_signed(), base::hash::stable(text.as_bytes()).cast_signed()]);
        if let Some(known) = self.memory.ready("percentiles", stamp) {
            return Ok(Some(known));
        }
        let (stage, snapshot) = (self.clone(), frame.snapshot.clone());
        let draw = async move {
            let definitions = stage.traits()?;
            let make = blocking(move || draw(&snapshot, &definitions));
            stage.memory.get("percentiles", stamp, make).await
        };
        if frame.len() <= QUICK {
            return draw.await.map(Some);
        }
        tokio::spawn(draw);
        Ok(None)
    }

    /// By the newest run; `None` before the first.
    pub(crate) async fn classifier(&self) -> Result<Option<Arc<Classifier>>, Problem> {
        let Some(run) = self.run_latest().await? else { return Ok(None) };
        let traits = self.traits()?;
        let text: String = traits.list().iter().flat_map(|t| [t.name.as_str(), &t.value, &t.condition]).collect();
        let stamp = mix(&[run.id, base::hash::stable(text.as_bytes()).cast_signed()]);
        let make = async move { Ok((Classifier::of_run(crate::RfmRun::clone(&run), &traits)?, 1 << 16)) };
        self.memory.get("classifier", stamp, make).await.map(Some)
    }

    /// When his life-cycle stage changed, seen at the end of each of the last months with the rhythms of the newest run: the instant,
    /// from where, to where. The newest last.
    pub(crate) async fn stages_of(&self, id: CustomerId, months: i32) -> Result<Vec<(Micros, Title, Title)>, Problem> {
        let Some(classifier) = self.classifier().await? else { return Ok(Vec::new()) };
        let (snapshot, ends) = (self.lake.snapshot().await?, self.month_ends(classifier.run().learned.as_of, months));
        blocking(move || {
            let lines = snapshot.of_customer(&ORDER_LINE, id.0, classifier.columns())?;
            let titles = classifier.run().book.titles(Dimension::Stage);
            let (mut before, mut moves): (Option<usize>, Vec<(Micros, Title, Title)>) = (None, Vec::new());
            for at in ends {
                let place = classifier.place_at(&lines, id, at)?;
                let now = place.buyer.then_some(usize::from(place.stage));
                if let (Some(from), Some(to)) = (before, now)
                    && from != to
                {
                    moves.push((at, titles[from].clone(), titles[to].clone()));
                }
                before = now;
            }
            Ok(moves)
        })
        .await
    }

    /// All his orders, the newest first.
    pub(crate) async fn orders_of(&self, id: CustomerId) -> Result<Vec<Order>, Problem> {
        let snapshot = self.lake.snapshot().await?;
        blocking(move || {
            let lines = snapshot.of_customer(&ORDER_LINE, id.0, &timeline::COLUMNS)?;
            timeline_of(&lines, &TimelineFilter { limit: usize::MAX, ..TimelineFilter::default() })
        })
        .await
    }
}

fn none_yet(problem: Problem) -> Result<Option<crate::Listed>, Problem> {
    if problem.code == Code::NotFound { Ok(None) } else { Err(problem) }
}

fn draw(snapshot: &Snapshot, definitions: &profile::traits::Traits) -> Result<(Percentiles, usize), Problem> {
    let mut all = Percentiles::new();
    for t in definitions.list() {
        let shape = trait_shape(t.kind);
        if shape.is_text() || shape == crate::list::column::Shape::Time {
            continue;
        }
        let column = crate::list::frame::read_column(snapshot, TRAITS, &t.name, shape)?;
        let mut values: Vec<i64> = (0..column.len() as u32).filter_map(|row| column.rank(row)).collect();
        values.sort_unstable();
        if values.len() > KEPT {
            values = (0..KEPT).map(|i| values[i * values.len() / KEPT]).collect();
        }
        all.insert(t.name.clone(), values);
    }
    let bytes = all.values().map(|v| v.len() * 8).sum();
    Ok((all, bytes))
}
