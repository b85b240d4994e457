//! The grammar of values:
//!
//! ```text
//! value     = product { ("+" | "-") product }
//! product   = unary { ("*" | "/") unary }
//! unary     = "-" unary | number | "(" value ")" | aggregate
//! aggregate = ("count" | "recency" | "tenure" | "gap_mean" | "gap_sd") "(" [where] ")"
//!           | ("sum" | "mean" | "min" | "max" | "first" | "last" | "distinct") "(" field [where] ")"
//!           | "mode" "(" field ["by" ("lines" | decimal)] [where] ")"
//!           | "share" "(" condition ["of" ("lines" | decimal | "order" | "day")] ")"
//! where     = "where" condition
//! ```
//!
//! `share(c of x)` is `agg(x where c) / agg(x)`, with the sum of a decimal or the number of different orders or days.

use base::problem::did_you_mean;

use super::condition::{Atom, Logic};
use super::expr::{Aggregate, Expr, Function, Measure, Op, Thing};
use super::field::{Field, Number};
use super::lexer::{Fault, Kind, Token};
use super::parser::Parser;

const FUNCTIONS: [&str; 14] = [
    "count", "sum", "mean", "min", "max", "first", "last", "distinct", "mode", "share", "recency", "tenure",
    "gap_mean", "gap_sd",
];

/// Reads a whole value.
pub(super) fn value(source: &str) -> Result<Expr, Fault> {
    let mut parser = Parser::new(source)?;
    let expr = parser.value()?;
    parser.end()?;
    let mut aggregates = 0;
    expr.each(&mut |_| aggregates += 1);
    if aggregates == 0 {
        return Err(Fault::new(0, "a value needs an aggregate, such as count()"));
    }
    Ok(expr)
}

