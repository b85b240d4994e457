//! `guanxi segment`.

use std::ops::ControlFlow;
use std::path::PathBuf;

use base::{Code, Micros, Problem};
use insight::Format;
use segment::{
    Classifier, Dimension, Listed, Pass, Request, RfmRun, Settings, group_each, group_find, group_list, place_find,
    rfm_latest,
};

use super::args::{MovesArgs, RfmArgs};
use super::audit;
use super::segment_print as print;
use crate::app::App;
use crate::follow::Follow;
use crate::output::{self, count};
use crate::{text, when};

/// Said of a list in a file.
const WRITTEN: &str = "{0} [customer|customers] written to {1}";

pub(crate) async fn rfm(app: &App, args: &RfmArgs, json: bool) -> Result<(), Problem> {
    let as_of = reference(app, args.as_of.as_deref()).await?;
    // What can be refused is refused before the stored run is replaced.
    if let Some(name) = &args.list {
        place_find(&app.book()?, name)?;
    }
    args.out.as_deref().map(Format::of).transpose()?;
    let mut settings = settings(app, args.window.as_deref(), args.bins)?;
    if let Some(weights) = &args.weights {
        settings.weights = self::weights(weights)?;
    }
    let follow = Follow::start();
    let work = app.run_rfm(as_of, &settings, &follow.progress, &follow.cancel);
    let run = audit::work(app, audit::event("segment.run", ""), work).await?;
    drop(follow);
    if let Some(name) = &args.list {
        if !json {
            print::run(app, &run);
        }
        return show(app, &run, name, 20, args.out.clone(), json).await;
    }
    if json {
        print::run_json(&run)
    } else {
        print::run(app, &run);
        output::line(text::t("Open a group: guanxi segment list champions · why: guanxi segment explain CUSTOMER"));
        Ok(())
    }
}

/// The end of the wanted day; the day of the last order when none is wanted.
async fn reference(app: &App, as_of: Option<&str>) -> Result<Micros, Problem> {
    match as_of {
        Some(text) => when::end_of(when::date(text)?, &app.zone),
        None => app.reference().await?.ok_or_else(|| {
            Problem::new(Code::TooLittleData, "there are no orders yet").hint("read some: guanxi import orders FILE")
        }),
    }
}

fn settings(app: &App, window: Option<&str>, bins: Option<u8>) -> Result<Settings, Problem> {
    let mut settings = app.book()?.settings.clone();
    if let Some(window) = window {
        window.clone_into(&mut settings.window);
    }
    Ok(match bins {
        Some(bins) => settings.with_bins(bins),
        None => settings,
    })
}

fn weights(text: &str) -> Result<[f64; 3], Problem> {
    let parts: Option<Vec<f64>> = text.split(',').map(|p| p.trim().parse().ok()).collect();
    parts.and_then(|parts| parts.try_into().ok()).ok_or_else(|| {
        Problem::new(Code::InvalidArgument, format!("\"{text}\" are not three weights")).hint("write them as 1,2,3")
    })
}

pub(crate) async fn list(app: &App, name: &str, limit: usize, out: Option<PathBuf>, json: bool) -> Result<(), Problem> {
    let run = rfm_latest(&app.lake).await?;
    show(app, &run, name, limit, out, json).await
}

