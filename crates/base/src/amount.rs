//! Exact decimal numbers of the lake: money in ten-thousandths, quantities in thousandths.
//!
//! Invoice lines of real shops carry unit prices finer than the currency's minor unit (0.001 GBP in wholesale), so sums
//! over lines are kept in 1/10000 and only rounded where a person reads them. Sums use `i128`: they cannot overflow.

use std::fmt;

/// An amount of money in 1/10000 of its currency's unit. Range ±922 337 203 685 477.5807.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Amount(pub i64);

/// A quantity of goods in thousandths of a piece (or kilogram, hour …).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Quantity(pub i64);

impl Amount {
    /// Digits after the decimal point.
    pub const SCALE: u32 = 4;
    /// How many of the stored unit make one unit of currency.
    pub const ONE: i64 = 10_000;

    /// Price × quantity, rounded half to even once, at 1/10000. `None` when it does not fit.
    pub fn times(self, quantity: Quantity) -> Option<Self> {
        let exact = i128::from(self.0) * i128::from(quantity.0);
        i64::try_from(round_half_even(exact, i128::from(Quantity::ONE))).ok().map(Self)
    }

    /// As a floating number of currency units; for statistics, never for sums.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::ONE as f64
    }
}

impl Quantity {
    /// Digits after the decimal point.
    pub const SCALE: u32 = 3;
    /// How many of the stored unit make one piece.
    pub const ONE: i64 = 1_000;
}

/// `n / d` rounded to the nearest integer, ties to the even one. `d` must be positive.
pub fn round_half_even(n: i128, d: i128) -> i128 {
    let (q, r) = (n.div_euclid(d), n.rem_euclid(d));
    match (r * 2).cmp(&d) {
        std::cmp::Ordering::Less => q,
        std::cmp::Ordering::Greater => q + 1,
        std::cmp::Ordering::Equal => q + (q & 1),
    }
}

/// Writes an integer scaled by `10^scale` as a plain decimal with at least `least` digits after the point.
pub fn format_scaled(value: i128, scale: u32, least: usize) -> String {
    let unit = 10i128.pow(scale);
    let (whole, part) = (value.unsigned_abs() / unit.unsigned_abs(), value.unsigned_abs() % unit.unsigned_abs());
    let mut digits = format!("{part:0width$}", width = scale as usize);
    while digits.len() > least && digits.ends_with('0') {
        digits.pop();
    }
    let sign = if value < 0 { "-" } else { "" };
    if digits.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{digits}") }
}

/// A whole number with separators of thousands, for people.
pub fn grouped(n: i128) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// An amount in 1/10000 with separators of thousands and at least two digits after the point, for people.
pub fn money(amount: i128) -> String {
    let text = format_scaled(amount.abs(), Amount::SCALE, 2);
    let (whole, part) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = grouped(whole.parse().unwrap_or_default());
    format!("{}{whole}.{part}", if amount < 0 { "-" } else { "" })
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_scaled(i128::from(self.0), Self::SCALE, 2))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_scaled(i128::from(self.0), Self::SCALE, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thousands_are_set_apart() {
        let wholes = [0, 999, 1_000, -1_234_567].map(grouped);
        assert_eq!(wholes, ["0", "999", "1,000", "-1,234,567"]);
        assert_eq!([97_477_479_340, -8_968_124_900].map(money), ["9,747,747.934", "-896,812.49"]);
    }

    #[test]
    fn prints_as_people_write() {
        assert_eq!(Amount(-110_620_600).to_string(), "-11062.06");
        assert_eq!(Amount(10).to_string(), "0.001");
        assert_eq!(Amount(0).to_string(), "0.00");
        assert_eq!(Quantity(6_000).to_string(), "6");
        assert_eq!(Quantity(-1_250).to_string(), "-1.25");
    }

    #[test]
    fn ties_go_to_the_even_neighbour() {
        assert_eq!(
            [round_half_even(5, 10), round_half_even(15, 10), round_half_even(-5, 10), round_half_even(-15, 10)],
            [0, 2, 0, -2]
        );
    }

    proptest! {
        #[test]
        fn whole_pieces_never_round(price in -1_000_000_000i64..1_000_000_000, pieces in -10_000i64..10_000) {
            let amount = Amount(price).times(Quantity(pieces * Quantity::ONE));
            prop_assert_eq!(amount, Some(Amount(price * pieces)));
        }
    }
}
