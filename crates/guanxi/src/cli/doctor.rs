//! `guanxi doctor` and `guanxi maintain`.

use base::{Code, Problem};

use super::audit;
use crate::app::App;
use crate::checkup::{self, How, Others};
use crate::follow::Follow;
use crate::output::{self, count};
use crate::{text, upkeep};

pub(crate) async fn run(app: &App, fix: bool, quick: bool, json: bool) -> Result<(), Problem> {
    let follow = Follow::start();
    let check = checkup::run(app, How { quick, fix }, Others::Processes, &follow.progress);
    // A look changes nothing, and a store that is ill is not written to.
    let found = if fix { audit::work(app, audit::event("store.check", ""), check).await? } else { check.await? };
    drop(follow);
    if json {
        output::json(&found)?;
    } else {
        output::line(text::say("Guanxi {0} · data in {1}", &[&found.version, &app.data.display()]));
        let row = |check: &checkup::Check| {
            let found: Vec<&str> = check.found.iter().map(text::of).collect();
            vec![if check.ok { "✓" } else { "✗" }.into(), text::of(&check.label).into(), found.join("\n")]
        };
        output::table(&["", "checked", "found"], found.checks.iter().map(row));
    }
    if found.ok {
        return Ok(());
    }
    Err(Problem::new(Code::IncompatibleStore, "something is not as it should be")
        .hint("left-over files: `guanxi doctor --fix`; damaged files: restore a back-up"))
}

pub(crate) async fn maintain(app: &App, json: bool) -> Result<(), Problem> {
    let follow = Follow::watch("tidying up");
    let done = audit::work(app, audit::event("lake.maintain", ""), upkeep::run(app)).await?;
    drop(follow);
    if json {
        return output::json(&done);
    }
    let gone = done.dropped + done.orphans;
    output::line(text::say(
        "{0} [line|lines] sealed, {1} [file|files] merged, {2} [file|files] removed",
        &[&count(done.sealed), &done.merged, &gone],
    ));
    Ok(())
}
