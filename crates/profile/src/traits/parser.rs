//! Reading tokens one after the other, for values and conditions.

use base::problem::did_you_mean;

use super::field::Field;
use super::lexer::{Fault, Kind, Token, tokens};

/// How deep parentheses may go.
const DEEPEST: usize = 32;

/// Reads tokens one after the other.
pub(super) struct Parser<'a> {
    pub(super) source: &'a str,
    tokens: Vec<Token<'a>>,
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a str) -> Result<Self, Fault> {
        Ok(Self { source, tokens: tokens(source)?, next: 0, depth: 0 })
    }

    pub(super) fn peek(&self) -> Token<'a> {
        self.tokens[self.next]
    }

    pub(super) fn take(&mut self) -> Token<'a> {
        let token = self.peek();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    /// Takes the next token if it is this sign or word (words in any case).
    pub(super) fn took(&mut self, text: &str) -> bool {
        let token = self.peek();
        let same = matches!(token.kind, Kind::Sign | Kind::Word) && token.text.eq_ignore_ascii_case(text);
        if same {
            self.take();
        }
        same
    }

    pub(super) fn need(&mut self, text: &str) -> Result<(), Fault> {
        let token = self.peek();
        if self.took(text) {
            return Ok(());
        }
        Err(Fault::new(token.at, format!("\"{text}\" is expected here, not {}", token.shown())))
    }

    pub(super) fn end(&self) -> Result<(), Fault> {
        let token = self.peek();
        if token.kind == Kind::End {
            return Ok(());
        }
        Err(Fault::new(token.at, format!("{} is left over", token.shown())))
    }

    /// Runs `inner` one level deeper.
    pub(super) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth == DEEPEST {
            return Err(Fault::new(self.peek().at, format!("more than {DEEPEST} levels are not read")));
        }
        self.depth += 1;
        let out = inner(self);
        self.depth -= 1;
        out
    }

    /// The name of a field.
    pub(super) fn field(&mut self) -> Result<Field, Fault> {
        let token = self.take();
        if token.kind != Kind::Word {
            return Err(Fault::new(token.at, format!("a column is expected here, not {}", token.shown())));
        }
        Field::named(token.text).ok_or_else(|| {
            let hint = did_you_mean(token.text, Field::names());
            Fault::new(token.at, format!("there is no column {}", token.shown())).hint(hint)
        })
    }
}
