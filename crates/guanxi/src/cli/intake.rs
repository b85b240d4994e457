//! `guanxi intake`.

use std::time::{Duration, Instant};

use base::Problem;
use collect::import::IntakeReport;

use super::args::IntakeArgs;
use crate::app::App;
use crate::output;
use crate::work::Refresh;

pub(crate) async fn run(app: &App, args: &IntakeArgs, json: bool) -> Result<(), Problem> {
    let text = match &args.file {
        Some(path) => std::fs::read_to_string(path)?,
        None => std::io::read_to_string(std::io::stdin())?,
    };
    let importer = app.importer();
    let Some(size) = args.batch_lines else {
        importer.accept(&args.source, &text).await?;
        let refresh = Refresh::new(app).await?;
        let mut reports = Vec::new();
        while let Some(report) = importer.apply_next(&refresh).await? {
            reports.push(report);
        }
        return print(&reports, None, json);
    };
    let refresh = Refresh::new(app).await?;
    let lines: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.trim().is_empty()).collect();
    let mut reports = Vec::new();
    let start = Instant::now();
    for batch in lines.chunks(size.get()) {
        importer.accept(&args.source, &batch.concat()).await?;
        while let Some(report) = importer.apply_next(&refresh).await? {
            reports.push(report);
        }
    }
    print(&reports, Some(start.elapsed()), json)
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
        output::line(format!(
            "{lines} lines taken, {customers} new customers, {} orders known already, {} orders changed",
            report.orders_unchanged, report.orders_changed
        ));
        for (line, why) in &report.bad {
            output::line(format!("  line {line} was not taken: {why}"));
        }
    }
    if let Some(ms) = mean {
        output::line(format!("{} batches, {ms:.2} ms each", reports.len()));
    }
    Ok(())
}