impl Parser<'_> {
    fn value(&mut self) -> Result<Expr, Fault> {
        let mut left = self.product()?;
        loop {
            let op = match self.peek().text {
                "+" => Op::Plus,
                "-" => Op::Minus,
                _ => return Ok(left),
            };
            self.take();
            left = Expr::Binary(op, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expr, Fault> {
        let mut left = self.unary()?;
        loop {
            let op = match self.peek().text {
                "*" => Op::Times,
                "/" => Op::Over,
                _ => return Ok(left),
            };
            self.take();
            left = Expr::Binary(op, Box::new(left), Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let token = self.peek();
        match token.kind {
            Kind::Number => {
                self.take();
                let fault = || Fault::new(token.at, format!("\"{}\" is not a number", token.text));
                match token.text.parse::<i64>() {
                    Ok(whole) => Ok(Expr::Whole(whole)),
                    Err(_) => token.text.parse::<f64>().map(Expr::Real).map_err(|_| fault()),
                }
            }
            Kind::Sign if token.text == "-" => {
                self.take();
                self.nested(|p| Ok(Expr::Minus(Box::new(p.unary()?))))
            }
            Kind::Sign if token.text == "(" => {
                self.take();
                let inner = self.nested(Self::value)?;
                self.need(")")?;
                Ok(inner)
            }
            Kind::Word => self.aggregate(),
            _ => Err(Fault::new(token.at, format!("a value is expected here, not {}", token.shown()))
                .hint("for example count() or sum(amount)".to_owned())),
        }
    }

    fn aggregate(&mut self) -> Result<Expr, Fault> {
        let name = self.take();
        if !FUNCTIONS.contains(&name.text) {
            let hint = if Field::named(name.text).is_some() {
                Some(format!("a column needs an aggregate round it, such as sum({0}) or last({0})", name.text))
            } else {
                did_you_mean(name.text, FUNCTIONS)
            };
            return Err(Fault::new(name.at, format!("there is no function {}", name.shown())).hint(hint));
        }
        self.need("(")?;
        if name.text == "share" {
            return self.share(name.at);
        }
        let function = match name.text {
            "count" => Function::Count,
            "recency" => Function::Recency,
            "tenure" => Function::Tenure,
            "gap_mean" => Function::GapMean,
            "gap_sd" => Function::GapSd,
            _ => self.of_field(name)?,
        };
        let filter = if self.took("where") { self.condition()? } else { Logic::always() };
        let close = self.peek();
        self.need(")")?;
        let text = self.source[name.at..=close.at].to_owned();
        Ok(Expr::Aggregate(Aggregate { function, filter, text }))
    }

    fn of_field(&mut self, name: Token<'_>) -> Result<Function, Fault> {
        let token = self.peek();
        let field = self.field()?;
        let wrong = |takes: &str| {
            Err(Fault::new(token.at, format!("{} does not take {}", name.text, token.text)).hint(takes.to_owned()))
        };
        let decimals = "it takes amount, quantity, unit_price or discount";
        match (name.text, field) {
            ("sum", Field::Number(n)) => Ok(Function::Sum(n)),
            ("mean", Field::Number(n)) => Ok(Function::Mean(n)),
            ("min", Field::Number(n)) => Ok(Function::Min(Measure::Number(n))),
            ("max", Field::Number(n)) => Ok(Function::Max(Measure::Number(n))),
            ("min" | "first", Field::Time) => Ok(Function::Min(Measure::Time)),
            ("max" | "last", Field::Time) => Ok(Function::Max(Measure::Time)),
            ("first", Field::Number(n)) => Ok(Function::First(Thing::Number(n))),
            ("first", Field::Attr(a)) => Ok(Function::First(Thing::Attr(a))),
            ("last", Field::Number(n)) => Ok(Function::Last(Thing::Number(n))),
            ("last", Field::Attr(a)) => Ok(Function::Last(Thing::Attr(a))),
            ("distinct", Field::Order) => Ok(Function::Orders),
            ("distinct", Field::Day) => Ok(Function::Days),
            ("distinct", Field::Attr(a)) => Ok(Function::Distinct(a)),
            ("mode", Field::Attr(a)) => Ok(Function::Mode(a, self.weight()?)),
            ("sum" | "mean", _) => wrong(decimals),
            ("min" | "max", _) => wrong(&format!("{decimals}, or time")),
            ("first" | "last", _) => wrong(&format!("{decimals}, time or a text column")),
            ("distinct", _) => wrong("it takes order, day or a text column"),
            _ => wrong("it takes a text column, hour, weekday, part_of_day or month"),
        }
    }

    fn weight(&mut self) -> Result<Option<Number>, Fault> {
        if !self.took("by") || self.took("lines") {
            return Ok(None);
        }
        let token = self.peek();
        match self.field()? {
            Field::Number(number) => Ok(Some(number)),
            _ => Err(Fault::new(token.at, format!("mode cannot be weighed by {}", token.text))
                .hint("weigh by lines, amount, quantity or discount".to_owned())),
        }
    }

    fn share(&mut self, from: usize) -> Result<Expr, Fault> {
        let filter = self.condition()?;
        let mut function = Function::Count;
        if self.took("of") && !self.took("lines") {
            let token = self.peek();
            function = match self.field()? {
                Field::Number(n) => Function::Sum(n),
                Field::Order => Function::Orders,
                Field::Day => Function::Days,
                _ => {
                    return Err(Fault::new(token.at, format!("a share of {} means nothing", token.text))
                        .hint("take a share of lines, amount, quantity, discount, order or day".to_owned()));
                }
            };
        }
        let close = self.peek();
        self.need(")")?;
        let text = &self.source[from..=close.at];
        let part = Aggregate { function, filter, text: format!("{text}: part") };
        let whole = Aggregate { function, filter: Logic::<Atom>::always(), text: format!("{text}: whole") };
        let (part, whole) = (Expr::Aggregate(part), Expr::Aggregate(whole));
        Ok(Expr::Binary(Op::Over, Box::new(part), Box::new(whole)))
    }
}
