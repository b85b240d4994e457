//! Erasing a person everywhere: store, history, bad rows and reports of imports, free pages of the database.

use std::path::Path;

use base::{Code, CustomerId, Micros, Problem};
use lake::maintain::Erasure;
use profile::ops::{customer_erase, customer_get};
use profile::{Customer, IdentityKind};
use serde_json::Value as Json;
use store::{Tx, args};

use crate::app::App;
use crate::work::Refresh;

/// How often an erasure starts again because files of the history changed under it.
const TRIES: usize = 5;
/// Set from the erasure in the store until the last old byte is gone from the disk.
const UNFINISHED: &str = "erasure_unfinished";

/// Erases a person. His orders stay, without a customer, so that no sum changes. After this returns no file of the data folder
/// holds his name or one of his identities. Killed in the middle, either nothing has happened or [`complete`] ends it.
pub(crate) async fn person(app: &App, id: CustomerId) -> Result<(), Problem> {
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
    let traces = Traces::of(&customer_get(&mut tx, id).await?);
    drop(tx);
    // First: were this process to die later on, nobody would know any more what to look for.
    traces.clean_files(&app.data.join("imports"))?;
    // Which of the files that were sent name him is not told by their names.
    collect::uploads::Uploads::new(app.db.clone(), &app.data).clear().await?;
    let mut tries = 0;
    let erasure = loop {
        tries += 1;
        match once(app, id, &traces).await {
            Err(problem) if problem.code == Code::Conflict && tries < TRIES => {}
            done => break done?,
        }
    };
    erasure.finish().await?;
    drop(lock);
    // Lists that were written for people may name him.
    jobs::files::sweep(&app.db, &app.job_files(), app.clock.now(), true).await?;
    insight::forget(&app.lake, &app.zone, &app.data.join("cache")).await?;
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
    app.db.scrub().await?;
    let mut tx = app.db.write().await?;
    tx.execute("DELETE FROM setting WHERE name = $1", args![UNFINISHED]).await?;
    tx.commit().await
}

async fn once(app: &App, id: CustomerId, traces: &Traces) -> Result<Erasure, Problem> {
    let erasure = app.lake.erase_prepare(id.0).await?;
    let mut tx = app.db.write().await?;
    if let Err(problem) = change(&mut tx, &erasure, id, traces, app.clock.now()).await {
        drop(tx);
        erasure.give_up();
        return Err(problem);
    }
    tx.commit().await?;
    Ok(erasure)
}

async fn change(tx: &mut Tx, erasure: &Erasure, id: CustomerId, traces: &Traces, now: Micros) -> Result<(), Problem> {
    erasure.apply(tx, now).await?;
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|e| Problem::internal("the system gives no random numbers", e))?;
    customer_erase(tx, id, now, &key).await?;
    references(tx, traces).await?;
    web::ops::sweep::forget_answers(tx).await?;
    let sql = "INSERT INTO setting (name, value) VALUES ($1, '1') ON CONFLICT (name) DO NOTHING";
    tx.execute(sql, args![UNFINISHED]).await?;
    for row in tx.fetch_all("SELECT import_id, row_no, value, message FROM import_bad_row", args![]).await? {
        if traces.in_text(&row.get::<String>("value")?) || traces.in_text(&row.get::<String>("message")?) {
            let key = args![row.get::<i64>("import_id")?, row.get::<i64>("row_no")?];
            tx.execute("DELETE FROM import_bad_row WHERE import_id = $1 AND row_no = $2", key).await?;
        }
    }
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
            let text: String = row.at(1)?;
            if traces.in_text(&text) {
                let sql = format!("UPDATE {table} SET {column} = $2 WHERE id = $1");
                tx.execute(&sql, args![row.at::<i64>(0)?, traces.blank(&text)]).await?;
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
        if attributes.get("referred_by").and_then(Json::as_str).is_some_and(|by| traces.numbered(by)) {
            attributes.remove("referred_by");
            let text = Json::from(attributes).to_string();
            tx.execute("UPDATE customer SET attributes = $2 WHERE id = $1", args![row.at::<i64>(0)?, text]).await?;
        }
    }
    for column in ["old", "new"] {
        let some = format!("field = 'referred_by' AND {column} IS NOT NULL");
        for row in tx.fetch_all(&format!("SELECT id, {column} FROM customer_change WHERE {some}"), args![]).await? {
            if traces.numbered(&row.at::<String>(1)?) {
                let sql = format!("UPDATE customer_change SET {column} = NULL WHERE id = $1");
                tx.execute(&sql, args![row.at::<i64>(0)?]).await?;
            }
        }
    }
    Ok(())
}

