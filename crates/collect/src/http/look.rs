//! Looking at a file before it is imported.

use std::path::PathBuf;

use axum::extract::State as Given;
use base::{Code, Problem};
use web::{Allowed, ApiError, Json, Mask, Object, Routes, may};

use super::dto::look::{FieldDef, Level, Look, LookCounts, LookNew, LookRow};
use super::dto::mapping::Mapping;
use super::dto::reading::Reading;
use super::{State, hidden};
use crate::decode::preview::{plain, preview};
use crate::import::{Importer, MAIN_SOURCE, Mode, ReadingOptions, Request, Understood, Wish, sample};
use crate::mapping::FileKind;
use crate::source::Opened;
use crate::store::import::import_sources;
use crate::store::mapping as saved;

/// How many rows are shown.
const SHOWN: usize = 50;

pub(super) fn routes() -> Routes<State> {
    Routes::new().with(web::routes![import_look])
}

/// See how a file is understood
///
/// On a sample of its first 1000 rows. Without a mapping one is proposed; with one, what is left out of it is found out. Without
/// `customers.pii` the cells are masked.
#[utoipa::path(post, path = "/imports/look", tag = "imports", request_body = LookNew,
    responses((status = 200, description = "How it is understood.", body = Look),
        (status = 404, description = "The upload or the saved mapping does not exist.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn import_look(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Json(new): Json<LookNew>,
) -> Result<Json<Look>, ApiError> {
    let (upload, path) = state.uploads.find(&actor, new.upload).await?;
    if upload.owner != actor.principal() {
        state.app.audit_read(&actor, "upload.read", Object::of(&upload.id)).await;
    }
    let mut tx = state.app.db.read().await?;
    let given = match &new.saved_mapping {
        Some(name) => Some(saved::mapping_get(&mut tx, name).await?),
        None => None,
    };
    let all = saved::mapping_rows(&mut tx).await?;
    drop(tx);
    let mut wish = wish(new.kind, new.mapping.as_ref())?;
    wish.saved = given;
    let reading = new.reading.options()?;
    let opened = open(path.clone(), reading.clone()).await.map_err(|p| hidden(p, &path))?;
    let before = state.importer.bad_rows_of(&opened).await?;
    let mends = before.as_ref().map(|import| import.request.source.clone());
    let (importer, mask) = (state.importer.clone(), actor.mask());
    let work = move || {
        let read = importer.understand(&opened, &wish, before.as_ref())?;
        Ok(look(&importer, path, reading, &opened, &read, mask))
    };
    let mut look = blocking(work).await?;
    look.sources = import_sources(&mut state.app.db.read().await?, look.kind).await?;
    look.source = mends.or_else(|| look.sources.first().cloned()).unwrap_or_else(|| MAIN_SOURCE.to_owned());
    look.saved_mappings = all.into_iter().filter(|m| m.mapping.kind == look.kind).map(|m| m.name).collect();
    Ok(Json(look))
}

/// What a request says about a mapping.
pub(super) fn wish(kind: Option<FileKind>, mapping: Option<&Mapping>) -> Result<Wish, Problem> {
    let Some(mapping) = mapping else { return Ok(Wish { kind, ..Wish::default() }) };
    let Some(kind) = kind else {
        let message = "is needed with a mapping";
        return Err(Problem::new(Code::InvalidInput, format!("kind {message}")).field("kind", message));
    };
    let columns = Some((mapping.columns(kind)?, mapping.attributes(kind)?));
    Ok(Wish { kind: Some(kind), columns, saved: None, options: mapping.options.said() })
}

pub(super) async fn open(path: PathBuf, reading: ReadingOptions) -> Result<Opened, Problem> {
    if !path.is_file() {
        return Err(Problem::new(Code::NotFound, "the file that was sent is gone")
            .hint("uploads are kept for 24 hours: send the file again"));
    }
    blocking(move || Importer::open(&path, &reading)).await
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("reading a file was cut off", e))?
}

fn look(
    importer: &Importer,
    path: PathBuf,
    reading: ReadingOptions,
    opened: &Opened,
    read: &Understood,
    mask: Mask,
) -> Look {
    let mapping = read.mapping.clone();
    let request = Request { path, mapping, reading, source: String::new(), mode: Mode::default() };
    let sample = sample(opened);
    let mut notices: Vec<_> = read.notices.iter().map(Into::into).collect();
    // A mapping that cannot be run yet is looked at all the same.
    let decoder = importer.decoder(&request, opened).ok().filter(|_| read.check().is_ok());
    let shown = decoder.map(|decoder| preview(&decoder, &sample, SHOWN, importer.region()));
    let (rows, counts) = match shown {
        Some(shown) => {
            notices.extend(shown.notices.iter().map(Into::into));
            (shown.rows, shown.counts.into())
        }
        None => (plain(&sample, SHOWN), LookCounts::default()),
    };
    let can_run = !notices.iter().any(|n: &super::dto::look::Notice| n.level == Level::Error) && read.check().is_ok();
    Look {
        kind: read.mapping.kind,
        reading: Reading::found(opened),
        compression: opened.compression.as_str(),
        sheets: opened.sheets.clone(),
        columns: opened.header.clone(),
        fields: FieldDef::all(&read.mapping),
        mapping: (&read.mapping).into(),
        choices: read.choices.iter().map(Into::into).collect(),
        unmapped: read.unmapped.clone(),
        rows: rows.into_iter().map(|row| LookRow::of(row, mask)).collect(),
        counts,
        notices,
        saved_mappings: Vec::new(),
        can_run,
        source: String::new(),
        sources: Vec::new(),
    }
}
