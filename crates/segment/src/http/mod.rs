//! The routes of customers, traits and segments. Customers are here, not in `profile`: their lists and pages show where they
//! stand.

mod attributes;
mod customer;
pub(crate) mod customers;
mod export;
mod history;
mod moves;
mod quality;
mod rules;
mod runs;
mod search;
mod settings;
mod shapes;
#[cfg(test)]
mod tests;
mod traits;

pub(crate) use customers::chosen;

use crate::stage::Stage;

/// All routes of the stage.
pub fn routes(stage: &Stage) -> web::Routes {
    let routes = web::Routes::new()
        .merge(customers::routes())
        .merge(export::routes())
        .merge(attributes::routes())
        .merge(customer::routes())
        .merge(history::routes())
        .merge(traits::routes())
        .merge(runs::routes())
        .merge(moves::routes())
        .merge(settings::routes())
        .merge(search::routes());
    routes.with_state(stage.clone())
}
