//! What imports print.

use base::amount::money;
use base::clock::rfc3339;
use base::{ImportId, Problem};
use collect::decode::{LineKind, Preview};
use collect::import::{Figures, Report};
use collect::mapping::FileKind;
use collect::source::Opened;
use collect::store::{import as rows, mapping as saved};

use super::audit;
use super::import::Understood;
use crate::app::App;
use crate::output::{self, count};
use crate::text;
use crate::when;

/// How the file is read, in two or three lines.
pub(crate) fn understood(opened: &Opened, read: &Understood) {
    let mapping = &read.mapping;
    let separator = opened.separator.map_or(String::new(), |s| text::say(", {0} separated", &[&text::t(s.as_str())]));
    let compression = if opened.compression.as_str() == "none" {
        String::new()
    } else {
        format!(", {}", opened.compression.as_str())
    };
    let file = format!("{}{compression}, {}{separator}", opened.format.as_str(), opened.encoding.as_str());
    output::note(text::say("file: {0}", &[&file]));
    let columns: Vec<_> =
        mapping.columns.iter().map(|(field, column)| format!("{}={column}", field.as_str())).collect();
    output::note(text::say("columns: {0}", &[&columns.join(", ")]));
    output::note(text::say(
        "dates: {0}, decimals: {1}",
        &[&mapping.options.date.as_str(), &mapping.options.decimal.as_str()],
    ));
    if opened.bad_row_column().is_some() {
        let of = read.bad_rows_of.map_or_else(String::new, |id| format!(" of {id}, read as that was"));
        let orders = if mapping.kind == FileKind::Orders { ": they are added to their orders, each once" } else { "" };
        output::note(format!("these are bad rows{of}{orders}"));
    }
    if let Some(proposal) = &read.proposal {
        if !proposal.unmapped.is_empty() {
            output::note(text::say("not read: {0}", &[&proposal.unmapped.join(", ")]));
        }
        proposal.notices.iter().for_each(|n| output::note(text::say("note: {0}", &[&text::said(&n.message)])));
    }
}

pub(crate) fn preview(opened: &Opened, read: &Understood, preview: &Preview, json: bool) -> Result<(), Problem> {
    if json {
        let rows: Vec<_> = preview
            .rows
            .iter()
            .map(|r| {
                let understood: serde_json::Map<_, _> = r.understood.iter().map(|(k, v)| (k.clone(), v.clone().into())).collect();
                serde_json::json!({ "row": r.row, "cells": r.cells, "understood": understood, "bad": r.bad.as_ref().map(|b| &b.message) })
            })
            .collect();
        let proposed = read.proposal.iter().flat_map(|p| &p.notices);
        let notices: Vec<_> = proposed
            .chain(&preview.notices)
            .map(|n| serde_json::json!({ "code": n.code, "message": n.message }))
            .collect();
        return output::json(&serde_json::json!({ "mapping": read.mapping, "rows": rows, "notices": notices }));
    }
    understood(opened, read);
    if let Some(proposal) = &read.proposal {
        let rows = proposal.choices.iter().map(|c| {
            vec![
                c.field.as_str().to_owned(),
                c.column.clone(),
                format!("{:.0} %", c.confidence * 100.0),
                c.reason.clone(),
            ]
        });
        output::table(&["field", "column", "sure>", "because"], rows);
    }
    for row in &preview.rows {
        output::line(text::say("row {0}: {1}", &[&row.row, &row.cells.join(" | ")]));
        let understood: Vec<_> = row.understood.iter().map(|(field, value)| format!("{field}={value}")).collect();
        match &row.bad {
            Some(bad) => output::line(format!("   ✗ {} \"{}\": {}", bad.column, bad.value, text::said(&bad.message))),
            None => output::line(format!("   → {}", understood.join("  "))),
        }
    }
    let c = &preview.counts;
    output::line(text::say(
        "of the first {0} rows: {1} bad, {2} sales, {3} returns, {4} adjustments, {5} without a customer",
        &[&c.rows, &c.bad, &c.sales, &c.returns, &c.adjustments, &c.without_customer],
    ));
    preview.notices.iter().for_each(|n| output::line(text::say("note: {0}", &[&text::said(&n.message)])));
    Ok(())
}

