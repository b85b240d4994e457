//! The rows that imports could not take, in their files and in the list, without an erased person.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::Path;

use base::{Code, ImportId, Problem};
use collect::mapping::Mapping;
use collect::store::import::import_get;
use collect::store::shown::bad_row_numbers;
use store::{Db, Tx, args};

use super::traces::{Role, Traces, Verdict};

/// What a file of bad rows is called behind the id of its import.
const ENDING: &str = ".bad.csv";
/// The columns that an import puts before those of the file: which row, and why.
const OURS: usize = 2;
/// How many characters of a row are listed.
const LISTED: usize = 200;

/// A row of an import: its id and the number of the row.
pub(super) type Place = (i64, i64);

/// Takes the rows that name the person out of the files of bad rows, and from the list first: were this process to die in between, the
/// files would still tell which. What is left in the files is looked at no more.
pub(super) async fn clean(db: &Db, dir: &Path, traces: &Traces) -> Result<HashSet<Place>, Problem> {
    let mut kept = HashSet::new();
    if !dir.is_dir() {
        return Ok(kept);
    }
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "csv") {
            continue;
        }
        // Written by an import as UTF-8; a file that somebody has put here in another way is left alone.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let import = name.strip_suffix(ENDING).and_then(|id| id.parse::<ImportId>().ok());
        let mut tx = db.read().await?;
        let mapping = match import {
            None => None,
            Some(id) => match import_get(&mut tx, id).await {
                Err(problem) if problem.code == Code::NotFound => None,
                found => Some(found?.request.mapping),
            },
        };
        let listed = match import {
            Some(id) => bad_row_numbers(&mut tx, id).await?,
            None => Vec::new(),
        };
        drop(tx);
        let sifted = sift(&text, mapping.as_ref(), traces, import, &listed);
        if let Some(id) = import {
            let mut tx = db.write().await?;
            for row in &sifted.removed {
                tx.execute("DELETE FROM import_bad_row WHERE import_id = $1 AND row_no = $2", args![id.0, *row])
                    .await?;
            }
            for (row, old, new) in &sifted.emptied {
                let sql = "UPDATE import_bad_row SET value = $4 WHERE import_id = $1 AND row_no = $2 AND value = $3";
                tx.execute(sql, args![id.0, *row, old, new]).await?;
            }
            tx.commit().await?;
            kept.extend(sifted.kept.iter().map(|row| (id.0, *row)));
        }
        if sifted.text != text {
            let part = path.with_extension("part");
            std::fs::write(&part, sifted.text)?;
            std::fs::rename(&part, &path)?;
        }
    }
    Ok(kept)
}

/// Takes rows that name the person from the list; of those `kept` in a file the file has told that they do not.
pub(super) async fn clean_list(tx: &mut Tx, kept: &HashSet<Place>, traces: &Traces) -> Result<(), Problem> {
    let mut roles: BTreeMap<i64, BTreeMap<String, Role>> = BTreeMap::new();
    for row in tx.fetch_all("SELECT import_id, row_no, col, value, message FROM import_bad_row", args![]).await? {
        let place: Place = (row.get("import_id")?, row.get("row_no")?);
        if kept.contains(&place) {
            continue;
        }
        let known = match roles.entry(place.0) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(columns(&import_get(tx, ImportId(place.0)).await?.request.mapping)),
        };
        let (column, value) = (row.get::<String>("col")?, row.get::<String>("value")?);
        let role = known.get(&column).copied().unwrap_or(Role::Text);
        if traces.judge(&[(role, &value), (Role::Text, &row.get::<String>("message")?)]) != Verdict::Leave {
            let sql = "DELETE FROM import_bad_row WHERE import_id = $1 AND row_no = $2";
            tx.execute(sql, args![place.0, place.1]).await?;
        }
    }
    Ok(())
}

fn columns(mapping: &Mapping) -> BTreeMap<String, Role> {
    let fields = mapping.columns.iter().map(|(field, column)| (column.clone(), Role::of(*field)));
    let others = mapping.attributes.iter().filter(|a| a.system().is_some()).map(|a| (a.column.clone(), Role::External));
    fields.chain(others).collect()
}

/// A file without the rows that name the person.
#[derive(Default)]
struct Sifted {
    text: String,
    /// Numbers of rows that are gone.
    removed: Vec<i64>,
    /// Numbers of rows of others of which something was taken out: as they were listed, and as they are now.
    emptied: Vec<(i64, String, String)>,
    kept: Vec<i64>,
}

fn sift(text: &str, mapping: Option<&Mapping>, traces: &Traces, import: Option<ImportId>, listed: &[u64]) -> Sifted {
    let known = mapping.map(columns).unwrap_or_default();
    let mut sifted = Sifted { text: String::with_capacity(text.len()), ..Sifted::default() };
    let mut roles: Vec<Role> = Vec::new();
    for (line, row) in rows(text).into_iter().enumerate() {
        let at = cells(row);
        let texts: Vec<String> = at.iter().map(|at| plain(&row[at.clone()])).collect();
        if line == 0 {
            let role = |name: &String| known.get(name).copied().unwrap_or(Role::Text);
            roles = texts.iter().map(role).collect();
            sifted.text.push_str(row);
            continue;
        }
        let number = texts.first().zip(import).and_then(|(marker, id)| number(marker, id, line - 1, listed));
        let role = |i: usize| roles.get(i).copied().unwrap_or(Role::Text);
        let judged: Vec<(Role, &str)> = texts.iter().enumerate().map(|(i, text)| (role(i), text.as_str())).collect();
        match traces.judge(&judged) {
            Verdict::Remove => sifted.removed.extend(number),
            Verdict::Leave => {
                sifted.text.push_str(row);
                sifted.kept.extend(number);
            }
            Verdict::Empty(which) => {
                let others = which.iter().rev().fold(row.to_owned(), |mut row, i| {
                    row.replace_range(at[*i].clone(), "");
                    row
                });
                sifted.text.push_str(&others);
                sifted.kept.extend(number);
                sifted.emptied.extend(number.map(|number| (number, listed_as(row), listed_as(&others))));
            }
        }
    }
    sifted
}

/// The number of a row in its import: by its marker, or where that is of another import by its place among those listed.
fn number(marker: &str, import: ImportId, place: usize, listed: &[u64]) -> Option<i64> {
    let own = marker.split_once(':').filter(|(of, _)| of.parse::<ImportId>().is_ok_and(|of| of == import));
    own.and_then(|(_, row)| row.parse().ok()).or_else(|| listed.get(place).map(|row| row.cast_signed()))
}

/// A row of a file as a list quotes it that quotes whole rows.
fn listed_as(row: &str) -> String {
    let start = cells(row).get(OURS).map_or(row.len(), |at| at.start);
    row[start..].trim_end_matches(['\n', '\r']).chars().take(LISTED).collect()
}

/// The rows of a CSV text with their line ends; a quoted cell may hold line ends of its own.
fn rows(text: &str) -> Vec<&str> {
    split(text, b'\n')
        .into_iter()
        .map(|at| &text[at.start..text.len().min(at.end + 1)])
        .filter(|r| !r.is_empty())
        .collect()
}

/// Where the cells of a row are.
fn cells(row: &str) -> Vec<Range<usize>> {
    split(row.trim_end_matches(['\n', '\r']), b',')
}

fn split(text: &str, mark: u8) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        quoted ^= byte == b'"';
        if byte == mark && !quoted {
            found.push(start..at);
            start = at + 1;
        }
    }
    found.push(start..text.len());
    found
}

/// A cell without its quotes.
fn plain(cell: &str) -> String {
    match cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => cell.to_owned(),
    }
}
