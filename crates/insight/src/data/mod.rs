//! The data itself: its tables, how good it is, questions in SQL.

pub mod cells;
mod engine;
mod http;
pub mod jobs;
mod quality;
mod question;
mod running;
mod tables;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use base::{Micros, Problem, Zone};
use lake::Lake;
use lake::engine::{ExtraTable, QueryLimits};
use web::App;

pub use engine::personal;
pub use http::routes;

use engine::Engine;
use quality::Kept;
use running::Running;

/// A future in a box.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// The tables of the operational store that a question may name. The binary knows whose they are.
pub trait Operational: Send + Sync + 'static {
    /// The tables, and what is to be told of them.
    fn list(&self) -> Boxed<'_, Vec<OperationalTable>>;
    /// The tables, to be read by a question.
    fn readable(&self) -> Boxed<'_, Vec<ExtraTable>>;
    /// `limit` rows of a table in the order of its first column, beginning after the key of a row.
    fn page<'a>(&'a self, name: &'a str, after: Option<&'a str>, limit: usize) -> Boxed<'a, RecordBatch>;
    /// A number that is another one after every change of these tables.
    fn stamp(&self) -> Boxed<'_, u64>;
}

/// A table of the operational store.
#[derive(Clone, Debug)]
pub struct OperationalTable {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub schema: SchemaRef,
    /// How many rows it has.
    pub rows: i64,
    /// How many rows have a value, by column, as far as known.
    pub filled: Vec<(String, i64)>,
    /// When it last changed.
    pub updated_at: Option<Micros>,
}

/// The state of these pages. Cheap to clone.
#[derive(Clone)]
pub struct Data {
    /// The server.
    pub app: App,
    /// The history.
    pub lake: Lake,
    /// The currency of the business.
    pub currency: Arc<str>,
    /// Its clocks.
    pub zone: Zone,
    /// The other tables.
    pub tables: Arc<dyn Operational>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) running: Arc<Running>,
    pub(crate) quality: Arc<Kept>,
}

impl Data {
    /// The state over a history and the tables beside it.
    pub fn new(
        app: App,
        lake: Lake,
        tables: Arc<dyn Operational>,
        limits: QueryLimits,
        currency: &str,
        zone: Zone,
    ) -> Self {
        let engine = Arc::new(Engine::new(app.clone(), lake.clone(), Arc::clone(&tables), limits));
        let (running, quality) = (Arc::default(), Arc::default());
        Self { app, lake, currency: currency.into(), zone, tables, engine, running, quality }
    }
}
