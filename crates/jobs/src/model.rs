//! What a job is.

use base::{Code, Problem};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of a job; shown as `job_12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub i64);

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "job_{}", self.0)
    }
}

impl std::str::FromStr for JobId {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let digits = text.strip_prefix("job_").unwrap_or(text);
        digits.parse().ok().filter(|n| *n > 0).map(Self).ok_or_else(|| {
            Problem::new(Code::InvalidId, format!("\"{text}\" is not a job"))
                .hint("it looks like job_12; see `guanxi job list`")
        })
    }
}

impl Serialize for JobId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for JobId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|p: Problem| serde::de::Error::custom(p.message))
    }
}

/// Who begins a job.
#[derive(Clone, Debug, Default)]
pub struct Starter {
    /// The number of the user; nobody: the command line or the product itself.
    pub user: Option<i64>,
    /// The name that is shown.
    pub name: String,
    /// What the job is about: `imp_3`, `cus_12`.
    pub object: Option<String>,
}

impl Starter {
    /// The product itself.
    pub fn system() -> Self {
        Self { name: "Guanxi".to_owned(), ..Self::default() }
    }
}

/// What came out of a job that ended well.
#[derive(Clone, Debug, Default)]
pub struct Output {
    pub(crate) result: serde_json::Value,
    pub(crate) object: Option<String>,
    pub(crate) file: Option<String>,
}

impl Output {
    /// A result, stored as JSON. No personal data: it outlives an erasure.
    pub fn new(result: serde_json::Value) -> Self {
        Self { result, ..Self::default() }
    }

    /// What the job was about, when only its end knows.
    #[must_use]
    pub fn object(mut self, object: impl std::fmt::Display) -> Self {
        self.object = Some(object.to_string());
        self
    }

    /// The name of the file it wrote (see [`crate::Context::file`]).
    #[must_use]
    pub fn file(mut self, name: impl Into<String>) -> Self {
        self.file = Some(name.into());
        self
    }
}

/// A kind of work: its payload, and the stable name under which it is stored.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// Stable name, `stage.verb`; one of [`crate::words::KINDS`].
    const NAME: &'static str;
    /// How often it is tried before it is dead.
    const MAX_ATTEMPTS: i64 = 5;
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Waits for its time and a runner.
    Queued,
    /// A runner holds its lease.
    Running,
    /// Ended well.
    Done,
    /// Ended badly for good; the error says why.
    Dead,
    /// Stopped by a person.
    Cancelled,
}

impl JobState {
    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the stored form.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        [Self::Queued, Self::Running, Self::Done, Self::Dead, Self::Cancelled]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| Problem::new(Code::Internal, format!("\"{text}\" is not a state of a job")))
    }
}

/// A job as stored. Instants are microseconds UTC.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Its number.
    pub id: JobId,
    /// Kind of work.
    pub name: String,
    /// JSON of the payload.
    pub payload: String,
    /// Where it stands.
    pub state: JobState,
    /// Tries so far.
    pub attempts: i64,
    /// Tries allowed.
    pub max_attempts: i64,
    /// Not before.
    pub run_at: i64,
    /// The runner's hold ends here unless renewed.
    pub lease_until: Option<i64>,
    /// Whether a person asked it to stop.
    pub cancel_asked: bool,
    /// Units done and to do, in the words of `stage`.
    pub done: i64,
    /// Units in all; 0 when unknown.
    pub total: i64,
    /// What it is doing.
    pub stage: String,
    /// The last error.
    pub error: Option<String>,
    /// Its stable code.
    pub error_code: Option<String>,
    /// What to do about it.
    pub error_hint: Option<String>,
    /// JSON of what came out.
    pub result: Option<String>,
    /// When it was put in.
    pub created_at: i64,
    /// When its last try began.
    pub started_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Who began it: number of the user (nobody: the product), and the name that is shown.
    pub user: Option<i64>,
    /// See `user`.
    pub began_by: String,
    /// What it is about.
    pub object: Option<String>,
    /// The name of the file it wrote.
    pub file: Option<String>,
    /// Grows with every change of any job: where a reader of changes goes on.
    pub change: i64,
}

/// Why a body stopped without a result.
#[derive(Debug)]
pub enum Failure {
    /// Worth another try after a pause.
    Retry(Problem),
    /// Another try cannot help.
    GiveUp(Problem),
    /// A person asked it to stop.
    Cancelled,
}

impl Failure {
    /// Sorts a problem: what the surroundings caused is tried again, the rest is not.
    pub fn of(problem: Problem) -> Self {
        match problem.code {
            Code::Unavailable => Self::Retry(problem),
            Code::Cancelled => Self::Cancelled,
            _ => Self::GiveUp(problem),
        }
    }
}
