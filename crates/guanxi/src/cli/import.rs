//! `guanxi import orders|customers|products`, `resume`, `undo`.

use std::path::Path;

use base::{Code, ImportId, Problem};
use collect::decode::preview;
use collect::import::{Importer, MAIN_SOURCE, Mode, ReadingOptions, Report, Request, sample};
use collect::mapping::{FileKind, Mapping, Proposal, Said, better_kind, named};
use collect::source::{Opened, Separator, Sheet};
use collect::store::import::import_sources;
use collect::store::mapping::{self as saved, Saving};

use super::args::ImportArgs;
use super::audit;
use super::import_show;
use crate::app::App;
use crate::follow::Follow;
use crate::{output, text, upkeep};

pub(crate) async fn run(app: &App, kind: FileKind, args: ImportArgs, json: bool) -> Result<(), Problem> {
    let reading = reading(&args)?;
    let path = std::path::absolute(&args.file)?;
    if !path.is_file() {
        return Err(Problem::new(Code::NotFound, format!("there is no file {}", args.file.display()))
            .hint("check the path; names with spaces need quotes"));
    }
    let importer = app.importer();
    let opened = Importer::open(&path, &reading)?;
    let read = understood(app, &importer, kind, &opened, &args).await?;
    let (source, mode) = (read.source.clone(), Mode::parse(&args.mode)?);
    let request = Request { path, mapping: read.mapping.clone(), reading, source, mode };
    let decoder = importer.decoder(&request, &opened)?;
    if let Some(name) = &args.save_mapping {
        keep_mapping(app, name, &request.mapping, args.overwrite_mapping).await?;
    }
    if args.preview {
        return import_show::preview(&opened, &read, &preview(&decoder, &sample(&opened), 8, app.region), json);
    }
    if !json {
        import_show::understood(&opened, &read);
    }
    let (id, report) = read_file(app, request).await.map_err(cancelled_hint)?;
    upkeep::after_import(app).await?;
    import_show::report(app, id, kind, &report, json)
}

/// Imports a file: as [`Importer::run`], noted in the audit log with its number.
pub(super) async fn read_file(app: &App, request: Request) -> Result<(ImportId, Report), Problem> {
    let (importer, follow) = (app.importer(), Follow::start());
    let turn = importer.lock()?;
    let (ready, _) = importer.prepare(request)?;
    let mut tx = app.db.write().await?;
    let id = importer.begin(&mut tx, &ready).await?;
    audit::put(app, &mut tx, audit::event("import.run", id)).await?;
    tx.commit().await?;
    let report = importer.resume_in_turn(&turn, id, &follow.progress, &follow.cancel).await?;
    Ok((id, report))
}

/// Saves a mapping under a name.
async fn keep_mapping(app: &App, name: &str, mapping: &Mapping, overwrite: bool) -> Result<(), Problem> {
    named("--save-mapping", name)?;
    let mut tx = app.db.write().await?;
    let done = saved::mapping_save(&mut tx, app.clock.now(), name, mapping, overwrite).await.map_err(|problem| {
        if problem.code != Code::Conflict {
            return problem;
        }
        problem.hint("choose another name; or add --overwrite-mapping, and it is replaced")
    })?;
    if done != Saving::Same {
        let detail = serde_json::json!({ "kind": mapping.kind, "replaced": done == Saving::Replaced });
        audit::put(app, &mut tx, audit::event("mapping.save", name).detail(detail)).await?;
    }
    tx.commit().await?;
    output::note(text::say("the mapping is saved as \"{0}\"", &[&name]));
    Ok(())
}

pub(crate) async fn rename_mapping(app: &App, name: &str, new: &str, json: bool) -> Result<(), Problem> {
    named("name", new)?;
    let mut tx = app.db.write().await?;
    saved::mapping_rename(&mut tx, app.clock.now(), name, new).await?;
    let event = audit::event("mapping.rename", name).detail(serde_json::json!({ "name": new }));
    audit::put(app, &mut tx, event).await?;
    tx.commit().await?;
    if json {
        return output::json(&serde_json::json!({ "name": new }));
    }
    output::line(text::say("the mapping is saved as \"{0}\"", &[&new]));
    Ok(())
}

fn cancelled_hint(problem: Problem) -> Problem {
    if problem.code == Code::Cancelled {
        problem.hint("go on with `guanxi import resume imp_…` (see `guanxi import list`)")
    } else {
        problem
    }
}

pub(crate) async fn resume(app: &App, id: &str, json: bool) -> Result<(), Problem> {
    let id: ImportId = id.parse()?;
    let follow = Follow::start();
    let importer = app.importer();
    let resume = importer.resume(id, &follow.progress, &follow.cancel);
    let outcome = Box::pin(audit::work(app, audit::event("import.resume", id), resume)).await;
    drop(follow);
    let report = outcome.map_err(cancelled_hint)?;
    upkeep::after_import(app).await?;
    let mut tx = app.db.read().await?;
    let kind = collect::store::import::import_get(&mut tx, id).await?.kind;
    import_show::report(app, id, kind, &report, json)
}

