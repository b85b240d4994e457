use proptest::prelude::*;

use crate::decode::number::{LIMIT, NumberFault, parse_scaled};
use crate::mapping::DecimalMark::{self, Comma, Point};

fn read(text: &str, mark: DecimalMark) -> Result<Option<i64>, NumberFault> {
    parse_scaled(text.as_bytes(), 4, mark)
}

#[test]
fn numbers_as_people_write_them() {
    let point = [
        ("2.55", 25_500),
        ("-11062.06", -110_620_600),
        ("0.001", 10),
        ("1,234.56", 12_345_600),
        ("1 234.5", 12_345_000),
        ("12,34,567", 12_345_670_000),
        ("1'000", 10_000_000),
        ("¥1,234.56", 12_345_600),
        ("￥99", 990_000),
        ("99元", 990_000),
        ("12.5 元", 125_000),
        ("$-5.00", -50_000),
        ("-$5.00", -50_000),
        ("(5.00)", -50_000),
        ("5.00-", -50_000),
        ("+5", 50_000),
        ("−5", -50_000),
        ("1E-05", 0),
        ("1.5e3", 15_000_000),
        ("2.5E-4", 2),
        ("0.00015", 2),
        ("0.00025", 2),
        ("17.849999999999998", 178_500),
        (" 8 ", 80_000),
        ("１２．５", 125_000),
        ("１，２３４", 12_340_000),
        (".5", 5_000),
        ("5.", 50_000),
        ("1\u{a0}234", 12_340_000),
        ("USD 5", 50_000),
        ("99999999999999.9999", LIMIT),
        ("0000000000000000000000000000000000000000001", 10_000),
    ];
    for (text, value) in point {
        assert_eq!(read(text, Point), Ok(Some(value)), "{text}");
    }
    for (text, value) in
        [("2,55", 25_500), ("1.234,56", 12_345_600), ("-1.000", -10_000_000), ("1 234,5 €", 12_345_000)]
    {
        assert_eq!(read(text, Comma), Ok(Some(value)), "{text}");
    }
    for text in ["", "  ", "\u{3000}", "null", "NaN", "N/A", "\\N"] {
        assert_eq!(read(text, Point), Ok(None), "{text:?}");
    }
    for text in [
        "1,23",
        "1.2.3",
        "abc",
        "--5",
        "1,2345",
        "5 kg",
        "12-34",
        "0x10",
        "1e",
        "e5",
        ".",
        "-",
        "¥",
        "1e99999999999",
        "½",
    ] {
        assert_eq!(read(text, Point), Err(NumberFault::NotANumber), "{text}");
    }
    for text in ["100000000000000", "1e30", "99999999999999999999999999999999999999999"] {
        assert_eq!(read(text, Point), Err(NumberFault::OutOfRange), "{text}");
    }
}

/// Writes a scaled number in one style: mark, group separator, whether trailing zeros stay.
fn write(value: i64, mark: char, group: &str, zeros: bool) -> String {
    let (whole, part) = (value.unsigned_abs() / 10_000, value.unsigned_abs() % 10_000);
    let digits = whole.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(group);
        }
        text.push(digit);
    }
    let part = format!("{part:04}");
    let part = if zeros { part.as_str() } else { part.trim_end_matches('0') };
    if !part.is_empty() {
        text.push(mark);
        text.push_str(part);
    }
    if value < 0 { format!("-{text}") } else { text }
}

proptest! {
    #[test]
    fn every_style_comes_back(value in -LIMIT..=LIMIT, small in -100_000_000i64..100_000_000, zeros: bool) {
        for value in [value, small] {
            for group in ["", ",", " ", "\u{a0}", "'", "，"] {
                prop_assert_eq!(read(&write(value, '.', group, zeros), Point), Ok(Some(value)));
            }
            for group in ["", ".", " ", "\u{202f}"] {
                prop_assert_eq!(read(&write(value, ',', group, zeros), Comma), Ok(Some(value)));
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,24}|[-+0-9.,eE()%¥ ]{0,24}") {
        let _ = (read(&text, Point), read(&text, Comma), parse_scaled(text.as_bytes(), 9, Point));
    }
}
