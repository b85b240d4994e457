//! How dates are written.

use base::{Code, Problem, problem::did_you_mean};

/// The order or number system of a column's dates. Dates that begin with a year of four digits and dates with the
/// month's name are read under each of the first three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DateForm {
    /// `2010-12-01 08:26`, ISO 8601, `20101201`, `20101201082600`, `2010/12/1`, `2010年12月1日 上午8:26`.
    #[default]
    YearFirst,
    /// `1/12/2010`, `1.12.2010 08:26`, `1 Dec 2010`.
    DayFirst,
    /// `12/1/2010 8:26 AM`, `Dec 1, 2010`.
    MonthFirst,
    /// Days since 1899-12-30, as spreadsheets count: `40513.3514`.
    ExcelSerial,
    /// Seconds since 1970-01-01T00:00:00Z.
    UnixSeconds,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    UnixMillis,
}

impl DateForm {
    /// Every form, in the order of preference when a sample reads under several.
    pub const ALL: [Self; 6] =
        [Self::YearFirst, Self::DayFirst, Self::MonthFirst, Self::ExcelSerial, Self::UnixSeconds, Self::UnixMillis];

    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::YearFirst => "year-first",
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
            Self::ExcelSerial => "excel-serial",
            Self::UnixSeconds => "unix-seconds",
            Self::UnixMillis => "unix-millis",
        }
    }
}

impl std::str::FromStr for DateForm {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let wanted = text.trim().to_lowercase().replace([' ', '_'], "-");
        match wanted.as_str() {
            "year-first" | "iso" | "ymd" | "y-m-d" | "y/m/d" | "yyyy-mm-dd" | "zh" => Ok(Self::YearFirst),
            "day-first" | "dmy" | "d/m/y" | "d.m.y" | "dd/mm/yyyy" | "en-gb" => Ok(Self::DayFirst),
            "month-first" | "mdy" | "m/d/y" | "mm/dd/yyyy" | "en-us" => Ok(Self::MonthFirst),
            "excel-serial" | "excel" => Ok(Self::ExcelSerial),
            "unix-seconds" | "unix" => Ok(Self::UnixSeconds),
            "unix-millis" | "unix-ms" | "unix-milliseconds" => Ok(Self::UnixMillis),
            _ => {
                let names = Self::ALL.map(Self::as_str);
                let near = did_you_mean(&wanted, names).map_or(String::new(), |near| format!("{near} "));
                Err(Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a form of dates"))
                    .hint(format!("{near}forms: {}", names.join(", "))))
            }
        }
    }
}
