//! Errors of the engine in words that help.

use base::problem::did_you_mean;
use base::{Code, Problem};
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;

use super::ExtraTable;
use crate::Snapshot;

/// How the engine begins to say that it wrote as much to the disk as it may: an error of a file like any other.
const SPILLED: &str = "The used disk space during the spilling process has exceeded";

/// A query is too large, or its answer.
pub(super) fn too_large() -> Problem {
    Problem::new(Code::Unavailable, "the query needs more memory than it may use")
}

/// The tables that a query may name.
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn new(snapshot: &Snapshot, extra: &[ExtraTable]) -> Self {
        Self(snapshot.tables().map(|t| t.name.clone()).chain(extra.iter().map(|table| table.name.clone())).collect())
    }
}

/// What went wrong, and what to do about it.
pub(super) fn of(error: DataFusionError, names: &Names) -> Problem {
    if let Some(problem) = of_table(&error) {
        return problem;
    }
    let text = error.strip_backtrace();
    if text.contains(SPILLED) {
        return Problem::new(Code::Unavailable, "the query needs more room on the disk than it may use")
            .hint("ask for fewer rows or columns, or raise engine.query_disk_mib")
            .caused_by(text);
    }
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
            too_large().hint("group by fewer values, ask for fewer columns, or raise the memory limit").caused_by(text)
        }
        DataFusionError::ObjectStore(error) => unreadable(error),
        DataFusionError::ParquetError(error) => unreadable(error),
        DataFusionError::IoError(error) => unreadable(error),
        DataFusionError::External(error) => unreadable(error),
        other => of_plan(&other, names),
    }
}

/// What an extra table said when it could not be read.
fn of_table(error: &DataFusionError) -> Option<Problem> {
    let DataFusionError::External(error) = error.find_root() else { return None };
    let said = error.downcast_ref::<Problem>()?;
    let problem = Problem::new(said.code, said.message.clone());
    Some(Problem { hint: said.hint.clone(), ..problem })
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
    if let Some((name, _)) = plain.strip_prefix("table '").and_then(|rest| rest.split_once("' not found")) {
        return no_table(name.rsplit('.').next().unwrap_or(name), names);
    }
    if let Some((name, near)) = plain.strip_prefix("Invalid function '").and_then(|rest| rest.split_once('\'')) {
        let near = near.split('\'').nth(1).map_or(String::new(), |near| format!("did you mean \"{near}\"? "));
        return Problem::new(Code::InvalidArgument, format!("there is no function \"{name}\""))
            .hint(format!("{near}All functions: select routine_name from information_schema.routines"));
    }
    if let Some(problem) = wrong_call(plain) {
        return problem;
    }
    if ["DDL not supported", "DML not supported", "Statement not supported"].iter().any(|t| plain.contains(t)) {
        return Problem::new(Code::InvalidArgument, "the history can only be read")
            .hint("use SELECT, WITH, EXPLAIN, SHOW or DESCRIBE");
    }
    match root {
        DataFusionError::Internal(_) => Problem::new(Code::Internal, "the query engine failed").caused_by(text),
        DataFusionError::ResourcesExhausted(_) => of(DataFusionError::ResourcesExhausted(text), names),
        _ => {
            let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
            let problem = Problem::new(Code::InvalidArgument, format!("the query cannot be answered: {line}"));
            if line.contains("parsing timestamp") {
                problem.hint("write an instant as '2011-12-09T12:50:00Z' (UTC), a day as '2011-12-09'")
            } else if line.contains("Cannot cast string 'cus_") || line.contains("Cannot cast string 'imp_") {
                problem.hint("in the tables ids are numbers: cus_12 is customer_id = 12")
            } else {
                problem
            }
        }
    }
}

/// Tables that a command makes, which may not have run yet.
const DERIVED: [(&str, &str); 2] = [("trait", "guanxi traits rebuild"), ("rfm", "guanxi segment rfm")];

fn no_table(name: &str, names: &Names) -> Problem {
    let problem = Problem::new(Code::NotFound, format!("there is no table \"{name}\""));
    if let Some((_, command)) = DERIVED.iter().find(|(derived, _)| *derived == name) {
        return problem
            .hint(format!("it has not been computed yet; an import does so by itself, and so does {command}"));
    }
    let list = names.0.join(", ");
    let known = names.0.iter().map(String::as_str).chain(DERIVED.map(|(name, _)| name));
    problem.hint(match did_you_mean(name, known) {
        Some(near) => format!("{near} There is {list}"),
        None => format!("there is {list}"),
    })
}

/// A function that was given what it does not take.
fn wrong_call(text: &str) -> Option<Problem> {
    let (_, rest) = text.split_once("No function matches the given name and argument types '")?;
    let (call, rest) = rest.split_once('\'')?;
    let call = call.replace("Utf8View", "text");
    let forms = rest.split_once("Candidate functions:").map_or("", |(_, forms)| forms);
    let forms: Vec<&str> = forms.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let problem = Problem::new(Code::InvalidArgument, format!("the function cannot be called as {call}"));
    Some(if forms.is_empty() {
        problem
    } else {
        problem.hint(format!("it takes {}; cast(… as …) converts", forms.join(" or ")))
    })
}
