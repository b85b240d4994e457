//! Work that spans stages: what follows an import.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use base::{Code, CustomerId, Micros, Problem};
use jobs::{Cancel, Progress};
use lake::catalog::{file, table as catalog};
use lake::{ColumnType, FileWriter, WriteOptions};
use profile::ops::{customer_find, overlay_clear, overlay_turn};
use profile::traits::{Plan, Traits, rebuild};
use segment::{Pass, Request, RfmRun, Settings};

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
