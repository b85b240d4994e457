//! `guanxi customer`.

use std::io::{BufRead, IsTerminal};

use base::amount::money;
use base::clock::rfc3339;
use base::{Code, CustomerId, Micros, Problem};
use lake::order::Order;
use profile::Customer;
use profile::ops::{customer_get, customer_search, overlay_get};
use profile::timeline::{self, TimelineFilter, timeline_of};
use profile::traits::{Plan, of_lines};
use segment::Classifier;

use super::audit;
use crate::app::App;
use crate::follow::Follow;
use crate::output;
use crate::text;
use crate::{erase, when};

pub(crate) async fn search(app: &App, text: &str, limit: usize, json: bool) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    let hits = customer_search(&mut tx, app.region, text, limit).await?;
    drop(tx);
    audit::customer_list(app, "search", hits.len()).await?;
    let identities =
        |hit: &profile::ops::Hit| hit.identities.iter().map(|i| i.value.clone()).collect::<Vec<_>>().join(", ");
    if json {
        let value: Vec<_> = hits
            .iter()
            .map(|h| serde_json::json!({ "id": h.id, "name": h.name, "identities": identities(h) }))
            .collect();
        return output::json(&value);
    }
    if hits.is_empty() {
        output::line(text::say("nobody was found for \"{0}\"", &[&text]));
        return Ok(());
    }
    output::table(
        &["customer", "name", "known by"],
        hits.iter().map(|h| vec![h.id.to_string(), h.name.clone().unwrap_or_default(), identities(h)]),
    );
    Ok(())
}

pub(crate) async fn show(app: &App, who: &str, orders: usize, as_of: Option<&str>, json: bool) -> Result<(), Problem> {
    let until = as_of.map(|day| when::end_of(when::date(day)?, &app.zone)).transpose()?;
    let id = app.customer(who).await?;
    let mut tx = app.db.read().await?;
    let customer = customer_get(&mut tx, id).await?;
    let touched = overlay_get(&mut tx, id).await?;
    drop(tx);
    let snapshot = app.lake.snapshot().await?;
    let definitions = app.traits()?;
    let plan = Plan::compile(&definitions, &app.zone)?;
    let classifier = match Classifier::latest(&app.lake, &definitions).await {
        Ok(classifier) => Some(classifier),
        Err(problem) if problem.code == Code::NotFound => None,
        Err(problem) => return Err(problem),
    };
    // The history is read once, for everything that is made of it.
    let mut columns = timeline::COLUMNS.to_vec();
    columns.extend(plan.columns().iter().chain(classifier.iter().flat_map(Classifier::columns)));
    columns.sort_unstable();
    columns.dedup();
    let lines = snapshot.of_customer(&lake::ORDER_LINE, id.0, &columns)?;
    let to = until.map(|at| at + 1);
    let history = timeline_of(&lines, &TimelineFilter { limit: orders, to, ..TimelineFilter::default() })?;
    let as_of = app.as_of(as_of).await?;
    let traits = insight::export::json_rows(&of_lines(&plan, as_of, id, &lines)?)?.pop().unwrap_or_default();
    let why = classifier.and_then(|c| c.explain_lines(&snapshot, &lines, id).ok());
    let why = why.map(|e| e.lines(app.lang())).unwrap_or_default();
    audit::customer_read(app, id).await?;
    if json {
        let orders: Vec<_> = history.iter().map(order_json).collect();
        let identities: Vec<_> = customer
            .identities
            .iter()
            .map(|i| serde_json::json!({ "kind": i.kind.as_str(), "value": i.value }))
            .collect();
        return output::json(&serde_json::json!({
            "id": id, "name": customer.name, "identities": identities, "attributes": customer.attributes, "first_seen": customer.first_seen.map(rfc3339),
            "last_seen": customer.last_seen.map(rfc3339), "traits": traits, "why": why, "orders": orders,
            "since_last_run": touched.and_then(|(_, t)| serde_json::from_str::<serde_json::Value>(&t).ok())
        }));
    }
    head(app, id, &customer);
    behaviour(app, &traits, as_of)?;
    for line in &why {
        output::line(format!("  {line}"));
    }
    list(app, &history);
    Ok(())
}

