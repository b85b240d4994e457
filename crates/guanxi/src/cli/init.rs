//! `guanxi init` and `guanxi config`.

use std::collections::HashSet;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use base::{Code, Problem};

use super::args::InitArgs;
use crate::app::App;
use crate::config::FILE;
use crate::{output, text};

pub(crate) async fn run(args: &InitArgs, lang: Option<&str>, json: bool) -> Result<(), Problem> {
    make(args, lang).await?;
    if json {
        return output::json(&serde_json::json!({ "data": args.dir }));
    }
    let dir = args.dir.display();
    let settings = args.dir.join(FILE);
    output::line(text::say("{0} is ready. Settings: {1}", &[&dir, &settings.display()]));
    output::line(text::say("Next: guanxi import orders {0}", &[&"FILE"]));
    Ok(())
}

/// Makes a data folder and opens it once, so that database and history exist.
pub(crate) async fn make(args: &InitArgs, lang: Option<&str>) -> Result<App, Problem> {
    if args.dir.join(FILE).exists() {
        return Err(Problem::new(Code::Conflict, format!("{} is a data folder already", args.dir.display()))
            .hint("choose another name, or use it as it is"));
    }
    let made = Made::folder(&args.dir)?;
    let opened = match write_config(args) {
        Ok(()) => App::open(Some(args.dir.clone()), lang).await,
        Err(problem) => Err(problem),
    };
    if opened.is_err() {
        made.undo();
    }
    opened
}

/// What `init` adds to the disk, so that a failure leaves nothing behind.
struct Made {
    /// The topmost folder that was not there.
    folder: Option<PathBuf>,
    /// What the folder held when it was there.
    inside: HashSet<PathBuf>,
    dir: PathBuf,
}

impl Made {
    fn folder(dir: &Path) -> Result<Self, Problem> {
        let dir = std::path::absolute(dir)?;
        let folder = dir.ancestors().take_while(|d| !d.exists()).last().map(Path::to_owned);
        // Names, telephone numbers and secrets lie in it: nobody else on the machine looks in.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        let inside = std::fs::read_dir(&dir)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        Ok(Self { folder, inside, dir })
    }

    fn undo(self) {
        // That something cannot be removed matters less than why `init` failed.
        if let Some(folder) = self.folder {
            let _ = std::fs::remove_dir_all(folder);
            return;
        }
        let now = std::fs::read_dir(&self.dir).into_iter().flatten().flatten().map(|e| e.path());
        for path in now.filter(|path| !self.inside.contains(path)) {
            let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        }
    }
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
    let shown = app.config.shown(&app.data);
    if json {
        return output::json(&shown);
    }
    output::line(format!("# {}", app.data.join(FILE).display()));
    output::line(toml::to_string(&shown).map_err(|e| Problem::internal("the configuration cannot be shown", e))?);
    Ok(())
}
