//! Filters of a list of customers: `column:operator:value`. As in SQL, a missing value meets no comparison.

use std::cmp::Ordering;
use std::collections::HashSet;

use base::problem::did_you_mean;
use base::{Code, Micros, Problem, Zone};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use web::api::filter::values;

use super::column::{Column, Shape, amount, compare};
use super::define::Define;

/// The clocks by which days are meant.
pub(crate) struct Clocks<'a> {
    pub(crate) zone: &'a Zone,
    pub(crate) now: Micros,
}

/// A filter that reads.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    /// Which of the columns.
    pub(crate) column: usize,
    test: Test,
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Known(bool),
    /// Whole numbers, both included; `outside` turns it round.
    Between {
        least: i64,
        greatest: i64,
        outside: bool,
    },
    AnyInt(HashSet<i64>),
    Real(Vec<Ordering>, f64),
    AnyReal(Vec<f64>),
    Word(Vec<Ordering>, String),
    AnyWord(HashSet<String>),
    Has(String),
}

const OPERATORS: [&str; 10] = ["eq", "ne", "in", "has", "lt", "le", "gt", "ge", "within", "known"];

/// Finds a column.
pub(crate) fn find(columns: &[Define], name: &str) -> Result<usize, Problem> {
    columns.iter().position(|c| c.name == name).ok_or_else(|| {
        let near = did_you_mean(name, columns.iter().map(|c| c.name.as_str()));
        Problem::new(Code::InvalidArgument, format!("\"{name}\" is not a column"))
            .hint(near.unwrap_or_else(|| "GET /api/v1/customers/columns lists them".to_owned()))
    })
}

impl Filter {
    /// Reads a filter. `whole`: of personal columns only whole values can be asked for.
    pub(crate) fn parse(columns: &[Define], text: &str, clocks: &Clocks<'_>, whole: bool) -> Result<Self, Problem> {
        let mut parts = text.splitn(3, ':');
        let (Some(name), Some(op), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a filter"))
                .hint("write column:operator:value, such as monetary:ge:1000"));
        };
        let column = find(columns, name)?;
        let define = &columns[column];
        if whole && define.personal && !matches!(op, "eq" | "in" | "known") {
            return Err(Problem::new(
                Code::Forbidden,
                format!("{name} is personal: only whole values can be asked for"),
            )
            .hint("use eq or in, or ask for the permission customers.pii"));
        }
        let test = test(define.shape, op, value, clocks).map_err(|fault| match fault {
            Fault::Operator => {
                let near = did_you_mean(op, OPERATORS).filter(|_| !OPERATORS.contains(&op));
                Problem::new(Code::InvalidArgument, format!("{name} cannot be asked with \"{op}\""))
                    .hint(near.unwrap_or_else(|| format!("use one of {}", operators(define.shape).join(", "))))
            }
            Fault::Value(what) => Problem::new(Code::InvalidArgument, format!("\"{value}\" is not {what}"))
                .hint(format!("for example {name}:{op}:{}", example(define.shape, op))),
        })?;
        Ok(Self { column, test })
    }

    /// Keeps the rows that meet it.
    pub(crate) fn keep(&self, column: &Column, shape: Shape, rows: &mut Vec<u32>) {
        match (&self.test, column) {
            (Test::Known(wanted), _) => rows.retain(|row| column.is_known(*row) == *wanted),
            (Test::Between { least, greatest, outside }, Column::Int(values)) => rows.retain(|row| {
                let value = values[*row as usize];
                value != i64::MIN && ((*least..=*greatest).contains(&value) != *outside)
            }),
            (Test::AnyInt(set), Column::Int(values)) => {
                rows.retain(|row| values[*row as usize] != i64::MIN && set.contains(&values[*row as usize]));
            }
            (Test::Real(signs, bound), Column::Real(values)) => rows.retain(|row| {
                let value = values[*row as usize];
                !value.is_nan() && signs.contains(&compare(value, *bound))
            }),
            (Test::AnyReal(set), Column::Real(values)) => {
                rows.retain(|row| {
                    set.iter().any(|x| compare(values[*row as usize], *x).is_eq() && !values[*row as usize].is_nan())
                });
            }
            (test, Column::Text { keys, words }) => {
                let fits: Vec<bool> = words.iter().map(|word| test.word(word, shape)).collect();
                rows.retain(|row| fits.get(keys[*row as usize] as usize).copied().unwrap_or_default());
            }
            // A test is read for the shape of its column.
            _ => rows.clear(),
        }
    }
}

