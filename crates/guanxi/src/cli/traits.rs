//! `guanxi traits`.

use base::Problem;
use base::clock::rfc3339;
use profile::traits::{explain as explain_trait, explain_columns};

use super::audit;
use crate::app::App;
use crate::follow::Follow;
use crate::{output, text, when};

pub(crate) async fn rebuild(app: &App, as_of: Option<&str>, json: bool) -> Result<(), Problem> {
    let as_of = app.as_of(as_of).await?;
    let follow = Follow::start();
    let rebuild = app.rebuild_traits(as_of, &follow.progress, &follow.cancel);
    let customers = audit::work(app, audit::event("traits.rebuild", ""), rebuild).await?;
    drop(follow);
    let traits = app.traits()?.list().len();
    if json {
        return output::json(&serde_json::json!({ "customers": customers, "traits": traits, "as_of": rfc3339(as_of) }));
    }
    output::line(text::say(
        "{0} [trait|traits] of {1} [customer|customers] as of {2}",
        &[&traits, &output::count(customers as i64), &when::day(as_of, &app.zone)],
    ));
    output::line(text::t("See them: guanxi query \"select * from trait limit 5\""));
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

pub(crate) async fn explain(app: &App, name: &str, who: &str, as_of: Option<&str>, json: bool) -> Result<(), Problem> {
    let as_of = app.as_of(as_of).await?;
    let traits = app.traits()?;
    let customer = app.customer(who).await?;
    let columns = explain_columns(&traits, name, &app.zone)?;
    let snapshot = app.lake.snapshot().await?;
    let lines = snapshot.of_customer(&lake::ORDER_LINE, customer.0, &columns)?;
    let told = explain_trait(&traits, name, &app.zone, as_of, &lines)?;
    audit::customer_read(app, customer).await?;
    if json {
        let parts: Vec<_> = told
            .parts
            .iter()
            .map(|p| serde_json::json!({ "formula": p.formula, "value": p.value, "lines": p.lines }))
            .collect();
        return output::json(&serde_json::json!({
            "customer": customer, "as_of": rfc3339(as_of), "trait": told.name, "value": told.value, "definition": told.definition,
            "where": told.condition, "window": told.window.en, "parts": parts
        }));
    }
    let none = text::t("(none)");
    let value = told.value.as_deref().unwrap_or(none);
    output::line(text::say(
        "{0} of {1} = {2}, as of {3}",
        &[&told.name, &customer, &value, &when::day(as_of, &app.zone)],
    ));
    let mut more = vec![text::say("definition: {0}", &[&told.definition])];
    if !told.condition.is_empty() {
        more.push(text::say("counted:    {0}", &[&told.condition]));
    }
    let window = if text::lang() == segment::Lang::Zh { &told.window.zh } else { &told.window.en };
    more.push(text::say("window:     {0}", &[window]));
    more.extend(told.parts.iter().map(|part| {
        let value = part.value.as_deref().unwrap_or(none);
        text::say("{0} = {1} (from {2} [line|lines])", &[&part.formula, &value, &output::count(part.lines)])
    }));
    for line in more {
        output::line(format!("  {line}"));
    }
    Ok(())
}
