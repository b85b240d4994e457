//! Putting lines in order of time without holding them all: they are dealt into buckets of some days each, which go to
//! disk when they grow; each bucket is then read, sorted and handed on by itself.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use base::Problem;

use crate::line::{BYTES, Line};
use crate::plan::Plan;

/// Lines wanted per bucket: 56 MB.
const BUCKET: f64 = 2_000_000.0;
/// Lines held in memory before all buckets are written out: 168 MB.
const HELD: usize = 6_000_000;

/// The buckets.
pub(crate) struct Spill {
    dir: PathBuf,
    days_each: i32,
    held: usize,
    limit: usize,
    buckets: Vec<Bucket>,
}

#[derive(Default)]
struct Bucket {
    lines: Vec<Line>,
    file: Option<PathBuf>,
}

impl Spill {
    /// Buckets for a plan; a folder inside `dir` is used only when the lines outgrow memory.
    pub(crate) fn new(plan: &Plan, dir: &Path) -> Self {
        Self::with_limit(plan, dir, HELD)
    }

    fn with_limit(plan: &Plan, dir: &Path, limit: usize) -> Self {
        let days = f64::from(plan.calendar.len());
        let days_each = (BUCKET.min(limit as f64) / plan.expected_lines() * days).clamp(1.0, days) as i32;
        let count = (plan.calendar.len() as u32).div_ceil(days_each as u32);
        let buckets = (0..count).map(|_| Bucket::default()).collect();
        Self { dir: dir.join(".spill"), days_each, held: 0, limit, buckets }
    }

    /// Deals lines into their buckets.
    pub(crate) fn add(&mut self, lines: &[Line]) -> Result<(), Problem> {
        for line in lines {
            self.buckets[(line.day() / self.days_each) as usize].lines.push(*line);
        }
        self.held += lines.len();
        if self.held > self.limit { self.flush() } else { Ok(()) }
    }

    /// Number of buckets.
    pub(crate) fn len(&self) -> usize {
        self.buckets.len()
    }

    /// The lines of a bucket in the order of the file; the bucket is empty afterwards.
    pub(crate) fn take(&mut self, bucket: usize) -> Result<Vec<Line>, Problem> {
        let bucket = &mut self.buckets[bucket];
        let mut lines = std::mem::take(&mut bucket.lines);
        if let Some(path) = bucket.file.take() {
            read(&path, &mut lines)?;
            fs::remove_file(&path)?;
        }
        lines.sort_unstable_by_key(Line::key);
        Ok(lines)
    }

    fn flush(&mut self) -> Result<(), Problem> {
        fs::create_dir_all(&self.dir)?;
        let mut bytes = Vec::new();
        for (number, bucket) in self.buckets.iter_mut().enumerate().filter(|(_, b)| !b.lines.is_empty()) {
            bytes.clear();
            bytes.extend(bucket.lines.drain(..).flat_map(Line::to_bytes));
            let path = bucket.file.get_or_insert_with(|| self.dir.join(format!("{number}.lines")));
            File::options().create(true).append(true).open(path)?.write_all(&bytes)?;
        }
        self.held = 0;
        Ok(())
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        // Best effort: left-overs are in a folder of their own and named in the message when the next run meets them.
        drop(fs::remove_dir_all(&self.dir));
    }
}

fn read(path: &Path, lines: &mut Vec<Line>) -> Result<(), Problem> {
    let mut file = File::open(path)?;
    lines.reserve(file.metadata()?.len() as usize / BYTES);
    let mut bytes = vec![0; BYTES * 8192];
    loop {
        let mut filled = 0;
        while filled < bytes.len() {
            match file.read(&mut bytes[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        if filled == 0 {
            return Ok(());
        }
        let (whole, _) = bytes[..filled].as_chunks::<BYTES>();
        lines.extend(whole.iter().map(Line::from_bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scenario, block::Blocks};

    #[test]
    fn lines_come_back_in_order_whether_they_went_to_disk_or_not() {
        let plan = Plan::new(&Scenario { customers: 200, ..Scenario::default() }).unwrap();
        let block = Blocks::of(&plan).make(&plan, 0);
        let dir = tempfile::tempdir().unwrap();
        let sorted = |limit: usize| {
            let mut spill = Spill::with_limit(&plan, dir.path(), limit);
            block.lines.chunks(70).for_each(|lines| spill.add(lines).unwrap());
            assert_eq!(dir.path().join(".spill").exists(), limit < block.lines.len());
            (0..spill.len()).flat_map(|b| spill.take(b).unwrap()).collect::<Vec<Line>>()
        };
        let lines = sorted(usize::MAX);
        assert!(lines.len() == block.lines.len() && lines.is_sorted_by_key(Line::key));
        assert_eq!(sorted(300), lines);
        assert!(!dir.path().join(".spill").exists());
    }
}
