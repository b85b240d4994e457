//! Rows that could not be taken: list, file, mend.

use axum::extract::State as Given;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Code, ImportId, Problem};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{
    Allowed, ApiError, Field, Json, Kind, Language, ListQuery, ListSpec, Mask, Path, Permission, Query, Routes, Total,
    may,
};

use super::State;
use super::dto::bad::{BadRow, BadRowPage, Mend, MendResult};
use super::dto::import::ImportStarted;
use super::dto::look::LookRow;
use super::imports::{begin, find};
use super::look::blocking;
use super::uploads::refused;
use crate::decode::BadReason;
use crate::import::{BadFile, ImportRow, ListedRow, MOST_MENDED, MendedCells, mended_file};
use crate::jobs::ImportMend;
use crate::store::shown::{bad_row_count, bad_row_page, mended_of};
use crate::store::upload::Origin;

/// How bad rows are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct BadRowQuery {
    /// Only rows that are bad for this reason.
    #[param(example = "missing_date")]
    reason: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many rows to give at most: 1 to 500.
    #[param(minimum = 1, maximum = 500, example = 50)]
    limit: Option<u32>,
}

/// How the file is made.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// In which language the reasons are told, for a link cannot choose its `Accept-Language`.
    #[param(example = "zh-CN")]
    lang: Option<String>,
}

pub(super) fn routes() -> Routes<State> {
    let limits = web::Limits { body: Some(16 << 20), ..web::Limits::default() };
    let streams = web::Limits { streams: true, ..web::Limits::default() };
    Routes::new()
        .with(web::routes![bad_row_list])
        .with_limits(streams, web::routes![bad_row_file])
        .with_limits(limits, web::routes![bad_row_mend])
}

/// List bad rows
///
/// The first 10 000 of an import; the file has them all. Without `customers.pii` the cells are masked.
#[utoipa::path(get, path = "/imports/{id}/bad-rows", tag = "imports", params(("id" = String, Path, example = "imp_1"), BadRowQuery),
    responses((status = 200, description = "A page of bad rows.", body = BadRowPage)))]
async fn bad_row_list(
    actor: Allowed<may::ImportRead>,
    Given(state): Given<State>,
    Path(id): Path<ImportId>,
    Query(query): Query<BadRowQuery>,
) -> Result<Json<BadRowPage>, ApiError> {
    let import = find(&state, id).await?.row;
    if let Some(reason) = &query.reason {
        BadReason::parse(reason).map_err(|_| {
            let message = format!("\"{reason}\" is not a reason");
            Problem::new(Code::InvalidArgument, &*message)
                .hint("the report of the import lists them")
                .field("reason", message)
        })?;
    }
    let fields = vec![Field::new("reason", "reason", Kind::Text)];
    let spec = ListSpec { name: "bad_rows", fields, key: ("row_no", false), sort: "" };
    let filter = query.reason.iter().map(|reason| format!("reason:eq:{reason}")).collect();
    let list = ListQuery { cursor: query.cursor, limit: query.limit, filter, sort: None }.check(spec)?;
    let mut tx = state.app.db.read().await?;
    let page = bad_row_page(&mut tx, id, &list).await?;
    let listed = bad_row_count(&mut tx, id, query.reason.as_deref()).await?;
    drop(tx);
    let file = state.importer.bad_file(&import, page.items.iter().map(|b| b.row).collect()).await?;
    let marks = page.items.iter().filter_map(|b| file.marker(b.row)).map(|(of, _)| of);
    let mended = mended_of(&mut state.app.db.read().await?, marks).await?;
    let mask = actor.mask();
    if mask == Mask::Off && !page.items.is_empty() {
        state.app.audit_read(&actor, "import.bad_rows", id).await;
    }
    let show = |bad: crate::decode::BadRow| {
        let cells = file.cells(bad.row);
        let mended = file.marker(bad.row).is_some_and(|mark| mended.contains(&mark));
        BadRow::of(ListedRow { bad, cells, mended }, mask)
    };
    let items = page.items.into_iter().map(show).collect();
    let total = Total { value: listed, exact: listed < 10_000 };
    Ok(Json(BadRowPage { columns: file.columns.clone(), items, next: page.next, total }))
}

/// Get all bad rows as a file
///
/// CSV: which row it was, why it is bad, then the columns of the file. Mend a copy and send it: its rows are added to their orders,
/// each once. Needs `customers.pii`, for the rows are as they were sent.
#[utoipa::path(get, path = "/imports/{id}/bad-rows/file", tag = "imports",
    params(("id" = String, Path, example = "imp_1"), FileQuery),
    responses((status = 200, description = "The file.", body = web::api::Bytes, content_type = "text/csv")))]