impl Test {
    fn word(&self, word: &str, shape: Shape) -> bool {
        let several: Vec<&str> = if shape == Shape::Several { word.split(", ").collect() } else { vec![word] };
        match self {
            Self::AnyWord(set) if shape == Shape::List => {
                let items: Vec<String> = serde_json::from_str(word).unwrap_or_default();
                items.iter().any(|item| set.contains(item))
            }
            Self::AnyWord(set) => several.iter().any(|w| set.contains(*w)),
            Self::Word(signs, bound) => several.iter().any(|w| signs.contains(&(*w).cmp(bound.as_str()))),
            Self::Has(part) => word.to_lowercase().contains(part),
            _ => false,
        }
    }
}

enum Fault {
    Operator,
    Value(&'static str),
}

fn signs(op: &str) -> Option<Vec<Ordering>> {
    use Ordering::{Equal, Greater, Less};
    Some(match op {
        "eq" => vec![Equal],
        "ne" => vec![Less, Greater],
        "lt" => vec![Less],
        "le" => vec![Less, Equal],
        "gt" => vec![Greater],
        "ge" => vec![Greater, Equal],
        _ => return None,
    })
}

fn operators(shape: Shape) -> Vec<&'static str> {
    let wanted: &[&str] = match shape {
        Shape::Count | Shape::Money | Shape::Number => &["eq", "ne", "in", "lt", "le", "gt", "ge", "known"],
        Shape::Time | Shape::Date => &["eq", "ne", "lt", "le", "gt", "ge", "within", "known"],
        Shape::Bool => &["eq", "ne", "known"],
        Shape::Import | Shape::Id => &["eq", "ne", "in", "known"],
        Shape::Text | Shape::List | Shape::Several => &["eq", "ne", "in", "has", "known"],
    };
    wanted.to_vec()
}

fn example(shape: Shape, op: &str) -> &'static str {
    match (shape, op) {
        (_, "known") | (Shape::Bool, _) => "yes",
        (_, "within") => "90d",
        (Shape::Count | Shape::Number, _) => "3",
        (Shape::Money, _) => "1000",
        (Shape::Time | Shape::Date, _) => "2026-03-31",
        (Shape::Import, _) => "imp_1",
        (Shape::Id, _) => "cus_1",
        _ => "words",
    }
}

fn test(shape: Shape, op: &str, value: &str, clocks: &Clocks<'_>) -> Result<Test, Fault> {
    if !operators(shape).contains(&op) {
        return Err(Fault::Operator);
    }
    if op == "known" {
        return match value {
            "yes" | "true" => Ok(Test::Known(true)),
            "no" | "false" => Ok(Test::Known(false)),
            _ => Err(Fault::Value("yes or no")),
        };
    }
    match shape {
        Shape::Number => real(op, value),
        Shape::Time => time(op, value, clocks),
        Shape::Date => day(op, value, clocks),
        Shape::Bool => match value {
            "yes" | "true" => Ok(word(op, "true")),
            "no" | "false" => Ok(word(op, "false")),
            _ => Err(Fault::Value("yes or no")),
        },
        Shape::Text | Shape::List | Shape::Several => Ok(word(op, value)),
        Shape::Count | Shape::Money | Shape::Import | Shape::Id => int(shape, op, value),
    }
}

fn word(op: &str, value: &str) -> Test {
    match op {
        "in" => Test::AnyWord(values(value).iter().map(|v| v.trim().to_owned()).collect()),
        "has" => Test::Has(value.to_lowercase()),
        "eq" => Test::AnyWord([value.to_owned()].into()),
        _ => Test::Word(signs(op).unwrap_or_default(), value.to_owned()),
    }
}

