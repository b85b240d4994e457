//! Users and their second factor.

use base::{Micros, Problem, UserId};
use store::{Row, Tx, args, next_ids};

use crate::model::User;
use crate::rules::role::Role;

pub(crate) const COLUMNS: &str =
    "u.id, u.email, u.name, u.role, u.password_hash, u.disabled, u.totp_secret, u.totp_on, u.totp_step, u.version,
    u.created_at, u.last_seen_at";

pub(crate) async fn user_insert(
    tx: &mut Tx,
    now: Micros,
    (email, name, role): (&str, &str, Role),
    password_hash: &str,
) -> Result<UserId, Problem> {
    let id = next_ids(tx, "web_user", 1).await?;
    tx.execute(
        "INSERT INTO web_user (id, email, name, role, password_hash, disabled, totp_on, totp_step, version, created_at, password_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 1, $6, $6)",
        args![id, email, name, role.as_str(), password_hash, now],
    )
    .await?;
    Ok(UserId(id))
}

pub(crate) async fn user_get(tx: &mut Tx, id: UserId) -> Result<Option<User>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM web_user u WHERE u.id = $1");
    tx.fetch_optional(&sql, args![id.0]).await?.as_ref().map(read).transpose()
}

pub(crate) async fn user_by_email(tx: &mut Tx, email: &str) -> Result<Option<User>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM web_user u WHERE u.email = $1");
    tx.fetch_optional(&sql, args![email]).await?.as_ref().map(read).transpose()
}

pub(crate) async fn user_count(tx: &mut Tx) -> Result<i64, Problem> {
    tx.fetch_one("SELECT count(*) AS n FROM web_user", args![]).await?.get("n")
}

/// The owner who was made first.
pub(crate) async fn first_owner(tx: &mut Tx) -> Result<Option<User>, Problem> {
    let sql =
        format!("SELECT {COLUMNS} FROM web_user u WHERE u.role = 'owner' AND u.disabled = 0 ORDER BY u.id LIMIT 1");
    tx.fetch_optional(&sql, args![]).await?.as_ref().map(read).transpose()
}

/// How many owners can sign in besides `id`.
pub(crate) async fn owner_count_without(tx: &mut Tx, id: UserId) -> Result<i64, Problem> {
    let sql = "SELECT count(*) AS n FROM web_user WHERE role = 'owner' AND disabled = 0 AND id <> $1";
    tx.fetch_one(sql, args![id.0]).await?.get("n")
}

pub(crate) async fn user_update(
    tx: &mut Tx,
    id: UserId,
    name: &str,
    role: Role,
    disabled: bool,
) -> Result<(), Problem> {
    let sql = "UPDATE web_user SET name = $2, role = $3, disabled = $4, version = version + 1 WHERE id = $1";
    tx.execute(sql, args![id.0, name, role.as_str(), disabled]).await?;
    Ok(())
}

pub(crate) async fn user_set_password(tx: &mut Tx, id: UserId, hash: &str, now: Micros) -> Result<(), Problem> {
    let sql = "UPDATE web_user SET password_hash = $2, password_at = $3, version = version + 1 WHERE id = $1";
    tx.execute(sql, args![id.0, hash, now]).await?;
    Ok(())
}

/// Sets the second factor: `on` false with a secret is one that waits for its first code.
pub(crate) async fn user_set_totp(
    tx: &mut Tx,
    id: UserId,
    secret: Option<&str>,
    on: bool,
    step: i64,
) -> Result<(), Problem> {
    let sql = "UPDATE web_user SET totp_secret = $2, totp_on = $3, totp_step = $4, version = version + 1 WHERE id = $1";
    tx.execute(sql, args![id.0, secret, on, step]).await?;
    Ok(())
}

/// Notes that the code of `step` was used. `false` when it was used before: of two at once, one wins.
pub(crate) async fn user_use_totp(tx: &mut Tx, id: UserId, step: i64) -> Result<bool, Problem> {
    let sql = "UPDATE web_user SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
    Ok(tx.execute(sql, args![id.0, step]).await? == 1)
}

pub(crate) async fn recovery_set(tx: &mut Tx, id: UserId, hashes: &[String]) -> Result<(), Problem> {
    tx.execute("DELETE FROM web_recovery_code WHERE user_id = $1", args![id.0]).await?;
    let rows: Vec<_> = hashes.iter().map(|hash| args![id.0, hash]).collect();
    tx.insert_many("INSERT INTO web_recovery_code (user_id, code_hash) VALUES", 2, rows, "").await?;
    Ok(())
}

/// Uses a recovery code up. `false` when there is no such code.
pub(crate) async fn recovery_use(tx: &mut Tx, id: UserId, hash: &str) -> Result<bool, Problem> {
    let sql = "DELETE FROM web_recovery_code WHERE user_id = $1 AND code_hash = $2";
    Ok(tx.execute(sql, args![id.0, hash]).await? == 1)
}

pub(crate) async fn recovery_count(tx: &mut Tx, id: UserId) -> Result<i64, Problem> {
    tx.fetch_one("SELECT count(*) AS n FROM web_recovery_code WHERE user_id = $1", args![id.0]).await?.get("n")
}

pub(crate) fn read(row: &Row) -> Result<User, Problem> {
    Ok(User {
        id: UserId(row.get("id")?),
        email: row.get("email")?,
        name: row.get("name")?,
        role: Role::parse(&row.get::<String>("role")?)?,
        password_hash: row.get("password_hash")?,
        disabled: row.get("disabled")?,
        totp_secret: row.get("totp_secret")?,
        totp_on: row.get("totp_on")?,
        totp_step: row.get("totp_step")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
    })
}
