//! Mappings saved under a name.

use base::{Code, Micros, Problem};
use store::{Tx, args};

use crate::mapping::Mapping;

/// Saves a mapping, replacing one of the same name.
pub async fn mapping_save(tx: &mut Tx, now: Micros, name: &str, mapping: &Mapping) -> Result<(), Problem> {
    let text = toml::to_string_pretty(mapping).map_err(|e| Problem::internal("the mapping cannot be written", e))?;
    let sql = "INSERT INTO import_mapping (name, toml, updated_at) VALUES ($1, $2, $3)
               ON CONFLICT (name) DO UPDATE SET toml = $2, updated_at = $3";
    tx.execute(sql, args![name, text, now]).await?;
    Ok(())
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

/// All saved mappings by name, with the time of the last change. One that cannot be read any more is left out.
pub async fn mapping_rows(tx: &mut Tx) -> Result<Vec<(String, Mapping, Micros)>, Problem> {
    let rows = tx.fetch_all("SELECT name, toml, updated_at FROM import_mapping ORDER BY name", args![]).await?;
    let mut mappings = Vec::with_capacity(rows.len());
    for row in &rows {
        let name: String = row.get("name")?;
        match toml::from_str(&row.get::<String>("toml")?) {
            Ok(mapping) => mappings.push((name, mapping, row.get("updated_at")?)),
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