/// What would tell of the person in a text.
struct Traces {
    /// Name, e-mail address, address; in small letters.
    texts: Vec<String>,
    /// Card numbers and the like in small letters, which people write with and without spaces and dashes.
    codes: Vec<String>,
    /// Telephone numbers without the country code.
    phones: Vec<String>,
}

impl Traces {
    fn of(customer: &Customer) -> Self {
        let attribute = |name: &str| customer.attributes.get(name).and_then(Json::as_str).map(ToOwned::to_owned);
        let mut texts: Vec<String> = customer.name.iter().cloned().collect();
        texts.extend(attribute("email").into_iter().chain(attribute("address")));
        let (mut codes, mut phones) = (Vec::new(), Vec::from_iter(attribute("phone")));
        for identity in &customer.identities {
            let list = match &identity.kind {
                kind if *kind == IdentityKind::PHONE => &mut phones,
                kind if *kind == IdentityKind::EMAIL => &mut texts,
                _ => &mut codes,
            };
            list.push(identity.value.clone());
        }
        let small = |list: Vec<String>| -> Vec<String> {
            list.into_iter().filter(|t| t.chars().count() >= 2).map(|t| t.to_lowercase()).collect()
        };
        // A country code has at most three digits.
        let national = |phone: &String| {
            let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
            digits.get(3..).map(ToOwned::to_owned).filter(|d| d.len() >= 5)
        };
        Self { phones: phones.iter().filter_map(national).collect(), texts: small(texts), codes: small(codes) }
    }

    fn in_text(&self, text: &str) -> bool {
        let small = text.to_lowercase();
        self.texts.iter().any(|t| small.contains(t)) || self.numbered(&small)
    }

    /// Whether a card or telephone number of the person stands in a text.
    fn numbered(&self, text: &str) -> bool {
        let small = text.to_lowercase();
        self.codes.iter().any(|c| stands(&small, c, false)) || self.phones.iter().any(|p| stands(&small, p, true))
    }

    /// A report without the sentences that name the person.
    fn blank(&self, report: &str) -> String {
        const INSTEAD: &str = "(erased)";
        fn walk(traces: &Traces, value: &mut Json) {
            match value {
                Json::String(text) if traces.in_text(text) => INSTEAD.clone_into(text),
                Json::Array(list) => list.iter_mut().for_each(|v| walk(traces, v)),
                Json::Object(map) => map.values_mut().for_each(|v| walk(traces, v)),
                _ => {}
            }
        }
        let Ok(mut value) = serde_json::from_str::<Json>(report) else { return INSTEAD.into() };
        walk(self, &mut value);
        value.to_string()
    }

    /// Takes the rows that name the person out of the files of bad rows.
    fn clean_files(&self, dir: &Path) -> Result<(), Problem> {
        if !dir.is_dir() {
            return Ok(());
        }
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            if path.extension().is_none_or(|e| e != "csv") {
                continue;
            }
            // Written by an import as UTF-8; a file that somebody has put here in another way is left alone.
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let rows = rows(&text);
            let kept: String = rows.iter().filter(|row| !self.in_text(row)).copied().collect();
            if kept.len() < text.len() {
                let part = path.with_extension("part");
                std::fs::write(&part, kept)?;
                std::fs::rename(&part, &path)?;
            }
        }
        Ok(())
    }
}

/// Whether a number stands in a text, with or without separators between its characters, and not as a part of a longer one
/// (`continued`: what comes before may belong to it, as a country code does).
fn stands(text: &str, number: &str, continued: bool) -> bool {
    const SEPARATORS: [char; 8] = [' ', '\u{a0}', '-', '(', ')', '.', '/', '_'];
    let longer = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.char_indices().any(|(at, _)| {
        if !continued && longer(text[..at].chars().next_back()) {
            return false;
        }
        let mut rest = text[at..].chars();
        for (place, wanted) in number.chars().enumerate() {
            let mut next = rest.next();
            while place > 0 && next != Some(wanted) && next.is_some_and(|c| SEPARATORS.contains(&c)) {
                next = rest.next();
            }
            if next != Some(wanted) {
                return false;
            }
        }
        !longer(rest.next())
    })
}

/// The rows of a CSV text with their line ends; a quoted cell may hold line ends of its own.
fn rows(text: &str) -> Vec<&str> {
    let mut rows = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        quoted ^= byte == b'"';
        if byte == b'\n' && !quoted {
            rows.push(&text[start..=at]);
            start = at + 1;
        }
    }
    rows.push(&text[start..]);
    rows
}