pub(crate) async fn undo(app: &App, id: &str, json: bool) -> Result<(), Problem> {
    let id: ImportId = id.parse()?;
    let follow = Follow::start();
    let importer = app.importer();
    audit::work(app, audit::event("import.undo", id), importer.undo(id, &follow.cancel)).await?;
    drop(follow);
    if json {
        return output::json(&serde_json::json!({ "undone": id }));
    }
    output::line(text::say(
        "{0} is undone. Traits and groups follow with: guanxi traits rebuild, guanxi segment rfm",
        &[&id],
    ));
    Ok(())
}

fn reading(args: &ImportArgs) -> Result<ReadingOptions, Problem> {
    let separator = |text: &String| {
        let mut chars = text.chars();
        match (chars.next().and_then(Separator::from_char), chars.next()) {
            (Some(separator), None) => Ok(separator),
            _ => text.parse(),
        }
    };
    Ok(ReadingOptions {
        format: args.format.as_ref().map(|t| t.parse()).transpose()?,
        encoding: args.encoding.as_ref().map(|t| t.parse()).transpose()?,
        separator: args.separator.as_ref().map(separator).transpose()?,
        has_header: args.no_header.then_some(false),
        sheet: args.sheet.as_ref().map(|s| s.parse().map_or_else(|_| Sheet::Name(s.clone()), Sheet::Index)),
    })
}

/// How a file will be read.
pub(super) struct Understood {
    /// What is in force: proposed, saved or that of the import whose bad rows these are, with what the call says otherwise.
    pub mapping: Mapping,
    /// The reasons, where it was proposed.
    pub proposal: Option<Proposal>,
    /// The import whose bad rows these are.
    pub bad_rows_of: Option<ImportId>,
    source: String,
}

async fn understood(
    app: &App,
    importer: &Importer,
    kind: FileKind,
    opened: &Opened,
    args: &ImportArgs,
) -> Result<Understood, Problem> {
    let before = importer.bad_rows_of(opened).await?;
    let given = match (&args.mapping, &before) {
        (Some(name), _) => Some(stored(app, name).await?),
        (None, Some(import)) => Some(import.request.mapping.clone()),
        (None, None) => None,
    };
    let (mapping, proposal) = if let Some(mut mapping) = given {
        if mapping.kind != kind {
            return Err(Problem::new(Code::InvalidArgument, format!("the mapping is for {}", mapping.kind))
                .hint(format!("import this file with: {}", command(mapping.kind, args))));
        }
        for spec in &args.map {
            mapping.apply_map(spec, &opened.header)?;
        }
        for spec in &args.option {
            mapping.apply_option(spec)?;
        }
        (mapping, None)
    } else {
        let proposal =
            importer.propose_as(kind, opened, &Said { maps: &args.map, options: &args.option, ..Said::default() })?;
        if args.map.is_empty() {
            is_of_kind(kind, opened, args)?;
        }
        (proposal.mapping.clone(), Some(proposal))
    };
    // Order numbers are those of the import the rows were bad in.
    let source = match (&args.source, &before) {
        (Some(named), _) => named.clone(),
        (None, Some(import)) => import.request.source.clone(),
        (None, None) => unnamed_source(app, kind).await?,
    };
    Ok(Understood { mapping, proposal, bad_rows_of: before.map(|import| import.id), source })
}

/// The source of a file where none is named. Orders that came from another one so far would count twice: that is asked.
async fn unnamed_source(app: &App, kind: FileKind) -> Result<String, Problem> {
    let sources = import_sources(&mut app.db.read().await?, kind).await?;
    match sources.first() {
        Some(last) if kind == FileKind::Orders && !sources.iter().any(|s| s == MAIN_SOURCE) => {
            let message = format!("orders came from \"{last}\" so far: is this file of the same source?");
            Err(Problem::new(Code::InvalidArgument, message)
                .hint(format!("say --source \"{last}\" if it is, or --source {MAIN_SOURCE} if it is of another one")))
        }
        _ => Ok(MAIN_SOURCE.to_owned()),
    }
}

/// Refuses a file that is evidently of another kind than it was called.
fn is_of_kind(kind: FileKind, opened: &Opened, args: &ImportArgs) -> Result<(), Problem> {
    let Some(better) = better_kind(kind, &opened.header, &sample(opened)) else { return Ok(()) };
    let what = match better {
        FileKind::Orders => "an order number and a time",
        FileKind::Customers => "customers and what is known of them, but no orders",
        FileKind::Products => "products and what is known of them, but no orders",
    };
    let command = command(better, args);
    Err(Problem::new(
        Code::InvalidArgument,
        format!("this does not look like a file of {kind}: its columns are {what}, as in a file of {better}"),
    )
    .hint(format!("use `{command}`; if it is a file of {kind} all the same, say with --map which column is which")))
}

/// The call that reads this file as another kind.
fn command(kind: FileKind, args: &ImportArgs) -> String {
    format!("guanxi import {kind} {}", args.file.display())
}

async fn stored(app: &App, name: &str) -> Result<Mapping, Problem> {
    if Path::new(name).extension().is_some_and(|e| e == "toml") {
        return Mapping::from_toml(&std::fs::read_to_string(name)?);
    }
    let mut tx = app.db.read().await?;
    saved::mapping_get(&mut tx, name).await
}
