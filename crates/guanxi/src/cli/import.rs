//! `guanxi import orders|customers|products`, `resume`, `undo`.

use std::path::Path;

use base::{Code, ImportId, Problem};
use collect::decode::preview;
use collect::import::{Importer, Mode, ReadingOptions, Request, sample};
use collect::mapping::{FileKind, Mapping, Proposal};
use collect::source::{Opened, Separator, Sheet};
use collect::store::mapping as saved;

use super::args::ImportArgs;
use super::import_show;
use crate::app::App;
use crate::follow::Follow;
use crate::output;

pub(crate) async fn run(app: &App, kind: FileKind, args: ImportArgs, json: bool) -> Result<(), Problem> {
    let reading = reading(&args)?;
    let path = std::path::absolute(&args.file)?;
    if !path.is_file() {
        return Err(Problem::new(Code::NotFound, format!("there is no file {}", args.file.display()))
            .hint("check the path; names with spaces need quotes"));
    }
    let importer = app.importer();
    let opened = Importer::open(&path, &reading)?;
    let (mapping, proposal) = mapping(app, &importer, kind, &opened, &args).await?;
    let request = Request { path, mapping, reading, source: args.source.clone(), mode: Mode::parse(&args.mode)? };
    let decoder = importer.decoder(&request, &opened)?;
    if let Some(name) = &args.save_mapping {
        let mut tx = app.db.write().await?;
        saved::mapping_save(&mut tx, app.clock.now(), name, &request.mapping).await?;
        tx.commit().await?;
        output::note(format!("the mapping is saved as \"{name}\""));
    }
    if args.preview {
        return import_show::preview(
            &opened,
            &request.mapping,
            proposal.as_ref(),
            &preview(&decoder, &sample(&opened), 8),
            json,
        );
    }
    if !json {
        import_show::understood(&opened, &request.mapping, proposal.as_ref());
    }
    let follow = Follow::start();
    let outcome = importer.run(request, &follow.progress, &follow.cancel).await;
    drop(follow);
    let (id, report) = outcome.map_err(cancelled_hint)?;
    after(app).await?;
    import_show::report(app, id, kind, &report, json)
}

/// What follows every import: small files of the history are merged.
pub(crate) async fn after(app: &App) -> Result<(), Problem> {
    let now = app.clock.now();
    app.lake.merge(now, lake::maintain::MergePolicy::default()).await?;
    super::doctor::sweep(app).await?;
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
    let outcome = app.importer().resume(id, &follow.progress, &follow.cancel).await;
    drop(follow);
    let report = outcome.map_err(cancelled_hint)?;
    after(app).await?;
    let mut tx = app.db.read().await?;
    let kind = collect::store::import::import_get(&mut tx, id).await?.kind;
    import_show::report(app, id, kind, &report, json)
}

pub(crate) async fn undo(app: &App, id: &str, json: bool) -> Result<(), Problem> {
    let id: ImportId = id.parse()?;
    let follow = Follow::start();
    app.importer().undo(id, &follow.cancel).await?;
    drop(follow);
    if json {
        return output::json(&serde_json::json!({ "undone": id }));
    }
    output::line(format!("{id} is undone. Traits and groups follow with: guanxi traits rebuild, guanxi segment rfm"));
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

/// The saved or proposed mapping, with what the call says otherwise.
async fn mapping(
    app: &App,
    importer: &Importer,
    kind: FileKind,
    opened: &Opened,
    args: &ImportArgs,
) -> Result<(Mapping, Option<Proposal>), Problem> {
    let (mut mapping, proposal) = if let Some(name) = &args.mapping {
        (stored(app, name).await?, None)
    } else {
        let proposal = importer.propose(kind, opened);
        (proposal.mapping.clone(), Some(proposal))
    };
    if mapping.kind != kind {
        return Err(Problem::new(Code::InvalidArgument, format!("the mapping is for {}", mapping.kind.as_str()))
            .hint(format!("use it with `guanxi import {}`", mapping.kind.as_str())));
    }
    for spec in &args.map {
        mapping.apply_map(spec, &opened.header)?;
    }
    for spec in &args.option {
        mapping.apply_option(spec)?;
    }
    Ok((mapping, proposal))
}

async fn stored(app: &App, name: &str) -> Result<Mapping, Problem> {
    if Path::new(name).extension().is_some_and(|e| e == "toml") {
        return Mapping::from_toml(&std::fs::read_to_string(name)?);
    }
    let mut tx = app.db.read().await?;
    saved::mapping_get(&mut tx, name).await
}
