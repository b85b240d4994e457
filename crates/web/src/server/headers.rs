//! The headers of answers, in the document.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, OpenApi, Ref, RefOr};

/// Every header: its name, what it says, the type of its value.
const ALL: [(&str, &str, Type); 5] = [
    ("X-Request-Id", "The number of the request, under which the log knows more.", Type::String),
    ("ETag", "The version, to be sent back as If-Match with a change.", Type::String),
    ("Retry-After", "After how many seconds another try makes sense.", Type::Integer),
    (
        "Idempotent-Replayed",
        "`true`: this was answered before to the same Idempotency-Key, and not done again.",
        Type::String,
    ),
    ("Set-Cookie", "The cookie of the log-in.", Type::String),
];

/// Operations that sign in or out.
const COOKIES: [&str; 5] = ["auth_login", "auth_totp", "auth_logout", "auth_invitation_accept", "auth_password"];

/// Says of every answer which headers it has.
pub(super) fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (name, about, kind) in ALL {
        let schema = ObjectBuilder::new().schema_type(kind).build();
        let header = HeaderBuilder::new().description(Some(about)).schema(Some(schema)).build();
        components.headers.insert(name.to_owned(), RefOr::<Header>::T(header));
    }
    for item in document.paths.paths.values_mut() {
        let versioned = operations(item).any(|operation| has(operation, "If-Match"));
        for operation in operations(item) {
            let repeatable = has(operation, "Idempotency-Key");
            let cookie = operation.operation_id.as_deref().is_some_and(|id| COOKIES.contains(&id));
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(response) = response else { continue };
                let good = status.starts_with('2');
                let told = [
                    ("X-Request-Id", true),
                    ("ETag", versioned && good && status != "204"),
                    ("Retry-After", matches!(status.as_str(), "429" | "503")),
                    ("Idempotent-Replayed", repeatable && good),
                    ("Set-Cookie", cookie && good),
                ];
                for (name, _) in told.into_iter().filter(|(_, told)| *told) {
                    let place = Ref::new(format!("#/components/headers/{name}"));
                    response.headers.insert(name.to_owned(), RefOr::Ref(place));
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().filter_map(Option::as_mut)
}

fn has(operation: &Operation, header: &str) -> bool {
    let all = operation.parameters.iter().flatten();
    all.filter_map(|p| if let RefOr::T(p) = p { Some(p) } else { None })
        .any(|p| matches!(p.parameter_in, ParameterIn::Header) && p.name == header)
}
