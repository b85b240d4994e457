//! Orders one by one, from a till, a shop or a booking system.

use axum::extract::State as Given;
use axum::http::StatusCode;
use base::{BatchId, Code, Problem};
use web::{Allowed, ApiError, Event, Json, Mask, Object, Path, Routes, may};

use super::State;
use super::dto::intake::{Intake, IntakeNew, IntakeOpen, IntakeRetried};
use crate::store::intake::{intake_lag, intake_retry, intake_set_aside, intake_state};

pub(super) fn routes() -> Routes<State> {
    Routes::new().with(web::routes![intake_create, intake_get, intake_list, intake_retried])
}

/// Send orders
///
/// What is answered with 200 or 202 is durable. As a rule it is applied at once: lines, customers, their traits and groups. An order
/// that is known with the same lines changes nothing; with other lines it is replaced. So the same orders may be sent again.
#[utoipa::path(post, path = "/intake", tag = "imports", request_body = IntakeNew,
    responses((status = 200, description = "Applied.", body = Intake),
        (status = 202, description = "Kept; it is applied in a moment, or was set aside.", body = Intake)))]
async fn intake_create(
    actor: Allowed<may::OrdersWrite>,
    Given(state): Given<State>,
    Json(new): Json<IntakeNew>,
) -> Result<(StatusCode, Json<Intake>), ApiError> {
    let (source, text) = new.lines()?;
    let batch = BatchId(state.importer.accept(&source, &text).await?);
    let mut event = Event::new(&*actor, "intake.create", Object::of(&batch));
    event.detail = serde_json::json!({ "orders": new.orders.len() });
    state.app.audit_later(event).await;
    apply(&state, batch).await;
    // What was sent is no secret to whoever sent it.
    let found = intake_state(&mut state.app.db.read().await?, batch.0).await?;
    let answer = Intake::of(batch, found, Mask::Off)?;
    let status = if answer.is_applied() { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, Json(answer)))
}

/// Applies what waits. Where that fails, the batch goes on waiting: it is durable, and the server tries again by itself.
async fn apply(state: &State, batch: BatchId) {
    let (apply, runtime) = (state.apply.clone(), tokio::runtime::Handle::current());
    match tokio::task::spawn_blocking(move || runtime.block_on(apply(batch))).await {
        Ok(Ok(())) => {}
        Ok(Err(problem)) => tracing::warn!(%batch, %problem, "a batch waits"),
        Err(error) => tracing::error!(%batch, %error, "applying a batch met a defect"),
    }
}

/// See what came of orders that were sent
#[utoipa::path(get, path = "/intake/{id}", tag = "imports", params(("id" = String, Path, example = "bat_1")),
    responses((status = 200, description = "Where the batch stands.", body = Intake)))]
async fn intake_get(
    actor: Allowed<may::ImportRead>,
    Given(state): Given<State>,
    Path(id): Path<BatchId>,
) -> Result<Json<Intake>, ApiError> {
    let found = intake_state(&mut state.app.db.read().await?, id.0).await?;
    let shown = Intake::of(id, found, actor.mask())?;
    if shown.quotes_rows() {
        state.app.audit_read(&actor, "intake.read", Object::of(&id)).await;
    }
    Ok(Json(shown))
}

/// See orders that are not applied yet
///
/// Those that wait, and those that were set aside because they cannot be applied: nothing of them is lost.
#[utoipa::path(get, path = "/intake", tag = "imports",
    responses((status = 200, description = "What waits and what was set aside.", body = IntakeOpen)))]
async fn intake_list(
    actor: Allowed<may::ImportRead>,
    Given(state): Given<State>,
) -> Result<Json<IntakeOpen>, ApiError> {
    let mut tx = state.app.db.read().await?;
    let (waiting, oldest) = intake_lag(&mut tx).await?;
    Ok(Json(IntakeOpen::of(waiting, oldest, intake_set_aside(&mut tx).await?, actor.mask())))
}

/// Try again what was set aside
#[utoipa::path(post, path = "/intake/retry", tag = "imports",
    responses((status = 202, description = "The batches wait again and are applied in a moment.", body = IntakeRetried)))]
async fn intake_retried(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
) -> Result<(StatusCode, Json<IntakeRetried>), ApiError> {
    let mut tx = state.app.db.write().await?;
    let batches = intake_retry(&mut tx).await?;
    state.app.audit(&mut tx, Event::new(&*actor, "intake.retry", batches.to_string())).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(IntakeRetried { batches })))
}

/// The problem of an order, by its place in the list.
pub(super) fn of_order(at: usize, problem: Problem) -> Problem {
    let message = problem.message.clone();
    Problem { code: Code::InvalidInput, message: format!("order {}: {message}", at + 1), ..problem }
        .field(format!("orders.{at}"), message)
}
