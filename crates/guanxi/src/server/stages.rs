//! The stages: their routes and their jobs.

use std::sync::Arc;

use axum::extract::FromRef;
use base::{BatchId, Problem};
use collect::uploads::Uploads;
use insight::Insight;
use insight::data::Data;
use insight::data::jobs::ExportSql;
use jobs::store::job_enqueue;
use jobs::{Runner, Starter};
use segment::jobs::{ExportCustomers, RunRfm};
use segment::{Later, Outside, Set, Setting, Stage, Text};
use web::Routes;
use web::jobs::Kinds;

use super::work;
use crate::app::App;
use crate::refresh::Refresh;
use crate::tables::Tables;
use crate::{checkup, http, upkeep};

pub(crate) type Reload = Arc<dyn Fn(App) -> Result<(), Problem> + Send + Sync>;

/// Everything that stages are made of.
#[derive(Clone)]
pub(crate) struct Site {
    pub web: web::App,
    pub app: Arc<App>,
    /// Makes everything anew, after the configuration changed.
    pub reload: Reload,
    /// Tables, quality, SQL.
    data: Data,
    /// The numbers of the business.
    pub numbers: Insight,
    /// Customers and segments.
    pub people: Stage,
}

impl Site {
    /// Made from an opened installation.
    pub(crate) fn new(web: web::App, app: App, reload: Reload) -> Self {
        let tables = Arc::new(Tables::new(app.db.clone()));
        let (lake, currency, zone) = (app.lake.clone(), &app.config.business.currency, app.zone.clone());
        let data = Data::new(web.clone(), lake, tables, app.limits(), currency, zone);
        let business = insight::Business { zone: app.zone.clone(), currency: currency.clone() };
        let (threads, cache) = (app.config.threads(), app.data.join("cache"));
        let numbers = Insight::new(web.clone(), app.lake.clone(), business, threads, &cache);
        let people = people(&web, &app, &numbers, &data);
        Self { web, app: Arc::new(app), reload, data, numbers, people }
    }
}

impl FromRef<Site> for web::App {
    fn from_ref(site: &Site) -> Self {
        site.web.clone()
    }
}

/// The routes of all stages.
pub(crate) fn routes(site: &Site) -> Routes {
    let written = Kinds::default().with::<ExportCustomers>().with::<ExportSql>();
    Routes::new()
        .merge(web::jobs::routes(&site.web, site.app.job_files(), written))
        .merge(http::routes(site))
        .merge(collect::http::routes(&imports(site)))
        .merge(insight::data::routes(&site.data))
        .merge(insight::http::routes(site.numbers.clone()))
        .merge(segment::http::routes(&site.people))
}

/// The bodies of the jobs of all stages.
pub(crate) fn runner(site: &Site) -> Runner {
    let App { db, clock, .. } = site.app.as_ref();
    let runner = Runner::new(db.clone(), Arc::clone(clock), site.app.job_files());
    let runner = work::jobs(runner, &site.app);
    let runner = collect::jobs::jobs(runner, &imports(site));
    let runner = insight::data::jobs::jobs(runner, &site.data);
    segment::jobs::jobs(runner, &site.people)
}

/// The state of customers and segments, with what they ask of other stages.
fn people(web: &web::App, app: &App, numbers: &Insight, data: &Data) -> Stage {
    let (numbers, data) = (numbers.clone(), data.clone());
    let within = move |text: String| -> Later<Option<Set>> {
        let numbers = numbers.clone();
        Box::pin(async move {
            let found = numbers.within(&text).await?;
            let set =
                |w: insight::Within| Set { label: Text { en: w.label.en, zh: w.label.zh }, customers: w.customers };
            Ok(found.map(set))
        })
    };
    let questions = move |actor: web::Actor, text: String| -> Later<Vec<(String, String)>> {
        let data = data.clone();
        Box::pin(async move { data.question_names(&actor, &text).await })
    };
    let outside = Outside {
        within: Arc::new(within),
        export: Arc::new(|path, schema, batches, format| insight::export_each(path, schema, batches, format.parse()?)),
        questions: Arc::new(questions),
    };
    Stage::new(Setting {
        app: web.clone(),
        lake: app.lake.clone(),
        zone: app.zone.clone(),
        currency: app.config.business.currency.clone(),
        region: app.region,
        threads: app.config.threads(),
        traits_file: app.traits_file(),
        rules_file: app.rules_file(),
        cache: app.data.join("cache"),
        outside,
    })
}

/// Traits and groups follow an import by themselves: whoever imports in the console looks at them next.
async fn recompute(app: &App) -> Result<(), Problem> {
    let (now, system) = (app.clock.now(), Starter::system());
    // Of an old file traits are as old as groups are: a page shows both.
    let as_of = app.reference().await?;
    let run = RunRfm { as_of: None, settings: app.book()?.settings.clone(), by: RunRfm::BY_ITSELF.to_owned() };
    let mut tx = app.db.write().await?;
    job_enqueue(&mut tx, now, &work::RebuildTraits { as_of }, &system).await?;
    // Groups need somebody to be grouped; traits of nobody are none.
    if as_of.is_some() {
        job_enqueue(&mut tx, now, &run, &system).await?;
    }
    tx.commit().await
}

/// The state of imports.
fn imports(site: &Site) -> collect::http::State {
    let after_site = site.clone();
    let after = Arc::new(move || -> collect::http::Following {
        let site = after_site.clone();
        Box::pin(async move {
            upkeep::after_import(&site.app).await?;
            upkeep::ready(&site).await;
            recompute(&site.app).await
        })
    });
    let app = Arc::clone(&site.app);
    let apply = Arc::new(move |batch: BatchId| -> collect::http::Following {
        let app = Arc::clone(&app);
        Box::pin(async move {
            app.importer().apply_through(batch.0, &Refresh::new(&app).await?).await?;
            Ok(())
        })
    });
    let reserve = site.app.config.server.disk_reserve_mib << 20;
    let uploads = Uploads::new(site.app.db.clone(), &site.app.data).leaving(reserve, checkup::free);
    collect::http::State::new(site.web.clone(), site.app.importer(), uploads, after, apply)
}
