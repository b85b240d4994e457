//! The routes that are no stage's own: the business, back-ups, and work that spans stages.

mod backups;
mod business;
mod settings;
mod upkeep;
mod work;

use web::Routes;

use crate::server::stages::Site;

/// All of them.
pub(crate) fn routes(site: &Site) -> Routes {
    Routes::new()
        .merge(business::routes())
        .merge(settings::routes())
        .merge(backups::routes())
        .merge(work::routes())
        .merge(upkeep::routes())
        .with_state(site.clone())
}
