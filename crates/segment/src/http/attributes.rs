//! The attributes that customers have, and which of them say who somebody is.

use axum::extract::State;
use profile::AttributeDef;
use profile::ops::{attribute_list, attribute_set_personal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::Text;
use web::rules::permission::may;
use web::{Allowed, ApiError, Event, Json, Path, Routes};

use crate::list::define::attribute_unit;
use crate::stage::Stage;

/// What is known of customers besides their names and what they do.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "wechat", "label": {"en": "WeChat", "zh": "微信号"}, "unit": "text", "built_in": false, "personal": true}))]
struct AttributeShape {
    /// Its name.
    name: String,
    /// For people.
    label: Text,
    /// `text`, `count`, `date`, `bool` or `list`.
    unit: &'static str,
    /// Whether it came with the product; others were brought by files or people.
    built_in: bool,
    /// Whether it says who somebody is, or how to reach him: masked without `customers.pii`.
    personal: bool,
}

/// What can be said of an attribute.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"personal": false}))]
struct AttributePatch {
    /// Whether it says who somebody is, or how to reach him.
    personal: bool,
}

impl From<AttributeDef> for AttributeShape {
    fn from(def: AttributeDef) -> Self {
        Self {
            label: Text::new(def.label_en, def.label_zh),
            unit: attribute_unit(def.kind),
            built_in: def.built_in,
            personal: def.personal,
            name: def.name.into_owned(),
        }
    }
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![attributes, attribute_update])
}

/// List attributes
///
/// Those of the product, then what files and people brought. All there are: without pages.
#[utoipa::path(get, path = "/attributes", tag = "customers",
    responses((status = 200, description = "All attributes.", body = Vec<AttributeShape>)))]
async fn attributes(
    _: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
) -> Result<Json<Vec<AttributeShape>>, ApiError> {
    let all = attribute_list(&mut stage.app.db.read().await?).await?;
    Ok(Json(all.into_iter().map(AttributeShape::from).collect()))
}

/// Say whether an attribute is personal
///
/// What a file brings is personal until somebody says that it is not; yes and no never is.
#[utoipa::path(patch, path = "/attributes/{name}", tag = "customers", request_body = AttributePatch,
    params(("name" = String, Path, example = "wechat")),
    responses((status = 200, description = "As it is now.", body = AttributeShape),
        (status = 409, description = "It came with the product.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn attribute_update(
    actor: Allowed<may::SettingsWrite>,
    State(stage): State<Stage>,
    Path(name): Path<String>,
    Json(r): Json<AttributePatch>,
) -> Result<Json<AttributeShape>, ApiError> {
    let mut tx = stage.app.db.write().await?;
    let def = attribute_set_personal(&mut tx, &name, r.personal).await?;
    let detail = serde_json::json!({ "personal": r.personal });
    stage.app.audit(&mut tx, Event::new(&*actor, "attribute.update", name.as_str()).detail(detail)).await?;
    tx.commit().await?;
    Ok(Json(def.into()))
}
