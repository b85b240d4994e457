//! What commands print: tables for people, JSON for programs, problems for both.

use std::io::{IsTerminal, Write};
use std::path::Path;

use base::Problem;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableComponent, presets};
use segment::Lang;

use crate::text;

/// Prints a line. A reader that went away (`| head`) ends the program quietly.
pub(crate) fn line(text: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{}", text.as_ref()).is_err() {
        std::process::exit(0);
    }
}

/// Prints a note for people that is not part of the result.
pub(crate) fn note(text: impl AsRef<str>) {
    // Nothing can be done when even the error stream is closed.
    let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
}

/// Prints a value as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<(), Problem> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Problem::internal("the result cannot be written", e))?;
    line(text);
    Ok(())
}

/// Says that so many rows were written to a file; `said` has places for both.
pub(crate) fn written(said: &'static str, rows: usize, path: &Path, json: bool) -> Result<(), Problem> {
    if json {
        return self::json(&serde_json::json!({ "rows": rows, "file": path }));
    }
    line(text::say(said, &[&count(rows as i64), &path.display()]));
    Ok(())
}

/// Prints a table with headings in the language of the user; columns whose name ends in `>` are aligned to the right.
pub(crate) fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let headings = columns.iter().map(|c| match c.strip_suffix('>') {
        Some(name) => format!("{}>", text::t(name)),
        None => text::t(c).to_owned(),
    });
    grid(&headings.collect::<Vec<_>>(), rows);
}

/// As [`table`], with headings that are not ours and stay as they are.
pub(crate) fn grid(columns: &[String], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    for between_rows in [
        TableComponent::HorizontalLines,
        TableComponent::MiddleIntersections,
        TableComponent::LeftBorderIntersections,
        TableComponent::RightBorderIntersections,
    ] {
        table.remove_style(between_rows);
    }
    if std::io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table.set_header(columns.iter().map(|c| Cell::new(c.trim_end_matches('>'))));
    for row in rows {
        table.add_row(row.into_iter().zip(columns).map(|(text, column)| {
            let alignment = if column.ends_with('>') { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(text).set_alignment(alignment)
        }));
    }
    line(table.to_string());
}

/// Prints an error: what happened, what to do.
pub(crate) fn problem(problem: &Problem, json: bool) {
    tracing::debug!(source = ?problem.source, "the command failed");
    if json {
        let value = serde_json::json!({
            "error": { "code": problem.code.as_str(), "message": problem.message, "hint": problem.hint }
        });
        note(value.to_string());
        return;
    }
    let message = match text::lang() {
        Lang::En => problem.message.clone(),
        Lang::Zh => format!("{}：{}", text::kind_of_error(problem.code), text::said(&problem.message)),
    };
    note(text::say("error: {0}", &[&message]));
    if let Some(hint) = &problem.hint {
        note(text::say("  try: {0}", &[&text::said(hint)]));
    }
}

/// A whole number with thousands separators.
pub(crate) fn count(n: impl Into<i128>) -> String {
    base::amount::grouped(n.into())
}

/// An amount in 1/10000 rounded to two decimals, for means and overviews; exact sums use [`base::amount::money`].
pub(crate) fn rounded(amount: i128) -> String {
    base::amount::money(base::amount::round_half_even(amount, 100) * 100)
}

/// A share in percent with one decimal.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".into() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}