pub(crate) fn report(app: &App, id: ImportId, kind: FileKind, report: &Report, json: bool) -> Result<(), Problem> {
    if json {
        return output::json(&serde_json::json!({ "import": id, "kind": kind.as_str(), "report": report }));
    }
    output::line(text::say("{0}: {1} rows read, {2} bad", &[&id, &count(report.rows), &count(report.bad_rows)]));
    if let Some(figures) = &report.figures {
        self::figures(app, figures);
    }
    if report.rows == 0 {
        output::line(text::t("the file holds no rows"));
    } else {
        changes(report);
    }
    if report.erased_rows > 0 {
        let what = if kind == FileKind::Orders { "they count without a customer" } else { "they are left out" };
        output::line(text::say(
            "{0} rows are of people who were erased: {1}",
            &[&count(report.erased_rows), &text::t(what)],
        ));
    }
    for (reason, n) in &report.bad_by_reason {
        output::line(text::say("  bad: {0} × {1}", &[n, &text::t(reason)]));
    }
    if let Some(file) = &report.bad_file {
        output::line(text::say(
            "bad rows are in {0}: mend a copy and import it as `guanxi import {1} mended.csv`; `guanxi import bad {2}` lists why",
            &[&file.display(), &kind, &id],
        ));
    }
    report.notes.iter().for_each(|n| output::line(text::say("note: {0}", &[&text::said(n)])));
    Ok(())
}

fn changes(report: &Report) {
    let a = &report.applied;
    let parts = [
        (a.lines_added, "lines added"),
        (a.lines_removed, "lines replaced or removed"),
        (a.orders_unchanged, "orders known already"),
        (a.orders_changed, "orders changed"),
        (a.orders_removed, "orders removed"),
        (a.returns_linked, "returns linked to their purchase"),
        (a.customers_added, "customers new"),
        (a.customers_changed, "customers changed"),
        (a.products_added, "products new"),
        (a.products_changed, "products changed"),
    ];
    let said: Vec<_> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {}", count(*n), text::t(what))).collect();
    output::line(if said.is_empty() {
        text::t("nothing changed: all of it was known already").to_owned()
    } else {
        said.join(text::t(", "))
    });
}

fn figures(app: &App, f: &Figures) {
    let row =
        |name: &str, sum: collect::import::Sum| vec![text::t(name).to_owned(), count(sum.lines), money(sum.amount)];
    let rows = [
        row("sales", f.of(LineKind::Sale)),
        row("returns", f.of(LineKind::Return)),
        row("revenue (sales less returns)", f.revenue()),
        row("adjustments (apart)", f.of(LineKind::Adjustment)),
        row("all lines", f.all()),
        row("all lines but returns", f.without_returns()),
        row("lines with a customer", f.of_customers()),
        row("… but returns", f.of_customers_without_returns()),
    ];
    output::table(&["the file holds", "lines>", "amount>"], rows);
    output::line(text::say(
        "{0} orders ({1} of them returns; {2} with a customer and more than returns), {3} products",
        &[&count(f.orders), &count(f.return_orders), &count(f.customer_orders), &count(f.products)],
    ));
    output::line(text::say(
        "{0} customers ({1} with an order that is not a return, {2} with a sale)",
        &[&count(f.customers), &count(f.customers_with_order), &count(f.customers_with_sale)],
    ));
    if let Some((from, to)) = f.span {
        let (from, to) = (when::show(from, &app.zone), when::show(to, &app.zone));
        output::line(text::say("from {0} to {1} ({2})", &[&from, &to, &app.zone.name()]));
    }
}

