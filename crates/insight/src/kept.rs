//! What sells most in the periods that the overview opens with, on disk: after a start nobody waits for a look at all lines.

use std::path::{Path, PathBuf};

use base::hash;
use serde::{Deserialize, Serialize};

use crate::top::Split;

/// How many answers are kept; those of other periods share a place.
const SHELVES: u64 = 16;

/// With more values an answer is too large to be written with every change.
const MOST: usize = 20_000;

#[derive(Serialize, Deserialize)]
struct Kept<S> {
    stamp: u64,
    question: String,
    split: S,
}

fn path(cache: &Path, question: &str) -> PathBuf {
    cache.join(format!("top-{:02}.json", hash::stable(question.as_bytes()) % SHELVES))
}

/// An answer that was kept, if it is about this data.
pub(crate) fn read(cache: &Path, question: &str, stamp: u64) -> Option<Split> {
    let kept: Kept<Split> = serde_json::from_slice(&std::fs::read(path(cache, question)).ok()?).ok()?;
    (kept.stamp == stamp && kept.question == question).then_some(kept.split)
}

/// Keeps an answer, whole or not at all.
pub(crate) fn write(cache: &Path, question: &str, stamp: u64, split: &Split) -> std::io::Result<()> {
    if split.values.len() > MOST {
        return Ok(());
    }
    std::fs::create_dir_all(cache)?;
    let path = path(cache, question);
    let part = path.with_extension("json.part");
    std::fs::write(&part, serde_json::to_vec(&Kept { stamp, question: question.to_owned(), split })?)?;
    std::fs::rename(part, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::top::Sold;

    #[test]
    fn an_answer_is_of_its_data_and_its_question() {
        let folder = tempfile::tempdir().unwrap();
        let sold = |key: &str, revenue| Sold { key: key.into(), revenue, pieces: -5, orders: 3, customers: 2 };
        let split = Split { values: vec![sold("茶", i128::from(i64::MAX) * 4), sold("b", -1)], revenue: 7 };
        assert!(read(folder.path(), "top product", 1).is_none());
        write(folder.path(), "top product", 1, &split).unwrap();
        let kept = read(folder.path(), "top product", 1).unwrap();
        assert_eq!((kept.values, kept.revenue), (split.values, 7));
        assert!(read(folder.path(), "top product", 2).is_none() && read(folder.path(), "top store", 1).is_none());
    }
}
