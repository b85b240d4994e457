//! Personal data for eyes that may know somebody exists, not who he is: enough to tell two apart, too little to reach them.

/// Whether personal data is shown in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// In full: the reader may see it, and the reading is audited.
    Off,
    /// Masked.
    On,
}

impl Mask {
    /// A person's name: the first letter of every word; of Chinese names the family name.
    pub fn name(self, name: &str) -> String {
        if self == Self::Off {
            return name.to_owned();
        }
        let words = name.split_whitespace().map(|word| first(word, 1));
        words.collect::<Vec<_>>().join(" ")
    }

    /// An e-mail address: first letter and domain.
    pub fn email(self, email: &str) -> String {
        if self == Self::Off {
            return email.to_owned();
        }
        match email.rsplit_once('@') {
            Some((local, domain)) => format!("{}@{domain}", first(local, 1)),
            None => first(email, 1),
        }
    }

    /// A telephone number in E.164 (`+8613812345678`): country and operator, last two digits.
    pub fn phone(self, phone: &str) -> String {
        if self == Self::Off {
            return phone.to_owned();
        }
        let chars: Vec<char> = phone.chars().collect();
        if chars.len() < 9 {
            return "***".to_owned();
        }
        let head: String = chars[..chars.len() - 8].iter().take(6).collect();
        let tail: String = chars[chars.len() - 2..].iter().collect();
        format!("{head}***{tail}")
    }

    /// Anything else that names or finds a person: card number, open id, address.
    pub fn other(self, value: &str) -> String {
        if self == Self::Off { value.to_owned() } else { first(value, 1) }
    }
}

/// The first `keep` characters and stars; nothing stays nothing. The number of stars does not tell the length.
fn first(text: &str, keep: usize) -> String {
    if text.chars().count() <= keep {
        return if text.is_empty() { String::new() } else { "***".to_owned() };
    }
    text.chars().take(keep).chain("***".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masked_as_people_expect() {
        let m = Mask::On;
        assert_eq!(m.name("王小明"), "王***");
        assert_eq!(m.name("Anna Lee"), "A*** L***");
        assert_eq!(m.email("anna.lee@shop.example"), "a***@shop.example");
        assert_eq!(m.phone("+8613812345678"), "+86138***78");
        assert_eq!((m.phone("12345").as_str(), m.email("a@b.c").as_str()), ("***", "***@b.c"));
        assert_eq!(Mask::Off.phone("+8613812345678"), "+8613812345678");
    }

    proptest! {
        #[test]
        fn what_is_masked_cannot_be_read(local in "[a-z0-9]{3,20}", digits in "[1-9][0-9]{9,14}", name in "\\PC{2,20}") {
            let email = format!("{local}@x.example");
            let masked = Mask::On.email(&email);
            prop_assert!(masked.ends_with("***@x.example") && !masked.trim_end_matches("@x.example").contains(&local[..2]));
            let phone = format!("+{digits}");
            let shown = Mask::On.phone(&phone).chars().filter(char::is_ascii_digit).count();
            prop_assert!(shown + 5 <= digits.len());
            let word = name.split_whitespace().max_by_key(|w| w.chars().count()).unwrap_or_default();
            let second: String = word.chars().take(2).collect();
            prop_assert!(word.chars().count() < 2 || second.contains('*') || !Mask::On.name(&name).contains(&second));
        }
    }
}
