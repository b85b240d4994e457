//! The names of a file's columns.

use rustc_hash::FxHashSet;

/// The column of our files of bad rows that says which row of which import a row is: `imp_3:17`.
pub const BAD_ROW: &str = "guanxi_bad_row";
/// The column of our files of bad rows that says why a row could not be taken.
pub const BAD_REASON: &str = "guanxi_reason";

/// Unique names for the columns of a file: the header's, trimmed; `column_3` where it has none; `sum_2` for a repeat. Names that
/// are unique already stay as they are.
pub fn column_names(header: Option<&[String]>, width: usize) -> Vec<String> {
    let width = width.max(header.map_or(0, <[String]>::len));
    let mut seen = FxHashSet::default();
    let mut names = Vec::with_capacity(width);
    for at in 0..width {
        let given = header.and_then(|h| h.get(at)).map_or("", |n| n.trim().trim_start_matches('\u{feff}').trim());
        let base = if given.is_empty() { positional(at) } else { given.to_owned() };
        let (mut name, mut times) = (base.clone(), 1);
        while !seen.insert(name.clone()) {
            times += 1;
            name = format!("{base}_{times}");
        }
        names.push(name);
    }
    names
}

/// The name of a column without one, counted from 0.
pub fn positional(at: usize) -> String {
    format!("column_{}", at + 1)
}

/// Whether a column is one that we add to files of bad rows.
pub fn is_ours(name: &str) -> bool {
    matches!(name.trim(), BAD_ROW | BAD_REASON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_unique_names() {
        let header = ["\u{feff}id", "sum", "", "sum", " sum "].map(str::to_owned);
        let names = ["id", "sum", "column_3", "sum_2", "sum_3", "column_6"].map(str::to_owned);
        assert_eq!(column_names(Some(&header), 6), names);
        assert_eq!(column_names(Some(&names), 6), names);
    }
}
