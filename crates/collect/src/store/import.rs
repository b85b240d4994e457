//! The import table and what hangs on it.

use std::collections::BTreeSet;

use base::{Code, ImportId, Micros, Problem};
use lake::FileState;
use lake::catalog::file::{file_drop, file_of_import};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use store::{Row, Tx, Value, args, next_ids};

use crate::decode::{BadReason, BadRow};
use crate::import::mended::MendedRow;
use crate::import::model::{Held, ImportRow, ImportState, Mode, Report, Request};
use crate::mapping::FileKind;

pub(super) const COLUMNS: &str = "id, kind, request, size, state, started_at, ended_at, report, error";

/// The file of an import, so that a resumed one can tell that it is still the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    /// Bytes.
    pub size: u64,
    /// Hash of when it was written and of places throughout; the column was named when only the first was looked at.
    pub head_hash: u64,
}

/// A request as it is stored: with what held when it was made.
#[derive(Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    request: &'a Request,
    held: &'a Held,
}

/// The part of [`Stored`] that older versions did not write.
#[derive(Deserialize)]
struct StoredHeld {
    #[serde(default)]
    held: Option<Held>,
}

/// Notes a new import as running.
pub async fn import_add(
    tx: &mut Tx,
    now: Micros,
    request: &Request,
    held: &Held,
    stamp: FileStamp,
) -> Result<ImportId, Problem> {
    let id = next_ids(tx, "import", 1).await?;
    let text = json(&Stored { request, held })?;
    let sql = "INSERT INTO import (id, kind, request, source, file, size, head_hash, state, started_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8)";
    let file = request.path.display().to_string();
    let kind = request.mapping.kind.as_str();
    let (size, hash) = (stamp.size as i64, stamp.head_hash.cast_signed());
    tx.execute(sql, args![id, kind, text, &request.source, file, size, hash, now]).await?;
    Ok(ImportId(id))
}

/// The stamp of the file with which an import began.
pub async fn import_stamp(tx: &mut Tx, id: ImportId) -> Result<FileStamp, Problem> {
    let row = tx.fetch_one("SELECT size, head_hash FROM import WHERE id = $1", args![id.0]).await?;
    Ok(FileStamp { size: row.get::<i64>("size")? as u64, head_hash: row.get::<i64>("head_hash")?.cast_unsigned() })
}

/// Changes where an import stands.
pub async fn import_set_state(
    tx: &mut Tx,
    now: Micros,
    id: ImportId,
    state: ImportState,
    error: Option<&str>,
) -> Result<(), Problem> {
    let ended = (state != ImportState::Running).then_some(now);
    let sql = "UPDATE import SET state = $2, ended_at = $3, error = $4 WHERE id = $1";
    tx.execute(sql, args![id.0, state.as_str(), ended, error]).await?;
    Ok(())
}

/// Notes what an import did; it is done.
pub async fn import_finish(tx: &mut Tx, now: Micros, id: ImportId, report: &Report) -> Result<(), Problem> {
    let sql = "UPDATE import SET state = 'done', ended_at = $2, report = $3, error = NULL WHERE id = $1";
    tx.execute(sql, args![id.0, now, json(report)?]).await?;
    tx.execute("DELETE FROM import_part WHERE import_id = $1", args![id.0]).await?;
    Ok(())
}

/// One import; the error says where to look.
pub async fn import_get(tx: &mut Tx, id: ImportId) -> Result<ImportRow, Problem> {
    let row = tx.fetch_optional(&format!("SELECT {COLUMNS} FROM import WHERE id = $1"), args![id.0]).await?;
    let row = row.ok_or_else(|| {
        Problem::new(Code::NotFound, format!("there is no import {id}")).hint("`guanxi import list` shows them")
    })?;
    read(&row)
}

/// The sources that files of a kind came from, the one used last first.
pub async fn import_sources(tx: &mut Tx, kind: FileKind) -> Result<Vec<String>, Problem> {
    let sql = "SELECT source FROM import WHERE kind = $1 AND state IN ('done', 'running')
               GROUP BY source ORDER BY max(id) DESC LIMIT 20";
    let rows = tx.fetch_all(sql, args![kind.as_str()]).await?;
    rows.iter().map(|row| row.get("source")).collect()
}

/// The newest imports first.
pub async fn import_list(tx: &mut Tx, limit: i64) -> Result<Vec<ImportRow>, Problem> {
    let rows = tx.fetch_all(&format!("SELECT {COLUMNS} FROM import ORDER BY id DESC LIMIT $1"), args![limit]).await?;
    rows.iter().map(read).collect()
}

