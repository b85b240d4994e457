//! Erasing a person everywhere: store, history, bad rows of imports, free pages of the database.

use std::path::Path;

use base::{CustomerId, Problem};
use profile::ops::{customer_erase, customer_get};
use store::args;

use crate::app::App;

/// Erases a person. His orders stay, without a customer, so that no sum changes. After this returns no file of the data folder
/// holds his name or one of his identities.
pub(crate) async fn person(app: &App, id: CustomerId) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    let customer = customer_get(&mut tx, id).await?;
    drop(tx);
    let mut needles: Vec<String> = customer.identities.iter().map(|i| i.value.clone()).collect();
    needles.extend(customer.name.clone());
    needles.extend(
        customer
            .attributes
            .iter()
            .filter(|(k, _)| ["email", "phone", "address"].contains(&k.as_str()))
            .filter_map(|(_, v)| v.as_str().map(Into::into)),
    );
    needles.retain(|n| n.chars().count() >= 2);
    let erasure = app.lake.erase_prepare(id.0).await?;
    let mut tx = app.db.write().await?;
    let now = app.clock.now();
    let done = async {
        erasure.apply(&mut tx, now).await?;
        customer_erase(&mut tx, id, now).await?;
        for needle in &needles {
            let like = format!("%{}%", needle.replace(['%', '_'], ""));
            tx.execute("DELETE FROM import_bad_row WHERE value LIKE $1 OR message LIKE $1", args![like]).await?;
        }
        Ok(())
    };
    let done: Result<(), Problem> = done.await;
    if let Err(problem) = done {
        erasure.give_up();
        return Err(problem);
    }
    tx.commit().await?;
    erasure.finish().await?;
    bad_files(&app.data.join("imports"), &needles)?;
    app.db.scrub().await
}

/// Takes the rows that name the person out of the files of bad rows.
fn bad_files(dir: &Path, needles: &[String]) -> Result<(), Problem> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "csv") {
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let names = |line: &str| needles.iter().any(|n| line.to_lowercase().contains(&n.to_lowercase()));
        if text.lines().any(names) {
            let kept: String = text.lines().filter(|l| !names(l)).flat_map(|l| [l, "\n"]).collect();
            let part = path.with_extension("part");
            std::fs::write(&part, kept)?;
            std::fs::rename(&part, &path)?;
        }
    }
    Ok(())
}
