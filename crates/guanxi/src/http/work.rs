//! Work that spans stages: computing all traits, erasing a person.

use axum::extract::State;
use base::CustomerId;
use jobs::store::job_none_open;
use serde::Deserialize;
use utoipa::IntoParams;
use web::jobs::job_begin;
use web::rules::permission::may::{CustomersErase, SegmentsWrite};
use web::{Accepted, Allowed, ApiError, Event, Job, Path, Query, Routes};

use crate::server::stages::Site;
use crate::server::work::{EraseCustomer, RebuildTraits};

pub(super) fn routes() -> Routes<Site> {
    Routes::new().with(web::routes![trait_rebuild, customer_erase])
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RebuildParams {
    /// Behaviour until the end of this day; that of the last order otherwise.
    #[param(format = Date, example = "2026-03-31")]
    as_of: Option<String>,
}

/// Compute all traits anew
///
/// Needed after an import; single orders that come in keep the traits of their customers fresh by themselves.
#[utoipa::path(post, path = "/traits/rebuild", tag = "customers", params(RebuildParams),
    responses((status = 202, description = "Begun.", body = Job),
        (status = 409, description = "It is under way.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn trait_rebuild(
    actor: Allowed<SegmentsWrite>,
    State(site): State<Site>,
    Query(wanted): Query<RebuildParams>,
) -> Result<Accepted, ApiError> {
    let as_of = match wanted.as_of.as_deref() {
        None => None,
        Some(day) => {
            Some(site.app.as_of(Some(day)).await.map_err(|p| p.field("as_of", "is no day such as 2026-03-31"))?)
        }
    };
    let mut tx = site.app.db.write().await?;
    job_none_open::<RebuildTraits>(&mut tx).await?;
    let id = job_begin(&site.web, &mut tx, &actor.actor, &RebuildTraits { as_of }, None).await?;
    site.web.audit(&mut tx, Event::new(&actor.actor, "traits.rebuild", id.to_string())).await?;
    tx.commit().await?;
    Ok(Accepted::of(&site.web, &actor, id).await?)
}

/// Erase a person
///
/// Name, identities and attributes are deleted for good, everywhere; his orders stay without a customer, so that no sum changes.
/// Back-ups made before still hold him.
#[utoipa::path(delete, path = "/customers/{id}", tag = "customers", params(("id" = String, Path, example = "cus_12")),
    responses((status = 202, description = "Begun.", body = Job)))]
async fn customer_erase(
    actor: Allowed<CustomersErase>,
    State(site): State<Site>,
    Path(customer): Path<CustomerId>,
) -> Result<Accepted, ApiError> {
    let mut tx = site.app.db.write().await?;
    profile::ops::customer_get(&mut tx, customer).await?;
    let erase = EraseCustomer { customer };
    let id = job_begin(&site.web, &mut tx, &actor.actor, &erase, Some(customer.to_string())).await?;
    site.web.audit(&mut tx, Event::new(&actor.actor, "customer.erase", customer)).await?;
    tx.commit().await?;
    Ok(Accepted::of(&site.web, &actor, id).await?)
}