/// The ids of the order imports of a source that are visible.
pub async fn import_done_of_source(tx: &mut Tx, source: &str) -> Result<Vec<i64>, Problem> {
    let sql = "SELECT id FROM import WHERE source = $1 AND kind = 'orders' AND state = 'done' ORDER BY id";
    tx.fetch_all(sql, args![source]).await?.iter().map(|r| r.get("id")).collect()
}

/// Notes a part as staged.
pub async fn part_add(tx: &mut Tx, id: ImportId, part: i64) -> Result<(), Problem> {
    tx.execute("INSERT INTO import_part (import_id, part) VALUES ($1, $2)", args![id.0, part]).await?;
    Ok(())
}

/// The parts that are staged.
pub async fn part_list(tx: &mut Tx, id: ImportId) -> Result<BTreeSet<i64>, Problem> {
    let rows = tx.fetch_all("SELECT part FROM import_part WHERE import_id = $1", args![id.0]).await?;
    rows.iter().map(|r| r.get("part")).collect()
}

/// The imports that have staged something.
pub async fn import_staged(tx: &mut Tx) -> Result<Vec<ImportId>, Problem> {
    let rows = tx.fetch_all("SELECT DISTINCT import_id FROM import_part ORDER BY import_id", args![]).await?;
    rows.iter().map(|r| Ok(ImportId(r.get("import_id")?))).collect()
}

/// Lets go of what an import has staged; files and parts together, for a part that is noted is never staged again.
pub async fn staged_forget(tx: &mut Tx, now: Micros, id: ImportId) -> Result<(), Problem> {
    let files = file_of_import(tx, id.0, &[FileState::Staged]).await?;
    file_drop(tx, now, &files.iter().map(|f| f.id).collect::<Vec<_>>()).await?;
    tx.execute("DELETE FROM import_part WHERE import_id = $1", args![id.0]).await?;
    Ok(())
}

/// Whether anything else has come in or gone since: customers may be others now.
pub async fn people_changed(tx: &mut Tx, id: ImportId, since: Micros) -> Result<bool, Problem> {
    let sql = "SELECT 1 AS n FROM import WHERE id <> $1 AND state IN ('done', 'undone') AND ended_at >= $2
               UNION ALL SELECT 1 AS n FROM intake_batch WHERE applied_at >= $2 LIMIT 1";
    Ok(tx.fetch_optional(sql, args![id.0, since]).await?.is_some())
}

/// All rows that were mended and imported.
pub(crate) async fn mended_set(tx: &mut Tx) -> Result<FxHashSet<(ImportId, i64)>, Problem> {
    let rows = tx.fetch_all("SELECT import_id, row_no FROM import_mended", args![]).await?;
    rows.iter().map(|r| Ok((ImportId(r.get("import_id")?), r.get("row_no")?))).collect()
}

/// The orders into which rows were mended.
pub(crate) async fn mended_orders(tx: &mut Tx) -> Result<FxHashSet<i64>, Problem> {
    let rows = tx.fetch_all("SELECT DISTINCT order_key FROM import_mended", args![]).await?;
    rows.iter().map(|r| r.at(0)).collect()
}

