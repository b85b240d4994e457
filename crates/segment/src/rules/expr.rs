//! Conditions of the rule file: comparisons joined with `and` and `or` (`and` binds tighter), e.g.
//! `r >= 4 and fm >= 4 or m = 5`. Small on purpose: every clause can be shown with its numbers and its truth.

use base::problem::did_you_mean;
use base::{Code, Problem};
use serde::Serialize;

/// The names a condition may use.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    /// What stands on the left of a comparison.
    pub variables: &'a [&'static str],
    /// Named limits that may stand on the right instead of a number.
    pub limits: &'a [String],
}

/// A parsed condition: a list of alternatives, each a list of clauses that must all hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    any: Vec<Vec<Clause>>,
}

/// One comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Clause {
    /// Index in the vocabulary's variables.
    left: usize,
    op: Op,
    right: Right,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Right {
    Number(f64),
    /// Index in the vocabulary's limits.
    Limit(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Less,
    AtMost,
    Equal,
    Unequal,
    AtLeast,
    More,
}

/// One clause of a condition with the numbers it was judged by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The clause as written, e.g. `recency_days > lapse`.
    pub clause: String,
    /// The value of its left side.
    pub left: f64,
    /// The value of its right side.
    pub right: f64,
    /// Whether it holds.
    pub holds: bool,
    /// The alternative (joined with `or`) it belongs to, from 0.
    pub alternative: usize,
}

/// Where the values of a condition come from.
pub trait Values {
    /// The value of a variable, by its index in the vocabulary.
    fn variable(&self, index: usize) -> f64;
    /// The value of a limit, by its index, when compared with a variable.
    fn limit(&self, index: usize, variable: usize) -> f64;
}

const OPS: [(&str, Op); 7] = [
    ("<=", Op::AtMost),
    (">=", Op::AtLeast),
    ("!=", Op::Unequal),
    ("==", Op::Equal),
    ("<", Op::Less),
    (">", Op::More),
    ("=", Op::Equal),
];

impl Op {
    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Equal => (left - right).abs() < f64::EPSILON,
            Self::Unequal => (left - right).abs() >= f64::EPSILON,
            Self::AtLeast => left >= right,
            Self::More => left > right,
        }
    }

    fn sign(self) -> &'static str {
        OPS.iter().find(|(_, op)| *op == self).map_or("=", |(sign, _)| if *sign == "==" { "=" } else { sign })
    }
}

impl Condition {
    /// Reads a condition. The problem names the clause that cannot be read.
    pub fn parse(text: &str, words: Vocabulary<'_>) -> Result<Self, Problem> {
        let mut any = vec![Vec::new()];
        let mut clause = String::new();
        for word in text.split_whitespace().chain(["and"]) {
            match word {
                "and" | "or" => {
                    let all = any.last_mut().expect("starts with one and only grows");
                    all.push(Clause::parse(clause.trim(), text, words)?);
                    clause.clear();
                    if word == "or" {
                        any.push(Vec::new());
                    }
                }
                _ => {
                    clause.push_str(word);
                    clause.push(' ');
                }
            }
        }
        Ok(Self { text: text.trim().to_owned(), any })
    }

    /// The condition as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds.
    pub fn holds(&self, values: &impl Values) -> bool {
        self.any.iter().any(|all| {
            all.iter().all(|c| {
                let (left, right) = c.sides(values);
                c.op.holds(left, right)
            })
        })
    }

    /// Every clause with its numbers and its truth, in the order written.
    pub fn judge(&self, values: &impl Values, words: Vocabulary<'_>) -> Vec<Judged> {
        let clauses = self.any.iter().enumerate().flat_map(|(i, all)| all.iter().map(move |c| (i, c)));
        clauses
            .map(|(alternative, c)| {
                let (left, right) = c.sides(values);
                Judged { clause: c.written(words), left, right, holds: c.op.holds(left, right), alternative }
            })
            .collect()
    }
}

