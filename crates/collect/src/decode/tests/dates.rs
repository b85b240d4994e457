use proptest::prelude::*;

use crate::decode::clock_time::parse_time_of_day;
use crate::decode::date::{DateFault, Stamp, civil, day_number, parse_date};
use crate::mapping::DateForm::{self, DayFirst, ExcelSerial, MonthFirst, UnixMillis, UnixSeconds, YearFirst};

const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;

fn read(text: &str, form: DateForm) -> Result<Option<Stamp>, DateFault> {
    parse_date(text.as_bytes(), form)
}

#[expect(clippy::unnecessary_wraps, reason = "what `read` answers")]
fn stamp(time: Option<i64>, offset: Option<i64>) -> Result<Option<Stamp>, DateFault> {
    Ok(Some(Stamp { day: day_number(2010, 12, 1).unwrap(), time, offset }))
}

#[test]
fn the_first_of_december_2010_in_every_form() {
    let at = Some(8 * HOUR + 26 * MINUTE);
    for text in [
        "2010-12-01",
        "2010/12/1",
        "2010.12.1",
        "20101201",
        "2010年12月1日",
        "2010年12月01日 星期三",
        "1 Dec 2010",
        "Dec 1, 2010",
        "December 1st, 2010",
        "1-Dec-10",
        "Wed, 1 Dec 2010",
    ] {
        assert_eq!(read(text, YearFirst), stamp(None, None), "{text}");
    }
    for text in [
        "2010-12-01 08:26",
        "2010-12-01 08:26:00",
        "2010-12-01T08:26",
        "2010-12-01T08:26:00.000",
        "20101201082600",
        "201012010826",
        "2010/12/1 8:26",
        "2010年12月1日 上午8:26",
        "2010年12月1日8时26分",
        "2010年12月1日 8时26分00秒",
        "2010年12月1日 08：26",
        "２０１０-12-01 08:26",
        "1 Dec 2010 08:26",
        "Dec 1, 2010 8:26 AM",
        "2010-12-01 8:26am",
        " 2010-12-01 08:26 ",
    ] {
        assert_eq!(read(text, YearFirst), stamp(at, None), "{text}");
    }
    for text in ["2010-12-01T08:26:00Z", "2010-12-01T08:26:00+00:00", "2010-12-01 08:26 UTC"] {
        assert_eq!(read(text, YearFirst), stamp(at, Some(0)), "{text}");
    }
    for text in ["2010-12-01T08:26:00+08:00", "2010-12-01T08:26:00+0800", "2010-12-01 08:26:00 +08"] {
        assert_eq!(read(text, YearFirst), stamp(at, Some(8 * HOUR)), "{text}");
    }
    assert_eq!(read("2010-12-01T08:26:00-03:30", DayFirst), stamp(at, Some(-3 * HOUR - 30 * MINUTE)));
    for text in ["1/12/2010 8:26", "01.12.2010 08:26", "1-12-10 08:26:00", "1/12/10 8:26", "01/12/2010, 08:26"] {
        assert_eq!(read(text, DayFirst), stamp(at, None), "{text}");
    }
    for text in ["12/1/2010 8:26", "12/1/10 8:26", "12/1/2010 8:26 AM", "12-01-2010 8:26 a.m."] {
        assert_eq!(read(text, MonthFirst), stamp(at, None), "{text}");
    }
    for text in ["12/1/2010 8:26 PM", "12/1/2010 20:26"] {
        assert_eq!(read(text, MonthFirst), stamp(Some(20 * HOUR + 26 * MINUTE), None), "{text}");
    }
    for text in ["2010年12月1日 下午8:26", "2010年12月1日 晚上8点26分"] {
        assert_eq!(read(text, YearFirst), stamp(Some(20 * HOUR + 26 * MINUTE), None), "{text}");
    }
    assert_eq!(read("2010年12月1日 中午12点", YearFirst), stamp(Some(12 * HOUR), None));
    assert_eq!(read("2010-12-01 12:05 am", YearFirst), stamp(Some(5 * MINUTE), None));
    assert_eq!(read("40513", ExcelSerial), stamp(None, None));
    assert_eq!(read("40513.3513888889", ExcelSerial), stamp(at, None));
    assert_eq!(read("1291191960", UnixSeconds), stamp(at, Some(0)));
    assert_eq!(read("1291191960000", UnixMillis), stamp(at, Some(0)));
}

