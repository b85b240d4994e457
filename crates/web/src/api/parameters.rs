//! The query parameters of an operation, as the document has them.

use std::sync::{Arc, LazyLock, OnceLock};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use base::FieldProblem;
use base::problem::did_you_mean;
use jsonschema::Validator;
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{RefOr, Schema};

use super::sent::{first_of_each, remember_query, validator_of};
use super::{ApiError, wrong};

/// Those of one operation.
pub(crate) struct Parameters {
    list: Vec<(String, RefOr<Schema>)>,
    /// What their schemas refer to.
    others: Vec<(String, RefOr<Schema>)>,
    validators: OnceLock<Vec<Option<Validator>>>,
}

/// Makes an operation refuse parameters that its document does not have: a misspelled one would be left out without a word.
pub(crate) fn known_only<S: Clone + Send + Sync + 'static>(
    router: MethodRouter<S>,
    operation: &Operation,
    others: &[(String, RefOr<Schema>)],
) -> MethodRouter<S> {
    let all = operation.parameters.iter().flatten();
    let list = all.filter_map(|parameter| match parameter {
        RefOr::T(p) if matches!(p.parameter_in, ParameterIn::Query) => Some((p.name.clone(), p.schema.clone()?)),
        _ => None,
    });
    let known = Parameters { list: list.collect(), others: others.to_vec(), validators: OnceLock::new() };
    router.layer(from_fn_with_state(Arc::new(known), watch))
}

async fn watch(State(known): State<Arc<Parameters>>, request: Request, next: Next) -> Response {
    if let Some(query) = request.uri().query().filter(|query| !query.is_empty()) {
        if let Some(name) = pairs(query).into_iter().map(|(name, _)| name).find(|name| !known.has(name)) {
            return known.unknown(&name).into_response();
        }
        remember_query(&known, query);
    }
    next.run(request).await
}

fn pairs(query: &str) -> Vec<(String, String)> {
    serde_html_form::from_str(query).unwrap_or_default()
}

impl Parameters {
    fn has(&self, name: &str) -> bool {
        self.list.iter().any(|(known, _)| known == name)
    }

    fn unknown(&self, name: &str) -> ApiError {
        let names: Vec<&str> = self.list.iter().map(|(name, _)| name.as_str()).collect();
        let hint = did_you_mean(name, names.iter().copied()).unwrap_or_else(|| match names.as_slice() {
            [] => "it has none: leave it out".to_owned(),
            names => format!("use one of {}", names.join(", ")),
        });
        let detail = format!("this operation has no parameter \"{name}\"");
        ApiError::http(StatusCode::BAD_REQUEST, "invalid_query", detail).hint(hint).field(name, "is no parameter here")
    }

    /// What is wrong with a query.
    pub(super) fn look(&self, query: &str) -> Vec<FieldProblem> {
        static NOTHING: LazyLock<Vec<Option<Validator>>> = LazyLock::new(Vec::new);
        let make = || self.list.iter().map(|(_, schema)| validator_of(schema, &self.others)).collect();
        let validators = if self.list.is_empty() { &*NOTHING } else { self.validators.get_or_init(make) };
        let pairs = pairs(query);
        let mut found = Vec::new();
        for ((name, schema), validator) in self.list.iter().zip(validators) {
            let given: Vec<&str> =
                pairs.iter().filter(|(given, _)| given == name).map(|(_, text)| text.as_str()).collect();
            let (Some(last), Some(validator)) = (given.last(), validator) else { continue };
            let several = matches!(schema, RefOr::T(Schema::Array(_)));
            let value = if several { Value::from(given.clone()) } else { value(last, validator) };
            found.extend(validator.iter_errors(&value).flat_map(|error| wrong::told(&error, name)));
        }
        first_of_each(found.into_iter())
    }
}

/// A parameter as what it is meant to be: a number or a truth where the schema takes it so.
fn value(text: &str, validator: &Validator) -> Value {
    let read = serde_json::from_str::<Value>(text).ok().filter(|v| v.is_number() || v.is_boolean());
    match read {
        Some(read) if !validator.is_valid(&Value::from(text)) => read,
        _ => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use utoipa::IntoParams;

    use super::*;

    #[derive(IntoParams)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Wanted {
        #[param(minimum = 1, maximum = 7)]
        weekday: i64,
        #[param(format = Date)]
        from: String,
        #[param(value_type = Vec<String>)]
        filter: Vec<String>,
    }

    #[test]
    fn every_parameter_that_is_wrong_is_told() {
        let parameters = Wanted::into_params(|| Some(ParameterIn::Query)).into_iter();
        let known = Parameters {
            list: parameters.map(|p| (p.name.clone(), p.schema.unwrap())).collect(),
            others: Vec::new(),
            validators: OnceLock::new(),
        };
        let told = |query: &str| known.look(query).into_iter().map(|f| (f.field, f.message)).collect::<Vec<_>>();
        assert_eq!(
            told("weekday=9&from=x&filter=a&filter=b"),
            [("weekday", "must be at most 7"), ("from", "must be a day such as 2026-03-31")]
                .map(|(f, m)| (f.to_owned(), m.to_owned()))
        );
        assert_eq!(told("weekday=a"), [("weekday".to_owned(), "must be a whole number".to_owned())]);
        assert!(told("weekday=3&from=2026-03-31&filter=1").is_empty());
    }
}
