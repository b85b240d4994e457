//! Authorisation: the first argument of every handler says who may call it. The document and the checks come from that one
//! place, so a route without a guard does not compile, and one without a document does not either.
//!
//! ```ignore
//! #[utoipa::path(get, path = "/customers/{id}", params(("id" = String, Path)), responses((status = 200, body = Customer)))]
//! async fn customer_get(actor: Allowed<may::CustomersRead>, State(s): State<Profile>, Path(id): Path<CustomerId>) -> … {}
//!
//! pub fn routes(state: Profile) -> web::Routes {
//!     web::Routes::new().with(web::routes![customer_get]).with_state(state)
//! }
//! ```

mod access;
mod authenticate;
mod declare;
mod extract;
mod routes;

pub use access::{Access, Guard, Guarded, access_of};
pub(crate) use authenticate::{authenticate, cookie_clear, cookie_set, csrf_token, is_safe, session_token};
pub use declare::declare;
pub use extract::{Allowed, Anyone, Person};
pub(crate) use extract::{Client, Identity};
pub use routes::{Limits, Routes};

#[doc(hidden)]
pub use utoipa_axum::routes as declare_routes;

/// The routes of some handlers, with who may call them: `web::routes![customer_list, customer_get]`.
#[macro_export]
macro_rules! routes {
    ($($handler:path),+ $(,)?) => {
        vec![$($crate::guard::declare(
            $crate::guard::declare_routes!($handler),
            $crate::guard::access_of(&$handler),
        )),+]
    };
}
