//! Spans of time that a trait looks at.
//!
//! | written | lines counted, with `as_of` the reference instant |
//! |---|---|
//! | `all` | time ≤ `as_of` |
//! | `90d`, `12 weeks` | `as_of` − n × 24 h (7 × 24 h) < time ≤ `as_of` |
//! | `12 months`, `1 year` | same wall-clock time n months (years) earlier, in the business time zone < time ≤ `as_of`; a day that the earlier month lacks becomes its last day |
//! | `2024-01-01..2024-12-31` | from the first midnight to the end of the last day in the business time zone, and ≤ `as_of`; either side may be left out |

use base::{Micros, Zone};
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::lexer::Fault;

/// A span of time, relative to the reference date or fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Window {
    All,
    /// The last n times 24 hours.
    Days(i32),
    /// The last n months of the calendar.
    Months(i32),
    /// Whole days, both included.
    Dates(Option<Date>, Option<Date>),
}

const FORMS: &str = "write \"all\", \"90d\", \"12 weeks\", \"6 months\", \"2 years\" or \"2024-01-01..2024-12-31\"";
/// Longest relative window: a century.
const MOST_DAYS: i32 = 36_525;

impl Window {
    /// Reads a window.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text == "all" {
            return Ok(Self::All);
        }
        if let Some((from, to)) = text.split_once("..") {
            return Self::dates(text, from.trim(), to.trim());
        }
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = (&text[..digits], text[digits..].trim());
        let (days, months) = match unit {
            "d" | "day" | "days" => (1, 0),
            "w" | "week" | "weeks" => (7, 0),
            "month" | "months" => (0, 1),
            "year" | "years" => (0, 12),
            _ => return Err(Fault::new(0, format!("\"{text}\" is not a window")).hint(FORMS.to_owned())),
        };
        let count = count.parse::<i32>().ok().filter(|n| (1..=MOST_DAYS).contains(n));
        let count = count.filter(|n| n * days <= MOST_DAYS && n * months <= MOST_DAYS / 30);
        let Some(n) = count else {
            return Err(Fault::new(0, format!("the window \"{text}\" is not between one day and a century"))
                .hint(FORMS.to_owned()));
        };
        Ok(if days > 0 { Self::Days(n * days) } else { Self::Months(n * months) })
    }

    fn dates(text: &str, from: &str, to: &str) -> Result<Self, Fault> {
        let (first, last) = (date(text, from)?, date(text, to)?);
        match (first, last) {
            (None, None) => Err(Fault::new(0, "a window from .. to needs at least one date").hint(FORMS.to_owned())),
            (Some(a), Some(b)) if b < a => {
                Err(Fault::new(0, format!("the window \"{text}\" ends before it begins"))
                    .hint(format!("write {b}..{a}")))
            }
            _ => Ok(Self::Dates(first, last)),
        }
    }

    /// First and last instant, both included; empty when the first is later than the last.
    pub(super) fn bounds(self, as_of: Micros, zone: &Zone) -> (Micros, Micros) {
        match self {
            Self::All => (Micros::MIN, as_of),
            Self::Days(n) => (as_of.saturating_sub(i64::from(n) * base::clock::DAY).saturating_add(1), as_of),
            Self::Months(n) => (months_before(as_of, n, zone).saturating_add(1), as_of),
            Self::Dates(first, last) => {
                let from = first.map_or(Micros::MIN, |day| midnight(day, zone));
                let end =
                    last.map_or(Micros::MAX, |day| day.tomorrow().map_or(Micros::MAX, |next| midnight(next, zone) - 1));
                (from, end.min(as_of))
            }
        }
    }
}

/// First and last instant, both included, of a window written as in a definition; `None` when it is written wrong.
pub fn span(window: &str, as_of: Micros, zone: &Zone) -> Option<(Micros, Micros)> {
    Window::parse(window).ok().map(|window| window.bounds(as_of, zone))
}

fn date(text: &str, part: &str) -> Result<Option<Date>, Fault> {
    if part.is_empty() {
        return Ok(None);
    }
    part.parse().map(Some).map_err(|_| {
        let at = text.find(part).unwrap_or(0);
        Fault::new(at, format!("\"{part}\" is not a date")).hint("dates look like 2024-12-31".to_owned())
    })
}

/// The first instant of a day. A date out of the calendar's range counts as endless.
fn midnight(day: Date, zone: &Zone) -> Micros {
    zone.instant(day.at(0, 0, 0, 0)).unwrap_or(if day.year() < 1970 { Micros::MIN } else { Micros::MAX })
}

fn months_before(at: Micros, months: i32, zone: &Zone) -> Micros {
    let earlier = Timestamp::from_microsecond(at)
        .and_then(|stamp| stamp.to_zoned(zone.tz().clone()).checked_sub(Span::new().months(months)));
    earlier.map_or(Micros::MIN, |zoned| zoned.timestamp().as_microsecond())
}
