//! The forms of a file's dates and numbers, and its marks of returns, from a sample.

use super::returns::{ADJUSTMENT_PREFIX, RETURN_PREFIX, has_prefix};
use super::{AdjustmentRule, DateForm, DecimalMark, ReturnRule};
use crate::decode::date::parse_date;
use crate::decode::number::parse_scaled;
use crate::decode::text::{is_null, trim};

/// What a sample says about a form, and how sure it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Detected<T> {
    /// The form taken.
    pub form: T,
    /// Share of the sample's values that read in it, 0 … 1.
    pub share: f64,
    /// Whether another form reads as well, so that a person should look.
    pub ambiguous: bool,
}

/// The share of cells that read in one form in a column of dates.
pub const MOST_DATES: f64 = 0.8;
/// The share of cells that must read in one form before it is spoken of at all.
const SOME_DATES: f64 = 0.3;

/// The form in which most of these cells read as dates; `None` when fewer than 30 % do in any. A column of dates has
/// [`MOST_DATES`] of them, but one that is called so may have more bad cells.
///
/// Numbers are taken for dates only where they can hardly be anything else: see [`plausible`]. When days and months
/// cannot be told apart (none is above 12) the day is taken to come first, unless the hours have AM and PM as in the USA.
pub fn date_form<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Option<Detected<DateForm>> {
    let cells: Vec<&[u8]> = cells.map(trim).filter(|c| !is_null(c)).collect();
    if cells.is_empty() {
        return None;
    }
    let reads = |form: DateForm| {
        let count = cells.iter().filter(|c| plausible(c, form) && matches!(parse_date(c, form), Ok(Some(_)))).count();
        count as f64 / cells.len() as f64
    };
    let shares = DateForm::ALL.map(|form| (form, reads(form)));
    let (form, share) = shares.into_iter().fold(shares[0], |best, next| if next.1 > best.1 { next } else { best });
    if share < SOME_DATES {
        return None;
    }
    let ambiguous = form == DateForm::DayFirst && shares[2].1 >= share;
    let american = ambiguous && cells.iter().any(|c| c.ends_with(b"M") || c.ends_with(b"m"));
    Some(Detected { form: if american { DateForm::MonthFirst } else { form }, share, ambiguous })
}

/// Whether a cell may be a date of a form at all. Plain numbers are dates only within 1970 … 2100.
fn plausible(cell: &[u8], form: DateForm) -> bool {
    let number = || parse_scaled(cell, 0, DecimalMark::Point).ok().flatten().unwrap_or(-1);
    let digits = cell.iter().all(u8::is_ascii_digit);
    match form {
        DateForm::ExcelSerial => (25_569..73_051).contains(&number()),
        DateForm::UnixSeconds => (100_000_000..4_102_444_800).contains(&number()),
        DateForm::UnixMillis => digits && (100_000_000_000..4_102_444_800_000).contains(&number()),
        _ if digits => matches!(cell.len(), 8 | 12 | 14) && matches!(&cell[..2], b"19" | b"20"),
        _ => true,
    }
}

/// What separates whole from part in these cells. Point when nothing speaks for either; ambiguous when some values have
/// a mark and none can decide (`1,234`).
pub fn decimal_mark<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Detected<DecimalMark> {
    let (mut point, mut comma, mut undecided) = (0usize, 0usize, 0usize);
    for cell in cells {
        match evidence(trim(cell)) {
            Some(Evidence::Point) => point += 1,
            Some(Evidence::Comma) => comma += 1,
            Some(Evidence::Undecided) => undecided += 1,
            None => {}
        }
    }
    let form = if comma > point { DecimalMark::Comma } else { DecimalMark::Point };
    let decided = point + comma;
    let share = if decided == 0 { 1.0 } else { point.max(comma) as f64 / decided as f64 };
    Detected { form, share, ambiguous: (decided == 0 && undecided > 0) || (decided > 0 && share < 0.9) }
}

enum Evidence {
    Point,
    Comma,
    Undecided,
}

/// A number that reads with one mark only speaks for it; one with a single mark before three digits reads with both.
fn evidence(cell: &[u8]) -> Option<Evidence> {
    if !cell.iter().any(|b| matches!(b, b'.' | b',') || *b >= 0x80) {
        return None;
    }
    let reads = |mark| matches!(parse_scaled(cell, 4, mark), Ok(Some(_)));
    match (reads(DecimalMark::Point), reads(DecimalMark::Comma)) {
        (true, true) => {
            let differ = parse_scaled(cell, 4, DecimalMark::Point) != parse_scaled(cell, 4, DecimalMark::Comma);
            differ.then_some(Evidence::Undecided)
        }
        (true, false) => Some(Evidence::Point),
        (false, true) => Some(Evidence::Comma),
        (false, false) => None,
    }
}

/// One line of a sample, as far as its kind is concerned.
#[derive(Clone, Copy, Debug)]
pub struct SampleLine<'a> {
    /// The order id.
    pub id: &'a [u8],
    /// Whether quantity or amount is negative.
    pub negative: bool,
    /// Whether the type column says that it is a return.
    pub typed_return: bool,
}

/// Which marks of returns and adjustments the sample's order ids use.
///
/// Where most ids are all digits, `C` before digits is a return and `A` before digits an adjustment if the product's name
/// says so, whether the sample shows one or not, unless it shows such ids on plain sales. A negative line without a mark is
/// a return as long as no mark is in use.
pub fn kinds(lines: &[SampleLine<'_>]) -> (ReturnRule, AdjustmentRule) {
    let (mut returns, mut adjustments) = (ReturnRule::default(), AdjustmentRule::default());
    let numeric = lines.iter().filter(|l| !l.id.is_empty() && l.id.iter().all(u8::is_ascii_digit)).count();
    if lines.is_empty() || numeric * 10 < lines.len() * 6 {
        returns.by_sign = !lines.iter().any(|l| l.typed_return);
        return (returns, adjustments);
    }
    let mut in_use = lines.iter().any(|l| l.typed_return);
    for letter in b'A'..=b'Z' {
        let prefix = char::from(letter).to_string();
        let marked: Vec<_> = lines.iter().filter(|l| has_prefix(l.id, &prefix)).collect();
        let negative = marked.iter().filter(|l| l.negative).count();
        let all_negative = !marked.is_empty() && negative * 10 >= marked.len() * 9;
        if prefix == ADJUSTMENT_PREFIX {
            adjustments.prefixes.push(prefix);
        } else if all_negative || (prefix == RETURN_PREFIX && marked.is_empty()) {
            in_use |= all_negative;
            returns.prefixes.push(prefix);
        }
    }
    returns.by_sign = !in_use;
    (returns, adjustments)
}
