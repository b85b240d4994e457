//! `guanxi simulate`.

use base::Problem;
use simulate::{Scenario, Stage};

use super::args::SimulateArgs;
use crate::output::{self, count};
use crate::{text, when};

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
    let (customers, lines) = (count(written.totals.customers as i64), count(written.totals.lines() as i64));
    output::line(text::say(
        "{0} [customer|customers] and {1} order [line|lines] written to {2}",
        &[&customers, &lines, &args.dir.display()],
    ));
    output::line(text::say("Next: guanxi import orders {0}", &[&written.orders.display()]));
    Ok(())
}
