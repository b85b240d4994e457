//! The audit log: only ever added to, but for its age.

use base::{ApiKeyId, AuditId, Micros, Problem, UserId};
use store::{Row, Tx, args, next_ids};

use crate::model::{Entry, Event};

pub(crate) const COLUMNS: &str =
    "a.id, a.at, a.kind, a.user_id, a.key_id, a.ip, a.request, a.action, a.object, a.outcome, a.detail,
     (SELECT u.name FROM web_user u WHERE u.id = a.user_id) AS user_name,
     (SELECT k.name FROM web_key k WHERE k.id = a.key_id) AS key_name,
     COALESCE((SELECT u.name FROM web_user u WHERE 'usr_' || CAST(u.id AS TEXT) = a.object),
              (SELECT k.name FROM web_key k WHERE 'key_' || CAST(k.id AS TEXT) = a.object)) AS object_name";

pub(crate) async fn audit_insert(tx: &mut Tx, events: &[(Micros, Event)]) -> Result<(), Problem> {
    if events.is_empty() {
        return Ok(());
    }
    let first = next_ids(tx, "web_audit", events.len() as i64).await?;
    let rows = events.iter().zip(first..).map(|((at, event), id)| {
        let who = &event.who;
        let (user, key) = (who.user.map(|u| u.0), who.key.map(|k| k.0));
        args![
            id,
            *at,
            who.kind,
            user,
            key,
            who.ip.as_str(),
            who.request.as_str(),
            event.action,
            event.object.as_str(),
            event.outcome.as_str(),
            event.detail.to_string()
        ]
    });
    let rows: Vec<_> = rows.collect();
    let head =
        "INSERT INTO web_audit (id, at, kind, user_id, key_id, ip, request, action, object, outcome, detail) VALUES";
    tx.insert_many(head, 11, rows, "").await?;
    Ok(())
}

pub(crate) async fn audit_sweep(tx: &mut Tx, before: Micros) -> Result<u64, Problem> {
    tx.execute("DELETE FROM web_audit WHERE at < $1", args![before]).await
}

pub(crate) fn read(row: &Row) -> Result<Entry, Problem> {
    let detail = serde_json::from_str(&row.get::<String>("detail")?)
        .map_err(|e| Problem::internal("an entry of the audit log is damaged", e))?;
    Ok(Entry {
        id: AuditId(row.get("id")?),
        at: row.get("at")?,
        kind: row.get("kind")?,
        user: row.get::<Option<i64>>("user_id")?.map(UserId),
        user_name: row.get("user_name")?,
        key: row.get::<Option<i64>>("key_id")?.map(ApiKeyId),
        key_name: row.get("key_name")?,
        ip: row.get("ip")?,
        request: row.get("request")?,
        action: row.get("action")?,
        object: row.get("object")?,
        object_name: row.get("object_name")?,
        outcome: row.get("outcome")?,
        detail,
    })
}
