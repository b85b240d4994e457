//! Everything that is wrong with what was sent, by the schemas that the document shows. Reading it ends at the first thing that is wrong;
//! who fills in a form is told all of them at once.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use base::{Code, FieldProblem, Problem};
use jsonschema::Validator;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::parameters::Parameters;
use super::wrong;

/// More is not told at once.
const MOST: usize = 20;

/// Tells what is wrong with a body.
type Look = fn(&[u8]) -> Vec<FieldProblem>;

/// What came with a request, looked at only when something is wrong.
#[derive(Default)]
struct Sent {
    body: Option<(Bytes, Look)>,
    query: Option<(Arc<Parameters>, String)>,
}

tokio::task_local! {
    /// Of the request that is being answered.
    static SENT: RefCell<Sent>;
}

static KNOWN: Mutex<BTreeMap<TypeId, Option<Arc<Validator>>>> = Mutex::new(BTreeMap::new());

/// Work that answers a request: its problems tell everything that is wrong with what was sent.
pub(crate) fn answering<F: Future>(work: F) -> impl Future<Output = F::Output> {
    SENT.scope(RefCell::default(), work)
}

/// Remembers the query of the request that is being answered, and what its operation takes.
pub(crate) fn remember_query(known: &Arc<Parameters>, query: &str) {
    let _ = SENT.try_with(|sent| sent.borrow_mut().query = Some((Arc::clone(known), query.to_owned())));
}

/// Remembers the body of the request that is being answered.
pub(super) fn remember<T: ToSchema + 'static>(body: &Bytes) {
    // Outside of a request there is nobody to be told.
    let _ = SENT.try_with(|sent| sent.borrow_mut().body = Some((body.clone(), look::<T>)));
}

/// Adds to a problem with what was sent what else is wrong with it.
pub(super) fn complete(mut problem: Problem) -> Problem {
    if !matches!(problem.code, Code::InvalidInput | Code::InvalidArgument | Code::InvalidId) {
        return problem;
    }
    let found = SENT.try_with(|sent| {
        let Sent { body, query } = &*sent.borrow();
        let query = query.as_ref().map(|(known, query)| known.look(query));
        let body = body.as_ref().map(|(body, look)| look(body));
        query.into_iter().chain(body).flatten().collect::<Vec<_>>()
    });
    for FieldProblem { field, message } in found.unwrap_or_default() {
        if !problem.fields.iter().any(|told| same(&told.field, &field)) {
            problem = problem.field(field, message);
        }
    }
    problem
}

/// Whether two names are of one field or of a field and a part of it: `scopes[2]`, `scopes.2`, `scopes`.
fn same(one: &str, other: &str) -> bool {
    let plain = |name: &str| format!("{}.", name.replace('[', ".").replace(']', ""));
    let (one, other) = (plain(one), plain(other));
    one.starts_with(&other) || other.starts_with(&one)
}

fn look<T: ToSchema + 'static>(body: &[u8]) -> Vec<FieldProblem> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let validator = {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(TypeId::of::<T>()).or_insert_with(|| validator::<T>().map(Arc::new)).clone()
    };
    let errors = validator.iter().flat_map(|v| v.iter_errors(&body)).take(10 * MOST);
    first_of_each(errors.flat_map(|error| wrong::told(&error, "")))
}

/// One problem for each field, not too many.
pub(super) fn first_of_each(all: impl Iterator<Item = FieldProblem>) -> Vec<FieldProblem> {
    let mut all: Vec<FieldProblem> = all.collect();
    // A pattern says it worst.
    all.sort_by_key(|one| one.message.starts_with(wrong::PATTERN));
    let mut found: Vec<FieldProblem> = Vec::new();
    for one in all {
        if found.len() < MOST && !found.iter().any(|told| same(&told.field, &one.field)) {
            found.push(one);
        }
    }
    found
}

