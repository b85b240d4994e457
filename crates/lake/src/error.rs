//! Errors of Arrow and Parquet as problems.

use base::{Code, Problem};
use parquet::errors::ParquetError;

/// A Parquet file that cannot be read: damaged, or gone.
pub(crate) fn parquet(path: &str) -> impl Fn(ParquetError) -> Problem + '_ {
    move |error| {
        Problem::new(Code::Unavailable, format!("the history file {path} cannot be read"))
            .hint("run `guanxi doctor` to check all files; restore the damaged ones from a back-up")
            .caused_by(error)
    }
}

/// Arrow refused: batches that do not fit together are a defect of ours.
pub(crate) fn arrow(error: arrow::error::ArrowError) -> Problem {
    Problem::internal("columns of the history do not fit together", error)
}

/// A thread panicked.
pub(crate) fn panicked() -> Problem {
    Problem::new(Code::Internal, "a reading thread stopped unexpectedly")
}

/// The user gave up.
pub(crate) fn cancelled() -> Problem {
    Problem::new(Code::Cancelled, "cancelled")
}
