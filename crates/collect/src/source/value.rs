//! The one text form of numbers and times that arrive as values.

use std::fmt::Write;

/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;

/// A number as the shortest decimal that reads back as the same value; no exponent between 1e-9 and 1e21.
pub(super) fn write_f64(out: &mut String, value: f64) {
    let size = value.abs();
    // Writing to a String cannot fail.
    let _ = if value == 0.0 {
        out.write_str("0")
    } else if (1e-9..1e21).contains(&size) {
        write!(out, "{value}")
    } else if value.is_finite() {
        write!(out, "{value:e}")
    } else {
        Ok(())
    };
}

/// [`write_f64`] for single precision, by its own shortest form.
pub(super) fn write_f32(out: &mut String, value: f32) {
    let shortest = value.to_string();
    write_f64(out, shortest.parse().unwrap_or(f64::from(value)));
}

/// A whole number scaled by `10^scale` (`scale` may be negative), given by its decimal digits with a sign.
pub(super) fn write_decimal(out: &mut String, digits: &str, scale: i8) {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        out.push('0');
        return;
    }
    out.push_str(sign);
    if scale <= 0 {
        out.push_str(digits);
        out.extend(std::iter::repeat_n('0', usize::from(scale.unsigned_abs())));
        return;
    }
    let scale = usize::from(scale.unsigned_abs());
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, part) = padded.split_at(padded.len() - scale);
    out.push_str(whole);
    let part = part.trim_end_matches('0');
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
}

/// Days since 1970-01-01 as `YYYY-MM-DD`; false when the year is not within 0 … 9999.
pub(super) fn write_day(out: &mut String, days: i64) -> bool {
    let Some((year, month, day)) = civil(days) else { return false };
    write!(out, "{year:04}-{month:02}-{day:02}").is_ok()
}

/// Microseconds since 1970-01-01T00:00 as `YYYY-MM-DD HH:MM:SS[.ffffff]`, with `Z` when it is an instant.
pub(super) fn write_time(out: &mut String, micros: i64, instant: bool) -> bool {
    if !write_day(out, micros.div_euclid(DAY)) {
        return false;
    }
    out.push(' ');
    write_clock(out, micros.rem_euclid(DAY));
    if instant {
        out.push('Z');
    }
    true
}

/// Microseconds since midnight as `HH:MM:SS[.ffffff]`; hours go on beyond 24.
pub(super) fn write_clock(out: &mut String, micros: i64) {
    let (seconds, part) = (micros / 1_000_000, micros % 1_000_000);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    // Writing to a String cannot fail.
    let _ = write!(out, "{hours:02}:{minutes:02}:{:02}", seconds % 60);
    if part != 0 {
        let digits = format!("{part:06}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
}

/// Year, month and day of a day number (the algorithm of H. Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> Option<(i64, i64, i64)> {
    // 0000-01-01 … 9999-12-31
    if !(-719_528..=2_932_896).contains(&days) {
        return None;
    }
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    Some((year_of_era + era * 400 + i64::from(month <= 2), month, day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        for (value, expected) in [
            (12345.0, "12345"),
            ("2.5499999999999998".parse().unwrap_or_default(), "2.55"),
            (-0.0, "0"),
            (1e20, "100000000000000000000"),
            (0.000_001, "0.000001"),
            (1e300, "1e300"),
            (f64::NAN, ""),
        ] {
            assert_eq!(text(|out| write_f64(out, value)), expected);
        }
        assert_eq!(text(|out| write_f32(out, 0.1)), "0.1");
        for (digits, scale, expected) in
            [("-1230", 2, "-12.3"), ("5", 3, "0.005"), ("000", 2, "0"), ("12", -2, "1200"), ("1200", 2, "12")]
        {
            assert_eq!(text(|out| write_decimal(out, digits, scale)), expected);
        }
    }

    #[test]
    fn times_are_iso() {
        assert_eq!(text(|out| assert!(write_time(out, 1_291_191_960_000_000, false))), "2010-12-01 08:26:00");
        assert_eq!(text(|out| assert!(write_time(out, -1, true))), "1969-12-31 23:59:59.999999Z");
        assert!(!write_day(&mut String::new(), 3_000_000));
    }

    proptest! {
        #[test]
        fn days_agree_with_the_calendar_library(days in -719_162i64..2_932_896) {
            let date = jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(days);
            prop_assert_eq!(text(|out| assert!(write_day(out, days))), date.to_string());
        }
    }
}
