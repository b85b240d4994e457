//! What commands change and show goes into the audit log as over the API, under the same names; it was `system`.
//!
//! A read is written before anything is shown, so that nobody reads unseen. What a command changes in one transaction is written in it;
//! longer work when it ends, with how it ended.

use base::{CustomerId, Problem};
use serde_json::json;
use store::Tx;
use web::{Event, Object, Outcome, Who};

use crate::app::App;

/// Something that a command does.
pub(super) fn event(action: &'static str, object: impl Into<Object>) -> Event {
    Event::new(Who::system(), action, object)
}

/// Writes an event in the transaction of the change.
pub(super) async fn put(app: &App, tx: &mut Tx, event: Event) -> Result<(), Problem> {
    web::ops::audit::audit_put(tx, app.clock.now(), event).await
}

/// Writes an event by itself.
pub(super) async fn note(app: &App, event: Event) -> Result<(), Problem> {
    let mut tx = app.db.write().await?;
    put(app, &mut tx, event).await?;
    tx.commit().await
}

/// Does what an event tells, and writes it with how it ended.
pub(super) async fn work<T>(
    app: &App,
    event: Event,
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let done = work.await;
    note(app, event.ended(if done.is_ok() { Outcome::Done } else { Outcome::Failed })).await?;
    done
}

/// A customer is about to be shown.
pub(super) async fn customer_read(app: &App, id: CustomerId) -> Result<(), Problem> {
    note(app, event("customer.read", id)).await
}

/// A list of customers is about to be shown.
pub(super) async fn customer_list(app: &App, of: &str, shown: usize) -> Result<(), Problem> {
    if shown == 0 {
        return Ok(());
    }
    note(app, event("customer.list", of).detail(json!({ "shown": shown }))).await
}

/// A list of customers is about to be written to a file.
pub(super) async fn customer_export<'a>(
    app: &App,
    of: &str,
    format: insight::Format,
    customers: usize,
    columns: impl IntoIterator<Item = &'a String>,
) -> Result<(), Problem> {
    let columns: Vec<_> = columns.into_iter().collect();
    let detail = json!({ "format": format.as_str(), "customers": customers, "columns": columns });
    note(app, event("customer.export", of).detail(detail)).await
}

/// A question is about to be answered, to be shown or to be written to a file. The statement is not kept: it may name a person.
pub(super) async fn sql(app: &App, sql: &str, file: Option<insight::Format>) -> Result<(), Problem> {
    let tables = insight::data::personal(sql);
    if let Some(format) = file {
        let detail = json!({ "format": format.as_str(), "tables": tables, "masked": false });
        return note(app, event("sql.export", "").detail(detail)).await;
    }
    for table in tables {
        note(app, event("sql.run", table)).await?;
    }
    Ok(())
}
