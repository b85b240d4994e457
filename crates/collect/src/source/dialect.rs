//! How a text separates its cells, and whether its first row names the columns.

use rustc_hash::FxHashMap;

use super::chunk::RawChunk;
use super::csv::{Dialect, parse};
use super::names::BAD_ROW;
use super::options::Separator;

/// So much of the beginning is parsed with each candidate, in bytes.
const LOOK: usize = 256 << 10;

/// The separator that gives the most rows of one width, quotes honoured. On a tie the rarer character wins: commas occur in
/// numbers and sentences. `whole`: the text is not cut at its end.
pub(super) fn separator(text: &[u8], quote: u8, whole: bool) -> Separator {
    let look = &text[..text.len().min(LOOK)];
    let cut = !whole || look.len() < text.len();
    let widths = |separator| {
        let quote = (separator != Separator::Whitespace).then_some(quote);
        let chunk = parse(look, Dialect { separator, quote, width: 0 }).chunk;
        let rows = chunk.len() - usize::from(cut && chunk.len() > 1);
        ((0..rows).map(|row| chunk.width(row)).collect::<Vec<_>>(), chunk)
    };
    let mut best = (0.0, Separator::Comma);
    for separator in [Separator::Tab, Separator::Semicolon, Separator::Bar, Separator::Comma] {
        let (widths, _) = widths(separator);
        let (width, share) = most_common(&widths);
        if width < 2 {
            continue;
        }
        let score = share + if widths.first() == Some(&width) { 0.5 } else { 0.0 };
        if score > best.0 + 0.02 {
            best = (score, separator);
        }
    }
    if best.0 > 0.0 {
        return best.1;
    }
    let (found, chunk) = widths(Separator::Whitespace);
    let (width, share) = most_common(&found);
    if width >= 2 && share >= 0.95 && value_columns(&chunk, found.len(), width) * 2 >= width {
        return Separator::Whitespace;
    }
    // Rows of all widths: the character that occurs most.
    let count = |s: &Separator| s.byte().map_or(0, |b| memchr::memchr_iter(b, look).count());
    [Separator::Tab, Separator::Semicolon, Separator::Bar, Separator::Comma]
        .into_iter()
        .max_by_key(count)
        .unwrap_or(best.1)
}

/// The most common width and the share of rows that have it; of equals the greater.
pub(super) fn most_common(widths: &[usize]) -> (usize, f64) {
    let mut counts = FxHashMap::<usize, usize>::default();
    for width in widths {
        *counts.entry(*width).or_default() += 1;
    }
    let best = counts.into_iter().map(|(width, count)| (count, width)).max();
    best.map_or((0, 0.0), |(count, width)| (width, count as f64 / widths.len() as f64))
}

/// How many columns hold mostly numbers and dates.
fn value_columns(chunk: &RawChunk, rows: usize, width: usize) -> usize {
    let is_value = |row: usize, column| is_value(chunk.text(row, column));
    (0..width).filter(|&column| (0..rows).filter(|&row| is_value(row, column)).count() * 2 >= rows).count()
}

/// Whether the first of `rows` names the columns: no numbers or dates in it, all names different, and what follows differs in
/// kind from it (numbers and dates below a name) or at least never repeats it.
pub(super) fn has_header(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else { return false };
    if first.iter().any(|cell| cell.trim() == BAD_ROW) {
        return true;
    }
    let names: Vec<String> = first.iter().map(|cell| cell.trim().to_lowercase()).collect();
    let given: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    let distinct = given.iter().enumerate().all(|(i, name)| !given[..i].contains(name));
    if given.len() * 2 < names.len().max(1) || !distinct || given.iter().any(|name| !may_be_name(name)) {
        return false;
    }
    let cells =
        |column: usize| rest.iter().filter_map(move |row| row.get(column)).filter(|cell| !cell.trim().is_empty());
    let holds_values = |column| {
        let (values, all) =
            cells(column).fold((0, 0), |(values, all), cell| (values + usize::from(is_value(cell)), all + 1));
        all > 0 && values * 2 >= all
    };
    if (0..first.len()).any(holds_values) {
        return true;
    }
    let same_width = rest.iter().all(|row| row.len() == first.len());
    let repeats = |column: usize| {
        !names[column].is_empty() && cells(column).any(|cell| cell.trim().to_lowercase() == names[column])
    };
    same_width && !(0..first.len()).any(repeats)
}

/// Whether a cell holds a number, an amount, a date or a time, told roughly by its characters.
fn is_value(cell: &str) -> bool {
    let cell = cell.trim();
    cell.contains(|c: char| c.is_ascii_digit())
        && cell.chars().all(|c| c.is_ascii_digit() || "+-.,:/ TZ%$€£¥￥()年月日时分秒".contains(c))
}

fn may_be_name(cell: &str) -> bool {
    !is_value(cell) && !cell.contains('@') && !cell.contains("://")
}
