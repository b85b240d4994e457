//! Sale, return or adjustment.

pub use lake::order::Kind as LineKind;

use crate::mapping::Options;
use crate::mapping::returns::has_prefix;

/// What an order id or a value of the type column says about its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing.
    None,
    /// They are returns.
    Return,
    /// They are adjustments.
    Adjustment,
    /// They are adjustments if the name of the product says so.
    AdjustmentByName,
}

/// What the numbers of a line say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signs {
    /// A price is expected and there is none, or it is not positive.
    pub priceless: bool,
    /// The quantity or the amount is negative.
    pub negative: bool,
}

/// The mark of an order id.
pub(super) fn mark_of_id(options: &Options, id: &str) -> Mark {
    let has = |prefixes: &[String]| prefixes.iter().any(|p| !p.is_empty() && has_prefix(id.as_bytes(), p));
    if has(&options.returns.prefixes) {
        Mark::Return
    } else if has(&options.adjustments.prefixes) {
        if options.adjustments.words.is_empty() { Mark::Adjustment } else { Mark::AdjustmentByName }
    } else {
        Mark::None
    }
}

/// The mark of a value of the type column.
pub(super) fn mark_of_type(options: &Options, value: &str) -> Mark {
    let value = value.trim().to_lowercase();
    let has = |values: &[String]| values.iter().any(|v| v.trim().to_lowercase() == value);
    if has(&options.returns.values) {
        Mark::Return
    } else if has(&options.adjustments.values) {
        Mark::Adjustment
    } else {
        Mark::None
    }
}

/// Whether a product's name says that the line corrects the books.
pub(super) fn name_adjusts(options: &Options, name: &str) -> bool {
    let name = name.to_lowercase();
    options.adjustments.words.iter().any(|w| name.contains(&w.to_lowercase()))
}

/// The kind of a line: explicit marks first, then a missing price, then the sign.
#[inline]
pub(super) const fn kind_of(mark: Mark, signs: Signs, negative_is_return: bool) -> LineKind {
    match (mark, signs) {
        (Mark::Return, _) => LineKind::Return,
        (Mark::Adjustment, _) | (_, Signs { priceless: true, .. }) => LineKind::Adjustment,
        (_, Signs { negative: true, .. }) if negative_is_return => LineKind::Return,
        (_, Signs { negative: true, .. }) => LineKind::Adjustment,
        _ => LineKind::Sale,
    }
}