fn real(op: &str, value: &str) -> Result<Test, Fault> {
    let read = |text: &str| text.trim().parse::<f64>().ok().filter(|x| x.is_finite()).ok_or(Fault::Value("a number"));
    match signs(op) {
        Some(signs) => Ok(Test::Real(signs, read(value)?)),
        None => Ok(Test::AnyReal(value.split(',').map(read).collect::<Result<_, _>>()?)),
    }
}

fn int(shape: Shape, op: &str, value: &str) -> Result<Test, Fault> {
    let read = |text: &str| {
        let text = text.trim();
        match shape {
            Shape::Money => amount(text).ok_or(Fault::Value("an amount with up to four digits after the point")),
            Shape::Import => text.parse::<base::ImportId>().map(|id| id.0).map_err(|_| Fault::Value("an import")),
            Shape::Id => text.parse::<base::CustomerId>().map(|id| id.0).map_err(|_| Fault::Value("a customer")),
            _ => text.parse().map_err(|_| Fault::Value("a whole number")),
        }
    };
    if op == "in" {
        return Ok(Test::AnyInt(value.split(',').map(read).collect::<Result<_, _>>()?));
    }
    let n = read(value)?;
    Ok(between(op, n, n))
}

/// A comparison with a span of numbers: a day, or a single one.
fn between(op: &str, first: i64, last: i64) -> Test {
    let (least, greatest) = match op {
        "lt" => (i64::MIN + 1, first.saturating_sub(1)),
        "le" => (i64::MIN + 1, last),
        "gt" => (last.saturating_add(1), i64::MAX),
        "ge" => (first, i64::MAX),
        _ => (first, last),
    };
    Test::Between { least, greatest, outside: op == "ne" }
}

fn time(op: &str, value: &str, clocks: &Clocks<'_>) -> Result<Test, Fault> {
    const WHAT: Fault = Fault::Value("a day or an instant");
    if op == "within" {
        return Ok(Test::Between {
            least: since(value, clocks)?.saturating_add(1),
            greatest: i64::MAX,
            outside: false,
        });
    }
    if let Ok(at) = value.parse::<Timestamp>() {
        return Ok(between(op, at.as_microsecond(), at.as_microsecond()));
    }
    let day: Date = value.parse().map_err(|_| WHAT)?;
    let (first, last) = span_of(day, clocks.zone).ok_or(WHAT)?;
    Ok(between(op, first, last))
}

/// The first and the last instant of a day on the clocks of the business.
pub(crate) fn span_of(day: Date, zone: &Zone) -> Option<(Micros, Micros)> {
    let first = zone.instant(DateTime::from(day)).ok()?;
    Some((first, zone.instant(DateTime::from(day.tomorrow().ok()?)).ok()? - 1))
}

fn day(op: &str, value: &str, clocks: &Clocks<'_>) -> Result<Test, Fault> {
    if op == "within" {
        let since = Timestamp::from_microsecond(since(value, clocks)?).map_err(|_| Fault::Value("a span of time"))?;
        let day = since.to_zoned(clocks.zone.tz().clone()).date();
        return Ok(Test::Word(vec![Ordering::Greater], day.to_string()));
    }
    let day: Date = value.parse().map_err(|_| Fault::Value("a day"))?;
    Ok(Test::Word(signs(op).ok_or(Fault::Operator)?, day.to_string()))
}

/// The instant so long ago: `90d`, `12m`.
fn since(value: &str, clocks: &Clocks<'_>) -> Result<Micros, Fault> {
    const WHAT: Fault = Fault::Value("a span of time");
    let (count, unit) = value.split_at_checked(value.len().wrapping_sub(1)).ok_or(WHAT)?;
    let count = count.parse::<i32>().ok().filter(|n| (1..=36_500).contains(n)).ok_or(WHAT)?;
    match unit {
        "d" => Ok(clocks.now - i64::from(count) * base::clock::DAY),
        "m" => {
            let now = Timestamp::from_microsecond(clocks.now).map_err(|_| WHAT)?;
            let then = now.to_zoned(clocks.zone.tz().clone()).checked_sub(jiff::Span::new().months(count.min(1200)));
            then.map(|t| t.timestamp().as_microsecond()).map_err(|_| WHAT)
        }
        _ => Err(WHAT),
    }
}
