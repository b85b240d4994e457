//! Splits an expression into words, numbers, quoted text and signs, each with its place.

/// What is wrong in an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Byte offset into the expression.
    pub(super) at: usize,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Fault {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    /// In single quotes; `''` inside stands for one.
    Text,
    Sign,
    End,
}

/// A piece of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// As written, quotes included.
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl Token<'_> {
    /// How a message names it.
    pub(super) fn shown(&self) -> String {
        if self.kind == Kind::End { "the end".into() } else { format!("\"{}\"", self.text) }
    }

    /// The value of a quoted text.
    pub(super) fn unquoted(&self) -> String {
        self.text[1..self.text.len() - 1].replace("''", "'")
    }
}

/// All tokens, the last one being the end.
pub(super) fn tokens(source: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, len) = next(&source[at..], first).map_err(|message| Fault::new(at, message))?;
        out.push(Token { kind, text: &source[at..at + len], at });
        at += len;
    }
    out.push(Token { kind: Kind::End, text: "", at: source.len() });
    Ok(out)
}

/// Kind and length in bytes of the token that `rest` begins with.
fn next(rest: &str, first: char) -> Result<(Kind, usize), String> {
    let run = |part: fn(char) -> bool| rest.find(|c| !part(c)).unwrap_or(rest.len());
    if first.is_ascii_alphabetic() || first == '_' {
        return Ok((Kind::Word, run(|c| c.is_ascii_alphanumeric() || c == '_')));
    }
    if first.is_ascii_digit() {
        return Ok((Kind::Number, run(|c| c.is_ascii_alphanumeric() || c == '.')));
    }
    match first {
        '\'' => quoted(rest),
        '<' | '>' | '!' | '=' => sign(rest),
        '(' | ')' | ',' | '+' | '-' | '*' | '/' => Ok((Kind::Sign, 1)),
        '"' | '‘' | '’' | '“' | '”' => Err(format!("text goes in straight single quotes, not {first}")),
        _ => Err(format!("\"{first}\" means nothing here")),
    }
}

fn sign(rest: &str) -> Result<(Kind, usize), String> {
    match rest.get(..2) {
        Some("==") => Err("equality is written with one =".into()),
        Some("<=" | ">=" | "<>" | "!=") => Ok((Kind::Sign, 2)),
        _ if rest.starts_with('!') => Err("negation is written not".into()),
        _ => Ok((Kind::Sign, 1)),
    }
}

fn quoted(rest: &str) -> Result<(Kind, usize), String> {
    let bytes = rest.as_bytes();
    let mut i = 1;
    while i < bytes.len() {
        match (bytes[i], bytes.get(i + 1)) {
            (b'\'', Some(b'\'')) => i += 2,
            (b'\'', _) => return Ok((Kind::Text, i + 1)),
            _ => i += 1,
        }
    }
    Err("the quote that opens here is never closed".into())
}