async fn show(
    app: &App,
    run: &RfmRun,
    name: &str,
    limit: usize,
    out: Option<PathBuf>,
    json: bool,
) -> Result<(), Problem> {
    let snapshot = app.lake.snapshot().await?;
    if let Some(path) = out {
        let format = Format::of(&path)?;
        let follow = Follow::start();
        follow.progress.begin("writing the file", 0);
        let mut all = Vec::new();
        tokio::task::block_in_place(|| {
            group_each(&snapshot, run, name, None, |row| {
                all.push(row);
                if follow.cancel.asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        })?;
        follow.cancel.check()?;
        let (schema, batch) = follow.unless_stopped(print::batch(app, &all)).await?;
        let columns = schema.fields().iter().map(|f| f.name());
        audit::customer_export(app, name, format, all.len(), columns).await?;
        let rows = tokio::task::block_in_place(|| insight::export(&path, &schema, &[batch], format))?;
        drop(follow);
        shared_name(run, name)?;
        return output::written(WRITTEN, rows, &path, json);
    }
    let rows: Vec<Listed> = group_list(&snapshot, run, name, None, limit)?;
    audit::customer_list(app, name, rows.len()).await?;
    if json {
        return output::json(&rows);
    }
    let place = group_find(run, name)?;
    let total = place.map_or(run.customers, |(dimension, name)| {
        run.counts.iter().find(|c| c.dimension == dimension && c.name == name).map_or(0, |c| c.customers)
    });
    print::listed(app, &rows).await?;
    shared_name(run, name)?;
    output::line(text::say(
        "{0} of {1} [customer|customers]; all of them: --out {2}.xlsx",
        &[&count(rows.len() as i64), &count(total), &place.map_or("all", |(_, name)| name)],
    ));
    Ok(())
}

/// Says what else a name stands for when it is both that of a group and of a tier or stage.
fn shared_name(run: &RfmRun, name: &str) -> Result<(), Problem> {
    let Some((meant, plain)) = group_find(run, name)?.filter(|_| !name.contains(':')) else { return Ok(()) };
    for count in run.counts.iter().filter(|c| c.name == plain && c.dimension != meant) {
        let (meant, other) = (meant.as_str(), count.dimension.as_str());
        output::note(text::say("\"{0}\" means the {1} here; the {2} is {2}:{0}", &[&plain, &meant, &other]));
    }
    Ok(())
}

pub(crate) async fn explain(app: &App, who: &str, json: bool) -> Result<(), Problem> {
    let customer = app.customer(who).await?;
    let classifier = Classifier::latest(&app.lake, &app.traits()?).await?;
    let told = classifier.explain(&app.lake.snapshot().await?, customer)?;
    audit::customer_read(app, customer).await?;
    if json {
        return output::json(&told);
    }
    told.lines(app.lang()).iter().for_each(output::line);
    Ok(())
}

pub(crate) async fn moves(app: &App, args: &MovesArgs, json: bool) -> Result<(), Problem> {
    let dimension = Dimension::ALL.into_iter().find(|d| d.as_str() == args.by).ok_or_else(|| {
        Problem::new(Code::InvalidArgument, format!("\"{}\" is nothing to move between", args.by))
            .hint("use group, tier or stage")
    })?;
    let two = |who: &'_ String| {
        who.split_once(',').map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned())).ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("\"{who}\" are not two places"))
                .hint("write them as active,lapsed")
        })
    };
    let who = args.who.as_ref().map(two).transpose()?;
    let format = args.out.as_deref().map(Format::of).transpose()?;
    let span = (when::end_of(when::date(&args.from)?, &app.zone)?, when::end_of(when::date(&args.to)?, &app.zone)?);
    let (book, settings, traits) = (app.book()?, settings(app, args.window.as_deref(), args.bins)?, app.traits()?);
    let snapshot = app.lake.snapshot().await?;
    let follow = Follow::start();
    follow.progress.begin("placing customers at both dates", 0);
    let counted = follow.progress.clone();
    let count = move |n| counted.add(n);
    let pass = Pass { threads: app.config.threads(), cancel: follow.cancel.flag(), progress: &count };
    let request = Request { book: &book, settings: &settings, traits: &traits, zone: &app.zone, known: &[] };
    let run = tokio::task::block_in_place(|| segment::moves(&snapshot, request, span, pass))?;
    drop(follow);
    if let Some(note) = run.note() {
        output::note(text::say("note: {0}", &[&note.get(app.lang())]));
    }
    if let Some((from, to)) = who {
        let customers = run.who(dimension, &from, &to)?;
        if let Some((path, format)) = args.out.as_ref().zip(format) {
            let (schema, batch) = print::people(app, &customers).await?;
            let columns = schema.fields().iter().map(|f| f.name());
            audit::customer_export(app, "moves", format, customers.len(), columns).await?;
            let rows = insight::export(path, &schema, &[batch], format)?;
            return output::written(WRITTEN, rows, path, json);
        }
        audit::customer_list(app, "moves", customers.len()).await?;
        if json {
            return output::json(&customers);
        }
        for customer in customers {
            output::line(customer.to_string());
        }
        return Ok(());
    }
    let table = run.table(dimension);
    if json {
        return output::json(&table);
    }
    print::moves(&table);
    Ok(())
}
