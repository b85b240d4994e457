//! `guanxi simulate`.

use base::Problem;
use simulate::{Scenario, Stage};

use super::args::SimulateArgs;
use crate::{output, when};

pub(crate) fn run(args: &SimulateArgs, json: bool) -> Result<(), Problem> {
    let scenario = Scenario {
        customers: args.customers,
        seed: args.seed,
        start: when::date(&args.start)?,
        months: args.months,
        lines_per_customer: args.lines,
        ..Scenario::default()
    };
    let bar = indicatif::ProgressBar::new(0);
    let written = tokio::task::block_in_place(|| {
        scenario.write(&args.dir, args.format.parse()?, &mut |p| {
            bar.set_length(p.total);
            bar.set_position(p.done);
            bar.set_message(match p.stage {
                Stage::Customers => "customers",
                Stage::Lines => "order lines",
            });
        })
    })?;
    bar.finish_and_clear();
    if json {
        return output::json(&serde_json::json!({
            "orders": written.orders, "files": written.files, "customers": written.totals.customers, "lines": written.totals.lines()
        }));
    }
    output::line(format!(
        "{} customers and {} order lines written to {}",
        output::count(written.totals.customers as i64),
        output::count(written.totals.lines() as i64),
        args.dir.display()
    ));
    output::line(format!("Next: guanxi import orders {}", written.orders.display()));
    Ok(())
}
