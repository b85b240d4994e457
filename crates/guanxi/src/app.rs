//! Everything a command works with, opened from a data folder.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base::{Clock, Problem, SystemClock, Zone};
use collect::import::{Business, Importer};
use lake::Lake;
use lake::engine::QueryLimits;
use profile::Region;
use profile::traits::Traits;
use segment::{Book, Lang};
use store::Db;

use crate::config::{self, Config};

/// An opened installation.
pub(crate) struct App {
    pub data: PathBuf,
    pub config: Config,
    pub db: Db,
    pub lake: Lake,
    pub zone: Zone,
    pub region: Region,
    pub clock: Arc<dyn Clock>,
}

impl App {
    /// Opens the data folder: configuration, operational store (its schema is brought up to date), history.
    pub(crate) async fn open(data: Option<PathBuf>) -> Result<Self, Problem> {
        let data = config::find(data)?;
        let data = std::path::absolute(&data)?;
        let config = Config::load(&data)?;
        let db = Db::open(&config.store_url(&data)).await?;
        let lake = Lake::open(db.clone(), &config.lake_dir(&data)).await?;
        let (zone, region) = (config.zone()?, config.business.region.parse()?);
        Ok(Self { data, config, db, lake, zone, region, clock: Arc::new(SystemClock) })
    }

    /// The importer of this installation.
    pub(crate) fn importer(&self) -> Importer {
        let business =
            Business { zone: self.zone.clone(), currency: self.config.business.currency.clone(), region: self.region };
        Importer::new(self.lake.clone(), &self.data, business, Arc::clone(&self.clock), self.config.threads())
    }

    /// The trait definitions in use.
    pub(crate) fn traits(&self) -> Result<Traits, Problem> {
        let file = &self.config.traits.file;
        Traits::parse(&config::definitions(
            file,
            &self.data,
            "traits.toml",
            include_str!("../../profile/traits.default.toml"),
        )?)
    }

    /// The segment rules in use.
    pub(crate) fn book(&self) -> Result<Book, Problem> {
        let file = &self.config.segments.file;
        let built_in = include_str!("../../segment/segments.default.toml");
        Book::parse(&config::definitions(file, &self.data, "segments.toml", built_in)?)
    }

    /// The language of labels.
    pub(crate) fn lang(&self) -> Lang {
        if self.config.business.language == "zh" { Lang::Zh } else { Lang::En }
    }

    /// What a query may use.
    pub(crate) fn limits(&self) -> QueryLimits {
        let engine = &self.config.engine;
        QueryLimits {
            rows: engine.query_rows,
            time: Duration::from_secs(engine.query_seconds),
            memory: engine.query_memory_mib << 20,
            threads: self.config.threads(),
        }
    }
}
