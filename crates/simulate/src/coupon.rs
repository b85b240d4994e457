//! The coupon: a randomised half of the members gets it; of those, the ones who react spend exactly 20 % more on every
//! order in its window, all others spend as they would have.

use crate::plan::Plan;

/// Codes in the column `coupon`; position 0 stands for none.
pub(crate) const CODES: [&str; 4] = ["", "THANKYOU", "618", "DOUBLE11"];
pub(crate) const THANK_YOU: u8 = 1;
pub(crate) const CODE_618: u8 = 2;
pub(crate) const CODE_1111: u8 = 3;

/// The true lift of those who react, in per cent of what they would have spent.
pub(crate) const LIFT_PERCENT: i64 = 20;

/// The days on which the coupon works.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) from: i32,
    /// The day after the last.
    pub(crate) until: i32,
}

impl Window {
    /// 28 days (fewer in a short scenario) after three quarters of the span.
    pub(crate) fn of(days: i32) -> Self {
        let from = days * 3 / 4;
        Self { from, until: days.min(from + 28) }
    }

    pub(crate) const fn holds(self, day: i32) -> bool {
        self.from <= day && day < self.until
    }
}

/// One member and the coupon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// A member when the coupon was sent (whether or not he had silently left).
    pub(crate) eligible: bool,
    /// The coin of the experiment, meaningful for eligible ones.
    pub(crate) coin: bool,
    /// Would spend more with the coupon.
    pub(crate) reacts: bool,
}

impl Part {
    pub(crate) const fn sent(self) -> bool {
        self.eligible && self.coin
    }

    /// Spends more on `day`.
    pub(crate) const fn works(self, plan: &Plan, day: i32) -> bool {
        self.sent() && self.reacts && plan.window.holds(day)
    }
}

/// The extra spending on an order of `net`, in 1/100 CNY: exact, as all amounts are multiples of 0.10.
pub(crate) const fn extra(net: i64) -> i64 {
    net * LIFT_PERCENT / 100
}