impl Clause {
    fn parse(clause: &str, whole: &str, words: Vocabulary<'_>) -> Result<Self, Problem> {
        let wrong = |what: String, hint: String| {
            Problem::new(Code::InvalidConfig, format!("{what} in the condition \"{}\"", whole.trim())).hint(hint)
        };
        let shape = || {
            format!(
                "write comparisons joined with \"and\" and \"or\", without brackets, such as \"{} >= 4\"",
                words.variables.first().copied().unwrap_or("x")
            )
        };
        if clause.is_empty() {
            return Err(wrong("a comparison is missing".into(), shape()));
        }
        let Some((at, sign, op)) = OPS
            .iter()
            .filter_map(|(s, op)| clause.find(s).map(|at| (at, *s, *op)))
            .min_by_key(|(at, sign, _)| (*at, std::cmp::Reverse(sign.len())))
        else {
            return Err(wrong(format!("\"{clause}\" is not a comparison"), shape()));
        };
        let (left, right) = (clause[..at].trim(), clause[at + sign.len()..].trim());
        let Some(left) = words.variables.iter().position(|v| *v == left) else {
            let near = did_you_mean(left, words.variables.iter().copied()).map_or(String::new(), |n| format!("{n} "));
            let hint = format!("{near}known are: {}", words.variables.join(", "));
            return Err(wrong(format!("\"{left}\" is not known"), hint));
        };
        let right = match right.parse::<f64>() {
            Ok(number) if number.is_finite() => Right::Number(number),
            _ => match words.limits.iter().position(|l| l == right) {
                Some(limit) => Right::Limit(limit),
                None if words.limits.is_empty() => return Err(wrong(format!("\"{right}\" is not a number"), shape())),
                None => {
                    let hint = format!("write a number or one of the limits: {}", words.limits.join(", "));
                    return Err(wrong(format!("\"{right}\" is neither a number nor a limit"), hint));
                }
            },
        };
        Ok(Self { left, op, right })
    }

    fn sides(&self, values: &impl Values) -> (f64, f64) {
        let right = match self.right {
            Right::Number(number) => number,
            Right::Limit(limit) => values.limit(limit, self.left),
        };
        (values.variable(self.left), right)
    }

    fn written(&self, words: Vocabulary<'_>) -> String {
        let right = match self.right {
            Right::Number(number) => number.to_string(),
            Right::Limit(limit) => words.limits[limit].clone(),
        };
        format!("{} {} {right}", words.variables[self.left], self.op.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pair(f64, f64);

    impl Values for Pair {
        fn variable(&self, index: usize) -> f64 {
            if index == 0 { self.0 } else { self.1 }
        }
        fn limit(&self, _: usize, variable: usize) -> f64 {
            10.0 * (variable as f64 + 1.0)
        }
    }

    fn words(limits: &[String]) -> Vocabulary<'_> {
        Vocabulary { variables: &["r", "recency_days"], limits }
    }

    #[test]
    fn and_binds_tighter_than_or() {
        let c = Condition::parse("r>=4 and recency_days < 2 or r = 1", words(&[])).unwrap();
        assert!(c.holds(&Pair(1.0, 99.0)) && c.holds(&Pair(4.0, 1.5)));
        assert!(!c.holds(&Pair(4.0, 2.0)) && !c.holds(&Pair(3.0, 0.0)));
        let judged = c.judge(&Pair(4.0, 2.0), words(&[]));
        assert_eq!(
            judged.iter().map(|j| (j.clause.as_str(), j.holds, j.alternative)).collect::<Vec<_>>(),
            [("r >= 4", true, 0), ("recency_days < 2", false, 0), ("r = 1", false, 1)]
        );
    }

    #[test]
    fn a_limit_may_depend_on_what_it_is_compared_with() {
        let limits = ["lapse".to_owned()];
        let c = Condition::parse("recency_days > lapse", words(&limits)).unwrap();
        assert!(c.holds(&Pair(0.0, 20.5)) && !c.holds(&Pair(0.0, 20.0)));
    }

    #[test]
    fn errors_name_the_clause_and_what_to_write() {
        let limits = ["lapse".to_owned()];
        for (text, said, hint) in [
            ("", "a comparison is missing", "r >= 4"),
            ("r >= 4 and", "a comparison is missing", "r >= 4"),
            ("(r > 4)", "\"(r\" is not known", "known are: r, recency_days"),
            ("recency_day > 4", "\"recency_day\" is not known", "did you mean \"recency_days\"?"),
            ("r 4", "\"r 4\" is not a comparison", "and"),
            ("r > lapsed", "neither a number nor a limit", "lapse"),
            ("r > inf", "neither a number nor a limit", "lapse"),
        ] {
            let problem = Condition::parse(text, words(&limits)).unwrap_err();
            assert!(problem.message.contains(said), "{text}: {}", problem.message);
            assert!(problem.hint.as_deref().unwrap_or("").contains(hint), "{text}: {:?}", problem.hint);
        }
    }
}
