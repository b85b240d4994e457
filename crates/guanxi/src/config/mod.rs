//! The configuration: defaults, then the file of the data folder, then the environment, then flags.

pub(crate) mod edit;

use std::path::{Path, PathBuf};

use base::{Code, Problem, Zone};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::{Deserialize, Serialize};

/// The complete, commented defaults.
pub(crate) const DEFAULTS: &str = include_str!("../../../../config.default.toml");
/// The file that makes a folder a data folder.
pub(crate) const FILE: &str = "guanxi.toml";

/// The file that makes a folder a back-up.
pub(crate) const MANIFEST: &str = "manifest.json";

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
    /// The console and the API.
    pub server: web::Settings,
    /// Single orders.
    pub intake: Intake,
    /// Background work.
    pub jobs: Jobs,
    /// Back-ups.
    pub backup: Backup,
    /// Traces.
    pub telemetry: Telemetry,
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
    /// MiB of the disk per query.
    pub query_disk_mib: u64,
    /// Seconds per query.
    pub query_seconds: u64,
    /// Rows per query.
    pub query_rows: usize,
}

/// Section `jobs`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jobs {
    /// How much runs at once.
    pub workers: usize,
    /// Days that ended work is listed.
    pub keep_days: u32,
}

/// Section `intake`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Intake {
    /// Days that what came of a batch can be asked for.
    pub keep_days: u32,
}

/// Section `backup`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Backup {
    /// Folder.
    pub dir: String,
}

/// Section `telemetry`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Telemetry {
    /// Address of the collector; empty: none.
    pub otlp_endpoint: String,
    /// Name of this service.
    pub service_name: String,
    /// Share of traces that is sent.
    pub sample_ratio: f64,
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
            .merge(Env::prefixed("GUANXI_").ignore(&["data", "log", "test_postgres"]).split("__"));
        let config: Self = figment.extract().map_err(|e| invalid(&e))?;
        config.check()?;
        Ok(config)
    }

    /// The same with other settings of the business.
    pub(crate) fn with(&self, business: Business) -> Self {
        Self { business, ..self.clone() }
    }

    fn check(&self) -> Result<(), Problem> {
        self.check_business()?;
        if !(1..=19).contains(&self.lake.compression) {
            return Err(wrong("lake.compression", &self.lake.compression.to_string(), "use 1 to 19"));
        }
        if !(1..=64).contains(&self.jobs.workers) {
            return Err(wrong("jobs.workers", &self.jobs.workers.to_string(), "use 1 to 64"));
        }
        if self.intake.keep_days == 0 {
            return Err(wrong("intake.keep_days", "0", "use 1 or more"));
        }
        if self.jobs.keep_days == 0 {
            return Err(wrong("jobs.keep_days", "0", "use 1 or more"));
        }
        let Telemetry { otlp_endpoint: address, sample_ratio, .. } = &self.telemetry;
        if !(address.is_empty() || address.starts_with("http://") || address.starts_with("https://")) {
            return Err(wrong("telemetry.otlp_endpoint", address, "use an address such as http://127.0.0.1:4318"));
        }
        if !(0.0..=1.0).contains(sample_ratio) {
            return Err(wrong("telemetry.sample_ratio", &sample_ratio.to_string(), "use 0 to 1"));
        }
        self.server.check()
    }

    /// Checks the settings of the business; a problem names the field.
    pub(crate) fn check_business(&self) -> Result<(), Problem> {
        let Business { name, zone, currency, region, language } = &self.business;
        let upper = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_uppercase());
        let named = (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        let region_known = upper(region, 2) && region.parse::<profile::Region>().is_ok();
        let checked = [
            ("name", name, named, "use 1 to 200 characters on one line"),
            ("zone", zone, self.zone().is_ok(), "use an IANA name such as Asia/Shanghai, Europe/London or UTC"),
            ("currency", currency, upper(currency, 3), "use an ISO 4217 code such as CNY, EUR or USD"),
            ("region", region, region_known, "use an ISO 3166 code such as CN, GB or US"),
            ("language", language, ["en", "zh"].contains(&language.as_str()), "use en or zh"),
        ];
        let problem = |(field, text, _, hint): (&str, &String, bool, &str)| {
            wrong(&format!("business.{field}"), text, hint).field(field, hint)
        };
        let wrong = checked.into_iter().filter(|(_, _, right, _)| !right).map(problem);
        wrong.reduce(Problem::and).map_or(Ok(()), Err)
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

    /// What holds, to be shown: without passwords, and without where the key of the certificate lies.
    pub(crate) fn shown(&self, data: &Path) -> Self {
        let mut shown = self.clone();
        shown.store.url = store::db::redact(&self.store_url(data));
        shown.telemetry.otlp_endpoint = store::db::redact(&self.telemetry.otlp_endpoint);
        if !shown.server.tls_key.is_empty() {
            "…".clone_into(&mut shown.server.tls_key);
        }
        shown
    }

    /// The address of the operational store.
    pub(crate) fn store_url(&self, data: &Path) -> String {
        if self.store.url.is_empty() {
            format!("sqlite://{}", data.join("guanxi.db").display())
        } else {
            self.store.url.clone()
        }
    }

    /// The folder of back-ups.
    pub(crate) fn backup_dir(&self, data: &Path) -> PathBuf {
        if self.backup.dir.is_empty() { data.join("backups") } else { PathBuf::from(&self.backup.dir) }
    }

    /// The folder of the history.
    pub(crate) fn lake_dir(&self, data: &Path) -> PathBuf {
        if self.lake.dir.is_empty() { data.join("lake") } else { PathBuf::from(&self.lake.dir) }
    }
}