fn head(app: &App, id: CustomerId, customer: &Customer) {
    output::line(format!("{id}  {}", customer.name.as_deref().unwrap_or_else(|| text::t("(no name)"))));
    for identity in &customer.identities {
        output::line(format!("  {}: {}", text::t(&identity.kind.to_string()), identity.value));
    }
    for (name, value) in customer.attributes.iter().filter(|(_, v)| !v.is_null()) {
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        // An e-mail address or telephone number is an identity as well: said once.
        if customer.identities.iter().any(|i| i.kind.as_str() == name && i.value == text) {
            continue;
        }
        output::line(format!("  {name}: {text}"));
    }
    if let Some((first, last)) = customer.first_seen.zip(customer.last_seen) {
        let (first, last) = (when::show(first, &app.zone), when::show(last, &app.zone));
        output::line(text::say("  seen from {0} to {1}", &[&first, &last]));
    }
}

fn behaviour(app: &App, traits: &serde_json::Value, as_of: Micros) -> Result<(), Problem> {
    let definitions = app.traits()?;
    output::line(text::say("  behaviour until {0}", &[&when::day(as_of, &app.zone)]));
    let zh = app.lang() == segment::Lang::Zh;
    let rows = definitions.list().iter().filter_map(|t| {
        let value = traits.get(&t.name).filter(|v| !v.is_null())?;
        let text = match (value.as_str(), value.as_f64()) {
            (Some(text), _) => plain(text, &app.zone),
            (None, Some(number)) => short(number),
            (None, None) => value.to_string(),
        };
        Some(vec![if zh { t.label.zh.clone() } else { t.label.en.clone() }, text, text::t(&t.unit).to_owned()])
    });
    output::table(&["behaviour", "value>", "unit"], rows);
    Ok(())
}

/// An instant on the clocks of the business, an amount without needless zeros, other text as it is.
fn plain(text: &str, zone: &base::Zone) -> String {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return when::show(at.as_microsecond(), zone);
    }
    let decimal = text.split_once('.').filter(|(_, part)| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit()));
    match decimal {
        Some((whole, part)) => format!("{whole}.{}{}", &part[..2], part[2..].trim_end_matches('0')),
        None => text.to_owned(),
    }
}

/// A number without needless decimals.
fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

fn list(app: &App, orders: &[Order]) {
    for order in orders {
        let place = [&order.store, &order.channel].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        let of: Vec<_> = order.return_of.iter().map(|p| p.order_id.clone()).collect();
        let of = if of.is_empty() { String::new() } else { text::say(" (of {0})", &[&of.join(", ")]) };
        output::line(format!(
            "{}  {} {}{of}  {} {}  {place}",
            when::show(order.time, &app.zone),
            text::t(order.kind.as_str()),
            order.order_id,
            money(i128::from(order.amount.0)),
            order.currency
        ));
        for line in &order.lines {
            let name = line.product_name.as_deref().or(line.product.as_deref()).unwrap_or("-");
            output::line(format!("    {} × {name}  {}", line.quantity, money(i128::from(line.amount.0))));
        }
    }
}

fn order_json(order: &Order) -> serde_json::Value {
    let lines: Vec<_> = order
        .lines
        .iter()
        .map(|l| {
            serde_json::json!({
                "kind": l.kind.as_str(), "product": l.product, "name": l.product_name, "category": l.category,
                "quantity": l.quantity.to_string(), "amount": l.amount.to_string()
            })
        })
        .collect();
    serde_json::json!({
        "order_id": order.order_id, "time": rfc3339(order.time), "kind": order.kind.as_str(), "amount": order.amount.to_string(),
        "currency": order.currency, "store": order.store, "channel": order.channel, "lines": lines,
        "return_of": order.return_of.iter().map(|p| p.order_id.clone()).collect::<Vec<_>>()
    })
}

pub(crate) async fn erase(app: &App, who: &str, yes: bool, json: bool) -> Result<(), Problem> {
    let id = app.customer(who).await?;
    if !yes {
        if !std::io::stdin().is_terminal() {
            return Err(Problem::new(Code::InvalidArgument, "erasing cannot be undone").hint("add --yes"));
        }
        output::note(text::say("{0} is erased for good. Type \"erase\" to go on:", &[&id]));
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        if answer.trim() != "erase" {
            return Err(Problem::new(Code::Cancelled, "nothing was erased"));
        }
    }
    let follow = Follow::watch("erasing");
    erase::person(app, id, Some(audit::event("customer.erase", id))).await?;
    drop(follow);
    if json {
        return output::json(&serde_json::json!({ "erased": id }));
    }
    output::line(text::say(
        "{0} is erased. Back-ups made before still hold the person: let them expire or make new ones.",
        &[&id],
    ));
    Ok(())
}
