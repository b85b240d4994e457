//! `guanxi intake`.

use std::time::{Duration, Instant};

use base::{BatchId, Code, Problem};
use collect::import::{Failed, IntakeReport};
use web::Object;

use super::args::IntakeArgs;
use super::audit;
use crate::app::App;
use crate::follow::Follow;
use crate::refresh::Refresh;
use crate::{output, text};

pub(crate) async fn run(app: &App, args: &IntakeArgs, json: bool) -> Result<(), Problem> {
    let importer = app.importer();
    let follow = || Follow::watch("applying orders");
    if args.retry {
        let count = importer.retry_failed().await?;
        audit::note(app, audit::event("intake.retry", count.to_string())).await?;
        output::note(text::say("{0} [batch|batches] to try again", &[&count]));
        let shown = follow();
        let (reports, failed) = importer.apply_waiting(&Refresh::new(app).await?).await?;
        drop(shown);
        print(&reports, None, json)?;
        return told(failed);
    }
    let text = match &args.file {
        Some(path) => std::fs::read_to_string(path).map_err(|e| {
            Problem::new(Code::NotFound, format!("{} cannot be read: {e}", path.display()))
                .hint("give a file of JSON lines, or send them to standard input")
        })?,
        None => std::io::read_to_string(std::io::stdin())?,
    };
    let lines: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.trim().is_empty()).collect();
    let Some(size) = args.batch_lines else {
        let accepted = importer.accept(&args.source, &text).await?;
        taken(app, accepted, lines.len(), 1).await?;
        let shown = follow();
        let (reports, failed) = importer.apply_waiting(&Refresh::new(app).await?).await?;
        drop(shown);
        print(&reports, None, json)?;
        return told(failed);
    };
    let refresh = Refresh::new(app).await?;
    let (mut reports, mut failed) = (Vec::new(), Vec::new());
    let (start, shown) = (Instant::now(), follow());
    shown.progress.begin("applying orders", lines.len() as u64);
    for batch in lines.chunks(size.get()) {
        let accepted = importer.accept(&args.source, &batch.concat()).await?;
        if reports.is_empty() && failed.is_empty() {
            taken(app, accepted, lines.len(), lines.len().div_ceil(size.get())).await?;
        }
        let done = importer.apply_through(accepted, &refresh).await?;
        reports.extend(done.0);
        failed.extend(done.1);
        shown.progress.add(batch.len() as u64);
    }
    drop(shown);
    print(&reports, Some(start.elapsed()), json)?;
    told(failed)
}

/// Notes once what a call hands in: its first batch, and how much it is in all.
async fn taken(app: &App, first: i64, orders: usize, batches: usize) -> Result<(), Problem> {
    let event = audit::event("intake.create", Object::of(&BatchId(first)));
    audit::note(app, event.detail(serde_json::json!({ "orders": orders, "batches": batches }))).await
}

/// A problem when batches were set aside: the first says why.
fn told(mut failed: Vec<Failed>) -> Result<(), Problem> {
    if failed.is_empty() {
        return Ok(());
    }
    let count = failed.len();
    let Failed { batch, problem } = failed.swap_remove(0);
    let message = format!("batches set aside: {count}; the first, {batch}: {}", problem.message);
    Err(Problem::new(problem.code, message)
        .hint("nothing of it is lost: mend the reason, then run `guanxi intake --retry`"))
}

/// What came of the batches; with the time they took, also the mean of one.
fn print(reports: &[IntakeReport], took: Option<Duration>, json: bool) -> Result<(), Problem> {
    let mean = took.map(|t| t.as_secs_f64() * 1e3 / reports.len().max(1) as f64);
    if json {
        return match mean {
            Some(ms) => output::json(&serde_json::json!({ "ms_per_batch": ms, "batches": reports })),
            None => output::json(&reports),
        };
    }
    for report in reports {
        let (lines, customers) = (report.lines, report.customers_added);
        output::line(text::say(
            "{0} [line|lines] taken, {1} new [customer|customers], {2} [order|orders] known already, {3} [order|orders] changed",
            &[&lines, &customers, &report.orders_unchanged, &report.orders_changed],
        ));
        for (line, why) in &report.bad {
            output::line(text::say("  line {0} was not taken: {1}", &[line, &text::said(why)]));
        }
    }
    if let Some(ms) = mean {
        output::line(text::say("{0} batches, {1} ms each", &[&reports.len(), &format!("{ms:.2}")]));
    }
    Ok(())
}