/// Where a file of definitions is: as configured, else in the data folder.
pub(crate) fn definitions_file(configured: &str, data: &Path, name: &str) -> PathBuf {
    if configured.is_empty() { data.join(name) } else { PathBuf::from(configured) }
}

/// The text of a definition file: the configured one, the one in the data folder, or the built-in.
pub(crate) fn definitions(configured: &str, data: &Path, name: &str, built_in: &str) -> Result<String, Problem> {
    let path = definitions_file(configured, data, name);
    if configured.is_empty() && !path.exists() {
        return Ok(built_in.to_owned());
    }
    std::fs::read_to_string(&path).map_err(|e| {
        Problem::new(Code::InvalidConfig, format!("{} cannot be read: {e}", path.display()))
            .hint("check the path in guanxi.toml")
            .caused_by(e)
    })
}

fn wrong(what: &str, value: &str, hint: &str) -> Problem {
    Problem::new(Code::InvalidConfig, format!("{what} = \"{value}\" is not valid")).hint(hint.to_owned())
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

/// Whether a folder is what `guanxi backup` makes.
fn is_backup(dir: &Path) -> bool {
    dir.join(MANIFEST).is_file() && dir.join("store").is_dir()
}

/// Finds the data folder: the flag or `GUANXI_DATA`, this folder or one above it that holds `guanxi.toml`, or the only
/// folder in this one that does.
pub(crate) fn find(given: Option<PathBuf>) -> Result<PathBuf, Problem> {
    let is_data = |dir: &Path| dir.join(FILE).is_file() && !is_backup(dir);
    if let Some(dir) = given {
        if is_backup(&dir) {
            return Err(Problem::new(
                Code::InvalidArgument,
                format!("{} is a back-up, which stays as it is", dir.display()),
            )
            .hint(format!("work with what it holds: guanxi restore {} NEW-FOLDER", dir.display())));
        }
        return if is_data(&dir) {
            Ok(dir)
        } else {
            Err(Problem::new(Code::NotFound, format!("{} is not a data folder of Guanxi", dir.display()))
                .hint(format!("make one: guanxi init {}", dir.display())))
        };
    }
    let here = std::env::current_dir()?;
    if let Some(dir) = here.ancestors().find(|d| is_data(d)) {
        return Ok(dir.to_path_buf());
    }
    let inside: Vec<PathBuf> =
        std::fs::read_dir(&here)?.filter_map(Result::ok).map(|e| e.path()).filter(|p| is_data(p)).collect();
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
