//! Cutting the customers into ranges of about equal work.

use std::sync::Arc;

use base::Problem;

use crate::read::footer::Opened;

/// Rows of a range worth a set of cursors of its own.
const RANGE_ROWS: u64 = 250_000;

/// Disjoint ranges `from ..= to` that cover all ids.
pub(super) fn split(files: &[Arc<Opened>], rows: u64, threads: usize) -> Result<Vec<(i64, i64)>, Problem> {
    let most = 64.max(threads as u64 * 8);
    let count = (rows / RANGE_ROWS).clamp(threads.max(1) as u64, most) as usize;
    // The first customers of all pages: pages have about equal numbers of rows, so quantiles of these cut equal work.
    let mut firsts = Vec::new();
    for (file, group) in files.iter().flat_map(|f| (0..f.groups.len()).map(move |group| (f, group))) {
        firsts.extend(file.first_customers(group)?);
    }
    firsts.sort_unstable();
    let mut cuts: Vec<i64> = (1..count).filter_map(|i| firsts.get(i * firsts.len() / count).copied()).collect();
    cuts.dedup();
    let mut ranges = Vec::with_capacity(count);
    let mut from = i64::MIN;
    for cut in cuts.into_iter().filter(|c| *c > i64::MIN) {
        ranges.push((from, cut - 1));
        from = cut;
    }
    ranges.push((from, i64::MAX - 1));
    Ok(ranges)
}