#[test]
fn what_is_no_date_is_refused() {
    for form in DateForm::ALL {
        assert_eq!(read("", form), Ok(None));
        assert_eq!(read(" NULL ", form), Ok(None));
        for text in ["soon", "2010-12", "2010-12-01x", "2010-12-01 08:26 tomorrow", "1/12", "2010-12/01", "-", "1e400"]
        {
            assert!(read(text, form).is_err(), "{text} as {form:?}");
        }
    }
    for text in ["2011-02-29", "2011-13-01", "2011-00-10", "2011-01-01 24:01", "20110230", "2011-01-01T10:61:00"] {
        assert_eq!(read(text, YearFirst), Err(DateFault::Impossible), "{text}");
    }
    assert_eq!(read("13/12/2010", MonthFirst), Err(DateFault::Impossible));
    assert_eq!(read("1/12/2010", YearFirst), Err(DateFault::Unreadable));
}

#[test]
fn times_of_day_of_their_own_column() {
    let at = 20 * HOUR + 26 * MINUTE;
    for text in ["20:26", "20:26:00", "8:26 PM", "202600", "2026", "下午8时26分", "晚上8:26"] {
        assert_eq!(parse_time_of_day(text.as_bytes()).map(|t| t.map(|t| t.micros)), Ok(Some(at)), "{text}");
    }
    assert_eq!(parse_time_of_day(b"25:00"), Err(DateFault::Impossible));
    assert_eq!(parse_time_of_day(b"noonish"), Err(DateFault::Unreadable));
}

proptest! {
    #[test]
    fn days_count_as_the_library_counts(day in -200_000i32..200_000) {
        let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let (year, month, of_month) = civil(day);
        prop_assert_eq!((year, month, of_month), (i64::from(date.year()), date.month() as u32, date.day() as u32));
        prop_assert_eq!(day_number(year, month, of_month), Ok(day));
    }

    #[test]
    fn every_form_comes_back(day in 0i32..40_000, second in 0i64..86_400) {
        let (y, m, d) = civil(day);
        let (hour, minute, second_of) = (second / 3600, second / 60 % 60, second % 60);
        let clock = format!("{hour:02}:{minute:02}:{second_of:02}");
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][m as usize - 1];
        let half = if hour < 12 { ("上午", "AM") } else { ("下午", "PM") };
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let written = [
            (YearFirst, format!("{y:04}-{m:02}-{d:02} {clock}")),
            (YearFirst, format!("{y:04}/{m}/{d} {clock}")),
            (YearFirst, format!("{y:04}{m:02}{d:02}{hour:02}{minute:02}{second_of:02}")),
            (YearFirst, format!("{y}年{m}月{d}日 {}{twelve}时{minute}分{second_of}秒", half.0)),
            (DayFirst, format!("{d}/{m}/{y} {clock}")),
            (DayFirst, format!("{d:02}.{m:02}.{y} {clock}")),
            (DayFirst, format!("{d} {month} {y} {clock}")),
            (MonthFirst, format!("{m}/{d}/{y} {twelve}:{minute:02}:{second_of:02} {}", half.1)),
            (ExcelSerial, format!("{:.10}", f64::from(day) + 25_569.0 + second as f64 / 86_400.0)),
        ];
        for (form, text) in written {
            let read = read(&text, form).unwrap().unwrap();
            prop_assert_eq!((read.day, read.time.unwrap_or(0)), (day, second * 1_000_000), "{}", text);
        }
        let unix = i64::from(day) * 86_400 + second;
        let expected = Stamp { day, time: Some(second * 1_000_000), offset: Some(0) };
        prop_assert_eq!(read(&unix.to_string(), UnixSeconds), Ok(Some(expected)));
        prop_assert_eq!(read(&(unix * 1_000).to_string(), UnixMillis), Ok(Some(expected)));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,24}|[0-9年月日时分: /.apmTZ+-]{0,24}") {
        for form in DateForm::ALL {
            let _ = read(&text, form);
        }
        let _ = parse_time_of_day(text.as_bytes());
    }
}
