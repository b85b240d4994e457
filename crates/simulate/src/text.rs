//! Writing rows of text fast: digits straight into the buffer, nothing allocated per row.

/// Fields of CSV rows appended to a buffer. Values written here never hold commas, quotes or line ends (the lists of
/// names and goods are tested for it).
pub(crate) struct Row<'a>(pub(crate) &'a mut Vec<u8>);

impl Row<'_> {
    /// A text field.
    pub(crate) fn text(&mut self, text: impl AsRef<[u8]>) -> &mut Self {
        self.0.extend_from_slice(text.as_ref());
        self.comma()
    }

    /// An empty field.
    pub(crate) fn none(&mut self) -> &mut Self {
        self.comma()
    }

    /// A whole number.
    pub(crate) fn int(&mut self, n: i64) -> &mut Self {
        push_int(self.0, n);
        self.comma()
    }

    /// Money from 1/100: always two digits after the point.
    pub(crate) fn money(&mut self, hundredths: i64) -> &mut Self {
        push_money(self.0, hundredths);
        self.comma()
    }

    /// A moment as `YYYY-MM-DD HH:MM:SS` from its date and the second of the day.
    pub(crate) fn moment(&mut self, date: &[u8; 10], second: u32) -> &mut Self {
        let mut text = *b"0000-00-00 00:00:00";
        text[..10].copy_from_slice(date);
        for (at, n) in [(11, second / 3600), (14, second / 60 % 60), (17, second % 60)] {
            text[at] += (n / 10) as u8;
            text[at + 1] += (n % 10) as u8;
        }
        self.text(text)
    }

    /// A letter and a number of at least eight digits.
    pub(crate) fn number(&mut self, letter: u8, n: u64) -> &mut Self {
        push_number(self.0, letter, n);
        self.comma()
    }

    /// Ends the row.
    pub(crate) fn end(&mut self) {
        if let Some(last) = self.0.last_mut() {
            *last = b'\n';
        }
    }

    fn comma(&mut self) -> &mut Self {
        self.0.push(b',');
        self
    }
}

/// Appends a whole number.
pub(crate) fn push_int(out: &mut Vec<u8>, n: i64) {
    if n < 0 {
        out.push(b'-');
    }
    push_digits(out, n.unsigned_abs(), 1);
}

/// Appends money from 1/100.
pub(crate) fn push_money(out: &mut Vec<u8>, hundredths: i64) {
    if hundredths < 0 {
        out.push(b'-');
    }
    let n = hundredths.unsigned_abs();
    push_digits(out, n / 100, 1);
    out.push(b'.');
    push_digits(out, n % 100, 2);
}

/// Appends a letter and a number of at least eight digits: `C00000012`.
pub(crate) fn push_number(out: &mut Vec<u8>, letter: u8, n: u64) {
    out.push(letter);
    push_digits(out, n, 8);
}

fn push_digits(out: &mut Vec<u8>, mut n: u64, least: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while n > 0 || digits.len() - at < least {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_read_as_people_write() {
        let mut out = Vec::new();
        Row(&mut out).number(b'C', 12).int(-3).money(-1).money(123_456).moment(b"2024-02-29", 86_399).none().end();
        assert_eq!(String::from_utf8(out).unwrap(), "C00000012,-3,-0.01,1234.56,2024-02-29 23:59:59,\n");
    }
}
