//! Mappings saved under a name.

use base::{Code, Micros, Problem};
use store::{Tx, args};

use crate::mapping::Mapping;

/// A mapping saved under a name.
pub struct Saved {
    /// Its name.
    pub name: String,
    /// What it says.
    pub mapping: Mapping,
    /// When it last changed.
    pub updated_at: Micros,
    /// Another one after every change of what it says.
    pub version: i64,
}

/// What saving a mapping did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    /// It is new.
    Added,
    /// It took the place of another one of this name.
    Replaced,
    /// It was saved before, as it is.
    Same,
}

/// Saves a mapping. One of the same name that says something else is replaced only when `overwrite` says so.
pub async fn mapping_save(
    tx: &mut Tx,
    now: Micros,
    name: &str,
    mapping: &Mapping,
    overwrite: bool,
) -> Result<Saving, Problem> {
    let text = toml::to_string_pretty(mapping).map_err(|e| Problem::internal("the mapping cannot be written", e))?;
    let sql = "INSERT INTO import_mapping (name, toml, updated_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
    if tx.execute(sql, args![name, &text, now]).await? > 0 {
        return Ok(Saving::Added);
    }
    if mapping_get(tx, name).await.is_ok_and(|before| before == *mapping) {
        return Ok(Saving::Same);
    }
    if !overwrite {
        let message = format!("another mapping is saved as \"{name}\" already");
        return Err(Problem::new(Code::Conflict, &message).field("save_mapping", message));
    }
    tx.execute("UPDATE import_mapping SET toml = $2, updated_at = $3 WHERE name = $1", args![name, text, now]).await?;
    Ok(Saving::Replaced)
}

/// The version of a saved mapping; `None`: there is none.
pub async fn mapping_version(tx: &mut Tx, name: &str) -> Result<Option<i64>, Problem> {
    let row = tx.fetch_optional("SELECT toml FROM import_mapping WHERE name = $1", args![name]).await?;
    row.map(|row| Ok(version(&row.get::<String>("toml")?))).transpose()
}

fn version(text: &str) -> i64 {
    (base::hash::stable(text.as_bytes()) >> 1) as i64
}

/// A saved mapping; the error lists those that exist.
pub async fn mapping_get(tx: &mut Tx, name: &str) -> Result<Mapping, Problem> {
    let row = tx.fetch_optional("SELECT toml FROM import_mapping WHERE name = $1", args![name]).await?;
    let Some(row) = row else {
        let names = mapping_list(tx).await?;
        let hint =
            if names.is_empty() { "none is saved yet".to_owned() } else { format!("saved are: {}", names.join(", ")) };
        return Err(Problem::new(Code::NotFound, format!("no mapping is saved as \"{name}\"")).hint(hint));
    };
    toml::from_str(&row.get::<String>("toml")?)
        .map_err(|e| Problem::new(Code::InvalidConfig, format!("the saved mapping \"{name}\" cannot be read: {e}")))
}

/// The names of the saved mappings.
pub async fn mapping_list(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    let rows = tx.fetch_all("SELECT name FROM import_mapping ORDER BY name", args![]).await?;
    rows.iter().map(|r| r.get("name")).collect()
}

/// All saved mappings by name. One that cannot be read any more is left out.
pub async fn mapping_rows(tx: &mut Tx) -> Result<Vec<Saved>, Problem> {
    let rows = tx.fetch_all("SELECT name, toml, updated_at FROM import_mapping ORDER BY name", args![]).await?;
    let mut mappings = Vec::with_capacity(rows.len());
    for row in &rows {
        let name: String = row.get("name")?;
        let text: String = row.get("toml")?;
        let (updated_at, version) = (row.get("updated_at")?, version(&text));
        match toml::from_str(&text) {
            Ok(mapping) => mappings.push(Saved { name, mapping, updated_at, version }),
            Err(error) => tracing::warn!(name, %error, "a saved mapping cannot be read"),
        }
    }
    Ok(mappings)
}

/// Gives a saved mapping another name, one that no other has; the mapping.
pub async fn mapping_rename(tx: &mut Tx, now: Micros, name: &str, new: &str) -> Result<Mapping, Problem> {
    let mapping = mapping_get(tx, name).await?;
    let sql = "UPDATE import_mapping SET name = $1, updated_at = $2 WHERE name = $3";
    tx.execute(sql, args![new, now, name]).await.map_err(|problem| {
        if problem.code != Code::Conflict {
            return problem;
        }
        let message = format!("a mapping is saved as \"{new}\" already");
        Problem::new(Code::Conflict, &message)
            .hint("choose another name, or delete that mapping")
            .field("name", message)
    })?;
    Ok(mapping)
}

/// Forgets a saved mapping.
pub async fn mapping_delete(tx: &mut Tx, name: &str) -> Result<(), Problem> {
    if tx.execute("DELETE FROM import_mapping WHERE name = $1", args![name]).await? == 0 {
        return Err(Problem::new(Code::NotFound, format!("no mapping is saved as \"{name}\"")));
    }
    Ok(())
}
