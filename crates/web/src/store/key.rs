//! API keys.

use base::{ApiKeyId, Micros, Problem, UserId};
use store::{Row, Tx, args, next_ids};

use super::user;
use crate::model::{ApiKey, User};
use crate::rules::permission::{Permissions, from_text, to_text};

pub(crate) const COLUMNS: &str =
    "k.id, k.user_id, k.name, k.prefix, k.scopes, k.created_at, k.expires_at, k.used_at, k.revoked_at";

pub(crate) async fn key_insert(
    tx: &mut Tx,
    now: Micros,
    key: (UserId, &str, &Permissions, Option<Micros>),
    (prefix, hash): (&str, &str),
) -> Result<ApiKeyId, Problem> {
    let (user, name, scopes, expires_at) = key;
    let id = next_ids(tx, "web_key", 1).await?;
    tx.execute(
        "INSERT INTO web_key (id, user_id, name, prefix, key_hash, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![id, user.0, name, prefix, hash, to_text(scopes), now, expires_at],
    )
    .await?;
    Ok(ApiKeyId(id))
}

/// The key with this hash and who made it, when both still hold.
pub(crate) async fn key_find(tx: &mut Tx, hash: &str, now: Micros) -> Result<Option<(ApiKey, User)>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM web_key k WHERE k.key_hash = $1 AND k.revoked_at IS NULL
         AND COALESCE(k.expires_at, $2 + 1) > $2"
    );
    let Some(row) = tx.fetch_optional(&sql, args![hash, now]).await? else { return Ok(None) };
    let key = read(&row)?;
    let maker = user::user_get(tx, key.user).await?.filter(|u| !u.disabled);
    Ok(maker.map(|maker| (key, maker)))
}

pub(crate) async fn key_get(tx: &mut Tx, id: ApiKeyId) -> Result<Option<ApiKey>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM web_key k WHERE k.id = $1");
    tx.fetch_optional(&sql, args![id.0]).await?.as_ref().map(read).transpose()
}

/// Revokes a key. `false` when it is revoked already.
pub(crate) async fn key_revoke(tx: &mut Tx, id: ApiKeyId, now: Micros) -> Result<bool, Problem> {
    let sql = "UPDATE web_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    Ok(tx.execute(sql, args![id.0, now]).await? == 1)
}

pub(crate) async fn key_used(tx: &mut Tx, id: ApiKeyId, at: Micros) -> Result<(), Problem> {
    tx.execute("UPDATE web_key SET used_at = $2 WHERE id = $1 AND COALESCE(used_at, 0) < $2", args![id.0, at]).await?;
    Ok(())
}

pub(crate) fn read(row: &Row) -> Result<ApiKey, Problem> {
    Ok(ApiKey {
        id: ApiKeyId(row.get("id")?),
        user: UserId(row.get("user_id")?),
        name: row.get("name")?,
        prefix: row.get("prefix")?,
        scopes: from_text(&row.get::<String>("scopes")?),
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        used_at: row.get("used_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}
