//! Errors as the API shows them: RFC 9457 problems with a stable code.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Code, FieldProblem, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::sent;
use crate::layers::{Language, request_id};

/// An error on its way to a client. Use cases give a [`Problem`]; this adds what only HTTP knows.
#[derive(Debug)]
pub struct ApiError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    code: &'static str,
    problem: Problem,
}

/// After how many seconds another try makes sense, where nobody knows it better: turns come back sooner than disks and databases.
const AGAIN: [(StatusCode, u64); 2] = [(StatusCode::TOO_MANY_REQUESTS, 5), (StatusCode::SERVICE_UNAVAILABLE, 15)];

/// What a client is told (`application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:guanxi:problem:not_found",
    "title": "Not found",
    "status": 404,
    "code": "not_found",
    "detail": "usr_12 does not exist",
    "hint": "GET /api/v1/users lists them",
    "request": "1f0c9d4be27a4a3f"
}))]
pub struct ProblemBody {
    /// `urn:guanxi:problem:` and the code.
    pub r#type: String,
    /// The kind of problem, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The kind of problem, for programs. Stable.
    pub code: &'static str,
    /// What happened.
    pub detail: String,
    /// What to do about it, when something can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What is wrong where, when fields were sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldBody>,
    /// The number of the request, under which the log knows more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldProblem, example = json!({"field": "scopes[2]", "message": "\"customer.read\" is not a permission"}))]
pub struct FieldBody {
    /// Its name: `email`, `scopes[2]`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl From<FieldProblem> for FieldBody {
    fn from(f: FieldProblem) -> Self {
        Self { field: f.field, message: Language::current().say(f.message) }
    }
}

impl ApiError {
    /// A problem that only HTTP has, such as a method that does not exist.
    pub fn http(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let problem = Problem::new(Code::InvalidArgument, detail);
        Self(Box::new(Inner { status, code, problem }))
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.problem = self.0.problem.hint(hint);
        self
    }

    /// Says what is wrong with one field; may be called for several.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.0.problem = self.0.problem.field(field, message);
        self
    }

    /// Says after how many seconds another try makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.problem = self.0.problem.again_after(seconds);
        self
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }
}

impl ApiError {
    /// What a client is told; what the database or the disk said is for the log.
    fn body(self) -> ProblemBody {
        let Inner { status, code, mut problem, .. } = *self.0;
        match problem.code {
            Code::Internal => {
                "something went wrong on our side".clone_into(&mut problem.message);
                problem.hint = Some(
                    "try again; if it stays, give the number of the request to whoever runs the server".to_owned(),
                );
            }
            Code::Unavailable | Code::IncompatibleStore => {
                "the service cannot answer now".clone_into(&mut problem.message);
                problem.hint = Some("try again in a while; the log of the server says more".to_owned());
            }
            _ => problem = sent::complete(problem),
        }
        ProblemBody { request: request_id(), ..ProblemBody::new(status, code, problem) }
    }
}

impl ProblemBody {
    /// In the language of the request: what clients are told goes through here.
    fn new(status: StatusCode, code: &'static str, problem: Problem) -> Self {
        let language = Language::current();
        Self {
            r#type: format!("urn:guanxi:problem:{code}"),
            title: language.say(title(code).to_owned()),
            status: status.as_u16(),
            code,
            detail: language.say(problem.message),
            hint: problem.hint.map(|hint| language.say(hint)),
            fields: problem.fields.into_iter().map(FieldBody::from).collect(),
            request: None,
        }
    }

    /// A problem of work that was done in the background, for who may not see what was in the data: only of what kind it is.
    pub fn of_work_veiled(code: Code) -> Self {
        let problem = Problem::new(code, "why it failed may quote personal data, which you do not see");
        Self::of_work(
            problem.hint("the person who began it sees why, and so does who has the permission customers.pii"),
        )
    }

    /// A problem of work that was done in the background, told as it is.
    pub fn of_work(problem: Problem) -> Self {
        let error = ApiError::from(problem);
        Self::new(error.0.status, error.0.code, error.0.problem)
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        let status = match problem.code {
            Code::InvalidArgument | Code::InvalidId => StatusCode::BAD_REQUEST,
            Code::InvalidConfig | Code::InvalidInput | Code::TooLittleData => StatusCode::UNPROCESSABLE_ENTITY,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::Conflict | Code::Cancelled => StatusCode::CONFLICT,
            Code::IncompatibleStore | Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Code::Unauthenticated => StatusCode::UNAUTHORIZED,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Code::Outdated => StatusCode::PRECONDITION_FAILED,
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(Box::new(Inner { status, code: problem.code.as_str(), problem }))
    }
}

/// The kind of problem, for people.
fn title(code: &str) -> &'static str {
    match code {
        "invalid_argument" => "Invalid argument",
        "invalid_id" => "Invalid id",
        "invalid_json" => "Invalid JSON",
        "invalid_query" => "Invalid query parameters",
        "invalid_input" => "Invalid input",
        "invalid_config" => "Invalid configuration",
        "not_found" => "Not found",
        "method_not_allowed" => "Method not allowed",
        "conflict" => "Conflict",
        "cancelled" => "Cancelled",
        "outdated" => "Changed meanwhile",
        "too_little_data" => "Too little data",
        "too_large" => "Too large",
        "unsupported_media_type" => "Unsupported media type",
        "unauthenticated" => "Not signed in",
        "forbidden" => "Not allowed",
        "cross_site" => "Request from another site",
        "too_many_requests" => "Too many requests",
        "idempotency_key_reused" => "Idempotency key used before",
        "idempotency_in_progress" => "Still being worked on",
        "timeout" => "Timeout",
        "overloaded" => "Overloaded",
        "unavailable" | "incompatible_store" => "Not available",
        "internal" => "Internal error",
        _ => "Error",
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Inner { status, code, ref problem } = *self.0;
        let usual = AGAIN.iter().find(|again| again.0 == status).map(|again| again.1);
        let again_after = problem.again_after.or(usual);
        let ours = matches!(problem.code, Code::Internal | Code::Unavailable | Code::IncompatibleStore);
        if status.is_server_error() && ours {
            tracing::error!(code, cause = ?problem.source, "{}", problem.message);
        }
        let body = self.body();
        let text = serde_json::to_string(&body).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], text).into_response();
        let headers = response.headers_mut();
        Language::current().note(headers);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"guanxi\""));
        }
        if let Some(seconds) = again_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
