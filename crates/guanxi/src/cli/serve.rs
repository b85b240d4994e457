//! `guanxi serve` and `guanxi openapi`.

use std::sync::Arc;

use base::Problem;

use super::args::{InitArgs, ServeArgs};
use super::init;
use crate::app::App;
use crate::output;
use crate::server::{self, LogIn, stages};

pub(crate) async fn run(mut app: App, args: ServeArgs, json: bool) -> Result<(), Problem> {
    if let Some(listen) = args.listen {
        app.config.server.listen = listen;
        app.config.server.check()?;
    }
    let login = if args.keep_log_in { LogIn::of_demo(&app.data) } else { LogIn::default() };
    server::run(app, &args.owner, login, json).await
}

/// Prints the document of the API. It is the same for every installation.
pub(crate) async fn openapi() -> Result<(), Problem> {
    let folder = std::env::temp_dir().join(format!("guanxi-openapi-{}", std::process::id()));
    let init = InitArgs {
        dir: folder.clone(),
        name: None,
        zone: None,
        currency: None,
        region: None,
        language: None,
        database: None,
    };
    let document = match init::make(&init, None).await {
        Ok(app) => document(app).await,
        Err(problem) => Err(problem),
    };
    if folder.is_dir() {
        std::fs::remove_dir_all(folder)?;
    }
    output::line(document?);
    Ok(())
}

async fn document(app: App) -> Result<String, Problem> {
    let (web, db) = (server::web(&app)?, app.db.clone());
    let site = stages::Site::new(web.clone(), app, Arc::new(|_| Ok(())));
    let text = web::server::document::text(&web::server::with_own(&web, stages::routes(&site)));
    db.close().await;
    text
}
