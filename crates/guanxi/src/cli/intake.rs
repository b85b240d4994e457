//! `guanxi intake`.

use base::Problem;

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
    importer.accept(&args.source, &text).await?;
    let refresh = Refresh::new(app).await?;
    let mut reports = Vec::new();
    while let Some(report) = importer.apply_next(&refresh).await? {
        reports.push(report);
    }
    if json {
        return output::json(&reports);
    }
    for report in reports {
        let (lines, customers) = (report.lines, report.customers_added);
        output::line(format!(
            "{lines} lines taken, {customers} new customers, {} orders known already, {} orders changed",
            report.orders_unchanged, report.orders_changed
        ));
        for (line, why) in report.bad {
            output::line(format!("  line {line} was not taken: {why}"));
        }
    }
    Ok(())
}
