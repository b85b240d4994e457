//! The OpenAPI document, and the page that shows it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Code, Problem};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_swagger_ui::Config;

use super::headers;
use crate::api::{ApiError, ProblemBody};
use crate::guard::Routes;

/// Where the routes of stages begin.
pub const PREFIX: &str = "/api/v1";

/// The script that begins the page of the document, and what is put in front of it.
const BEGIN: &str = "swagger-initializer.js";
const SIGNED_IN: &str = include_str!("docs.js");

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Guanxi",
        description = "The API of Guanxi. Everything the console and the command line do.\n\n\
            People sign in with `POST /api/v1/auth/login`: the answer sets a cookie and tells a `csrf_token`, which every request \
            that changes something sends back as `X-CSRF-Token`. Programs send an API key: `Authorization: Bearer gxk_…`. \
            `x-permission` says what an operation asks for: a permission, `signed-in` (anyone who is), `person` (no API keys), \
            or `anyone`.\n\n\
            Errors are problems (RFC 9457) with a stable `code`, told in English or, with `Accept-Language: zh`, in Chinese. \
            Lists give `next`, to be sent as `cursor`. Writing requests \
            take an `Idempotency-Key`: the same key gives the same answer for a day. What several people may edit has an `ETag`, to \
            be sent back as `If-Match`. Every answer has an `X-Request-Id`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemBody))
)]
struct Base;

/// The complete document of `routes`.
pub fn document(routes: &Routes) -> OpenApi {
    let mut document = OpenApi::default();
    document.info = Base::openapi().info;
    let mut base = Base::openapi().nest(PREFIX, routes.document().clone());
    let components = base.components.get_or_insert_default();
    components
        .add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("guanxi_session"))));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("gxk_…").build();
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    let about =
        "What changes something asks for it too: `csrf_token` of GET /api/v1/auth/me. This page sends it by itself.";
    let csrf = ApiKeyValue::with_description("X-CSRF-Token", about);
    components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(csrf)));
    document.paths = base.paths;
    document.components = base.components;
    headers::describe(&mut document);
    document
}

/// The document as text, the same for the same routes: for the snapshot in the repository. Refuses two shapes of one name.
pub fn text(routes: &Routes) -> Result<String, Problem> {
    if let Some(name) = routes.clashes().first() {
        return Err(Problem::new(Code::Internal, format!("two shapes of the API are called {name}: rename one")));
    }
    let text = document(routes).to_pretty_json();
    text.map_err(|e| Problem::internal("the OpenAPI document cannot be written", e))
}

/// The page that shows the document: Swagger UI, whose files are in the binary.
pub(super) async fn page(path: Option<Path<String>>) -> Response {
    let file = path.map_or_else(|| "index.html".to_owned(), |Path(p)| p);
    let config = Config::from(format!("{PREFIX}/openapi.json"))
        .use_base_layout()
        .show_extensions(true)
        .display_operation_id(true)
        .default_models_expand_depth(0)
        .validator_url("none");
    match utoipa_swagger_ui::serve(&file, Arc::new(config)) {
        Ok(Some(found)) => {
            // Its script is large and changes with the program only.
            let keep = if file == "index.html" { "no-store" } else { "max-age=3600" };
            let head = [(header::CONTENT_TYPE, found.content_type), (header::CACHE_CONTROL, keep.to_owned())];
            let mut bytes = found.bytes.into_owned();
            if file == BEGIN {
                bytes.splice(..0, SIGNED_IN.bytes());
            }
            (StatusCode::OK, head, Body::from(bytes)).into_response()
        }
        Ok(None) => {
            let problem =
                Problem::new(Code::NotFound, "there is no such page").hint("the documentation is at /api/docs/");
            ApiError::from(problem).into_response()
        }
        Err(error) => ApiError::from(Problem::new(Code::Internal, error.to_string())).into_response(),
    }
}
