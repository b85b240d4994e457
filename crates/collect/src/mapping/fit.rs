//! Whether the values of a column may be a field, and which field they are likely to be without a name.

use super::content::Content;
use super::{DateForm, Field, FileKind};

/// How well values fit a field whose name matched: 1 well, 0 not at all.
pub(super) fn fit(field: Field, content: &Content) -> f64 {
    if content.filled == 0 {
        return 0.7;
    }
    let yes = |fits: bool| if fits { 1.0 } else { 0.0 };
    match field {
        // Its bad cells must be shown, not the column left out: by the wrong dates of a small file it would be another kind of file.
        Field::Time | Field::Joined if content.dates.is_some() && !content.is_date() => 0.6,
        Field::Time | Field::Joined => yes(content.is_date()),
        Field::Birthday if !content.is_date() => 0.6,
        Field::TimeOfDay => yes(content.clocks >= 0.8),
        Field::Quantity | Field::UnitPrice | Field::Amount | Field::Price | Field::Cost => {
            if is_written_date(content) {
                0.0
            } else if content.is_number() {
                1.0
            } else if content.numbers >= 0.3 {
                // A column of that very name with some unreadable cells is still that column: its bad cells must be
                // shown, not the column left out.
                0.6
            } else {
                0.0
            }
        }
        Field::Discount => yes(content.is_number() && !is_rate(content)),
        Field::Currency => yes(content.currencies >= 0.8),
        Field::Email | Field::CustomerEmail => yes(content.emails >= 0.5),
        Field::Phone | Field::CustomerPhone => {
            yes(content.emails < 0.5 && (content.phones >= 0.3 || content.codes >= 0.5))
        }
        Field::OrderId => yes(!is_written_date(content) && content.fractions < 0.2 && content.emails < 0.5),
        Field::Customer | Field::ReferredBy => key_fit(content),
        Field::Product if is_written_date(content) => 0.0,
        Field::Product if is_words(content) => 0.8,
        Field::ProductName | Field::Name | Field::CustomerName if content.numbers >= 0.95 => 0.4,
        Field::Type | Field::Gender if content.distinct > 20 => 0.3,
        Field::Category | Field::Store | Field::Channel | Field::Device | Field::Country | Field::City => {
            yes(content.fractions < 0.3 && !is_written_date(content))
        }
        _ => 1.0,
    }
}

fn key_fit(content: &Content) -> f64 {
    // Yes or no, or a letter or digit; one customer's orders have one key, which is longer.
    let flag = content.distinct <= 3 && content.filled > 20 && (content.bools >= 1.0 || content.length < 3.0);
    if flag || is_written_date(content) || content.fractions >= 0.5 {
        0.0
    } else if is_words(content) {
        0.7
    } else {
        1.0
    }
}

/// Whether a discount column holds shares of the price (0.85, 15 %, 8.5折) and not sums of money.
pub(super) fn is_rate(content: &Content) -> bool {
    content.filled > 0 && content.rates >= 0.95 && (content.largest > 0.0 || !content.is_number())
}

fn is_written_date(content: &Content) -> bool {
    let written = [DateForm::YearFirst, DateForm::DayFirst, DateForm::MonthFirst];
    content.is_date() && content.dates.as_ref().is_some_and(|d| written.contains(&d.form))
}

fn is_words(content: &Content) -> bool {
    content.codes < 0.3 && content.numbers < 0.3
}

/// The fields that values point to on their own, with a score and what was seen. `nameless`: the file has no header, so
/// that weaker signs are all there is; `left` is 1 for the first column, near 0 for the last.
pub(super) fn guesses(kind: FileKind, content: &Content, nameless: bool, left: f64) -> Vec<(Field, f64, &'static str)> {
    if content.filled == 0 {
        return Vec::new();
    }
    let orders = kind == FileKind::Orders;
    let mut out = Vec::new();
    if is_written_date(content) {
        if orders {
            out.push((Field::Time, 0.48, "its values are dates"));
        }
        return out;
    }
    if content.emails >= 0.9 && kind != FileKind::Products {
        out.push((if orders { Field::CustomerEmail } else { Field::Email }, 0.6, "its values are e-mail addresses"));
        return out;
    }
    if content.phones >= 0.9 && kind != FileKind::Products {
        out.push((if orders { Field::CustomerPhone } else { Field::Phone }, 0.55, "its values are phone numbers"));
        return out;
    }
    if nameless {
        nameless_guesses(kind, content, left, &mut out);
    }
    out
}

fn nameless_guesses(kind: FileKind, content: &Content, left: f64, out: &mut Vec<(Field, f64, &'static str)>) {
    let whole = content.integers >= 0.95;
    let code = content.codes >= 0.9 && content.fractions < 0.05 && content.length >= 3.0;
    let words = is_words(content) && content.length > 3.0;
    match kind {
        FileKind::Orders => {
            if whole && content.length < 4.0 {
                out.push((Field::Quantity, 0.42, "its values are small whole numbers"));
            }
            if content.numbers >= 0.9 && content.fractions >= 0.1 {
                out.push((Field::UnitPrice, 0.42, "its values are numbers with a fraction"));
            }
            if code && content.length >= 4.0 {
                out.push((Field::OrderId, 0.36 + 0.1 * left, "its values are codes near the left"));
                out.push((Field::Product, 0.34 + 0.04 * left, "its values are codes"));
            }
            if code && whole && content.repeats > 0.05 {
                out.push((Field::Customer, 0.38, "its values are numbers that come in runs"));
            }
            if words && !content.is_few() {
                out.push((Field::ProductName, 0.42, "its values are many different words"));
            }
        }
        FileKind::Customers | FileKind::Products => {
            let key = if kind == FileKind::Customers { Field::Customer } else { Field::Product };
            if code && content.distinct == content.filled {
                out.push((key, 0.36 + 0.1 * left, "its values are codes, each different"));
            }
            if words && !content.is_few() {
                out.push((Field::Name, 0.36 + 0.06 * left, "its values are many different words"));
            }
        }
    }
}
