//! Values of typed attributes: read from the text of a cell, checked, and the type guessed for a new attribute.

use base::{Code, Problem};
use jiff::civil::Date;
use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization;

use super::text::is_digits;
use crate::model::{AttributeDef, AttributeType, BIRTHDAY_WITHOUT_YEAR};

/// Longest text value, in characters.
pub const LONGEST_TEXT: usize = 2_000;
const RESERVED: [&str; 7] = ["customer_id", "id", "first_seen", "last_seen", "created_at", "updated_at", "attributes"];

/// Reads a cell as a value of the attribute. Empty cells (also `null`, `n/a`, `无` …) are `None`: nothing is known.
pub fn parse(def: &AttributeDef, raw: &str) -> Result<Option<Json>, Problem> {
    let text: String = raw.nfkc().collect();
    let text = text.trim();
    if is_empty(text) {
        return Ok(None);
    }
    let value = match (def.kind, def.name.as_ref()) {
        (_, "gender") => return gender(text),
        (_, BIRTHDAY_WITHOUT_YEAR) => return day_of_year(text).map(Some),
        (AttributeType::Text, _) => (text.chars().count() <= LONGEST_TEXT).then(|| Json::from(text)),
        (AttributeType::Number, _) => number(text).and_then(number_json),
        (AttributeType::Date, _) => date(text).map(|d| Json::from(d.to_string())),
        (AttributeType::Bool, _) => boolean(text).map(Json::from),
        (AttributeType::List, _) => Some(list(text)),
    };
    value.map(Some).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        let hint = match def.kind {
            AttributeType::Date => "write days as 2024-03-31",
            AttributeType::Bool => "write yes or no",
            AttributeType::Number => "write a plain number such as 1280.5",
            AttributeType::Text | AttributeType::List => "shorten it",
        };
        Problem::new(Code::InvalidInput, format!("\"{shown}\" is not a {} for {}", def.kind.as_str(), def.name))
            .hint(hint)
    })
}

fn is_empty(text: &str) -> bool {
    text.is_empty()
        || matches!(text.to_lowercase().as_str(), "null" | "none" | "nan" | "n/a" | "#n/a" | "\\n" | "无" | "-" | "--")
}

fn number_json(number: f64) -> Option<Json> {
    let whole = number.fract() == 0.0 && number.abs() < 9e15;
    if whole { Some(Json::from(number as i64)) } else { serde_json::Number::from_f64(number).map(Json::Number) }
}

/// A number with or without thousands separators (`1,280.50`), finite.
fn number(text: &str) -> Option<f64> {
    let grouped = text.contains(',')
        && text.split('.').next().is_some_and(|whole| whole.split(',').skip(1).all(|g| g.len() == 3));
    let plain = if grouped { text.replace(',', "") } else { text.to_owned() };
    let shape = plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    plain.parse::<f64>().ok().filter(|n| shape && n.is_finite())
}

/// A day: `2024-03-31`, `2024/3/31`, `2024.3.31`, `20240331`, `2024年3月31日`, also followed by a time of day. Forms that begin with
/// day or month are refused: 03/04 is two days.
pub fn date(text: &str) -> Option<Date> {
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    let parts: Vec<&str> = if is_digits(day) && day.len() == 8 {
        vec![&day[..4], &day[4..6], &day[6..]]
    } else {
        day.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = parts.as_slice() else { return None };
    let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (fits && parts.iter().all(|p| is_digits(p))).then_some(date)
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "t" | "on" | "是" | "有" | "对" | "√" => Some(true),
        "false" | "no" | "n" | "0" | "f" | "off" | "否" | "没有" | "不" | "×" => Some(false),
        _ => None,
    }
}

fn list(text: &str) -> Json {
    let items = text.split([',', ';', '|', '、', '\n']).map(str::trim).filter(|item| !item.is_empty());
    Json::Array(items.map(Json::from).collect())
}

fn gender(text: &str) -> Result<Option<Json>, Problem> {
    let gender = match text.to_lowercase().as_str() {
        "f" | "female" | "woman" | "w" | "女" | "女性" | "女士" | "2" => "female",
        "m" | "male" | "man" | "男" | "男性" | "先生" | "1" => "male",
        "other" | "x" | "d" | "diverse" | "其他" => "other",
        "u" | "unknown" | "未知" | "保密" | "0" => return Ok(None),
        _ => {
            return Err(Problem::new(Code::InvalidInput, format!("\"{text}\" is not a gender"))
                .hint("write female, male or other (女, 男, 其他)"));
        }
    };
    Ok(Some(Json::from(gender)))
}

/// A month and a day, as `--05-20`: `5-20`, `5/20`, `5月20日`. Like dates, forms that begin with the day are not read.
fn day_of_year(text: &str) -> Result<Json, Problem> {
    let plain = text.trim_start_matches("--").trim_end_matches('日');
    let parts: Vec<&str> = plain.split(['-', '/', '.', '月']).collect();
    let number = |part: &str| (is_digits(part) && part.len() <= 2).then(|| part.parse::<i8>().ok())?;
    let day = match parts.as_slice() {
        // A leap year, so that it has all days.
        [month, day] => number(month).zip(number(day)).and_then(|(month, day)| Date::new(2000, month, day).ok()),
        _ => None,
    };
    day.map(|day| Json::from(format!("--{:02}-{:02}", day.month(), day.day()))).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Problem::new(Code::InvalidInput, format!("\"{shown}\" is not a month and a day")).hint("write 05-20 for 20 May")
    })
}

/// Guesses the type of a new attribute from its cells: what all of them can be read as. Numbers with leading zeros or more than
/// fifteen digits are codes, thus text; 0 and 1 are numbers, not truth.
pub fn infer<'a>(cells: impl IntoIterator<Item = &'a str>) -> AttributeType {
    let (mut any, mut numbers, mut dates, mut truths) = (false, true, true, true);
    for cell in cells {
        let text: String = cell.nfkc().collect();
        let text = text.trim();
        if is_empty(text) {
            continue;
        }
        any = true;
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let code = digits > 15 || (text.len() > 1 && text.starts_with('0') && is_digits(text));
        let day = date(text).is_some();
        numbers &= !code && number(text).is_some() && !(day && text.len() == 8);
        dates &= day;
        truths &= boolean(text).is_some() && !is_digits(text);
        if !(numbers || dates || truths) {
            return AttributeType::Text;
        }
    }
    match (any, dates, truths, numbers) {
        (true, true, _, _) => AttributeType::Date,
        (true, _, true, _) => AttributeType::Bool,
        (true, _, _, true) => AttributeType::Number,
        _ => AttributeType::Text,
    }
}

/// The name of an attribute as it is stored: lower case, NFKC, spaces and other marks as `_`. Refuses names that the table of
/// customers uses itself.
pub fn attribute_name(raw: &str) -> Result<String, Problem> {
    let lower = raw.nfkc().collect::<String>().to_lowercase();
    let mut name = String::with_capacity(lower.len());
    for c in lower.nfkc() {
        if c.is_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    if name.is_empty() || name.chars().count() > 64 || RESERVED.contains(&name) {
        let why =
            if RESERVED.contains(&name) { "the product uses it itself" } else { "it needs 1 to 64 letters or digits" };
        return Err(Problem::new(
            Code::InvalidArgument,
            format!("\"{raw}\" cannot be the name of an attribute: {why}"),
        )
        .hint("rename the column"));
    }
    Ok(name.to_owned())
}
