//! Tokens good for one thing for a short time.

use base::{Micros, Problem, UserId};
use store::{Tx, args};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The second step of a log-in.
    Login,
    /// A new password.
    Reset,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Reset => "reset",
        }
    }
}

pub(crate) async fn token_insert(
    tx: &mut Tx,
    hash: &str,
    purpose: Purpose,
    user: UserId,
    expires_at: Micros,
) -> Result<(), Problem> {
    let sql = "INSERT INTO web_token (token_hash, kind, user_id, tries, expires_at) VALUES ($1, $2, $3, 0, $4)";
    tx.execute(sql, args![hash, purpose.as_str(), user.0, expires_at]).await?;
    Ok(())
}

/// Whose token it is, when it holds and was tried less than `most` times; counts the try.
pub(crate) async fn token_try(
    tx: &mut Tx,
    hash: &str,
    purpose: Purpose,
    now: Micros,
    most: i64,
) -> Result<Option<UserId>, Problem> {
    let sql = "UPDATE web_token SET tries = tries + 1
               WHERE token_hash = $1 AND kind = $2 AND expires_at > $3 AND tries < $4 RETURNING user_id";
    let row = tx.fetch_optional(sql, args![hash, purpose.as_str(), now, most]).await?;
    row.map(|r| r.get("user_id").map(UserId)).transpose()
}

/// Whose token it is, without trying it.
pub(crate) async fn token_user(
    tx: &mut Tx,
    hash: &str,
    purpose: Purpose,
    now: Micros,
) -> Result<Option<UserId>, Problem> {
    let sql = "SELECT user_id FROM web_token WHERE token_hash = $1 AND kind = $2 AND expires_at > $3";
    let row = tx.fetch_optional(sql, args![hash, purpose.as_str(), now]).await?;
    row.map(|r| r.get("user_id").map(UserId)).transpose()
}

/// Uses up a token. `false` when it is gone: of two at once, one wins.
pub(crate) async fn token_delete(tx: &mut Tx, hash: &str) -> Result<bool, Problem> {
    Ok(tx.execute("DELETE FROM web_token WHERE token_hash = $1", args![hash]).await? == 1)
}

/// Ends all tokens of a user.
pub(crate) async fn token_delete_all(tx: &mut Tx, user: UserId) -> Result<(), Problem> {
    tx.execute("DELETE FROM web_token WHERE user_id = $1", args![user.0]).await?;
    Ok(())
}

pub(crate) async fn token_sweep(tx: &mut Tx, now: Micros) -> Result<u64, Problem> {
    tx.execute("DELETE FROM web_token WHERE expires_at <= $1", args![now]).await
}
