//! How long to wait after failed log-ins.

use base::Micros;

const SECOND: Micros = 1_000_000;
/// Failures that cost nothing: people mistype.
const FREE: i64 = 4;
/// The longest wait. An account is never locked for good: that would let anyone lock anyone out.
const LONGEST: Micros = 15 * 60 * SECOND;
/// Failures are forgotten after this long without another one.
const FORGET: Micros = 24 * 3_600 * SECOND;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Tries for one account, from anywhere.
    Account,
    /// Tries from one address, for any account: an office shares one, so it may fail more often.
    Address,
}

/// How many failures stand after one more, given those before and when the last was.
pub(crate) fn failures(before: i64, failed_at: Micros, now: Micros) -> i64 {
    if now - failed_at > FORGET { 1 } else { before.saturating_add(1) }
}

/// Until when the next try is refused: doubling from one second.
pub(crate) fn blocked_to(of: Of, failures: i64, now: Micros) -> Micros {
    let free = if of == Of::Account { FREE } else { FREE * 5 };
    let over = failures - free;
    if over <= 0 { now } else { now + SECOND.saturating_mul(1 << (over - 1).min(20)).min(LONGEST) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_grow_and_end(n in 0i64..10_000, now in 0i64..4_000_000_000_000_000) {
            for of in [Of::Account, Of::Address] {
                let (a, b) = (blocked_to(of, n, now) - now, blocked_to(of, n + 1, now) - now);
                prop_assert!(0 <= a && a <= b && b <= LONGEST);
            }
            prop_assert!(blocked_to(Of::Account, FREE, now) == now && blocked_to(Of::Account, FREE + 1, now) > now);
            prop_assert_eq!(failures(n, now, now + FORGET + 1), 1);
        }
    }
}
