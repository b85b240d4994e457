//! Writes into the document what holds for every operation: who may call it, and which problems it can answer with.

use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, ObjectBuilder, Paths, Ref, RefOr, Required, ResponseBuilder};
use utoipa_axum::router::UtoipaMethodRouter;

use super::access::Access;
use crate::api::parameters::known_only;

/// The documents of operations, to be changed, with whether they write.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let all = [(false, get), (true, put), (true, post), (true, delete), (true, patch)];
    all.into_iter().filter_map(|(writes, operation)| operation.as_mut().map(|o| (writes, o)))
}

/// Adds to the documents of operations that they take an `Idempotency-Key`. What streams takes none: nobody could tell whether it
/// is the same again before all of it has come.
pub(super) fn repeat(paths: &mut Paths) {
    let open = Some(vec![SecurityRequirement::default()]);
    for (writes, operation) in paths.paths.values_mut().flat_map(operations) {
        if writes && operation.security != open {
            repeatable(operation);
        }
    }
}

/// Adds to the document of a handler who may call it.
pub fn declare<S: Clone + Send + Sync + 'static>(
    routes: UtoipaMethodRouter<S>,
    access: Access,
) -> UtoipaMethodRouter<S> {
    let (schemas, mut paths, mut router) = routes;
    for item in paths.paths.values_mut() {
        for (writes, operation) in operations(item) {
            complete(operation, access, writes);
            router = known_only(router, operation, &schemas);
        }
    }
    (schemas, paths, router)
}

fn complete(operation: &mut Operation, access: Access, writes: bool) {
    let mut extensions = operation.extensions.take().unwrap_or_default();
    extensions.merge(ExtensionsBuilder::new().add("x-permission", access.as_str()).build());
    operation.extensions = Some(extensions);
    // A requirement that is empty says that none is needed; a missing list would mean the default of the document.
    let named = |name: &str| SecurityRequirement::new::<_, [&str; 0], &str>(name, []);
    let session = if writes { named("session").add::<_, [&str; 0], &str>("csrf", []) } else { named("session") };
    operation.security = Some(match access {
        Access::Anyone => vec![SecurityRequirement::default()],
        Access::Person => vec![session],
        Access::SignedIn | Access::Allowed(_) => vec![session, named("key")],
    });
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let has = |place: &ParameterIn| {
        parameters.iter().any(
            |p| matches!(p, RefOr::T(p) if std::mem::discriminant(&p.parameter_in) == std::mem::discriminant(place)),
        )
    };
    let mut problems = vec![
        ("400", "The request cannot be understood."),
        ("403", "Not allowed."),
        ("429", "Too many requests; try again after Retry-After seconds."),
        ("500", "A defect of the server."),
        ("503", "The server cannot answer now; try again after Retry-After seconds."),
    ];
    if access != Access::Anyone {
        problems.push(("401", "Not signed in."));
    }
    if has(&ParameterIn::Path) {
        problems.push(("404", "It does not exist."));
    }
    if operation.request_body.is_some() {
        problems.push(("408", "The body did not arrive in time."));
        problems.push(("413", "The body is too large."));
        problems.push(("415", "The body is of another kind."));
        problems.push(("422", "The body is well-formed, but what it says is not right."));
    }
    for (status, about) in problems {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(about)));
    }
}

/// Says that an operation takes an `Idempotency-Key`, and how it answers one that is used again.
fn repeatable(operation: &mut Operation) {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[!-~]{1,128}$")).build();
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Made up by the client, for one request: sent again with the same key, it is answered as before, not done twice."))
        .schema(Some(text))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(key));
    let problems = [
        ("409", "It conflicts with what is there, or the same Idempotency-Key is being worked on."),
        ("413", "The body is too large."),
        ("422", "What the body says is not right, or the Idempotency-Key came with another request."),
    ];
    for (status, about) in problems {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(about)));
    }
}

/// The answer with a problem.
pub(crate) fn problem(about: &str) -> utoipa::openapi::Response {
    let content = Content::builder().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(about).content("application/problem+json", content).build()
}
