//! What a good password is, and passwords that the product makes.

/// Shortest password.
pub const SHORTEST: usize = 10;
/// Longest password, in bytes: a longer one only costs time.
pub const LONGEST: usize = 256;

/// What is wrong with a password that somebody chose; `None` when it will do. Length counts, kinds of characters do not
/// (NIST SP 800-63B, section 3.1.1).
pub fn weakness(password: &str, email: &str, name: &str) -> Option<String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(format!("is too short: use at least {SHORTEST} characters, a short sentence is good"));
    }
    if password.len() > LONGEST {
        return Some(format!("is too long: use at most {LONGEST} bytes"));
    }
    let lower = password.to_lowercase();
    let distinct = lower.chars().collect::<std::collections::BTreeSet<_>>().len();
    if distinct < 5 || is_run(&lower) {
        return Some("is too easy to guess: use several words or mixed characters".to_owned());
    }
    let common = ["guanxi", "password", "qwerty", "1234567890"];
    let whole = [email.split('@').next().unwrap_or_default(), name];
    let own = whole.into_iter().chain([email, name].into_iter().flat_map(|t| t.split(['@', '.', ' ']))).chain(common);
    let rest = own.filter(|w| w.chars().count() >= 3).fold(lower, |l, w| l.replace(&w.to_lowercase(), ""));
    if rest.chars().count() < SHORTEST / 2 {
        return Some("is too easy to guess: it is little more than a name or a common word".to_owned());
    }
    None
}

/// Whether every character follows the one before (abcdefghij, 9876543210).
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    [1, -1].iter().any(|step| codes.windows(2).all(|w| w[1] - w[0] == *step))
}

/// Characters that are not mistaken for one another when read from paper or a screen: 32 of them.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password from random bytes: four groups of five, 100 bits.
pub(crate) fn readable(random: [u8; 20]) -> String {
    groups(&random, 5)
}

/// A recovery code from random bytes: two groups of five, 50 bits.
pub(crate) fn recovery_code(random: [u8; 10]) -> String {
    groups(&random, 5)
}

fn groups(random: &[u8], size: usize) -> String {
    let groups: Vec<String> = random
        .chunks(size)
        .map(|chunk| chunk.iter().map(|b| char::from(READABLE[usize::from(*b) % READABLE.len()])).collect())
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_is_good_and_the_obvious_is_not() {
        let weak = |p: &str| weakness(p, "anna.li@shop.example", "Anna Li").is_some();
        for bad in [
            "short",
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "9876543210",
            "anna.li1234",
            "anna@shop99",
            "password12",
            "Guanxi1234",
        ] {
            assert!(weak(bad), "{bad}");
        }
        for good in ["correct horse battery", "九寨沟的水是绿色的，真好", "tR4-kkq-92ms"] {
            assert!(!weak(good), "{good}");
        }
        assert!(weak(&"x7".repeat(200)));
        assert!(!weak(&readable([7, 1, 250, 31, 8, 9, 77, 3, 2, 100, 61, 5, 4, 30, 20, 10, 15, 16, 17, 18])));
    }
}
