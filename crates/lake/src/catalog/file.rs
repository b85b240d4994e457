//! Files in the catalog.

use base::{Code, Micros, Problem};
use store::{Row, Tx, Value, args};

use super::{snapshot_add, table};
use crate::{Lake, Month, NewFile, TableDef};

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Written by an import that is not yet published.
    Staged,
    /// Visible.
    Live,
    /// Replaced by an import; comes back when that is undone.
    Retired,
    /// Not needed; deleted after the grace period.
    Dropped,
}

impl FileState {
    /// The form in the catalog.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Live => "live",
            Self::Retired => "retired",
            Self::Dropped => "dropped",
        }
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        let all = [Self::Staged, Self::Live, Self::Retired, Self::Dropped];
        all.into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| Problem::new(Code::IncompatibleStore, format!("a file has the unknown state {text}")))
    }
}

/// A file of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// The id.
    pub id: i64,
    /// The table.
    pub table_id: i64,
    /// The month, `None` in tables that are not split.
    pub month: Option<Month>,
    /// Relative to the lake's root.
    pub path: String,
    /// How many rows.
    pub rows: i64,
    /// The size.
    pub bytes: i64,
    /// The hash of the content, its bits as a number with a sign.
    pub hash: i64,
    /// Bounds of `time`.
    pub time: Option<(Micros, Micros)>,
    /// Bounds of the known customers; `None` when no customer is known in it.
    pub customers: Option<(i64, i64)>,
    /// Where it stands.
    pub state: FileState,
    /// The import that brought it.
    pub import_id: Option<i64>,
}

const COLUMNS: &str =
    "id, table_id, month, path, rows, bytes, min_time, max_time, min_customer, max_customer, state, import_id, hash";

fn entry(row: &Row) -> Result<FileEntry, Problem> {
    Ok(FileEntry {
        id: row.at(0)?,
        table_id: row.at(1)?,
        month: Month::parse(&row.at::<String>(2)?)?,
        path: row.at(3)?,
        rows: row.at(4)?,
        bytes: row.at(5)?,
        time: row.at::<Option<i64>>(6)?.zip(row.at(7)?),
        customers: row.at::<Option<i64>>(8)?.zip(row.at(9)?),
        state: FileState::parse(&row.at::<String>(10)?)?,
        import_id: row.at(11)?,
        hash: row.at(12)?,
    })
}

/// Registers written files as live (visible with the commit) or staged.
pub async fn file_add(
    tx: &mut Tx,
    lake: &Lake,
    now: Micros,
    files: &[NewFile],
    state: FileState,
    import_id: Option<i64>,
) -> Result<(), Problem> {
    if files.is_empty() {
        return Ok(());
    }
    let begin = match state {
        FileState::Live => {
            Some(snapshot_add(tx, now, &format!("inserted_into_table:{}", files[0].table_id), false).await?)
        }
        FileState::Staged => None,
        _ => return Err(Problem::new(Code::Internal, "a new file is live or staged")),
    };
    for file in files {
        insert(tx, file, state, import_id, begin).await?;
        // Behind the lock that inserting takes: a sweep that did not know the file has deleted it by now, or waits.
        if lake.files().size(&file.path)? != Some(file.bytes as u64) {
            return Err(Problem::new(Code::Unavailable, format!("the new history file {} is not there", file.path))
                .hint("it was swept as left over while it was being written: run the command again"));
        }
    }
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    file: &NewFile,
    state: FileState,
    import_id: Option<i64>,
    begin: Option<i64>,
) -> Result<(), Problem> {
    let row = tx
        .fetch_one(
            "UPDATE lake_table SET next_row = next_row + $1 WHERE id = $2 RETURNING next_row",
            args![file.rows, file.table_id],
        )
        .await?;
    let first_row = row.get::<i64>("next_row")? - file.rows;
    let (time, customers) = (file.time.unzip(), file.customers.unzip());
    tx.execute(
        "INSERT INTO lake_file (id, table_id, month, path, rows, bytes, footer_bytes, min_time, max_time, min_customer,
            max_customer, first_row, state, import_id, begin_snapshot, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        args![
            file.id,
            file.table_id,
            Month::text(file.month),
            &file.path,
            file.rows,
            file.bytes,
            file.footer_bytes,
            time.0,
            time.1,
            customers.0,
            customers.1,
            first_row,
            state.as_str(),
            import_id,
            begin,
            file.hash
        ],
    )
    .await?;
    let stats =
        file.stats.iter().map(|s| args![file.id, s.field_id, s.bytes, s.nulls, s.min.as_deref(), s.max.as_deref()]);
    let head = "INSERT INTO lake_file_stat (file_id, field_id, bytes, nulls, min, max) VALUES";
    tx.insert_many(head, 6, stats, "").await?;
    Ok(())
}

