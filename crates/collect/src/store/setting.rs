//! Settings of the installation that live with its data, so that every process sees the same.

use base::Problem;
use store::{Tx, args};

/// The value of a setting.
pub async fn setting_get(tx: &mut Tx, name: &str) -> Result<Option<String>, Problem> {
    let row = tx.fetch_optional("SELECT value FROM setting WHERE name = $1", args![name]).await?;
    row.map(|r| r.get("value")).transpose()
}

/// Sets a setting.
pub async fn setting_set(tx: &mut Tx, name: &str, value: &str) -> Result<(), Problem> {
    let sql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2";
    tx.execute(sql, args![name, value]).await?;
    Ok(())
}
