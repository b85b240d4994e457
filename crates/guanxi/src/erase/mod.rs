//! Erasing a person everywhere: store, history, bad rows and reports of imports, free pages of the database.

mod bad_rows;
mod traces;

use std::collections::HashSet;

use base::{Code, CustomerId, Micros, Problem};
use lake::maintain::Erasure;
use profile::ops::{customer_erase, customer_get};
use serde_json::Value as Json;
use store::{Tx, args};
use web::Event;

use crate::app::App;
use crate::refresh::Refresh;
use bad_rows::Place;
use traces::Traces;

/// How often an erasure starts again because files of the history changed under it.
const TRIES: usize = 5;
/// Set from the erasure in the store until the last old byte is gone from the disk.
const UNFINISHED: &str = "erasure_unfinished";

/// Erases a person. His orders stay, without a customer, so that no sum changes. After this returns no file of the data folder
/// holds his name or one of his identities. Killed in the middle, either nothing has happened or [`complete`] ends it. `noted` goes into
/// the audit log with it, unless that was written when it was asked for.
pub(crate) async fn person(app: &App, id: CustomerId, noted: Option<Event>) -> Result<(), Problem> {
    // An import at work knows him from before, and would bring him back.
    let lock = app.importer().lock().map_err(|problem| {
        Problem::new(problem.code, "nobody can be erased while an import is running: it could bring the person back")
            .hint("wait for it to end, or stop it, and erase again; `guanxi import list` shows it")
    })?;
    app.importer().forget_staged().await?;
    // A batch that waits may name him.
    let (importer, refresh) = (app.importer(), Refresh::new(app).await?);
    while importer.apply_next(&refresh).await?.is_some() {}
    let mut tx = app.db.read().await?;
    let traces = Traces::of(&customer_get(&mut tx, id).await?, app.region);
    drop(tx);
    // First: were this process to die later on, nobody would know any more what to look for.
    let kept = bad_rows::clean(&app.db, &app.data.join("imports"), &traces).await?;
    // Which of the files that were sent name him is not told by their names.
    collect::uploads::Uploads::new(app.db.clone(), &app.data).clear().await?;
    let mut tries = 0;
    let erasure = loop {
        tries += 1;
        match once(app, id, (&traces, &kept), noted.as_ref()).await {
            Err(problem) if problem.code == Code::Conflict && tries < TRIES => {}
            done => break done?,
        }
    };
    erasure.finish().await?;
    drop(lock);
    // Lists that were written for people may name him.
    jobs::files::sweep(&app.db, &app.job_files(), app.clock.now(), true).await?;
    complete(app).await
}

/// Removes what an erasure has left on the disk, if there was one; also after its process died.
pub(crate) async fn complete(app: &App) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    let pending = tx.fetch_optional("SELECT value FROM setting WHERE name = $1", args![UNFINISHED]).await?;
    drop(tx);
    if pending.is_none() {
        return Ok(());
    }
    let cache = app.data.join("cache");
    insight::forget(&app.lake, &app.zone, &cache).await?;
    segment::forget(&cache)?;
    app.db.scrub().await?;
    let mut tx = app.db.write().await?;
    tx.execute("DELETE FROM setting WHERE name = $1", args![UNFINISHED]).await?;
    tx.commit().await
}

async fn once(
    app: &App,
    id: CustomerId,
    found: (&Traces, &HashSet<Place>),
    noted: Option<&Event>,
) -> Result<Erasure, Problem> {
    let erasure = app.lake.erase_prepare(id.0).await?;
    let mut tx = app.db.write().await?;
    let now = app.clock.now();
    let changed = async {
        change(&mut tx, &erasure, now, id, found).await?;
        match noted {
            Some(event) => web::ops::audit::audit_put(&mut tx, now, event.clone()).await,
            None => Ok(()),
        }
    };
    if let Err(problem) = changed.await {
        drop(tx);
        erasure.give_up();
        return Err(problem);
    }
    tx.commit().await?;
    Ok(erasure)
}

async fn change(
    tx: &mut Tx,
    erasure: &Erasure,
    now: Micros,
    id: CustomerId,
    (traces, kept): (&Traces, &HashSet<Place>),
) -> Result<(), Problem> {
    erasure.apply(tx, now).await?;
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|e| Problem::internal("the system gives no random numbers", e))?;
    customer_erase(tx, id, now, &key).await?;
    references(tx, traces).await?;
    web::ops::sweep::forget_answers(tx).await?;
    let sql = "INSERT INTO setting (name, value) VALUES ($1, '1') ON CONFLICT (name) DO NOTHING";
    tx.execute(sql, args![UNFINISHED]).await?;
    bad_rows::clean_list(tx, kept, traces).await?;
    // Reports quote what could not be read.
    let quoting = [
        ("import", "report", "report IS NOT NULL"),
        ("import", "error", "error IS NOT NULL"),
        ("intake_batch", "report", "report NOT LIKE '%\"bad\":[]%'"),
        ("job", "payload", "state NOT IN ('queued', 'running')"),
        ("job", "error", "error IS NOT NULL"),
        ("job", "result", "result IS NOT NULL"),
    ];
    for (table, column, some) in quoting {
        for row in tx.fetch_all(&format!("SELECT id, {column} FROM {table} WHERE {some}"), args![]).await? {
            if let Some(text) = traces.blank(&row.at::<String>(1)?) {
                let sql = format!("UPDATE {table} SET {column} = $2 WHERE id = $1");
                tx.execute(&sql, args![row.at::<i64>(0)?, text]).await?;
            }
        }
    }
    Ok(())
}

/// Forgets who referred others where it was written in another way than his identities are kept.
async fn references(tx: &mut Tx, traces: &Traces) -> Result<(), Problem> {
    let sql = "SELECT id, attributes FROM customer WHERE attributes LIKE '%\"referred_by\":%'";
    for row in tx.fetch_all(sql, args![]).await? {
        let mut attributes: serde_json::Map<String, Json> = serde_json::from_str(&row.at::<String>(1)?)
            .map_err(|e| Problem::internal("a customer's attributes are not JSON", e))?;
        if attributes.get("referred_by").and_then(Json::as_str).is_some_and(|by| traces.whole(by)) {
            attributes.remove("referred_by");
            let text = Json::from(attributes).to_string();
            tx.execute("UPDATE customer SET attributes = $2 WHERE id = $1", args![row.at::<i64>(0)?, text]).await?;
        }
    }
    for column in ["old", "new"] {
        let some = format!("field = 'referred_by' AND {column} IS NOT NULL");
        for row in tx.fetch_all(&format!("SELECT id, {column} FROM customer_change WHERE {some}"), args![]).await? {
            let text: String = row.at(1)?;
            let by = serde_json::from_str::<String>(&text).unwrap_or(text);
            if traces.whole(&by) {
                let sql = format!("UPDATE customer_change SET {column} = NULL WHERE id = $1");
                tx.execute(&sql, args![row.at::<i64>(0)?]).await?;
            }
        }
    }
    Ok(())
}