fn validator<T: ToSchema>() -> Option<Validator> {
    let mut others: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut others);
    validator_of(&T::schema(), &others)
}

/// Of a schema as the document has it, with those it refers to.
pub(super) fn validator_of(schema: &RefOr<Schema>, others: &[(String, RefOr<Schema>)]) -> Option<Validator> {
    let others: BTreeMap<&str, &RefOr<Schema>> = others.iter().map(|(name, schema)| (name.as_str(), schema)).collect();
    let mut whole = serde_json::to_value(schema).ok()?;
    whole.as_object_mut()?.insert("components".to_owned(), json!({ "schemas": others }));
    let made = jsonschema::draft202012::options().should_validate_formats(true).build(&whole);
    made.inspect_err(|error| tracing::error!(%error, "a schema of the document cannot be used")).ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use utoipa::ToSchema;

    use super::*;

    #[derive(Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Order {
        #[schema(min_length = 1, max_length = 5)]
        name: String,
        #[schema(format = Email, pattern = r"^[^@\s]+@[^@\s]+$")]
        email: Option<String>,
        #[schema(min_items = 1)]
        lines: Vec<Line>,
        kind: Option<Kind>,
        pay: Option<Pay>,
    }

    #[derive(Deserialize, ToSchema)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Line {
        #[schema(minimum = 1)]
        count: i64,
    }

    #[derive(Deserialize, ToSchema)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Sale,
        Return,
    }

    #[derive(Deserialize, ToSchema)]
    #[expect(dead_code, reason = "only its shape matters")]
    #[serde(tag = "by", rename_all = "snake_case")]
    enum Pay {
        Card { number: String },
        Cash { given: i64 },
    }

    fn found(body: &Value) -> Vec<(String, String)> {
        let mut found: Vec<_> =
            look::<Order>(body.to_string().as_bytes()).into_iter().map(|f| (f.field, f.message)).collect();
        found.sort();
        found
    }

    #[test]
    fn everything_that_is_wrong_is_told_once() {
        let body = json!({
            "name": "", "email": "x", "lines": [{"count": 1}, {"count": 0}, {"count": "2"}, {}], "kind": "gift",
            "pay": {"by": "cash", "given": "all"}, "note": 1
        });
        let told = found(&body);
        let told: Vec<(&str, &str)> = told.iter().map(|(f, m)| (f.as_str(), m.as_str())).collect();
        assert_eq!(
            told,
            [
                ("email", "is not an e-mail address"),
                ("kind", "must be one of sale, return"),
                ("lines[1].count", "must be at least 1"),
                ("lines[2].count", "must be a whole number"),
                ("lines[3].count", "missing field `count`"),
                ("name", "must not be empty"),
                ("note", "unknown field `note`"),
                ("pay.given", "must be a whole number"),
            ]
        );
        assert_eq!(found(&json!({})).len(), 2, "what may be left out is not missed");
        assert_eq!(found(&json!({"name": "Wang", "kind": null, "lines": [{"count": 2}]})), []);
        assert_eq!(found(&json!([])), [("body".to_owned(), "must be an object".to_owned())]);
    }

    #[tokio::test]
    async fn what_is_told_already_stays_as_it_is() {
        let work = async {
            remember::<Order>(&Bytes::from_static(br#"{"name": "too long", "lines": [], "email": "a@b.example"}"#));
            let one = Problem::new(Code::InvalidInput, "the name is taken").field("name", "is taken");
            let fields = complete(one).fields.into_iter().map(|f| (f.field, f.message)).collect::<Vec<_>>();
            let wanted = [("name", "is taken"), ("lines", "must not be empty")];
            assert_eq!(fields, wanted.map(|(f, m)| (f.to_owned(), m.to_owned())));
            assert!(complete(Problem::new(Code::Conflict, "it changed")).fields.is_empty());
        };
        answering(work).await;
        assert!(complete(Problem::new(Code::InvalidInput, "wrong")).fields.is_empty());
    }
}
