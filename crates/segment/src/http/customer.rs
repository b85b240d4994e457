//! The page of one customer.

use std::collections::BTreeMap;

use axum::extract::State;
use base::{Code, CustomerId, ImportId, Micros, Problem};
use profile::AttributeDef;
use profile::ops::{CustomerPatch as Patch, attribute_list, customer_edit, customer_etag, customer_get};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;
use web::api::{Instant, Text};
use web::rules::permission::may;
use web::{Actor, Allowed, ApiError, Event, IfMatch, Mask, Path, Query, Routes, Versioned};

use super::quality::{CustomerQuality, quality};
use super::shapes::{AsOf, Named, both};
use crate::list::define::{AS_IDENTITY, attribute_options, attribute_unit, identity_label, trait_unit};
use crate::list::values::{part, shown};
use crate::model::Dimension;
use crate::person::{Person, Standing};
use crate::stage::Stage;

/// By what a customer is known.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"kind": "phone", "label": {"en": "Telephone", "zh": "手机号"}, "value": "+8613800000012", "verified": false}))]
struct Identity {
    /// `phone`, `email`, `card`, `external`, or a source.
    kind: String,
    /// What the kind is called.
    label: Text,
    /// Its normal form.
    value: String,
    /// Whether the customer proved that it is his.
    verified: bool,
}

/// Something told of a customer.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "city", "label": {"en": "City", "zh": "城市"}, "unit": "text", "value": "上海", "personal": false}))]
struct Attribute {
    /// Its name.
    name: String,
    /// For people.
    label: Text,
    /// Of the value: text, count, date, bool or list.
    unit: &'static str,
    /// The value.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    /// The value in words, where the product knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Text>,
    /// Whether it is personal data.
    personal: bool,
}

/// Something computed of a customer.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "monetary", "label": {"en": "Net spend", "zh": "净消费额"},
    "description": {"en": "Sales less returns", "zh": "销售减退货"}, "unit": "money", "value": "1280.00", "percentile": 0.93}))]
struct TraitValue {
    /// Its name.
    name: String,
    /// For people.
    label: Text,
    /// What it tells.
    description: Text,
    /// Of the value.
    unit: &'static str,
    /// The value.
    value: Json,
    /// The share of customers with a smaller value, 0 … 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    percentile: Option<f64>,
}

/// A habit in words.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"text": {"en": "Buys mostly on Fridays", "zh": "多在周五购买"}, "traits": ["share_friday"]}))]
struct Sentence {
    /// What is said.
    text: Text,
    /// The traits it is said of.
    traits: Vec<&'static str>,
}

/// The scores of a customer.
#[derive(Serialize, ToSchema)]
struct Scores {
    /// Recency.
    r: i64,
    /// Frequency.
    f: i64,
    /// Monetary value.
    m: i64,
    /// The best score of each.
    bins: Vec<u8>,
    /// Combined, 0 … 100.
    score: f64,
}

/// Where a customer stands.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"as_of": "2026-03-31", "group": {"name": "champions", "label": {"en": "Champions", "zh": "冠军客户"}},
    "tier": {"name": "a", "label": {"en": "High value", "zh": "高价值"}}, "stage": {"name": "active", "label": {"en": "Active", "zh": "活跃"}},
    "scores": {"r": 5, "f": 4, "m": 4, "bins": [5, 5, 5], "score": 83.3}, "action": {"en": "Reward them", "zh": "给予礼遇"}, "stale": false}))]
struct CustomerPlace {
    /// The day of the run.
    #[schema(format = Date)]
    as_of: String,
    /// RFM group; none without a purchase in the window.
    group: Option<Named>,
    /// Value tier; likewise.
    tier: Option<Named>,
    /// Life-cycle stage.
    stage: Named,
    /// Scores; none without a purchase in the window.
    scores: Option<Scores>,
    /// What to do about him.
    action: Text,
    /// Whether his history changed after the run.
    stale: bool,
}

