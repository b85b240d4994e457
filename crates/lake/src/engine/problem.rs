//! Errors of the engine in words that help.

use base::problem::did_you_mean;
use base::{Code, Problem};
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;

use super::ExtraTable;
use crate::Snapshot;

/// The tables that a query may name.
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn new(snapshot: &Snapshot, extra: &[ExtraTable]) -> Self {
        Self(snapshot.tables().map(|t| t.name.clone()).chain(extra.iter().map(|(name, _)| name.clone())).collect())
    }
}

/// What went wrong, and what to do about it.
pub(super) fn of(error: DataFusionError, names: &Names) -> Problem {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => of(*inner, names),
        DataFusionError::Collection(errors) if !errors.is_empty() => {
            let first = errors.into_iter().next();
            first.map_or_else(|| Problem::new(Code::Internal, "the query failed"), |e| of(e, names))
        }
        DataFusionError::SQL(parser, _) => {
            let text = parser.to_string();
            let text = text.split_once("error: ").map_or(text.as_str(), |(_, rest)| rest);
            Problem::new(Code::InvalidArgument, format!("the query is not valid SQL: {}", text.trim_end_matches('"')))
        }
        DataFusionError::SchemaError(schema, _) => of_schema(*schema),
        DataFusionError::ResourcesExhausted(text) => {
            Problem::new(Code::Unavailable, "the query needs more memory than it may use")
                .hint("group by fewer values, ask for fewer columns, or raise the memory limit")
                .caused_by(text)
        }
        DataFusionError::ObjectStore(error) => unreadable(error),
        DataFusionError::ParquetError(error) => unreadable(error),
        DataFusionError::IoError(error) => unreadable(error),
        DataFusionError::External(error) => unreadable(error),
        other => of_plan(&other, names),
    }
}

fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Problem {
    Problem::new(Code::Unavailable, "a history file could not be read")
        .hint("it may have been replaced meanwhile: run the query again; if that does not help, run `guanxi doctor`")
        .caused_by(error)
}

fn of_schema(error: SchemaError) -> Problem {
    let SchemaError::FieldNotFound { field, valid_fields } = error else {
        return Problem::new(Code::InvalidArgument, error.to_string());
    };
    let known: Vec<&str> = valid_fields.iter().map(|f| f.name.as_str()).collect();
    let near = did_you_mean(&field.name, known.iter().copied());
    let mut list: Vec<&str> = known;
    list.dedup();
    Problem::new(Code::InvalidArgument, format!("there is no column \"{}\"", field.name)).hint(match near {
        Some(near) => format!("{near} There is {}", list.join(", ")),
        None if list.is_empty() => "no column can be used here: is FROM missing?".to_owned(),
        None => format!("there is {}", list.join(", ")),
    })
}

fn of_plan(error: &DataFusionError, names: &Names) -> Problem {
    let root = error.find_root();
    if let DataFusionError::SchemaError(schema, _) = root
        && let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref()
    {
        return of_schema(SchemaError::FieldNotFound { field: field.clone(), valid_fields: valid_fields.clone() });
    }
    let text = root.strip_backtrace();
    let plain = text.split_once(": ").map_or(text.as_str(), |(_, rest)| rest);
    if let Some(name) = plain.strip_prefix("table '").and_then(|rest| rest.split_once("' not found")) {
        let name = name.0.rsplit('.').next().unwrap_or(name.0);
        let near = did_you_mean(name, names.0.iter().map(String::as_str));
        let list = names.0.join(", ");
        return Problem::new(Code::NotFound, format!("there is no table \"{name}\"")).hint(match near {
            Some(near) => format!("{near} There is {list}"),
            None => format!("there is {list}"),
        });
    }
    if ["DDL not supported", "DML not supported", "Statement not supported"].iter().any(|t| plain.contains(t)) {
        return Problem::new(Code::InvalidArgument, "the history can only be read")
            .hint("use SELECT, WITH, EXPLAIN, SHOW or DESCRIBE");
    }
    match root {
        DataFusionError::Internal(_) => Problem::new(Code::Internal, "the query engine failed").caused_by(text),
        DataFusionError::ResourcesExhausted(_) => of(DataFusionError::ResourcesExhausted(text), names),
        _ => Problem::new(Code::InvalidArgument, format!("the query cannot be answered: {plain}")),
    }
}
