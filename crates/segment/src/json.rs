//! How results read as JSON: money as exact decimal text, instants in RFC 3339, as in queries and exports.

use base::{Amount, Micros};
use serde::{Serialize, Serializer};

/// A bound of a score, in the unit of its axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Bound {
    /// Days, orders.
    Count(i64),
    /// Money.
    Money(#[serde(serialize_with = "money")] Amount),
}

impl Bound {
    /// As a whole number: days, orders, or 1/10000.
    pub const fn value(self) -> i64 {
        match self {
            Self::Count(n) | Self::Money(Amount(n)) => n,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(crate) fn money<S: Serializer>(amount: &Amount, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(amount)
}

#[expect(clippy::ref_option, reason = "serde's signature")]
pub(crate) fn money_if_any<S: Serializer>(amount: &Option<Amount>, to: S) -> Result<S::Ok, S::Error> {
    match amount {
        Some(amount) => to.collect_str(amount),
        None => to.serialize_none(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(crate) fn instant<S: Serializer>(at: &Micros, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&base::clock::rfc3339(*at))
}