pub(crate) async fn list(app: &App, json: bool) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    let imports = rows::import_list(&mut tx, 200).await?;
    drop(tx);
    if imports.iter().any(|import| import.error.is_some()) {
        audit::note(app, audit::event("import.read", "imports")).await?;
    }
    if json {
        let value: Vec<_> = imports
            .iter()
            .map(|i| serde_json::json!({ "id": i.id, "kind": i.kind.as_str(), "state": i.state, "file": i.request.path, "source": i.request.source, "started_at": rfc3339(i.started_at), "error": i.error }))
            .collect();
        return output::json(&value);
    }
    if imports.is_empty() {
        output::line(text::t("nothing was imported yet. Begin with: guanxi import orders FILE"));
        return Ok(());
    }
    let table = imports.iter().map(|i| {
        let file = i.request.path.file_name().map_or(String::new(), |f| f.to_string_lossy().into_owned());
        let rows = i.report.as_ref().map_or(String::new(), |r| count(r.rows));
        vec![
            i.id.to_string(),
            text::t(i.kind.as_str()).into(),
            text::t(i.state.as_str()).into(),
            file,
            rows,
            when::show(i.started_at, &app.zone),
            i.error.as_deref().map(text::said).unwrap_or_default(),
        ]
    });
    output::table(&["import", "kind", "state", "file", "rows>", "begun", "error"], table);
    Ok(())
}

pub(crate) async fn show(app: &App, id: &str, json: bool) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    let import = rows::import_get(&mut tx, id.parse()?).await?;
    drop(tx);
    if import.error.is_some() || import.report.as_ref().is_some_and(Report::quotes_rows) {
        audit::note(app, audit::event("import.read", import.id)).await?;
    }
    if json {
        return output::json(&serde_json::json!({
            "id": import.id, "kind": import.kind.as_str(), "state": import.state, "request": import.request, "size": import.size,
            "started_at": rfc3339(import.started_at), "ended_at": import.ended_at.map(rfc3339), "report": import.report, "error": import.error
        }));
    }
    let (file, state) = (import.request.path.display(), text::t(import.state.as_str()));
    output::line(text::say("{0} of {1} ({2})", &[&import.id, &file, &state]));
    let mode = import.request.mode.as_str();
    output::line(text::say("source \"{0}\", mode {1}", &[&import.request.source, &mode]));
    output::line(import.request.mapping.to_toml()?);
    if let Some(error) = &import.error {
        output::line(text::say("error: {0}", &[&text::said(error)]));
    }
    match &import.report {
        Some(report) => self::report(app, import.id, import.kind, report, false),
        None => Ok(()),
    }
}

pub(crate) async fn bad(app: &App, id: &str, limit: i64, json: bool) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    let import = rows::import_get(&mut tx, id.parse()?).await?;
    let bad = rows::bad_rows_list(&mut tx, import.id, limit).await?;
    drop(tx);
    if !bad.is_empty() {
        audit::note(app, audit::event("import.bad_rows", import.id)).await?;
    }
    if json {
        let value: Vec<_> = bad
            .iter()
            .map(|b| serde_json::json!({ "row": b.row, "line": b.line, "column": b.column, "value": b.value, "reason": b.reason.as_str(), "message": b.message }))
            .collect();
        return output::json(&value);
    }
    let rows = bad.iter().map(|b| {
        vec![b.row.to_string(), b.line.to_string(), b.column.clone(), b.value.clone(), text::said(&b.message)]
    });
    output::table(&["row>", "line>", "column", "value", "why"], rows);
    let all = import.report.as_ref().map_or(0, |r| r.bad_rows);
    output::line(text::say("{0} of {1} bad rows", &[&bad.len(), &count(all)]));
    Ok(())
}

pub(crate) async fn mappings(app: &App, name: Option<&str>, json: bool) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    if let Some(name) = name {
        let mapping = saved::mapping_get(&mut tx, name).await?;
        if json {
            return output::json(&mapping);
        }
        output::line(mapping.to_toml()?);
        return Ok(());
    }
    let names = saved::mapping_list(&mut tx).await?;
    if json {
        return output::json(&names);
    }
    if names.is_empty() {
        output::line("no mapping is saved yet: use --save-mapping NAME with an import");
    }
    names.iter().for_each(output::line);
    Ok(())
}
