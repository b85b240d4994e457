//! Invitations.

use base::{InvitationId, Micros, Problem, UserId};
use store::{Row, Tx, args, next_ids};

use crate::model::Invitation;
use crate::rules::role::Role;

pub(crate) const COLUMNS: &str =
    "i.id, i.email, i.role, i.invited_by, i.created_at, i.expires_at, i.accepted_at, i.revoked_at";

pub(crate) async fn invitation_insert(
    tx: &mut Tx,
    now: Micros,
    (email, role, by): (&str, Role, Option<UserId>),
    token_hash: &str,
    expires_at: Micros,
) -> Result<InvitationId, Problem> {
    let id = next_ids(tx, "web_invitation", 1).await?;
    tx.execute(
        "INSERT INTO web_invitation (id, email, role, token_hash, invited_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![id, email, role.as_str(), token_hash, by.map(|u| u.0), now, expires_at],
    )
    .await?;
    Ok(InvitationId(id))
}

/// The invitation of a token, when it can still be accepted.
pub(crate) async fn invitation_find(tx: &mut Tx, hash: &str, now: Micros) -> Result<Option<Invitation>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM web_invitation i WHERE i.token_hash = $1 AND i.expires_at > $2
         AND i.accepted_at IS NULL AND i.revoked_at IS NULL"
    );
    tx.fetch_optional(&sql, args![hash, now]).await?.as_ref().map(read).transpose()
}

pub(crate) async fn invitation_get(tx: &mut Tx, id: InvitationId) -> Result<Option<Invitation>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM web_invitation i WHERE i.id = $1");
    tx.fetch_optional(&sql, args![id.0]).await?.as_ref().map(read).transpose()
}

/// Notes that it was accepted. `false` when it was before: of two at once, one wins.
pub(crate) async fn invitation_accept(tx: &mut Tx, id: InvitationId, now: Micros) -> Result<bool, Problem> {
    let sql = "UPDATE web_invitation SET accepted_at = $2 WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL";
    Ok(tx.execute(sql, args![id.0, now]).await? == 1)
}

/// Revokes the open invitations to `email`, or the one with the id; how many.
pub(crate) async fn invitation_revoke(
    tx: &mut Tx,
    id: Option<InvitationId>,
    email: &str,
    now: Micros,
) -> Result<u64, Problem> {
    let sql = "UPDATE web_invitation SET revoked_at = $3
               WHERE (id = $1 OR email = $2) AND accepted_at IS NULL AND revoked_at IS NULL";
    tx.execute(sql, args![id.map_or(0, |i| i.0), email, now]).await
}

pub(crate) fn read(row: &Row) -> Result<Invitation, Problem> {
    Ok(Invitation {
        id: InvitationId(row.get("id")?),
        email: row.get("email")?,
        role: Role::parse(&row.get::<String>("role")?)?,
        invited_by: row.get::<Option<i64>>("invited_by")?.map(UserId),
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        accepted_at: row.get("accepted_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}
