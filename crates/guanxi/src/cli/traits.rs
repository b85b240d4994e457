//! `guanxi traits`.

use base::Problem;
use profile::traits::{explain as explain_trait, explain_columns};

use crate::app::App;
use crate::follow::Follow;
use crate::{output, when};

pub(crate) async fn rebuild(app: &App, as_of: Option<&str>, json: bool) -> Result<(), Problem> {
    let as_of = match as_of {
        Some(text) => when::end_of(when::date(text)?, &app.zone)?,
        None => app.clock.now(),
    };
    let follow = Follow::start();
    let customers = app.rebuild_traits(as_of, &follow.progress, &follow.cancel).await?;
    drop(follow);
    let traits = app.traits()?.list().len();
    if json {
        return output::json(&serde_json::json!({ "customers": customers, "traits": traits }));
    }
    output::line(format!(
        "{} traits of {} customers as of {}",
        traits,
        output::count(customers as i64),
        when::day(as_of, &app.zone)
    ));
    output::line("See them: guanxi query \"select * from trait limit 5\"");
    Ok(())
}

pub(crate) fn list(app: &App, json: bool) -> Result<(), Problem> {
    let traits = app.traits()?;
    let zh = app.lang() == segment::Lang::Zh;
    let rows = traits.list().iter().map(|t| {
        let (label, about) = if zh { (&t.label.zh, &t.description.zh) } else { (&t.label.en, &t.description.en) };
        [t.name.clone(), label.clone(), t.value.clone(), t.condition.clone(), t.window.clone(), about.clone()]
    });
    if json {
        let value: Vec<_> = rows
            .map(|[name, label, value, condition, window, about]| {
                serde_json::json!({ "name": name, "label": label, "value": value, "where": condition, "window": window, "description": about })
            })
            .collect();
        return output::json(&value);
    }
    output::table(&["name", "label", "value", "where", "window"], rows.map(|r| r[..5].to_vec()));
    Ok(())
}

pub(crate) async fn explain(app: &App, name: &str, who: &str, json: bool) -> Result<(), Problem> {
    let traits = app.traits()?;
    let customer = app.customer(who).await?;
    let columns = explain_columns(&traits, name, &app.zone)?;
    let snapshot = app.lake.snapshot().await?;
    let lines = snapshot.of_customer(&lake::ORDER_LINE, customer.0, &columns)?;
    let told = explain_trait(&traits, name, &app.zone, app.clock.now(), &lines)?;
    if json {
        let parts: Vec<_> = told
            .parts
            .iter()
            .map(|p| serde_json::json!({ "formula": p.formula, "value": p.value, "lines": p.lines }))
            .collect();
        return output::json(&serde_json::json!({
            "customer": customer, "trait": told.name, "value": told.value, "definition": told.definition,
            "where": told.condition, "window": told.window, "parts": parts
        }));
    }
    output::line(format!("{} of {customer} = {}", told.name, told.value.as_deref().unwrap_or("(none)")));
    output::line(format!("  definition: {}", told.definition));
    if !told.condition.is_empty() {
        output::line(format!("  counted:    {}", told.condition));
    }
    output::line(format!("  window:     {}", told.window));
    for part in told.parts {
        output::line(format!(
            "  {} = {} (from {} lines)",
            part.formula,
            part.value.as_deref().unwrap_or("(none)"),
            part.lines
        ));
    }
    Ok(())
}