/// Notes which rows were mended by an import.
pub(crate) async fn mended_add(tx: &mut Tx, id: ImportId, mended: &[MendedRow]) -> Result<(), Problem> {
    let rows: Vec<Vec<Value>> = mended.iter().map(|m| args![m.import.0, m.row, m.order_key, id.0]).collect();
    let head = "INSERT INTO import_mended (import_id, row_no, order_key, mended_by) VALUES";
    tx.insert_many(head, 4, rows, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

/// Forgets the mended rows of orders.
pub(crate) async fn mended_forget(tx: &mut Tx, orders: &[i64]) -> Result<(), Problem> {
    let rows: Vec<Vec<Value>> = orders.iter().map(|key| args![*key]).collect();
    tx.execute_many("DELETE FROM import_mended WHERE order_key IN ({rows})", 1, rows).await?;
    Ok(())
}

/// Forgets what an import had mended.
pub(crate) async fn mended_undo(tx: &mut Tx, id: ImportId) -> Result<(), Problem> {
    tx.execute("DELETE FROM import_mended WHERE mended_by = $1", args![id.0]).await?;
    Ok(())
}

/// Reserves a block of customer ids for an import.
pub async fn id_block_add(tx: &mut Tx, id: ImportId, count: i64) -> Result<(i64, i64), Problem> {
    let first = next_ids(tx, "customer", count).await?;
    let sql = "INSERT INTO import_id_block (import_id, first_id, count) VALUES ($1, $2, $3)";
    tx.execute(sql, args![id.0, first, count]).await?;
    Ok((first, count))
}

/// The reserved blocks in the order of their reservation.
pub async fn id_block_list(tx: &mut Tx, id: ImportId) -> Result<Vec<(i64, i64)>, Problem> {
    let sql = "SELECT first_id, count FROM import_id_block WHERE import_id = $1 ORDER BY first_id";
    let rows = tx.fetch_all(sql, args![id.0]).await?;
    rows.iter().map(|r| Ok((r.get("first_id")?, r.get("count")?))).collect()
}

/// Notes that `id` took lines away from earlier imports.
pub async fn replaced_add(tx: &mut Tx, id: ImportId, replaced: &BTreeSet<i64>) -> Result<(), Problem> {
    let rows = replaced.iter().map(|r| args![id.0, *r]);
    let head = "INSERT INTO import_replaced (import_id, replaced_id) VALUES";
    tx.insert_many(head, 2, rows, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

/// Imports, and later ones that took lines away from them or brought their bad rows mended.
pub(crate) const LATER: &str = "(SELECT replaced_id AS before_id, import_id FROM import_replaced
    UNION SELECT import_id AS before_id, mended_by AS import_id FROM import_mended WHERE mended_by <> import_id)";

/// The visible imports that must be undone before this one: they took lines away from it, or brought its bad rows mended.
pub async fn undo_first(tx: &mut Tx, id: ImportId) -> Result<Vec<ImportId>, Problem> {
    let sql = format!(
        "SELECT r.import_id AS id FROM {LATER} r JOIN import i ON i.id = r.import_id
         WHERE r.before_id = $1 AND i.state = 'done' ORDER BY r.import_id"
    );
    tx.fetch_all(&sql, args![id.0]).await?.iter().map(|r| r.get("id").map(ImportId)).collect()
}

/// The visible imports that add lines to orders and replace none.
pub async fn import_adding(tx: &mut Tx) -> Result<FxHashSet<i64>, Problem> {
    let rows = tx.fetch_all(&format!("SELECT {COLUMNS} FROM import WHERE state = 'done'"), args![]).await?;
    let imports = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(imports.into_iter().filter(|i| i.request.mode == Mode::Append).map(|i| i.id.0).collect())
}

/// Lists bad rows.
pub async fn bad_rows_add(tx: &mut Tx, id: ImportId, rows: &[BadRow]) -> Result<(), Problem> {
    tx.execute("DELETE FROM import_bad_row WHERE import_id = $1", args![id.0]).await?;
    let values = rows
        .iter()
        .map(|b| args![id.0, b.row as i64, b.line as i64, &b.column, &b.value, b.reason.as_str(), &b.message]);
    let head = "INSERT INTO import_bad_row (import_id, row_no, line_no, col, value, reason, message) VALUES";
    tx.insert_many(head, 7, values, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

/// The bad rows of an import, by row.
pub async fn bad_rows_list(tx: &mut Tx, id: ImportId, limit: i64) -> Result<Vec<BadRow>, Problem> {
    let sql = "SELECT row_no, line_no, col, value, reason, message FROM import_bad_row WHERE import_id = $1
               ORDER BY row_no LIMIT $2";
    let rows = tx.fetch_all(sql, args![id.0, limit]).await?;
    rows.iter()
        .map(|r| {
            Ok(BadRow {
                row: r.get::<i64>("row_no")? as u64,
                line: r.get::<i64>("line_no")? as u64,
                column: r.get("col")?,
                value: r.get("value")?,
                reason: BadReason::parse(&r.get::<String>("reason")?)?,
                message: r.get("message")?,
            })
        })
        .collect()
}

pub(super) fn read(row: &Row) -> Result<ImportRow, Problem> {
    let text: String = row.get("request")?;
    Ok(ImportRow {
        id: ImportId(row.get("id")?),
        kind: row.get::<String>("kind")?.parse::<FileKind>()?,
        request: parse(&text)?,
        held: parse::<StoredHeld>(&text)?.held,
        state: ImportState::parse(&row.get::<String>("state")?)?,
        size: row.get::<i64>("size")? as u64,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        report: row.get::<Option<String>>("report")?.map(|t| parse(&t)).transpose()?,
        error: row.get("error")?,
    })
}

fn json(value: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|e| Problem::internal("an import cannot be written down", e))
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|e| {
        Problem::new(Code::IncompatibleStore, format!("an import in the database cannot be read: {e}"))
            .hint("it was written by another version: update this one")
    })
}
