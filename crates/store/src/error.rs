//! Database errors as problems.

use base::{Code, Problem};

/// Turns a driver error into what a person can act on.
pub(crate) fn problem(context: &str, error: sqlx::Error) -> Problem {
    let text = error.to_string();
    let (code, hint) = match &error {
        sqlx::Error::PoolTimedOut => (Code::Unavailable, Some("the database is busy; try again")),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) => {
            (Code::Unavailable, Some("check that the database runs and its address is right"))
        }
        sqlx::Error::Database(e) if e.is_unique_violation() => (Code::Conflict, None),
        sqlx::Error::Database(e) if e.code().is_some_and(|c| c.starts_with("28")) => {
            (Code::Unavailable, Some("check user and password of the database address"))
        }
        sqlx::Error::Database(e) if e.code().is_some_and(|c| c == "3D000") => {
            (Code::NotFound, Some("make the database first: createdb NAME"))
        }
        sqlx::Error::Database(_) if text.contains("database is locked") || text.contains("busy") => {
            (Code::Unavailable, Some("another process is writing; try again"))
        }
        sqlx::Error::Database(_) if text.contains("disk is full") || text.contains("No space left") => {
            (Code::Unavailable, Some("free some disk space and try again"))
        }
        sqlx::Error::Database(_) if text.contains("malformed") || text.contains("not a database") => {
            (Code::IncompatibleStore, Some("the database file is damaged; restore a back-up (guanxi restore)"))
        }
        _ => (Code::Internal, None),
    };
    let problem = Problem::new(code, format!("{context}: {text}")).caused_by(error);
    match hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}
