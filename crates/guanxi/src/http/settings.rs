//! Settings of the business: seen, and changed in `guanxi.toml`.

use axum::extract::State;
use axum::http::HeaderMap;
use base::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::rules::permission::may::{SettingsRead, SettingsWrite};
use web::{Allowed, ApiError, Event, IfMatch, Json, Routes, Versioned};

use crate::app::App;
use crate::config::Business;
use crate::config::edit;
use crate::server::stages::Site;

/// A language of labels.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// What is to be changed; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Club Guanxi", "language": "zh"}))]
struct BusinessPatch {
    /// Name.
    name: Option<String>,
    /// ISO 4217 currency.
    currency: Option<String>,
    /// IANA time zone.
    zone: Option<String>,
    /// ISO 3166 country.
    region: Option<String>,
    /// Language of labels.
    language: Option<Language>,
}

/// The settings of the business.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "Club Guanxi", "currency": "CNY", "zone": "Asia/Shanghai", "region": "CN", "language": "zh",
    "etag": "\"v12\"", "currencies": ["CNY", "EUR"], "zones": ["Asia/Shanghai"], "regions": ["CN"], "locked": ["currency", "zone"]}))]
struct BusinessSettings {
    /// Name.
    name: String,
    /// ISO 4217 currency of all amounts.
    currency: String,
    /// IANA time zone on whose clocks days are counted.
    zone: String,
    /// ISO 3166 country of telephone numbers without a country code.
    region: String,
    /// Language of labels.
    language: Language,
    /// To be sent as `If-Match`.
    etag: String,
    /// Currencies to choose from.
    currencies: Vec<&'static str>,
    /// Time zones to choose from.
    zones: Vec<String>,
    /// Countries to choose from.
    regions: Vec<&'static str>,
    /// What cannot be changed here: it is set by the environment, or fixed by the data that is there.
    locked: Vec<&'static str>,
}

/// All settings by section and name, as in `config.default.toml`.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = std::collections::HashMap<String, serde_json::Value>, example = json!({"business": {"name": "Club Guanxi", "zone": "Asia/Shanghai"},
    "store": {"url": "postgres://guanxi@db/guanxi"}}))]
struct EffectiveSettings(serde_json::Value);

pub(super) fn routes() -> Routes<Site> {
    Routes::new().with(web::routes![business_get, business_update, effective_get])
}

/// See the settings of the business
#[utoipa::path(get, path = "/settings/business", tag = "settings",
    responses((status = 200, description = "The settings, with an ETag.", body = BusinessSettings),
        (status = 304, description = "Still the version of If-None-Match.")))]
async fn business_get(
    _: Allowed<SettingsRead>,
    State(site): State<Site>,
    headers: HeaderMap,
) -> Result<Versioned<BusinessSettings>, ApiError> {
    let shown = shown(&site.app, &site.app.config.business).await?;
    Ok(Versioned::new(version(&site.app.config.business), shown).unless_known(&headers))
}

/// See the configuration in force
///
/// `guanxi.toml` with the defaults and what the environment says, as `guanxi config` shows it: without passwords and without the key of
/// the certificate.
#[utoipa::path(get, path = "/settings/effective", tag = "settings",
    responses((status = 200, description = "All settings, by section.", body = EffectiveSettings)))]
async fn effective_get(
    _: Allowed<SettingsRead>,
    State(site): State<Site>,
) -> Result<Json<EffectiveSettings>, ApiError> {
    let shown = serde_json::to_value(site.app.config.shown(&site.app.data));
    let shown = shown.map_err(|e| Problem::internal("the configuration cannot be shown", e))?;
    Ok(Json(EffectiveSettings(shown)))
}

/// Change the settings of the business
///
/// They are written to `guanxi.toml` in the data folder and hold at once. Currency and time zone are fixed once there is data.
#[utoipa::path(patch, path = "/settings/business", tag = "settings", request_body = BusinessPatch,
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read.")),
    responses((status = 200, description = "As they are now, with an ETag.", body = BusinessSettings),
        (status = 409, description = "One of them cannot be changed here.", body = web::ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "They were changed meanwhile.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn business_update(
    actor: Allowed<SettingsWrite>,
    State(site): State<Site>,
    known: IfMatch,
    Json(patch): Json<BusinessPatch>,
) -> Result<Versioned<BusinessSettings>, ApiError> {
    // One at a time: what is compared with what was read must be what is written.
    let _turn = edit::TURN.lock().await;
    let app = site.app.reloaded()?;
    let before = app.config.business.clone();
    known.check(version(&before))?;
    let after = patched(&before, patch);
    let changes = edit::changes(&before, &after);
    let locked = locked(&app).await?;
    if let Some((field, _)) = changes.iter().find(|(field, _)| locked.contains(field)) {
        let why = "is set by the environment, or fixed by the data that is there";
        return Err(Problem::new(Code::Conflict, format!("{field} cannot be changed here: it {why}"))
            .hint("currency and time zone belong to the amounts and times that were read; begin a new data folder for others")
            .field(*field, why)
            .into());
    }
    if !changes.is_empty() {
        app.config.with(after.clone()).check_business()?;
        let mut tx = app.db.write().await?;
        let names: Vec<&str> = changes.iter().map(|(field, _)| *field).collect();
        let event =
            Event::new(&actor.actor, "settings.update", "business").detail(serde_json::json!({ "fields": names }));
        site.web.audit(&mut tx, event).await?;
        edit::write(&app.data, &changes)?;
        tx.commit().await?;
        (site.reload)(app.reloaded()?)?;
    }
    Ok(Versioned::new(version(&after), shown(&app, &after).await?))
}

fn patched(before: &Business, patch: BusinessPatch) -> Business {
    let language = patch.language.map(|l| if matches!(l, Language::Zh) { "zh" } else { "en" }.to_owned());
    Business {
        name: patch.name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned()),
        zone: patch.zone.unwrap_or_else(|| before.zone.clone()),
        currency: patch.currency.unwrap_or_else(|| before.currency.clone()),
        region: patch.region.unwrap_or_else(|| before.region.clone()),
        language: language.unwrap_or_else(|| before.language.clone()),
    }
}

/// Changes with any of the settings.
fn version(business: &Business) -> i64 {
    let Business { name, zone, currency, region, language } = business;
    let parts = [name, zone, currency, region, language].map(String::as_bytes);
    (base::hash::stable_parts(parts) >> 16) as i64
}

async fn shown(app: &App, business: &Business) -> Result<BusinessSettings, Problem> {
    let mut zones: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    zones.sort();
    let Business { name, zone, currency, region, language } = business.clone();
    Ok(BusinessSettings {
        name,
        currency,
        zone,
        region,
        language: if language == "zh" { Language::Zh } else { Language::En },
        etag: format!("\"v{}\"", version(business)),
        currencies: edit::CURRENCIES.split(' ').collect(),
        zones,
        regions: edit::REGIONS.split(' ').collect(),
        locked: locked(app).await?,
    })
}

/// What cannot be changed.
async fn locked(app: &App) -> Result<Vec<&'static str>, Problem> {
    let mut locked = edit::from_environment();
    if app.reference().await?.is_some() {
        locked.extend(["currency", "zone"].into_iter().filter(|f| !locked.contains(f)).collect::<Vec<_>>());
    }
    Ok(locked)
}

/// Whether any customer is known.
pub(super) async fn has_customers(app: &App) -> Result<bool, Problem> {
    let mut tx = app.db.read().await?;
    Ok(tx.fetch_optional("SELECT id FROM customer LIMIT 1", Vec::new()).await?.is_some())
}