/// A customer.
#[derive(Serialize, ToSchema)]
struct Customer {
    #[schema(value_type = String, example = "cus_12")]
    id: CustomerId,
    /// His name.
    #[schema(example = "王小明")]
    name: Option<String>,
    /// Whether personal data is shown in part, for want of `customers.pii`.
    masked: bool,
    /// By what he is known.
    identities: Vec<Identity>,
    /// What was told of him.
    attributes: Vec<Attribute>,
    /// What is computed of him.
    traits: Vec<TraitValue>,
    /// His habits in words.
    sentences: Vec<Sentence>,
    /// Where he stands; nothing before the first run.
    place: Option<CustomerPlace>,
    /// How good his data is.
    quality: CustomerQuality,
    /// The currency of all money.
    #[schema(example = "CNY")]
    currency: String,
    /// The first thing known of him.
    first_seen: Option<Instant>,
    /// The last thing known of him.
    last_seen: Option<Instant>,
    /// When he was made.
    created_at: Instant,
    /// When his name or an attribute last changed.
    updated_at: Instant,
    /// The import that made him.
    #[schema(value_type = Option<String>)]
    import: Option<ImportId>,
    /// For If-Match.
    #[schema(example = "\"v3\"")]
    etag: String,
}

/// What is to be changed; what is left out stays, `null` removes.
#[expect(clippy::option_option, reason = "left out, null and a value are three things")]
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "王小明", "attributes": {"city": "上海", "birthday": null}}))]
struct CustomerPatch {
    /// Name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    name: Option<Option<String>>,
    /// Attributes by name.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, Json>)]
    attributes: BTreeMap<String, Json>,
}

/// Tells `null` from what is left out.
#[expect(clippy::option_option, reason = "left out, null and a value are three things")]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![customer_get_, customer_update])
}

/// One customer
#[utoipa::path(get, path = "/customers/{id}", operation_id = "customer_get", tag = "customers",
    params(("id" = String, Path, example = "cus_1", pattern = "^cus_[1-9][0-9]{0,17}$"), AsOf),
    responses((status = 200, description = "The customer, with an ETag.", body = Customer)))]
async fn customer_get_(
    actor: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
    Path(id): Path<CustomerId>,
    Query(wanted): Query<AsOf>,
) -> Result<Versioned<Customer>, ApiError> {
    answer(&stage, &actor, id, wanted.instant(&stage)?).await
}

async fn answer(
    stage: &Stage,
    actor: &Actor,
    id: CustomerId,
    as_of: Option<Micros>,
) -> Result<Versioned<Customer>, ApiError> {
    let person = stage.person(id, as_of).await?;
    stage.app.audit_read(actor, "customer.read", id).await;
    let version = customer_etag(&person.customer);
    Ok(Versioned::new(version, show(stage, person, actor.mask(), version).await?))
}

