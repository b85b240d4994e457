//! Rows of a result.

use base::{Code, Problem};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{Any, Column, Decode, Row as _, ValueRef};

use crate::Value;

/// One row; columns by name or position.
pub struct Row(pub(crate) AnyRow);

/// What a column can be read as.
pub trait FromValue: Sized {
    /// Reads a present or missing value; `None` when it is of another type or missing.
    fn from_value(value: Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Int(v) = value { v } else { None }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(|v| v != 0)
    }
}

impl FromValue for f64 {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Real(v) => v,
            Value::Int(v) => v.map(|v| v as Self),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(v) = value { v } else { None }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Blob(v) = value { v } else { None }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        if value.is_missing() { Some(None) } else { T::from_value(value).map(Some) }
    }
}

impl Row {
    /// The column `name` as `T`. An unknown name or another type is a defect of the caller's SQL.
    pub fn get<T: FromValue>(&self, name: &str) -> Result<T, Problem> {
        let at = self.0.columns().iter().position(|c| c.name() == name);
        let at = at.ok_or_else(|| Problem::new(Code::Internal, format!("the result has no column {name}")))?;
        self.at(at)
    }

    /// The column at position `index` (from 0) as `T`.
    pub fn at<T: FromValue>(&self, index: usize) -> Result<T, Problem> {
        T::from_value(self.value(index)?).ok_or_else(|| {
            let (name, wanted) = (self.0.columns()[index].name(), std::any::type_name::<T>());
            let found = match self.value(index) {
                Ok(value) if !value.is_missing() => format!("{value:?}"),
                _ => "nothing".to_owned(),
            };
            Problem::new(Code::Internal, format!("column {name} holds {found}, {wanted} was expected"))
        })
    }

    /// The column at position `index` as it is.
    pub fn value(&self, index: usize) -> Result<Value, Problem> {
        use AnyTypeInfoKind as Kind;
        let raw = self.0.try_get_raw(index).map_err(|e| Problem::internal("a column cannot be read", e))?;
        let present = !raw.is_null();
        let kind = if present { raw.type_info().kind() } else { self.0.columns()[index].type_info().kind() };
        let failed = |e| Problem::new(Code::Internal, "a column cannot be decoded").caused_by(e);
        Ok(match kind {
            Kind::BigInt | Kind::Integer | Kind::SmallInt => {
                Value::Int(take(present, || <i64 as Decode<Any>>::decode(raw)).map_err(failed)?)
            }
            Kind::Bool => {
                Value::Int(take(present, || <bool as Decode<Any>>::decode(raw)).map_err(failed)?.map(i64::from))
            }
            Kind::Double => Value::Real(take(present, || <f64 as Decode<Any>>::decode(raw)).map_err(failed)?),
            Kind::Real => {
                Value::Real(take(present, || <f32 as Decode<Any>>::decode(raw)).map_err(failed)?.map(f64::from))
            }
            Kind::Blob => Value::Blob(take(present, || <Vec<u8> as Decode<Any>>::decode(raw)).map_err(failed)?),
            Kind::Text | Kind::Null => {
                Value::Text(take(present, || <String as Decode<Any>>::decode(raw)).map_err(failed)?)
            }
        })
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.0.columns().len()
    }

    /// Whether there are no columns at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<&str> {
        self.0.columns().iter().map(Column::name).collect()
    }

    /// The value as text whatever its type, for dumps and searches; `None` when missing.
    pub fn text(&self, index: usize) -> Option<String> {
        match self.value(index).ok()? {
            Value::Int(v) => v.map(|v| v.to_string()),
            Value::Real(v) => v.map(|v| v.to_string()),
            Value::Text(v) => v,
            Value::Blob(v) => v.map(|v| String::from_utf8_lossy(&v).into_owned()),
        }
    }
}

fn take<T, E>(present: bool, decode: impl FnOnce() -> Result<T, E>) -> Result<Option<T>, E> {
    if present { decode().map(Some) } else { Ok(None) }
}