async fn bad_row_file(
    actor: Allowed<may::ImportRead>,
    Given(state): Given<State>,
    Path(id): Path<ImportId>,
    Query(query): Query<FileQuery>,
) -> Result<Response, ApiError> {
    let import = find(&state, id).await?.row;
    actor.check(Permission::CustomersPii)?;
    let path = import.report.and_then(|r| r.bad_file).filter(|path| path.is_file()).ok_or_else(|| {
        Problem::new(Code::NotFound, format!("{id} has no file of bad rows"))
            .hint("its report says how many rows were bad")
    })?;
    state.app.audit_read(&actor, "import.bad_file", id).await;
    let (name, kind) = (format!("{id}.bad.csv"), "text/csv; charset=utf-8");
    Ok(match Language::chosen(query.lang.as_deref()) {
        Language::English => web::download(&path, &name, kind).await?,
        Language::Chinese => web::download_pieces(super::bad_file::in_chinese(path), &name, kind),
    })
}

/// Mend bad rows
///
/// With `dry_run` they are only checked, as one types. Without, an import of its own adds them to their orders, once all are good; it
/// can be undone by itself.
#[utoipa::path(post, path = "/imports/{id}/bad-rows/mend", tag = "imports", params(("id" = String, Path, example = "imp_1")), request_body = Mend,
    responses((status = 200, description = "How they are understood.", body = MendResult),
        (status = 409, description = "The import is not done, or a row was mended before.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn bad_row_mend(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Path(id): Path<ImportId>,
    Json(mend): Json<Mend>,
) -> Result<Response, ApiError> {
    let import = find(&state, id).await?.row;
    if mend.rows.len() > MOST_MENDED {
        let message = format!("must be 1 to {MOST_MENDED}");
        return Err(Problem::new(Code::InvalidInput, format!("the number of rows {message}"))
            .field("rows", message)
            .into());
    }
    let mended: Vec<MendedCells> = mend.rows.into_iter().map(|r| MendedCells { row: r.row, cells: r.cells }).collect();
    let file = state.importer.bad_file(&import, mended.iter().map(|m| m.row).collect()).await?;
    state.importer.mend_check(&import, &file, &mended).await?;
    let (importer, looked, read, cells) = (state.importer.clone(), import.clone(), file.clone(), mended.clone());
    let previews = blocking(move || importer.mend_look(&looked, &read, &cells)).await?;
    let bad = previews.iter().filter(|p| p.counts.bad > 0).count();
    let good = previews.len() - bad;
    let mask = actor.mask();
    if mask == Mask::Off && mend.dry_run {
        state.app.audit_read(&actor, "import.bad_rows", id).await;
    }
    let mut result = MendResult {
        rows: previews.into_iter().flat_map(|p| p.rows).map(|row| LookRow::of(row, mask)).collect(),
        good,
        bad,
        started: None,
    };
    if !mend.dry_run {
        if bad > 0 {
            let message = format!("{bad} of {} rows are still bad", good + bad);
            return Err(Problem::new(Code::InvalidInput, message)
                .hint("check them with dry_run, which says why")
                .into());
        }
        result.started = Some(take_in(&state, &actor, &import, &file, &mended).await?);
    }
    Ok((StatusCode::OK, Json(result)).into_response())
}

/// Begins the import of mended rows.
async fn take_in(
    state: &State,
    actor: &web::Actor,
    import: &ImportRow,
    file: &BadFile,
    mended: &[MendedCells],
) -> Result<ImportStarted, ApiError> {
    let name = format!("{}.mended.csv", import.id);
    let content = mended_file(file, mended)?;
    let upload = state.uploads.put(state.app.clock.as_ref(), actor, &name, content).await.map_err(refused)?;
    let request = state.importer.mend_request(import, state.uploads.path(&upload));
    let importer = state.importer.clone();
    let ready = blocking(move || Ok(importer.prepare(request)?.0)).await?;
    let mut tx = state.app.db.write().await?;
    let origin = |job| Origin { upload: Some(upload.id), job, by: actor.name.clone(), mends: Some(import.id) };
    let (import, job) = begin(state, &mut tx, actor, &ready, |import| ImportMend { import }, origin).await?;
    tx.commit().await?;
    Ok(ImportStarted { import, job })
}
