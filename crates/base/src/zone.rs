//! The business time zone: instants to wall-clock days and hours, fast enough for every line of the lake.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{Code, Micros, Problem};

/// A time zone by its IANA name, e.g. `Asia/Shanghai`.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// The offset in force over a span of instants; a cursor keeps one and asks again only outside it.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: Micros,
    until: Micros,
    offset: Micros,
}

/// Converts many instants of one zone, remembering the span between two clock changes.
#[derive(Clone, Debug)]
pub struct LocalTime {
    zone: TimeZone,
    span: Span,
}

/// A wall-clock reading: local microseconds since 1970-01-01T00:00 on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Local(pub Micros);

impl Local {
    /// Days since 1970-01-01 on the wall.
    pub const fn day(self) -> i32 {
        self.0.div_euclid(crate::clock::DAY) as i32
    }

    /// Hour of the day, 0 … 23.
    pub const fn hour(self) -> u8 {
        (self.0.rem_euclid(crate::clock::DAY) / 3_600_000_000) as u8
    }

    /// Day of the week, Monday = 1 … Sunday = 7 (ISO 8601).
    pub const fn weekday(self) -> u8 {
        ((self.day() + 3).rem_euclid(7) + 1) as u8
    }
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), zone: TimeZone::UTC }
    }

    /// Looks a zone up by its IANA name.
    pub fn named(name: &str) -> Result<Self, Problem> {
        TimeZone::get(name).map(|zone| Self { name: name.into(), zone }).map_err(|e| {
            Problem::new(Code::InvalidArgument, format!("\"{name}\" is not a time zone"))
                .hint("use an IANA name such as Asia/Shanghai, Europe/London or UTC")
                .caused_by(e)
        })
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone itself, for formatting with jiff.
    pub const fn tz(&self) -> &TimeZone {
        &self.zone
    }

    /// A converter that remembers the offset between calls; use one per thread for many instants.
    pub fn local(&self) -> LocalTime {
        LocalTime { zone: self.zone.clone(), span: Span { from: 0, until: 0, offset: 0 } }
    }

    /// The instant at which the wall shows `local`; in a gap the moment after it, in a fold the earlier one.
    pub fn instant(&self, local: jiff::civil::DateTime) -> Result<Micros, Problem> {
        self.zone
            .to_ambiguous_timestamp(local)
            .compatible()
            .map(Timestamp::as_microsecond)
            .map_err(|e| Problem::new(Code::InvalidArgument, format!("{local} is out of range")).caused_by(e))
    }
}

impl LocalTime {
    /// The wall-clock reading at `at`.
    pub fn at(&mut self, at: Micros) -> Local {
        if at < self.span.from || at >= self.span.until {
            self.span = self.span_at(at);
        }
        // Beyond the ends of the calendar there is no reading; the nearest number does.
        Local(at.saturating_add(self.span.offset))
    }

    /// The start and end of the span of one UTC offset around `at`, and that offset.
    pub fn offset_span(&mut self, at: Micros) -> (Micros, Micros, Micros) {
        self.at(at);
        (self.span.from, self.span.until, self.span.offset)
    }

    fn span_at(&self, at: Micros) -> Span {
        let Ok(stamp) = Timestamp::from_microsecond(at) else {
            return Span { from: at, until: at.saturating_add(1), offset: 0 };
        };
        let offset = i64::from(self.zone.to_offset(stamp).seconds()) * 1_000_000;
        let from = self.zone.preceding(stamp).next().map_or(Micros::MIN, |t| t.timestamp().as_microsecond());
        let until = self.zone.following(stamp).next().map_or(Micros::MAX, |t| t.timestamp().as_microsecond());
        // `preceding` is strict: an instant right at a change belongs to the span that begins there.
        let here = Timestamp::from_microsecond(at.saturating_sub(1)).map(|t| self.zone.to_offset(t).seconds());
        let changes_here = here.is_ok_and(|s| i64::from(s) * 1_000_000 != offset);
        Span { from: if changes_here { at } else { from }, until, offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weekdays_and_hours() {
        let mut utc = Zone::utc().local();
        let t = utc.at(1_291_191_960_000_000); // 2010-12-01 08:26, a Wednesday
        assert_eq!((t.weekday(), t.hour()), (3, 8));
        assert_eq!(utc.at(-1).weekday(), 3); // 1969-12-31
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for name in ["Asia/Shanghai", "America/New_York", "UTC"] {
            let mut local = Zone::named(name).unwrap().local();
            // The calendar's last instant, then what lies beyond it, with the span of before still in mind.
            for at in [0, 253_402_207_200_000_000, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1, 0] {
                let seen = local.at(at);
                assert!((seen.0 - at / 2 - at / 2).abs() <= 86_400_000_001, "{name} {at} {seen:?}");
                assert!((1..=7).contains(&seen.weekday()) && seen.hour() < 24);
            }
        }
    }

    #[test]
    fn an_unknown_zone_says_what_to_write() {
        assert!(Zone::named("Mars/Olympus").err().and_then(|p| p.hint).is_some());
    }

    proptest! {
        #[test]
        fn the_cursor_agrees_with_the_library(times in prop::collection::vec(-2_000_000_000i64..4_000_000_000, 1..40)) {
            for name in ["Europe/London", "Asia/Shanghai", "America/New_York", "UTC"] {
                let zone = Zone::named(name).unwrap();
                let mut local = zone.local();
                for t in &times {
                    let stamp = Timestamp::from_second(*t).unwrap();
                    let offset = i64::from(zone.tz().to_offset(stamp).seconds());
                    prop_assert_eq!(local.at(t * 1_000_000).0, (t + offset) * 1_000_000);
                }
            }
        }
    }
}
