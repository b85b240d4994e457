//! What the routes and jobs of customers and segments work with.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use base::{Code, Problem, Zone};
use lake::Lake;
use profile::Region;
use profile::traits::Traits;
use web::App;

use crate::list::memory::Memory;
use crate::model::Text;
use crate::rules::book::{Book, DEFAULT};

/// Something to be waited for.
pub type Later<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// Some customers, by what they have in common.
#[derive(Clone, Debug)]
pub struct Set {
    /// In words.
    pub label: Text,
    /// Ascending, every one once.
    pub customers: Arc<[i64]>,
}

/// What other stages know, given by the binary: this one may not ask them itself.
#[derive(Clone)]
pub struct Outside {
    /// The customers behind a number: `metric:`, `cohort:`, `bought:`, `hour:`. `None`: not a kind it knows.
    pub within: Arc<dyn Fn(String) -> Later<Option<Set>> + Send + Sync>,
    /// Writes rows to a file; the format by its name (`csv`, `xlsx`, `jsonl`).
    pub export: Exporter,
    /// Saved questions whose name fits a text, for somebody: id and name.
    pub questions: Questions,
}

/// Rows, as they come.
pub type Batches<'a> = &'a mut dyn Iterator<Item = Result<RecordBatch, Problem>>;

/// Writes rows to a file; the format by its name (`csv`, `xlsx`, `jsonl`).
pub type Exporter = Arc<dyn Fn(&Path, &SchemaRef, Batches<'_>, &str) -> Result<usize, Problem> + Send + Sync>;

/// Saved questions whose name fits a text, for somebody: id and name.
pub type Questions = Arc<dyn Fn(web::Actor, String) -> Later<Vec<(String, String)>> + Send + Sync>;

impl Default for Outside {
    fn default() -> Self {
        Self {
            within: Arc::new(|_| Box::pin(async { Ok(None) })),
            export: Arc::new(|_, _, _, format| {
                Err(Problem::new(Code::Unavailable, format!("nothing here writes files of the format {format}")))
            }),
            questions: Arc::new(|_, _| Box::pin(async { Ok(Vec::new()) })),
        }
    }
}

/// What the stage is made of.
pub struct Setting {
    /// The server.
    pub app: App,
    /// The history.
    pub lake: Lake,
    /// The clocks of the business.
    pub zone: Zone,
    /// Its currency, ISO 4217.
    pub currency: String,
    /// Where telephone numbers are from.
    pub region: Region,
    /// How many threads a pass may use.
    pub threads: usize,
    /// The file of trait definitions; without it those of the product hold.
    pub traits_file: PathBuf,
    /// The file of rules; without it those of the product hold, and it is made when they are changed.
    pub rules_file: PathBuf,
    /// A folder for what is worth keeping over a restart; it may be deleted.
    pub cache: PathBuf,
    /// What other stages know.
    pub outside: Outside,
}

/// The state of the stage. Cheap to clone.
#[derive(Clone)]
pub struct Stage(Arc<Inner>);

/// What is in a [`Stage`].
pub struct Inner {
    setting: Setting,
    pub(crate) memory: Arc<Memory>,
    traits: Read<Traits>,
    book: Read<Book>,
    /// One run, one change of the rules at a time.
    pub(crate) writing: tokio::sync::Mutex<()>,
    /// One pass over everybody at a time.
    pub(crate) folding: Arc<tokio::sync::Mutex<()>>,
}

impl Deref for Stage {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Setting;

    fn deref(&self) -> &Setting {
        &self.setting
    }
}

impl axum::extract::FromRef<Stage> for App {
    fn from_ref(stage: &Stage) -> Self {
        stage.app.clone()
    }
}

impl Stage {
    /// A stage.
    pub fn new(setting: Setting) -> Self {
        let inner = Inner {
            setting,
            memory: Arc::default(),
            traits: Read::default(),
            book: Read::default(),
            writing: tokio::sync::Mutex::default(),
            folding: Arc::default(),
        };
        Self(Arc::new(inner))
    }

    /// The trait definitions in use.
    pub fn traits(&self) -> Result<Arc<Traits>, Problem> {
        self.traits.get(&self.traits_file, Traits::core_text(), Traits::parse)
    }

    /// The rules in use.
    pub fn book(&self) -> Result<Arc<Book>, Problem> {
        self.book.get(&self.rules_file, DEFAULT, Book::parse)
    }

    /// The rules in use; those of the product when they do not read.
    pub(crate) fn book_now(&self) -> Arc<Book> {
        self.book().unwrap_or_else(|_| Arc::new(Book::standard()))
    }

    /// The rules of the newest run; those in use before the first.
    pub(crate) async fn run_book(&self) -> Result<Arc<Book>, Problem> {
        match self.run_latest().await? {
            Some(run) => Ok(Arc::new(run.book.clone())),
            None => self.book(),
        }
    }

    /// The newest run.
    pub(crate) async fn run_latest(&self) -> Result<Option<Arc<crate::RfmRun>>, Problem> {
        let mut tx = self.app.db.read().await?;
        let Some(id) = crate::store::run_newest(&mut tx).await? else { return Ok(None) };
        drop(tx);
        let db = self.app.db.clone();
        let load = async move {
            let run = crate::store::run_get(&mut db.read().await?, id).await?;
            Ok((run, 1 << 16))
        };
        self.memory.get("run", id.cast_unsigned(), load).await.map(Some)
    }
}

/// A file that is read again when it changed.
struct Read<T>(Mutex<Option<(String, Arc<T>)>>);

impl<T> Default for Read<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Read<T> {
    fn get(&self, path: &Path, built_in: &str, parse: impl Fn(&str) -> Result<T, Problem>) -> Result<Arc<T>, Problem> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => built_in.to_owned(),
            Err(e) => {
                return Err(Problem::new(Code::InvalidConfig, format!("{} cannot be read: {e}", path.display()))
                    .hint("check the path in guanxi.toml")
                    .caused_by(e));
            }
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = known.as_ref().filter(|(before, _)| *before == text) {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(parse(&text)?);
        *known = Some((text, Arc::clone(&value)));
        Ok(value)
    }
}
