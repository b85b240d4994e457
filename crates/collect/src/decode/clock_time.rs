//! Times of day as files write them, in Chinese and English.

use super::cursor::Cursor;
use super::date::DateFault;
use super::text::{fold_width, is_null, trim};

/// A time of day as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOfDay {
    /// Microseconds since midnight.
    pub micros: i64,
    /// Microseconds east of UTC, when an offset was written.
    pub offset: Option<i64>,
}

const CHINESE: [(&str, &str); 19] = [
    ("上午", " am "),
    ("凌晨", " am "),
    ("早上", " am "),
    ("清晨", " am "),
    ("下午", " pm "),
    ("中午", " pm "),
    ("傍晚", " pm "),
    ("晚上", " pm "),
    ("年", "-"),
    ("月", "-"),
    ("日", " "),
    ("号", " "),
    ("时", ":"),
    ("点", ":"),
    ("分", ":"),
    ("秒", " "),
    ("：", ":"),
    ("\u{202f}", " "),
    ("\u{a0}", " "),
];
const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// A date or time as lower-case ASCII: `2010年12月1日 上午8时26分` is `2010-12-1  am 8:26:`.
pub fn plain_text(cell: &[u8]) -> String {
    let folded = fold_width(cell);
    let mut text = std::str::from_utf8(&folded).unwrap_or_default().to_ascii_lowercase();
    if text.is_ascii() {
        return text;
    }
    text = text.replace("星期", "周").replace("礼拜", "周").replace("周天", "周日");
    for weekday in WEEKDAYS {
        text = text.replace(weekday, " ");
    }
    for (chinese, plain) in CHINESE {
        if text.contains(chinese) {
            text = text.replace(chinese, plain);
        }
    }
    text
}

/// A column of its own with times of day: `08:26`, `8:26 PM`, `082600`, `上午8时26分`. `None` when the cell is empty.
pub fn parse_time_of_day(cell: &[u8]) -> Result<Option<TimeOfDay>, DateFault> {
    let cell = trim(cell);
    if is_null(cell) {
        return Ok(None);
    }
    let plain = plain_text(cell);
    let mut cursor = Cursor::new(plain.as_bytes());
    let digits = cursor.digits();
    if matches!(digits.len(), 4 | 6) && digits.len() == plain.len() {
        let (n, _) = cursor.number().ok_or(DateFault::Unreadable)?;
        let n = if digits.len() == 4 { n * 100 } else { n };
        return micros(n / 10_000, n / 100 % 100, n % 100).map(|micros| Some(TimeOfDay { micros, offset: None }));
    }
    let time = read(&mut cursor)?;
    if cursor.at_end() { Ok(Some(time)) } else { Err(DateFault::Unreadable) }
}

/// Reads `8:26`, `08:26:00.5`, `8:26 am`, `am 8:26`, `08:26:00+08:00`, `08:26Z` where the cursor stands.
pub fn read(cursor: &mut Cursor<'_>) -> Result<TimeOfDay, DateFault> {
    cursor.skip_spaces();
    let mut half = half_of_day(cursor);
    cursor.skip_spaces();
    let (hour, digits) = cursor.number().ok_or(DateFault::Unreadable)?;
    if digits > 2 {
        return Err(DateFault::Unreadable);
    }
    let separated = cursor.take(b":").is_some();
    let minute = if separated { cursor.number().map_or(0, |n| n.0) } else { 0 };
    let second = if separated && cursor.take(b":").is_some() { cursor.number().map_or(0, |n| n.0) } else { 0 };
    let fraction = if cursor.take(b".").is_some() { fraction(cursor)? } else { 0 };
    cursor.skip_spaces();
    half = half.or_else(|| half_of_day(cursor));
    if !separated && half.is_none() {
        return Err(DateFault::Unreadable);
    }
    let hour = match half {
        Some(_) if hour > 12 => hour,
        Some(Half::Morning) if hour == 12 => 0,
        Some(Half::Afternoon) if hour < 12 => hour + 12,
        _ => hour,
    };
    let micros = micros(hour, minute, second)? + fraction;
    Ok(TimeOfDay { micros, offset: offset(cursor)? })
}

#[derive(Clone, Copy, Debug)]
enum Half {
    Morning,
    Afternoon,
}

fn half_of_day(cursor: &mut Cursor<'_>) -> Option<Half> {
    if cursor.word("am") || cursor.word("a.m.") {
        Some(Half::Morning)
    } else if cursor.word("pm") || cursor.word("p.m.") {
        Some(Half::Afternoon)
    } else {
        None
    }
}

fn micros(hour: u32, minute: u32, second: u32) -> Result<i64, DateFault> {
    if hour > 23 || minute > 59 || second > 59 {
        return Err(DateFault::Impossible);
    }
    Ok(i64::from(hour * 3600 + minute * 60 + second) * 1_000_000)
}

/// Digits behind the point of the seconds, as microseconds; finer ones are cut.
fn fraction(cursor: &mut Cursor<'_>) -> Result<i64, DateFault> {
    let digits = cursor.digits();
    if digits.is_empty() || digits.len() > 9 {
        return Err(DateFault::Unreadable);
    }
    let micros = (0..6).fold(0i64, |n, at| n * 10 + digits.get(at).map_or(0, |d| i64::from(d - b'0')));
    cursor.number();
    Ok(micros)
}

/// `Z`, `UTC`, `+08:00`, `-0500`, `+08`.
fn offset(cursor: &mut Cursor<'_>) -> Result<Option<i64>, DateFault> {
    cursor.skip_spaces();
    let named = cursor.word("z") || cursor.word("utc") || cursor.word("gmt");
    let Some(sign) = cursor.take(b"+-") else { return Ok(named.then_some(0)) };
    let (mut hours, digits) = cursor.number().ok_or(DateFault::Unreadable)?;
    let minutes = match digits {
        4 => {
            let minutes = hours % 100;
            hours /= 100;
            minutes
        }
        1 | 2 if cursor.take(b":").is_some() => cursor.number().ok_or(DateFault::Unreadable)?.0,
        1 | 2 => 0,
        _ => return Err(DateFault::Unreadable),
    };
    if hours > 15 || minutes > 59 {
        return Err(DateFault::Impossible);
    }
    let east = i64::from(hours * 3600 + minutes * 60) * 1_000_000;
    Ok(Some(if sign == b'-' { -east } else { east }))
}