/// Makes the staged files of an import visible; how many there were.
pub async fn file_publish(tx: &mut Tx, now: Micros, import_id: i64) -> Result<u64, Problem> {
    let snapshot = snapshot_add(tx, now, "inserted_into_table:1", false).await?;
    let sql = "UPDATE lake_file SET state = 'live', begin_snapshot = $1 WHERE import_id = $2 AND state = 'staged'";
    tx.execute(sql, args![snapshot, import_id]).await
}

/// Takes live files out of sight because `import_id` replaced them; [`file_restore`] brings them back.
pub async fn file_retire(tx: &mut Tx, now: Micros, ids: &[i64], import_id: i64) -> Result<(), Problem> {
    let snapshot = snapshot_add(tx, now, "deleted_from_table:1", false).await?;
    let set = "state = 'retired', end_snapshot = $1, replaced_by = $2";
    each(tx, set, args![snapshot, import_id], ids, "AND state = 'live'").await
}

/// Undoes [`file_retire`]: what `import_id` replaced is visible again. Returns how many files.
pub async fn file_restore(tx: &mut Tx, now: Micros, import_id: i64) -> Result<u64, Problem> {
    let snapshot = snapshot_add(tx, now, "inserted_into_table:1", false).await?;
    tx.execute(
        "UPDATE lake_file SET state = 'live', begin_snapshot = $1, end_snapshot = NULL, replaced_by = NULL
         WHERE replaced_by = $2 AND state = 'retired'",
        args![snapshot, import_id],
    )
    .await
}

/// Takes files out of sight for good. They are deleted after the grace period, by then no reader has them.
pub async fn file_drop(tx: &mut Tx, now: Micros, ids: &[i64]) -> Result<(), Problem> {
    if ids.is_empty() {
        return Ok(());
    }
    let snapshot = snapshot_add(tx, now, "deleted_from_table:1", false).await?;
    let set = "state = 'dropped', end_snapshot = COALESCE(end_snapshot, $1), dropped_at = $2";
    each(tx, set, args![snapshot, now], ids, "AND state <> 'dropped'").await
}

/// Drops what `import_id` had replaced: it can no longer be undone.
pub async fn file_forget_retired(tx: &mut Tx, now: Micros, import_id: i64) -> Result<(), Problem> {
    let sql = "SELECT id FROM lake_file WHERE replaced_by = $1 AND state = 'retired'";
    let rows = tx.fetch_all(sql, args![import_id]).await?;
    let ids = rows.iter().map(|row| row.at(0)).collect::<Result<Vec<i64>, _>>()?;
    file_drop(tx, now, &ids).await
}

/// Changes files by id; every one of them must match `also`, else another process was faster.
async fn each(tx: &mut Tx, set: &str, values: Vec<Value>, ids: &[i64], also: &str) -> Result<(), Problem> {
    let sql = format!("UPDATE lake_file SET {set} WHERE id = ${} {also}", values.len() + 1);
    for id in ids {
        let mut all = values.clone();
        all.push((*id).into());
        if tx.execute(&sql, all).await? != 1 {
            return Err(Problem::new(Code::Conflict, "the history was changed by another process meanwhile")
                .hint("run the command again"));
        }
    }
    Ok(())
}

/// Replaces all files of a derived table by `files` and makes the columns of `table` its columns.
pub async fn file_replace(
    tx: &mut Tx,
    lake: &Lake,
    now: Micros,
    table: &TableDef,
    files: &[NewFile],
) -> Result<(), Problem> {
    let live = file_list(tx, &[FileState::Live]).await?;
    let old: Vec<i64> = live.iter().filter(|f| f.table_id == table.id).map(|f| f.id).collect();
    file_drop(tx, now, &old).await?;
    file_add(tx, lake, now, files, FileState::Live, None).await?;
    let tables = table::table_list(tx).await?;
    let Some(current) = tables.get(&table.name) else {
        return Err(Problem::new(Code::NotFound, format!("there is no table {}", table.name)));
    };
    let ended = current.columns.iter().filter(|c| !table.columns.iter().any(|t| t.field_id == c.field_id));
    let ended: Vec<i32> = ended.map(|c| c.field_id).collect();
    if !ended.is_empty() {
        let snapshot = snapshot_add(tx, now, &format!("altered_table:{}", table.id), true).await?;
        for field_id in ended {
            table::column_end(tx, table.id, field_id, snapshot).await?;
        }
    }
    Ok(())
}

/// The files in any of these states, by table, month and id.
pub async fn file_list(tx: &mut Tx, states: &[FileState]) -> Result<Vec<FileEntry>, Problem> {
    let states = states.iter().map(|s| format!("'{}'", s.as_str())).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT {COLUMNS} FROM lake_file WHERE state IN ({states}) ORDER BY table_id, month, id");
    tx.fetch_all(&sql, args![]).await?.iter().map(entry).collect()
}

/// The files that an import brought, in any of these states.
pub async fn file_of_import(tx: &mut Tx, import_id: i64, states: &[FileState]) -> Result<Vec<FileEntry>, Problem> {
    Ok(file_list(tx, states).await?.into_iter().filter(|f| f.import_id == Some(import_id)).collect())
}
