//! Dates on the command line and in output, on the clocks of the business.

use base::{Code, Micros, Problem, Zone};
use jiff::civil::{Date, DateTime};

/// Reads a date such as `2011-12-10`.
pub(crate) fn date(text: &str) -> Result<Date, Problem> {
    text.parse().map_err(|e: jiff::Error| {
        Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a date"))
            .hint("write it as 2011-12-10")
            .caused_by(e)
    })
}

/// The last instant of a day: a reference date includes its day.
pub(crate) fn end_of(date: Date, zone: &Zone) -> Result<Micros, Problem> {
    let next =
        date.tomorrow().map_err(|e| Problem::new(Code::InvalidArgument, format!("{date} is too late")).caused_by(e))?;
    Ok(zone.instant(DateTime::from(next))? - 1)
}

/// An instant as people of the business read it.
pub(crate) fn show(at: Micros, zone: &Zone) -> String {
    jiff::Timestamp::from_microsecond(at)
        .map_or_else(|_| at.to_string(), |t| t.to_zoned(zone.tz().clone()).strftime("%Y-%m-%d %H:%M").to_string())
}

/// The day of an instant.
pub(crate) fn day(at: Micros, zone: &Zone) -> String {
    jiff::Timestamp::from_microsecond(at)
        .map_or_else(|_| at.to_string(), |t| t.to_zoned(zone.tz().clone()).date().to_string())
}
