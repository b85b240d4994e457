//! The grammar of conditions:
//!
//! ```text
//! condition  = all { "or" all }
//! all        = test { "and" test }
//! test       = "not" test | "(" condition ")" | "weekend" | field comparison
//! comparison = ("=" | "<>" | "!=" | "<" | "<=" | ">" | ">=") literal
//!            | ["not"] "in" "(" literal { "," literal } ")" | ["not"] "between" literal "and" literal
//!            | "is" ["not"] "null"
//! ```

use std::ops::Bound;

use super::condition::{Atom, Is, Logic, Test};
use super::field::{Attr, Field};
use super::lexer::{Fault, Kind};
use super::literal;
use super::parser::Parser;

/// Reads a whole condition.
pub(super) fn condition(source: &str) -> Result<Logic<Atom>, Fault> {
    let mut parser = Parser::new(source)?;
    let logic = parser.condition()?;
    parser.end()?;
    Ok(logic)
}

impl Parser<'_> {
    pub(super) fn condition(&mut self) -> Result<Logic<Atom>, Fault> {
        self.any(false)
    }

    /// `negate` asks for the negation of what is read.
    fn any(&mut self, negate: bool) -> Result<Logic<Atom>, Fault> {
        let mut parts = vec![self.all(negate)?];
        while self.took("or") {
            parts.push(self.all(negate)?);
        }
        Ok(join(parts, negate))
    }

    fn all(&mut self, negate: bool) -> Result<Logic<Atom>, Fault> {
        let mut parts = vec![self.test(negate)?];
        while self.took("and") {
            parts.push(self.test(negate)?);
        }
        Ok(join(parts, !negate))
    }

    fn test(&mut self, negate: bool) -> Result<Logic<Atom>, Fault> {
        if self.took("not") {
            return self.nested(|p| p.test(!negate));
        }
        if self.took("(") {
            let inner = self.nested(|p| p.any(negate))?;
            self.need(")")?;
            return Ok(inner);
        }
        let token = self.peek();
        match self.field()? {
            Field::Weekend => {
                if matches!(self.peek().text, "=" | "<>" | "!=") || self.peek().text.eq_ignore_ascii_case("is") {
                    return Err(Fault::new(self.peek().at, "weekend is a condition by itself")
                        .hint("write weekend or not weekend".to_owned()));
                }
                let test = Test::OneOf(vec![6, 7]);
                Ok(Logic::Is(Atom::Clock(Attr::Weekday, Is { test, negated: negate })))
            }
            Field::Number(number) => {
                let is = self.comparison(negate, |t, minus| literal::decimal(t, minus, number))?;
                Ok(Logic::Is(Atom::Number(number, is)))
            }
            Field::Attr(Attr::PartOfDay) => self.part_of_day(negate),
            Field::Attr(attr) if attr.is_text() => {
                let is = self.comparison(negate, |t, minus| literal::text(t, minus, attr))?;
                Ok(Logic::Is(Atom::Text(attr, is)))
            }
            Field::Attr(attr) => {
                let is = self.comparison(negate, |t, minus| literal::clock(t, minus, attr))?;
                Ok(Logic::Is(Atom::Clock(attr, is)))
            }
            Field::Order => Err(Fault::new(token.at, "order cannot be compared: it has no value a person would know")),
            Field::Day | Field::Time => Err(Fault::new(token.at, format!("{} cannot be compared", token.text))
                .hint("use the trait's window, or hour, weekday, month".to_owned())),
        }
    }

    /// Parts of the day become their hours.
    fn part_of_day(&mut self, negate: bool) -> Result<Logic<Atom>, Fault> {
        let at = self.peek().at;
        let is = self.comparison(negate, literal::part)?;
        let test = match is.test {
            Test::OneOf(parts) => Test::OneOf(parts.into_iter().flat_map(|p| p * 6..p * 6 + 6).collect()),
            Test::Missing => Test::Missing,
            Test::Between(..) => {
                return Err(Fault::new(at, "parts of the day are compared with = or in").hint("use hour".to_owned()));
            }
        };
        Ok(Logic::Is(Atom::Clock(Attr::Hour, Is { test, negated: is.negated })))
    }

    /// What follows the field; `read` reads a literal, its flag tells of a minus sign before it.
    fn comparison<T: Clone + PartialOrd>(
        &mut self,
        negate: bool,
        read: impl Fn(literal::Token<'_>, bool) -> Result<T, Fault>,
    ) -> Result<Is<T>, Fault> {
        let sign = self.take();
        let mut negated = negate;
        let mut word = sign;
        if sign.kind == Kind::Word && sign.text.eq_ignore_ascii_case("not") {
            negated = !negated;
            word = self.take();
        }
        let literal = |p: &mut Self| {
            let minus = p.took("-");
            read(p.take(), minus)
        };
        let test = match word.text.to_ascii_lowercase().as_str() {
            "in" => {
                self.need("(")?;
                let mut values = vec![literal(self)?];
                while self.took(",") {
                    values.push(literal(self)?);
                }
                self.need(")")?;
                Test::OneOf(values)
            }
            "between" => {
                let low = literal(self)?;
                self.need("and")?;
                let at = self.peek().at;
                let high = literal(self)?;
                if high < low {
                    return Err(Fault::new(at, "between has its larger value first and so is never true"));
                }
                Test::Between(Bound::Included(low), Bound::Included(high))
            }
            "is" if word.at == sign.at => {
                negated ^= self.took("not");
                self.need("null")?;
                Test::Missing
            }
            "=" => Test::OneOf(vec![literal(self)?]),
            "<>" | "!=" => {
                negated = !negated;
                Test::OneOf(vec![literal(self)?])
            }
            "<" => Test::Between(Bound::Unbounded, Bound::Excluded(literal(self)?)),
            "<=" => Test::Between(Bound::Unbounded, Bound::Included(literal(self)?)),
            ">" => Test::Between(Bound::Excluded(literal(self)?), Bound::Unbounded),
            ">=" => Test::Between(Bound::Included(literal(self)?), Bound::Unbounded),
            _ => {
                return Err(Fault::new(word.at, format!("a comparison is expected here, not {}", word.shown()))
                    .hint("=, <>, <, <=, >, >=, in (…), between … and …, is null".to_owned()));
            }
        };
        Ok(Is { test, negated })
    }
}

fn join(mut parts: Vec<Logic<Atom>>, all: bool) -> Logic<Atom> {
    if parts.len() == 1 {
        return parts.swap_remove(0);
    }
    if all { parts.into_iter().fold(Logic::always(), Logic::and) } else { Logic::Any(parts) }
}
