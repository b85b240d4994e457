//! Many wall-clock times of one zone to instants.

use base::clock::DAY;
use base::zone::LocalTime;
use base::{Micros, Zone};

use super::date::{Stamp, civil};

/// Turns wall-clock times into instants, remembering the span between two clock changes: away from them the offset is
/// known without asking the zone. In a gap the moment after it, in a fold the earlier one.
#[derive(Debug)]
pub struct Instants<'a> {
    zone: &'a Zone,
    local: LocalTime,
    offset: Micros,
    safe: std::ops::Range<Micros>,
}

/// No zone moves its clocks by more than this at once (the date line was crossed by whole days).
const MARGIN: Micros = 26 * 3_600_000_000;

impl<'a> Instants<'a> {
    /// For times of a zone.
    pub fn new(zone: &'a Zone) -> Self {
        Self { zone, local: zone.local(), offset: 0, safe: 0..0 }
    }

    /// The instant of a date as written, with its time of day; midnight when it has none. `None` when out of range.
    #[inline]
    pub fn at(&mut self, stamp: Stamp) -> Option<Micros> {
        let wall = i64::from(stamp.day) * DAY + stamp.time.unwrap_or(0);
        if let Some(offset) = stamp.offset {
            return Some(wall - offset);
        }
        let instant = wall - self.offset;
        if self.safe.contains(&instant) { Some(instant) } else { self.near_a_change(stamp) }
    }

    fn near_a_change(&mut self, stamp: Stamp) -> Option<Micros> {
        let (year, month, day) = civil(stamp.day);
        let date = jiff::civil::Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()?;
        let time = jiff::SignedDuration::from_micros(stamp.time.unwrap_or(0));
        let wall = date.at(0, 0, 0, 0).checked_add(time).ok()?;
        let instant = self.zone.instant(wall).ok()?;
        let (from, until, offset) = self.local.offset_span(instant);
        self.offset = offset;
        self.safe = from.saturating_add(MARGIN)..until.saturating_sub(MARGIN);
        Some(instant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_library(walls in prop::collection::vec(0i64..2_200_000_000, 1..60)) {
            for name in ["Europe/London", "Asia/Shanghai", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "UTC"] {
                let zone = Zone::named(name).unwrap();
                let mut instants = Instants::new(&zone);
                for wall in &walls {
                    let stamp = Stamp { day: (wall / 86_400) as i32, time: Some(wall % 86_400 * 1_000_000), offset: None };
                    let civil = jiff::Timestamp::from_second(*wall).unwrap().to_zoned(jiff::tz::TimeZone::UTC).datetime();
                    prop_assert_eq!(instants.at(stamp), Some(zone.instant(civil).unwrap()));
                }
            }
        }
    }

    #[test]
    fn gaps_go_on_and_folds_take_the_first() {
        let zone = Zone::named("Europe/London").unwrap();
        let mut instants = Instants::new(&zone);
        let day = |y, m, d| super::super::date::day_number(y, m, d).unwrap();
        let at = |day, minutes: i64| Stamp { day, time: Some(minutes * 60_000_000), offset: None };
        let spring = day(2011, 3, 27);
        assert_eq!(instants.at(at(spring, 90)), Some(i64::from(spring) * DAY + 90 * 60_000_000));
        let autumn = day(2011, 10, 30);
        assert_eq!(instants.at(at(autumn, 90)), Some(i64::from(autumn) * DAY + 30 * 60_000_000));
    }
}
