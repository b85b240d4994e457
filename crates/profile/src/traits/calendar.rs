//! Wall-clock readings of many instants in any order: the spans of one UTC offset that were met are kept.

use base::zone::{Local, LocalTime};
use base::{Micros, Zone};
use jiff::Timestamp;
use jiff::civil::Date;

/// More spans than a century has; a guard against instants beyond the calendar, each of which is a span of its own.
const MOST_SPANS: usize = 256;

/// The offset in force from an instant until before another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: Micros,
    pub(super) until: Micros,
    pub(super) offset: Micros,
}

/// Converts instants to the wall clock.
#[derive(Debug)]
pub(super) struct Calendar {
    local: LocalTime,
    spans: Vec<Span>,
}

/// What the wall shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wall {
    /// Days since 1970-01-01.
    pub(super) day: i32,
    pub(super) hour: u8,
    pub(super) weekday: u8,
    /// 0 when it was not asked for.
    pub(super) month: u8,
}

impl Calendar {
    pub(super) fn new(zone: &Zone) -> Self {
        Self { local: zone.local(), spans: Vec::new() }
    }

    /// The span an instant is in.
    pub(super) fn span(&mut self, at: Micros) -> Span {
        if let Some(span) = self.spans.iter().find(|s| s.from <= at && at < s.until) {
            return *span;
        }
        // Instants beyond the calendar (the year 9999) have the offset of its end.
        let within = at.clamp(Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond());
        let (from, until, offset) = self.local.offset_span(within);
        if self.spans.len() == MOST_SPANS {
            self.spans.clear();
        }
        self.spans.push(Span { from, until, offset });
        Span { from, until, offset }
    }

    /// The day on the wall.
    pub(super) fn day(&mut self, at: Micros) -> i32 {
        Local(at.saturating_add(self.span(at).offset)).day()
    }

    /// Appends the readings of `times`.
    pub(super) fn read(&mut self, times: &[Micros], months: bool, out: &mut Vec<Wall>) {
        let mut span = Span { from: 0, until: 0, offset: 0 };
        let (mut last, mut wall) = (None, Wall::default());
        for at in times {
            if last == Some(*at) {
                out.push(wall);
                continue;
            }
            last = Some(*at);
            if *at < span.from || *at >= span.until {
                span = self.span(*at);
            }
            let local = Local(at.saturating_add(span.offset));
            let day = local.day();
            let month = if !months || (day == wall.day && wall.month != 0) { wall.month } else { month_of(day) };
            wall = Wall { day, hour: local.hour(), weekday: local.weekday(), month };
            out.push(wall);
        }
    }
}

/// The month a day since 1970-01-01 is in; January for days beyond the calendar.
fn month_of(day: i32) -> u8 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.checked_add(jiff::SignedDuration::from_hours(i64::from(day) * 24)).map_or(1, |date| date.month() as u8)
}
