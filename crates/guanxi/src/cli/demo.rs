//! `guanxi demo`: from nothing to grouped customers in one command.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use base::{Code, Problem};
use collect::import::{Importer, Mode, ReadingOptions, Report, Request};
use collect::mapping::FileKind;
use collect::store::import::import_list;
use simulate::{Format, Scenario};

use super::args::{DemoArgs, InitArgs};
use super::{init, segment_print};
use crate::app::App;
use crate::config::FILE;
use crate::follow::Follow;
use crate::output::{self, count};
use crate::text;

pub(crate) async fn run(args: DemoArgs, data: Option<PathBuf>, lang: Option<&str>, json: bool) -> Result<(), Problem> {
    let started = Instant::now();
    let dir = data.unwrap_or_else(|| Path::new("data").join(args.file.as_deref().map_or("demo".to_owned(), folder_of)));
    if dir.join(FILE).is_file() {
        if let Some(file) = &args.file {
            holds(&dir, file, lang).await?;
        }
        let shown = text::say("{0} is there already and is shown as it is; delete it to begin anew", &[&dir.display()]);
        output::note(shown);
    } else {
        fill(&args, &dir, lang).await?;
    }
    let app = App::open(Some(dir.clone()), lang).await?;
    let follow = Follow::start();
    let as_of = app.reference().await?.unwrap_or_else(|| app.clock.now());
    app.rebuild_traits(as_of, &follow.progress, &follow.cancel).await?;
    let run = app.run_rfm(as_of, &app.book()?.settings.clone(), &follow.progress, &follow.cancel).await?;
    drop(follow);
    super::prepared(&app).await;
    if json {
        segment_print::run_json(&run)?;
        return if args.no_serve { Ok(()) } else { serve(app, args.listen, true).await };
    }
    segment_print::run(&app, &run);
    let shown = dir.display();
    let seconds = started.elapsed().as_secs();
    output::line(text::say("Ready after {0} s. The data lies in {1}", &[&seconds, &shown]));
    output::line(text::t("Go on with:"));
    for example in [
        "segment list champions",
        "customer search wxm",
        "query \"select category, sum(amount) from order_line group by 1 order by 2 desc\"",
    ] {
        output::line(format!("  guanxi --data {shown} {example}"));
    }
    if args.no_serve { Ok(()) } else { serve(app, args.listen, false).await }
}

/// The folder of a file of orders, by its name up to the first dot.
fn folder_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let stem: String = name.chars().take_while(|c| *c != '.').collect();
    let plain: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    format!("own-{}", plain.trim_matches('-'))
}

/// Refuses to show a folder that was made of another file.
async fn holds(dir: &Path, file: &Path, lang: Option<&str>) -> Result<(), Problem> {
    let app = App::open(Some(dir.to_owned()), lang).await?;
    let imports = import_list(&mut app.db.read().await?, 1_000).await?;
    app.db.close().await;
    let wanted = std::path::absolute(file)?;
    if imports.is_empty() || imports.iter().any(|import| import.request.path == wanted) {
        return Ok(());
    }
    let (dir, file) = (dir.display(), file.display());
    Err(Problem::new(Code::Conflict, format!("{dir} was not made of {file}"))
        .hint(format!("name another folder: guanxi --data FOLDER demo {file}; or delete {dir}")))
}

/// Opens the console over what was made: this process becomes `guanxi serve`, and gives back the memory that computing took.
async fn serve(app: App, listen: Option<String>, json: bool) -> Result<(), Problem> {
    app.db.close().await;
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command.arg("--data").arg(&app.data).args(["--lang", &app.config.business.language]);
    if json {
        command.arg("--json");
    }
    command.args(["serve", "--keep-log-in"]);
    if let Some(listen) = listen {
        command.args(["--listen", &listen]);
    }
    Err(command.exec().into())
}

async fn fill(args: &DemoArgs, dir: &Path, lang: Option<&str>) -> Result<(), Problem> {
    let init = InitArgs {
        dir: dir.to_owned(),
        name: Some("Club Guanxi".into()),
        zone: None,
        currency: None,
        region: None,
        language: None,
        database: None,
    };
    let app = init::make(&init, lang).await?;
    let imported = match &args.file {
        Some(file) => import(&app, file, FileKind::Orders).await.map(|_| ()),
        None => simulated(&app, dir, args.customers).await,
    };
    if imported.is_err() {
        // The next call must begin anew, not show half a business.
        std::fs::remove_file(dir.join(FILE))?;
    }
    imported
}

async fn simulated(app: &App, dir: &Path, customers: u64) -> Result<(), Problem> {
    let files = dir.join("files");
    output::note(text::say(
        "simulating a club and its shop: {0} [customer|customers] over 24 months …",
        &[&count(customers)],
    ));
    let scenario = Scenario { customers, ..Scenario::default() };
    tokio::task::block_in_place(|| scenario.write(&files, Format::CsvGz, &mut |_| {}))?;
    for (kind, name) in [
        (FileKind::Customers, "customers.csv"),
        (FileKind::Products, "products.csv"),
        (FileKind::Orders, "orders.csv.gz"),
    ] {
        let report = import(app, &files.join(name), kind).await?;
        output::note(text::say("{0}: {1} [row|rows] read", &[&name, &count(report.rows)]));
    }
    Ok(())
}

async fn import(app: &App, file: &Path, kind: FileKind) -> Result<Report, Problem> {
    let importer = app.importer();
    let path = std::path::absolute(file)?;
    let opened = Importer::open(&path, &ReadingOptions::default())?;
    let mapping = importer.propose(kind, &opened).mapping;
    let request =
        Request { path, mapping, reading: ReadingOptions::default(), source: "main".into(), mode: Mode::Difference };
    let (_, report) = super::import::read_file(app, request).await?;
    let now = app.clock.now();
    app.lake.merge(now, lake::maintain::MergePolicy::default()).await?;
    Ok(report)
}
