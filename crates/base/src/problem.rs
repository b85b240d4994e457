//! The one shape of an error that a person sees: a stable code, what happened, and what to do.

use std::fmt;

/// What kind of thing went wrong. The text form is stable: scripts match on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// An id, date, number, name or expression that cannot be read.
    InvalidArgument,
    /// An id that is not of the expected form.
    InvalidId,
    /// A file, customer, column, import … that does not exist.
    NotFound,
    /// The thing exists already, or is being worked on.
    Conflict,
    /// A configuration or definition file that does not hold together.
    InvalidConfig,
    /// Input that is not of a form the product reads.
    InvalidInput,
    /// Too little data for an answer that can be trusted.
    TooLittleData,
    /// The database was written by a newer version, or is damaged.
    IncompatibleStore,
    /// The work was cancelled by its user.
    Cancelled,
    /// Nobody has signed in, or the credentials are not valid.
    Unauthenticated,
    /// Signed in, but without the right.
    Forbidden,
    /// Too many tries; worth another one later.
    TooManyRequests,
    /// Somebody else has changed the thing since it was read.
    Outdated,
    /// Disk, network, database: worth another try or a look by IT.
    Unavailable,
    /// A defect of the product.
    Internal,
}

impl Code {
    /// All there are.
    pub const ALL: [Self; 15] = [
        Self::InvalidArgument,
        Self::InvalidId,
        Self::NotFound,
        Self::Conflict,
        Self::InvalidConfig,
        Self::InvalidInput,
        Self::TooLittleData,
        Self::IncompatibleStore,
        Self::Cancelled,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::TooManyRequests,
        Self::Outdated,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The stable text form, `snake_case`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::InvalidId => "invalid_id",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::InvalidConfig => "invalid_config",
            Self::InvalidInput => "invalid_input",
            Self::TooLittleData => "too_little_data",
            Self::IncompatibleStore => "incompatible_store",
            Self::Cancelled => "cancelled",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::TooManyRequests => "too_many_requests",
            Self::Outdated => "outdated",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// Reads the stable text form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// The exit code of the command line: 2 for what the user can mend in the call, 3 for data, 4 for the surroundings, 1 for us.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::InvalidArgument | Self::InvalidId | Self::InvalidConfig => 2,
            Self::NotFound
            | Self::Conflict
            | Self::InvalidInput
            | Self::TooLittleData
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::Outdated => 3,
            Self::IncompatibleStore | Self::Unavailable | Self::TooManyRequests => 4,
            Self::Cancelled => 130,
            Self::Internal => 1,
        }
    }
}

/// What is wrong with one field of what was sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldProblem {
    /// Its name, with dots inside objects: `scopes[2]`, `filter[0].value`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// An error for people: what happened and what to try.
#[derive(Debug)]
pub struct Problem {
    /// The stable kind.
    pub code: Code,
    /// What happened, one sentence without a full stop.
    pub message: String,
    /// What to do about it, when something can be said.
    pub hint: Option<String>,
    /// What is wrong where, when several fields were sent.
    pub fields: Vec<FieldProblem>,
    /// After how many seconds another try makes sense, when that is known.
    pub again_after: Option<u64>,
    /// The technical cause, for logs; never shown to API clients.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, fields: Vec::new(), again_after: None, source: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says what is wrong with one field; may be called for several.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.fields.push(FieldProblem { field: field.into(), message: message.into() });
        self
    }

    /// Says after how many seconds another try makes sense.
    #[must_use]
    pub fn again_after(mut self, seconds: u64) -> Self {
        self.again_after = Some(seconds);
        self
    }

    /// What is wrong with other fields too.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.fields.extend(other.fields);
        self
    }

    /// Keeps the technical cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// A defect of ours, with its cause.
    pub fn internal(message: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal, message).caused_by(source)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        let code = if error.kind() == std::io::ErrorKind::NotFound { Code::NotFound } else { Code::Unavailable };
        Self::new(code, error.to_string()).caused_by(error)
    }
}

/// Says which of `known` the mistyped `word` may have meant: "did you mean …?" Empty when none is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = known.into_iter().map(|k| (distance(&word.to_lowercase(), &k.to_lowercase()), k)).min()?;
    (near.0 <= word.chars().count().max(3) / 3 + 1).then(|| format!("did you mean \"{}\"?", near.1))
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = cost.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_offered_and_far_ones_are_not() {
        assert_eq!(did_you_mean("cusomer", ["customer", "order"]), Some("did you mean \"customer\"?".into()));
        assert_eq!(did_you_mean("xyzzy", ["customer", "order"]), None);
    }
}
