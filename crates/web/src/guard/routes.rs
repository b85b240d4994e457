//! A set of routes with their documents.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::declare;

/// Limits of an operation that differ from those of the settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// The longest it may take; `None`: as the settings say.
    pub time: Option<Duration>,
    /// The largest body in bytes; `None`: as the settings say.
    pub body: Option<usize>,
    /// It streams (an upload, server-sent events): no limit of time, it takes no turn from the others, and no `Idempotency-Key`. How
    /// many one user may have at once is bounded.
    pub streams: bool,
}

/// Routes of a stage below `/api/v1`. Made with [`crate::routes!`], merged by the binary.
pub struct Routes<S = ()> {
    pub(crate) router: OpenApiRouter<S>,
    pub(crate) limits: BTreeMap<String, Limits>,
    shapes: BTreeMap<String, RefOr<Schema>>,
    clashes: BTreeSet<String>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new() -> Self {
        Self {
            router: OpenApiRouter::default(),
            limits: BTreeMap::new(),
            shapes: BTreeMap::new(),
            clashes: BTreeSet::new(),
        }
    }

    /// Adds routes with the ordinary limits.
    #[must_use]
    pub fn with(mut self, routes: Vec<UtoipaMethodRouter<S>>) -> Self {
        for (schemas, mut paths, router) in routes {
            self.note(&schemas);
            declare::repeat(&mut paths);
            self.router = self.router.routes((schemas, paths, router));
        }
        self
    }

    /// Adds routes with limits of their own. They hold for all methods of the path.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits, routes: Vec<UtoipaMethodRouter<S>>) -> Self {
        for (schemas, mut paths, mut router) in routes {
            self.note(&schemas);
            if !limits.streams {
                declare::repeat(&mut paths);
            }
            for path in paths.paths.keys() {
                self.limits.insert(path.clone(), limits);
            }
            if let Some(bytes) = limits.body {
                router = router.layer(DefaultBodyLimit::max(bytes));
            }
            self.router = self.router.routes((schemas, paths, router));
        }
        self
    }

    /// Gives the handlers their state.
    #[must_use]
    pub fn with_state<S2: Clone + Send + Sync + 'static>(self, state: S) -> Routes<S2> {
        let Self { router, limits, shapes, clashes } = self;
        Routes { router: router.with_state(state), limits, shapes, clashes }
    }

    /// Both sets.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.limits.extend(other.limits);
        self.clashes.extend(other.clashes);
        self.note(&Vec::from_iter(other.shapes));
        self.router = self.router.merge(other.router);
        self
    }

    /// Names in the document under which two handlers describe different shapes: the document would show but one of them.
    pub fn clashes(&self) -> &BTreeSet<String> {
        &self.clashes
    }

    fn note(&mut self, shapes: &[(String, RefOr<Schema>)]) {
        for (name, shape) in shapes {
            let known = self.shapes.entry(name.clone()).or_insert_with(|| shape.clone());
            if known != shape {
                self.clashes.insert(name.clone());
            }
        }
    }

    /// The documents of these routes alone.
    pub fn document(&self) -> &OpenApi {
        self.router.get_openapi()
    }
}

#[cfg(test)]
mod tests {
    use utoipa::{PartialSchema, ToSchema};

    use super::*;

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct One {
        name: String,
    }

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Two {
        count: i64,
    }

    #[test]
    fn two_shapes_of_one_name_are_noticed() {
        let with = |shape: RefOr<Schema>| {
            let mut routes = Routes::<()>::new();
            routes.note(&[("Same".to_owned(), shape)]);
            routes
        };
        assert!(with(One::schema()).merge(with(One::schema())).clashes().is_empty());
        let clashed = with(One::schema()).merge(with(Two::schema()));
        assert_eq!(clashed.clashes().iter().collect::<Vec<_>>(), ["Same"]);
        assert!(crate::server::document::text(&clashed).is_err_and(|p| p.message.contains("Same")));
    }
}
