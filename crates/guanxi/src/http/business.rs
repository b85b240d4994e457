//! What every page needs to know of the business.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Actor, ApiError, Json, Routes};

use crate::server::stages::Site;
use crate::when;

/// What every page needs of the business.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "Club Guanxi", "currency": "CNY", "zone": "Asia/Shanghai", "region": "CN", "language": "zh",
    "version": "0.1.0", "has_data": true, "data_from": "2024-01-02", "data_until": "2026-03-31"}))]
struct Business {
    /// Name.
    name: String,
    /// ISO 4217 currency of all amounts.
    currency: String,
    /// IANA time zone on whose clocks days are counted.
    zone: String,
    /// ISO 3166 country of telephone numbers without a country code.
    region: String,
    /// Language of labels: `en` or `zh`.
    #[schema(pattern = "^(en|zh)$")]
    language: String,
    /// Version of the program.
    version: &'static str,
    /// Whether anything was imported yet.
    has_data: bool,
    /// The day of the first order of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    data_from: Option<String>,
    /// The day of the last order, up to which periods are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    data_until: Option<String>,
}

pub(super) fn routes() -> Routes<Site> {
    Routes::new().with(web::routes![business_view])
}

/// See what every page needs of the business
#[utoipa::path(get, path = "/business", tag = "settings",
    responses((status = 200, description = "Name, currency, clocks, and up to when there is data.", body = Business)))]
async fn business_view(_: Actor, State(site): State<Site>) -> Result<Json<Business>, ApiError> {
    let app = &site.app;
    let business = app.config.business.clone();
    let last = app.reference().await?;
    let has_data = last.is_some() || super::settings::has_customers(app).await?;
    Ok(Json(Business {
        name: business.name,
        currency: business.currency,
        zone: business.zone,
        region: business.region,
        language: business.language,
        version: env!("CARGO_PKG_VERSION"),
        has_data,
        data_from: segment::first_order(&app.lake).await?.map(|at| when::day(at, &app.zone)),
        data_until: last.map(|at| when::day(at, &app.zone)),
    }))
}
