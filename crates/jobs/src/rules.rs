//! When a failed job is tried again.

use base::Micros;

/// Pause before the next try after `attempts` failed ones: 10 s, doubled each time, at most an hour.
pub fn back_off(attempts: i64) -> Micros {
    let seconds = 10i64.saturating_mul(1 << (attempts - 1).clamp(0, 20));
    seconds.min(3_600) * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_is_bounded() {
        assert_eq!([1, 2, 3, 50].map(back_off).map(|p| p / 1_000_000), [10, 20, 40, 3_600]);
        assert_eq!(back_off(0), back_off(1));
    }
}
