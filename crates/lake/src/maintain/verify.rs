//! Checking that the files are what the list says.

use std::sync::Arc;

use base::Problem;

use super::blocking;
use super::order::Keys;
use super::stream::file_batches;
use crate::catalog::file::file_list;
use crate::catalog::table::table_list;
use crate::{FileEntry, FileState, Lake, TableDef};

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, relative to the lake's root.
    pub path: String,
    /// What is wrong, one sentence without a full stop.
    pub what: String,
}

impl Lake {
    /// Checks every file that is or may become visible: that it is there, has its size, opens, and holds as many rows within the
    /// bounds as the list says. `deep` also reads all of it: every byte must be the one that was written, and the rows in order.
    /// `progress` hears of the bytes that are done with. An empty list: all is well.
    pub async fn verify(&self, deep: bool, progress: impl Fn(u64) + Send + 'static) -> Result<Vec<Finding>, Problem> {
        let mut tx = self.db().read().await?;
        let tables = table_list(&mut tx).await?;
        let files = file_list(&mut tx, &[FileState::Live, FileState::Retired, FileState::Staged]).await?;
        drop(tx);
        let lake = self.clone();
        blocking(move || {
            let mut findings = Vec::new();
            for entry in files {
                let table = tables.values().find(|t| t.id == entry.table_id);
                let wrong =
                    table.map_or_else(|| Some("it belongs to no table".to_owned()), |t| check(&lake, t, &entry, deep));
                findings.extend(wrong.map(|what| Finding { path: entry.path.clone(), what }));
                progress(entry.bytes as u64);
            }
            Ok(findings)
        })
        .await
    }
}

fn check(lake: &Lake, table: &Arc<TableDef>, entry: &FileEntry, deep: bool) -> Option<String> {
    match lake.files().size(&entry.path) {
        Err(problem) => return Some(problem.message),
        Ok(None) => return Some("it is missing".into()),
        Ok(Some(bytes)) if bytes != entry.bytes as u64 => {
            return Some(format!("it has {bytes} bytes, not {}", entry.bytes));
        }
        Ok(Some(_)) => {}
    }
    if deep {
        match lake.files().hash(&entry.path) {
            Err(problem) => return Some(problem.message),
            Ok(hash) if hash as i64 != entry.hash => return Some("its content is not what was written".into()),
            Ok(_) => {}
        }
    }
    // Not the remembered footer: what is on the disk now counts.
    lake.footers().forget(entry.id);
    let opened = match lake.footers().get(lake.files(), table, entry) {
        Ok(opened) => opened,
        Err(problem) => return Some(problem.message),
    };
    let rows: usize = opened.groups.iter().map(|g| g.rows).sum();
    if rows as i64 != entry.rows {
        return Some(format!("it has {rows} rows, not {}", entry.rows));
    }
    let known = opened.groups.iter().filter(|g| g.min <= g.max);
    let bounds = known.map(|g| (g.min, g.max)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    if bounds != entry.customers {
        return Some("its customers are not those of the list".into());
    }
    if deep { read_all(&opened, table) } else { None }
}

fn read_all(opened: &Arc<crate::read::footer::Opened>, table: &Arc<TableDef>) -> Option<String> {
    let mut last: Option<Keys> = None;
    let batches = match file_batches(Arc::clone(opened), table) {
        Ok(batches) => batches,
        Err(problem) => return Some(problem.message),
    };
    for batch in batches {
        let keys = match batch.and_then(|b| Keys::new(table, &b)) {
            Ok(keys) => keys,
            Err(problem) => return Some(problem.message),
        };
        let follows = last.is_none_or(|l| l.compare(l.len() - 1, &keys, 0).is_le());
        if !follows || (1..keys.len()).any(|row| keys.compare(row - 1, &keys, row).is_gt()) {
            return Some("its rows are not in order".into());
        }
        last = Some(keys);
    }
    None
}
