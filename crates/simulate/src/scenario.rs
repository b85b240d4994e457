//! The public face: which business to make, and the writing of it.

use std::path::Path;
use std::str::FromStr;

use base::{Code, Problem};
use jiff::civil::{Date, date};

use crate::plan::Plan;
use crate::write::{self, Progress, Written};

/// A business to simulate. The same scenario always gives the same bytes, however many threads write them.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Number of customers with a card, 1 … 100 million.
    pub customers: u64,
    /// Seed of all randomness.
    pub seed: u64,
    /// First day, 2011 … 2040 (the years whose Chinese festivals are known).
    pub start: Date,
    /// Length in months, 1 … 120.
    pub months: u32,
    /// IANA name of the time zone the shops' clocks show; all times in the files are local ones.
    pub zone: String,
    /// Mean number of receipt lines per customer over the whole span (those who join late or leave early included),
    /// 2 … 2000. It scales how often people come, not how much they buy at a time. Lines without a card come on top.
    pub lines_per_customer: f64,
}

impl Default for Scenario {
    /// 10 000 customers, 2024 and 2025, Shanghai, 10 lines each.
    fn default() -> Self {
        Self {
            customers: 10_000,
            seed: 1,
            start: date(2024, 1, 1),
            months: 24,
            zone: "Asia/Shanghai".into(),
            lines_per_customer: 10.0,
        }
    }
}

impl Scenario {
    /// Currency of all amounts (ISO 4217).
    pub const CURRENCY: &'static str = "CNY";

    /// Writes all files into `dir` (made if missing) and says what they hold. Memory stays bounded by about 500 MB; large
    /// scenarios spill about 28 bytes per line into `dir` while they run. Existing files are never replaced.
    ///
    /// # Errors
    /// A scenario that cannot be made, files of an earlier run in `dir`, or a disk that fails.
    pub fn write(&self, dir: &Path, format: Format, progress: &mut dyn FnMut(Progress)) -> Result<Written, Problem> {
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        write::all(&Plan::new(self)?, dir, format, workers.min(16), progress)
    }
}

/// The form of the order lines; all other files are plain CSV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// `orders.csv`
    #[default]
    Csv,
    /// `orders.csv.gz`
    CsvGz,
    /// `orders.csv.zst`
    CsvZst,
    /// `orders.parquet`: same columns, typed; times as timestamps without zone, money as decimal(12, 2).
    Parquet,
}

impl Format {
    /// All forms.
    pub const ALL: [Self; 4] = [Self::Csv, Self::CsvGz, Self::CsvZst, Self::Parquet];

    /// The name on the command line, which is also the file's extension.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::CsvGz => "csv.gz",
            Self::CsvZst => "csv.zst",
            Self::Parquet => "parquet",
        }
    }
}

impl FromStr for Format {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|f| f.as_str() == text).ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a format"))
                .hint("use csv, csv.gz, csv.zst or parquet")
        })
    }
}
