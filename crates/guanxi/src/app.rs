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
use crate::presence::Presence;
use crate::refresh::KeptWays;
use crate::text;

/// An opened installation.
#[derive(Clone)]
pub(crate) struct App {
    pub data: PathBuf,
    pub config: Config,
    pub db: Db,
    pub lake: Lake,
    pub zone: Zone,
    pub region: Region,
    pub clock: Arc<dyn Clock>,
    /// That this process has the folder open.
    pub presence: Presence,
    /// How touched customers are computed.
    pub ways: KeptWays,
}

impl App {
    /// Opens the data folder: configuration, operational store (its schema is brought up to date), history.
    /// `lang` comes before the language of the configuration.
    pub(crate) async fn open(data: Option<PathBuf>, lang: Option<&str>) -> Result<Self, Problem> {
        let data = config::find(data)?;
        let data = std::path::absolute(&data)?;
        let mut config = Config::load(&data)?;
        let presence = Presence::enter(&data);
        if let Some(lang) = lang {
            lang.clone_into(&mut config.business.language);
        }
        text::speak(&config.business.language);
        let db = Db::open(&config.store_url(&data)).await?;
        let lake = Lake::open(db.clone(), &config.lake_dir(&data)).await?;
        let (zone, region) = (config.zone()?, config.business.region.parse()?);
        Ok(Self {
            data,
            config,
            db,
            lake,
            zone,
            region,
            clock: Arc::new(SystemClock),
            presence,
            ways: KeptWays::default(),
        })
    }

    /// The importer of this installation.
    pub(crate) fn importer(&self) -> Importer {
        let business =
            Business { zone: self.zone.clone(), currency: self.config.business.currency.clone(), region: self.region };
        Importer::new(self.lake.clone(), &self.data, business, Arc::clone(&self.clock), self.config.threads())
    }

    /// Where background work writes files for people.
    pub(crate) fn job_files(&self) -> PathBuf {
        self.data.join("jobs")
    }

    /// The same installation with the configuration as it is now.
    pub(crate) fn reloaded(&self) -> Result<Self, Problem> {
        let mut config = Config::load(&self.data)?;
        config.server = self.config.server.clone();
        let (zone, region) = (config.zone()?, config.business.region.parse()?);
        Ok(Self { config, zone, region, ..self.clone() })
    }

    /// The file of trait definitions; without it those of the product hold.
    pub(crate) fn traits_file(&self) -> PathBuf {
        config::definitions_file(&self.config.traits.file, &self.data, "traits.toml")
    }

    /// The file of segment rules; without it those of the product hold.
    pub(crate) fn rules_file(&self) -> PathBuf {
        config::definitions_file(&self.config.segments.file, &self.data, "segments.toml")
    }

    /// The trait definitions in use.
    pub(crate) fn traits(&self) -> Result<Traits, Problem> {
        Traits::parse(&self.traits_text()?)
    }

    /// The text of the trait definitions in use.
    pub(crate) fn traits_text(&self) -> Result<String, Problem> {
        let built_in = include_str!("../../profile/traits.default.toml");
        config::definitions(&self.config.traits.file, &self.data, "traits.toml", built_in)
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
            disk: engine.query_disk_mib << 20,
            threads: self.config.threads(),
        }
    }
}
