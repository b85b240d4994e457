//! What marks a line as a return or as an adjustment.

/// What marks a line as a return (cancelled or returned goods).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReturnRule {
    /// Prefixes of order ids that mark a return when a digit follows: `C` for `C536379`.
    pub prefixes: Vec<String>,
    /// Whether a negative quantity or amount without a mark is a return; otherwise it is an adjustment.
    pub by_sign: bool,
    /// Values of the type column that mark a return, lower case.
    pub values: Vec<String>,
}

/// What marks a line as an adjustment, besides a missing price and a corrective negative quantity.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdjustmentRule {
    /// Prefixes of order ids that mark an adjustment when a digit follows: `A` for `A563185`.
    pub prefixes: Vec<String>,
    /// Words of which the product's name must hold one for a prefix to count, lower case; empty: the prefix is enough.
    pub words: Vec<String>,
    /// Values of the type column that mark an adjustment, lower case.
    pub values: Vec<String>,
}

impl Default for ReturnRule {
    fn default() -> Self {
        Self { prefixes: Vec::new(), by_sign: true, values: owned(RETURN_VALUES) }
    }
}

impl Default for AdjustmentRule {
    fn default() -> Self {
        Self { prefixes: Vec::new(), words: owned(ADJUSTMENT_WORDS), values: owned(ADJUSTMENT_VALUES) }
    }
}

/// Prefix of cancelled invoices in files whose other ids are all digits.
pub const RETURN_PREFIX: &str = "C";
/// Prefix of corrections of the books in such files; counts only with one of [`ADJUSTMENT_WORDS`] in the name.
pub const ADJUSTMENT_PREFIX: &str = "A";

/// Values of a type column that mark a return.
pub const RETURN_VALUES: &[&str] = &[
    "退货",
    "退款",
    "退单",
    "退换",
    "退换货",
    "退货退款",
    "仅退款",
    "已退款",
    "已退货",
    "取消",
    "已取消",
    "撤销",
    "作废",
    "return",
    "returned",
    "returns",
    "refund",
    "refunded",
    "cancel",
    "cancelled",
    "canceled",
    "cancellation",
    "credit",
    "credit note",
    "void",
    "voided",
    "chargeback",
    "r",
];

/// Words in the product name of a line that corrects the books.
pub const ADJUSTMENT_WORDS: &[&str] =
    &["adjust", "bad debt", "write off", "write-off", "correction", "调整", "坏账", "冲销", "冲账", "更正"];

/// Values of a type column that mark an adjustment.
pub const ADJUSTMENT_VALUES: &[&str] = &[
    "adjustment",
    "adjust",
    "correction",
    "write-off",
    "write off",
    "bad debt",
    "stocktake",
    "调整",
    "盘点",
    "冲账",
    "冲销",
    "坏账",
    "报损",
];

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

/// Whether `id` is `prefix` followed by a digit; case of ASCII letters does not matter.
pub fn has_prefix(id: &[u8], prefix: &str) -> bool {
    let wanted = prefix.as_bytes();
    id.len() > wanted.len() && id[..wanted.len()].eq_ignore_ascii_case(wanted) && id[wanted.len()].is_ascii_digit()
}
