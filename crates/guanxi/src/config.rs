//! The configuration: defaults, then the file of the data folder, then the environment, then flags.

use std::path::{Path, PathBuf};

use base::{Code, Problem, Zone};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::{Deserialize, Serialize};

/// The complete, commented defaults.
pub(crate) const DEFAULTS: &str = include_str!("../../../config.default.toml");
/// The file that makes a folder a data folder.
pub(crate) const FILE: &str = "guanxi.toml";

/// All settings. The comments of `config.default.toml` say what each means.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// What holds for the whole business.
    pub business: Business,
    /// The operational store.
    pub store: Store,
    /// The history.
    pub lake: Lake,
    /// Limits of heavy work.
    pub engine: Engine,
    /// Trait definitions.
    pub traits: Definitions,
    /// Segment rules.
    pub segments: Definitions,
}

/// Section `business`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Business {
    /// Name.
    pub name: String,
    /// IANA time zone.
    pub zone: String,
    /// ISO 4217 currency.
    pub currency: String,
    /// ISO 3166 region.
    pub region: String,
    /// Language of labels.
    pub language: String,
}

/// Section `store`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Store {
    /// Address of the database.
    pub url: String,
}

/// Section `lake`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lake {
    /// Folder.
    pub dir: String,
    /// Hours replaced files are kept.
    pub grace_hours: u32,
    /// zstd level.
    pub compression: i32,
}

/// Section `engine`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Engine {
    /// Threads, 0 = all.
    pub threads: usize,
    /// MiB per query.
    pub query_memory_mib: usize,
    /// Seconds per query.
    pub query_seconds: u64,
    /// Rows per query.
    pub query_rows: usize,
}

/// Sections that name a definition file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Definitions {
    /// The file.
    pub file: String,
}

impl Config {
    /// Reads the configuration of a data folder.
    pub(crate) fn load(data: &Path) -> Result<Self, Problem> {
        let figment = Figment::new()
            .merge(Toml::string(DEFAULTS))
            .merge(Toml::file(data.join(FILE)))
            .merge(Env::prefixed("GUANXI_").ignore(&["data", "log"]).split("__"));
        let config: Self = figment.extract().map_err(|e| invalid(&e))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), Problem> {
        self.zone()?;
        let wrong = |what: &str, value: &str, hint: &str| {
            Err(Problem::new(Code::InvalidConfig, format!("{what} = \"{value}\" is not valid")).hint(hint))
        };
        let upper = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_uppercase());
        if !upper(&self.business.currency, 3) {
            return wrong("business.currency", &self.business.currency, "use an ISO 4217 code such as CNY, EUR or USD");
        }
        if !upper(&self.business.region, 2) {
            return wrong("business.region", &self.business.region, "use an ISO 3166 code such as CN, GB or US");
        }
        if !["en", "zh"].contains(&self.business.language.as_str()) {
            return wrong("business.language", &self.business.language, "use en or zh");
        }
        if !(1..=19).contains(&self.lake.compression) {
            return wrong("lake.compression", &self.lake.compression.to_string(), "use 1 to 19");
        }
        Ok(())
    }

    /// The business time zone.
    pub(crate) fn zone(&self) -> Result<Zone, Problem> {
        Zone::named(&self.business.zone)
    }

    /// Threads for heavy work.
    pub(crate) fn threads(&self) -> usize {
        match self.engine.threads {
            0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            n => n,
        }
    }

    /// The address of the operational store.
    pub(crate) fn store_url(&self, data: &Path) -> String {
        if self.store.url.is_empty() {
            format!("sqlite://{}", data.join("guanxi.db").display())
        } else {
            self.store.url.clone()
        }
    }

    /// The folder of the history.
    pub(crate) fn lake_dir(&self, data: &Path) -> PathBuf {
        if self.lake.dir.is_empty() { data.join("lake") } else { PathBuf::from(&self.lake.dir) }
    }
}

/// The text of a definition file: the configured one, the one in the data folder, or the built-in.
pub(crate) fn definitions(configured: &str, data: &Path, name: &str, built_in: &str) -> Result<String, Problem> {
    let own = data.join(name);
    let path = if configured.is_empty() { own } else { PathBuf::from(configured) };
    if configured.is_empty() && !path.exists() {
        return Ok(built_in.to_owned());
    }
    std::fs::read_to_string(&path).map_err(|e| {
        Problem::new(Code::InvalidConfig, format!("{} cannot be read: {e}", path.display()))
            .hint("check the path in guanxi.toml")
            .caused_by(e)
    })
}

fn invalid(error: &figment::Error) -> Problem {
    let known = "see config.default.toml for all settings";
    let hint = match &error.kind {
        figment::error::Kind::UnknownField(field, fields) => {
            base::problem::did_you_mean(field, fields.iter().copied()).unwrap_or_else(|| known.to_owned())
        }
        _ => known.to_owned(),
    };
    let place = error.metadata.as_ref().map_or(String::new(), |m| format!(" in {m}", m = m.name));
    Problem::new(Code::InvalidConfig, format!("the configuration{place} is not valid: {error}")).hint(hint)
}

/// Finds the data folder: the flag or `GUANXI_DATA`, this folder or one above it that holds `guanxi.toml`, or the only
/// folder in this one that does.
pub(crate) fn find(given: Option<PathBuf>) -> Result<PathBuf, Problem> {
    if let Some(dir) = given {
        return if dir.join(FILE).is_file() {
            Ok(dir)
        } else {
            Err(Problem::new(Code::NotFound, format!("{} is not a data folder of Guanxi", dir.display()))
                .hint(format!("make one: guanxi init {}", dir.display())))
        };
    }
    let here = std::env::current_dir()?;
    if let Some(dir) = here.ancestors().find(|d| d.join(FILE).is_file()) {
        return Ok(dir.to_path_buf());
    }
    let inside: Vec<PathBuf> =
        std::fs::read_dir(&here)?.filter_map(Result::ok).map(|e| e.path()).filter(|p| p.join(FILE).is_file()).collect();
    match inside.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Problem::new(Code::NotFound, "there is no data folder of Guanxi here")
            .hint("make one with `guanxi init shop`, or name one with --data")),
        several => {
            let names: Vec<_> = several.iter().map(|p| p.display().to_string()).collect();
            Err(Problem::new(Code::InvalidArgument, "there are several data folders here")
                .hint(format!("name one with --data: {}", names.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete_and_valid() {
        let dir = std::env::temp_dir().join("guanxi-no-such-folder");
        let config = Config::load(&dir).unwrap();
        assert_eq!(config.business.zone, "Asia/Shanghai");
    }

    #[test]
    fn a_mistyped_key_and_a_wrong_value_say_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "[business]\nzoen = \"UTC\"\n").unwrap();
        let problem = Config::load(dir.path()).unwrap_err();
        assert_eq!(problem.code, Code::InvalidConfig);
        assert_eq!(problem.hint.as_deref(), Some("did you mean \"zone\"?"), "{problem}");
        std::fs::write(dir.path().join(FILE), "[business]\ncurrency = \"yuan\"\n").unwrap();
        assert!(Config::load(dir.path()).unwrap_err().message.contains("yuan"));
    }
}
