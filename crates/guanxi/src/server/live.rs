//! What the server does at the moment. When the settings of the business change, it is made anew, and no stage needs to know.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use base::Problem;
use jobs::{Cancel, Runner};
use tower::ServiceExt as _;

use super::console;
use super::stages::{self, Site};
use crate::app::App;

/// Routes and bodies of jobs, made for one state of the configuration.
#[derive(Clone)]
struct Made {
    router: Router,
    runner: Runner,
    site: Site,
}

/// Routes and bodies of jobs as they are now.
pub(crate) struct Live {
    web: web::App,
    made: RwLock<Option<Made>>,
}

impl Live {
    /// Made from an opened installation.
    pub(crate) fn new(app: App, web: web::App) -> Result<Arc<Self>, Problem> {
        let live = Arc::new(Self { web, made: RwLock::new(None) });
        live.load(app)?;
        Ok(live)
    }

    /// Makes everything anew. What is under way ends with what it began with.
    fn load(self: &Arc<Self>, app: App) -> Result<(), Problem> {
        let again = Arc::clone(self);
        let site = Site::new(self.web.clone(), app, Arc::new(move |app| again.load(app)));
        let runner = stages::runner(&site);
        let router = web::router(&self.web, stages::routes(&site), console::pages())?;
        *self.made.write().unwrap_or_else(PoisonError::into_inner) = Some(Made { router, runner, site });
        Ok(())
    }

    fn made(&self) -> Option<Made> {
        self.made.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What everything is made of.
    pub(crate) fn site(&self) -> Option<Site> {
        self.made().map(|made| made.site)
    }

    /// The service that hands every request to the routes as they are now.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        let live = Arc::clone(self);
        Router::new().fallback(move |request: Request| answer(live.made(), request))
    }

    /// Runs jobs until `stop` is asked.
    pub(crate) async fn work(&self, stop: &Cancel) {
        while let Some(Made { runner, .. }) = self.made().filter(|_| !stop.asked()) {
            runner.run_or_wait(stop).await;
        }
    }

    /// Lets go of everything, which holds this too.
    pub(crate) fn end(&self) {
        self.made.write().unwrap_or_else(PoisonError::into_inner).take();
    }
}

async fn answer(made: Option<Made>, request: Request) -> Result<Response, web::ApiError> {
    let Some(Made { router, .. }) = made else {
        return Err(Problem::new(base::Code::Unavailable, "the server stops").into());
    };
    let answered: Result<Response, Infallible> = router.oneshot(request).await;
    answered.map_err(|never| match never {})
}
