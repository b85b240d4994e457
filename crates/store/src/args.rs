//! Parameters of a statement.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, query};

/// One parameter. A missing value keeps its type: PostgreSQL wants to know it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// 64-bit integer; also instants (µs), money and booleans (0/1).
    Int(Option<i64>),
    /// Floating number.
    Real(Option<f64>),
    /// Text; also JSON.
    Text(Option<String>),
    /// Bytes.
    Blob(Option<Vec<u8>>),
}

impl Value {
    /// Whether there is no value.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Int(None) | Self::Real(None) | Self::Text(None) | Self::Blob(None))
    }
}

macro_rules! from {
    ($($t:ty => $variant:ident, $convert:expr;)*) => {$(
        impl From<$t> for Value {
            fn from(value: $t) -> Self {
                let convert: fn($t) -> _ = $convert;
                Self::$variant(Some(convert(value)))
            }
        }
        impl From<Option<$t>> for Value {
            fn from(value: Option<$t>) -> Self {
                Self::$variant(value.map($convert))
            }
        }
    )*};
}

from! {
    i64 => Int, |v| v;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    bool => Int, i64::from;
    f64 => Real, |v| v;
    String => Text, |v| v;
    Vec<u8> => Blob, |v| v;
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(ToOwned::to_owned))
    }
}

/// Builds the parameters of a statement: `args![id, name]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::Value::from($value)),*]
    };
}

/// Binds all parameters. The SQL text of this workspace is always a literal or made of literals, never of user input.
pub(crate) fn bind(sql: &str, args: Vec<Value>) -> Query<'_, Any, AnyArguments> {
    args.into_iter().fold(query(sqlx::AssertSqlSafe(sql.to_owned())), |q, value| match value {
        Value::Int(v) => q.bind(v),
        Value::Real(v) => q.bind(v),
        Value::Text(v) => q.bind(v),
        Value::Blob(v) => q.bind(v),
    })
}