/// Correct name or attributes
#[utoipa::path(patch, path = "/customers/{id}", tag = "customers", request_body = CustomerPatch,
    params(("id" = String, Path, example = "cus_1", pattern = "^cus_[1-9][0-9]{0,17}$"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read.")),
    responses((status = 200, description = "As he is now, with an ETag.", body = Customer),
        (status = 412, description = "He was changed meanwhile.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn customer_update(
    actor: Allowed<may::CustomersWrite>,
    State(stage): State<Stage>,
    Path(id): Path<CustomerId>,
    known: IfMatch,
    web::Json(wanted): web::Json<CustomerPatch>,
) -> Result<Versioned<Customer>, ApiError> {
    let mut tx = stage.app.db.write().await?;
    let before = customer_get(&mut tx, id).await?;
    known.check(customer_etag(&before))?;
    let mut patch = Patch { name: wanted.name, attributes: wanted.attributes };
    if actor.mask() == Mask::On {
        unmasked(&mut patch, &before, &attribute_list(&mut tx).await?)?;
    }
    let changed = customer_edit(&mut tx, id, &patch, stage.app.now()).await?;
    if !changed.is_empty() {
        let event = Event::new(&*actor, "customer.update", id).detail(serde_json::json!({ "fields": changed }));
        stage.app.audit(&mut tx, event).await?;
    }
    tx.commit().await?;
    answer(&stage, &actor, id, None).await
}

/// Who sees personal data in part sends it back as it was shown; that is no change. Anything else would overwrite what he cannot see.
fn unmasked(patch: &mut Patch, before: &profile::Customer, known: &[AttributeDef]) -> Result<(), Problem> {
    let refuse = |field: String| {
        let message = "personal data is shown to you in part, so you cannot change it";
        Problem::new(Code::Forbidden, message).hint("ask for the permission customers.pii").field(field, message)
    };
    if let Some(name) = &patch.name
        && before.name.as_deref().map(|old| shown(Mask::On, "name", old)).as_deref() != name.as_deref()
    {
        return Err(refuse("name".to_owned()));
    }
    patch.name = None;
    for def in known.iter().filter(|def| def.personal) {
        let name = def.name.as_ref();
        let Some(new) = patch.attributes.remove(name) else { continue };
        if before.attributes.get(name).and_then(|old| part(def, old)).as_deref() != new.as_str() {
            return Err(refuse(format!("attributes.{name}")));
        }
    }
    Ok(())
}

async fn show(stage: &Stage, person: Person, mask: Mask, version: i64) -> Result<Customer, Problem> {
    let traits = stage.traits()?;
    let place = match &person.place {
        Some(standing) => place(stage, standing).await?,
        None => None,
    };
    let values = &person.traits;
    let said = profile::traits::sentences(|name| values.get(name).map(number)).into_iter();
    let sentences = said.map(|s| Sentence { text: Text::new(s.text.en, s.text.zh), traits: s.traits }).collect();
    let trait_values = traits.list().iter().map(|t| TraitValue {
        label: Text::new(t.label.en.as_str(), t.label.zh.as_str()),
        description: Text::new(t.description.en.as_str(), t.description.zh.as_str()),
        unit: trait_unit(t),
        value: values.get(&t.name).cloned().unwrap_or_default(),
        percentile: person.percentiles.get(&t.name).copied(),
        name: t.name.clone(),
    });
    let customer = &person.customer;
    Ok(Customer {
        id: customer.id,
        name: customer.name.as_deref().map(|n| mask.name(n)),
        masked: mask == Mask::On,
        identities: customer.identities.iter().map(|i| identity(i, mask)).collect(),
        attributes: attributes(&person, mask),
        traits: trait_values.collect(),
        sentences,
        place,
        quality: quality(customer, stage.app.now(), &stage.zone),
        currency: stage.currency.clone(),
        first_seen: customer.first_seen.map(Instant),
        last_seen: customer.last_seen.map(Instant),
        created_at: Instant(customer.created_at),
        updated_at: Instant(customer.updated_at),
        import: customer.created_import,
        etag: format!("\"v{version}\""),
    })
}

/// Decimal text as a number, for words.
fn number(value: &Json) -> Json {
    value.as_str().and_then(|t| t.parse::<f64>().ok()).map_or_else(|| value.clone(), Json::from)
}

fn identity(identity: &profile::Identity, mask: Mask) -> Identity {
    let kind = identity.kind.as_str();
    Identity {
        kind: kind.to_owned(),
        label: both(&identity_label(&identity.kind)),
        value: shown(mask, kind, &identity.value),
        verified: false,
    }
}

fn attributes(person: &Person, mask: Mask) -> Vec<Attribute> {
    let listed = person.attributes.iter().filter(|d| d.name != "name" && !AS_IDENTITY.contains(&d.name.as_ref()));
    let attribute = |def: &profile::AttributeDef| {
        let value = person.customer.attributes.get(def.name.as_ref());
        let value = if def.personal && mask == Mask::On {
            value.and_then(|v| part(def, v)).map(Json::from)
        } else {
            value.cloned()
        };
        let options = attribute_options(&def.name);
        let word = value.as_ref().and_then(Json::as_str).and_then(|v| options.iter().find(|o| o.0 == v));
        Attribute {
            name: def.name.to_string(),
            label: Text::new(def.label_en.as_ref(), def.label_zh.as_ref()),
            unit: attribute_unit(def.kind),
            shown: word.map(|o| both(&o.1)),
            value,
            personal: def.personal,
        }
    };
    listed.map(attribute).collect()
}

async fn place(stage: &Stage, standing: &Standing) -> Result<Option<CustomerPlace>, Problem> {
    let Some(run) = stage.run_latest().await? else { return Ok(None) };
    let titled =
        |dimension: Dimension, name: &str| run.book.titles(dimension).into_iter().find(|t| t.name == name).cloned();
    let named = |dimension: Dimension, name: &str| Named {
        name: name.to_owned(),
        label: titled(dimension, name).map_or_else(|| Text::new(name, name), |t| both(&t.label)),
    };
    let group = standing.group.as_deref();
    let action = group
        .and_then(|name| titled(Dimension::Group, name))
        .or_else(|| titled(Dimension::Stage, &standing.stage))
        .map_or_else(|| Text::new("", ""), |t| both(&t.action));
    Ok(Some(CustomerPlace {
        as_of: stage.day(run.learned.as_of),
        group: group.map(|name| named(Dimension::Group, name)),
        tier: standing.tier.as_deref().map(|name| named(Dimension::Tier, name)),
        stage: named(Dimension::Stage, &standing.stage),
        scores: standing.scores.map(|(r, f, m, score)| Scores {
            r,
            f,
            m,
            bins: run.learned.cuts.iter().map(crate::rules::rfm::Cuts::bins).collect(),
            score,
        }),
        action,
        stale: standing.stale,
    }))
}
