//! A reading position in the plain text of a date.

/// Reads numbers, names and separators of a lower-case ASCII text from left to right.
#[derive(Debug)]
pub struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl<'a> Cursor<'a> {
    /// At the beginning of a text.
    pub const fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte, not yet taken.
    pub fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Takes the next byte if it is one of these.
    pub fn take(&mut self, wanted: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|b| wanted.contains(b))?;
        self.at += 1;
        Some(byte)
    }

    /// Takes all spaces.
    pub fn skip_spaces(&mut self) {
        while self.take(b" ").is_some() {}
    }

    /// Whether only spaces are left.
    pub fn at_end(&mut self) -> bool {
        self.skip_spaces();
        self.at == self.text.len()
    }

    /// An unsigned number of at most nine digits, and how many digits it has.
    pub fn number(&mut self) -> Option<(u32, usize)> {
        let digits = self.digits();
        if digits.is_empty() || digits.len() > 9 {
            return None;
        }
        self.at += digits.len();
        Some((digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')), digits.len()))
    }

    /// A run of 8, 12 or 14 digits, if that is what comes next.
    pub fn compact_digits(&mut self) -> Option<&'a [u8]> {
        let digits = self.digits();
        if !matches!(digits.len(), 8 | 12 | 14) {
            return None;
        }
        self.at += digits.len();
        Some(digits)
    }

    /// The digits that come next, not taken.
    pub fn digits(&self) -> &'a [u8] {
        let rest = &self.text[self.at..];
        &rest[..rest.iter().take_while(|b| b.is_ascii_digit()).count()]
    }

    /// The word if it comes next.
    pub fn word(&mut self, wanted: &str) -> bool {
        let found = self.text[self.at..].starts_with(wanted.as_bytes());
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    /// The month whose name, whole or its first three letters, comes next: 1 … 12.
    pub fn month_name(&mut self) -> Option<u32> {
        let month = self.name(&MONTHS)?;
        self.take(b".");
        Some(month as u32 + 1)
    }

    /// Takes a weekday and the comma behind it.
    pub fn skip_weekday(&mut self) {
        self.skip_spaces();
        if self.name(&WEEKDAYS).is_some() {
            self.take(b".");
            self.take(b",");
            self.skip_spaces();
        }
    }

    /// Takes the `st`, `nd`, `rd`, `th` behind a day.
    pub fn skip_ordinal(&mut self) {
        for ending in ["st", "nd", "rd", "th"] {
            if self.word(ending) {
                return;
            }
        }
    }

    /// Takes what stands between day, month and year; answers with the mark, a space when there is no other.
    pub fn skip_date_separator(&mut self) -> Option<u8> {
        let spaced = self.peek() == Some(b' ');
        self.skip_spaces();
        let mark = self.take(b"-/.,");
        self.skip_spaces();
        mark.or(spaced.then_some(b' '))
    }

    /// Takes what stands between date and time.
    pub fn skip_time_separator(&mut self) {
        self.skip_spaces();
        self.take(b"t,-");
        self.skip_spaces();
    }

    fn name(&mut self, names: &[&str]) -> Option<usize> {
        let rest = &self.text[self.at..];
        let letters = rest.iter().take_while(|b| b.is_ascii_lowercase()).count();
        let word = &rest[..letters];
        let fits = |name: &&str| letters >= 3 && letters <= name.len() && name.as_bytes().starts_with(word);
        let found = names.iter().position(fits)?;
        self.at += letters;
        Some(found)
    }
}
