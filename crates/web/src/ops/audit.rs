//! Reading the audit log, and what is written into it without a server.

use base::{Micros, Problem};
use store::Tx;

use crate::App;
use crate::api::{Field, Kind, ListQuery, ListSpec, Page};
use crate::model::{Entry, Event};
use crate::store::audit::{COLUMNS, audit_insert, read};

fn spec() -> ListSpec {
    let words = |list: &[&'static str]| list.iter().map(|w| (*w).into()).collect();
    ListSpec {
        name: "audit",
        fields: vec![
            Field::new("at", "a.at", Kind::Time).sortable(),
            Field::new("kind", "a.kind", Kind::OneOf(words(&["session", "key", "anonymous", "system"]))),
            Field::new("user", "COALESCE(a.user_id, 0)", Kind::Id("usr")),
            Field::new("key", "COALESCE(a.key_id, 0)", Kind::Id("key")),
            Field::new("action", "a.action", Kind::Text),
            Field::new("object", "a.object", Kind::Text),
            Field::new("ip", "a.ip", Kind::Text),
            Field::new("outcome", "a.outcome", Kind::OneOf(words(&["done", "denied", "failed"]))),
        ],
        // Entries of reads are written a moment later than they happened, so their numbers are not in order.
        key: ("a.id", true),
        sort: "-at",
    }
}

/// A page of the audit log, the newest first.
pub async fn audit_list(app: &App, query: &ListQuery) -> Result<Page<Entry>, Problem> {
    let list = query.check(spec())?;
    let mut tx = app.db.read().await?;
    list.fetch(&mut tx, COLUMNS, "web_audit a WHERE 1 = 1", vec![], read).await
}

/// Puts an event into the audit log, in the transaction of the change: as [`App::audit`], for commands.
pub async fn audit_put(tx: &mut Tx, at: Micros, event: Event) -> Result<(), Problem> {
    audit_insert(tx, &[(at, event)]).await
}
