//! `guanxi init` and `guanxi config`.

use std::path::Path;

use base::{Code, Problem};

use super::args::InitArgs;
use crate::app::App;
use crate::config::{Config, FILE};
use crate::output;

pub(crate) async fn run(args: &InitArgs, json: bool) -> Result<(), Problem> {
    make(args).await?;
    if json {
        return output::json(&serde_json::json!({ "data": args.dir }));
    }
    let dir = args.dir.display();
    output::line(format!("{dir} is ready. Settings: {dir}/{FILE}"));
    output::line("Next: guanxi import orders FILE");
    Ok(())
}

/// Makes a data folder and opens it once, so that database and history exist.
pub(crate) async fn make(args: &InitArgs) -> Result<App, Problem> {
    if args.dir.join(FILE).exists() {
        return Err(Problem::new(Code::Conflict, format!("{} is a data folder already", args.dir.display()))
            .hint("choose another name, or use it as it is"));
    }
    std::fs::create_dir_all(&args.dir)?;
    write_config(args)?;
    let opened = match Config::load(&args.dir) {
        Ok(_) => App::open(Some(args.dir.clone())).await,
        Err(problem) => Err(problem),
    };
    if opened.is_err() {
        // A folder that does not open is not left behind as if it did.
        std::fs::remove_file(args.dir.join(FILE))?;
    }
    opened
}

fn write_config(args: &InitArgs) -> Result<(), Problem> {
    let mut business = toml::Table::new();
    let given = [
        ("name", &args.name),
        ("zone", &args.zone),
        ("currency", &args.currency),
        ("region", &args.region),
        ("language", &args.language),
    ];
    for (key, value) in given {
        if let Some(value) = value {
            business.insert(key.into(), value.clone().into());
        }
    }
    let mut root = toml::Table::new();
    root.insert("business".into(), business.into());
    if let Some(url) = &args.database {
        root.insert("store".into(), toml::Table::from_iter([("url".to_owned(), url.clone().into())]).into());
    }
    let body = toml::to_string(&root).map_err(|e| Problem::internal("the configuration cannot be written", e))?;
    let head = "# Settings of this installation. All settings with their defaults: config.default.toml, or `guanxi config`.\n\n";
    write(&args.dir.join(FILE), &format!("{head}{body}"))
}

fn write(path: &Path, text: &str) -> Result<(), Problem> {
    std::fs::write(path, text).map_err(|e| {
        Problem::new(Code::Unavailable, format!("{} cannot be written: {e}", path.display()))
            .hint("check that the folder is yours and the disk is not full")
            .caused_by(e)
    })
}

pub(crate) fn config(app: &App, json: bool) -> Result<(), Problem> {
    let mut shown = app.config.clone();
    shown.store.url = store::db::redact(&app.config.store_url(&app.data));
    if json {
        return output::json(&shown);
    }
    output::line(format!("# {}", app.data.join(FILE).display()));
    output::line(toml::to_string(&shown).map_err(|e| Problem::internal("the configuration cannot be shown", e))?);
    Ok(())
}
