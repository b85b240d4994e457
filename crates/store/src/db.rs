//! The connection to the operational store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base::{Code, Problem};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use tokio::sync::Mutex;

use crate::error::problem;
use crate::{Dialect, Tx, migrate};

/// A pool of connections to one database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub(crate) pool: AnyPool,
    /// On SQLite the connection of [`Db::write_replayable`].
    replayable: Option<AnyPool>,
    dialect: Dialect,
    url: Arc<str>,
    pub(crate) writer: Arc<Mutex<()>>,
}

/// How long a server may take to answer at first. Later connections of the pool are waited for longer: then it is only busy.
const REACH: Duration = Duration::from_secs(4);

/// Settings of every SQLite connection: write-ahead log, enforced foreign keys, patience with other writers, and deleted
/// content overwritten with zeros so that an erased person leaves no trace in free pages. `synchronous = FULL`: a commit is on the
/// disk when it returns. With `NORMAL` a power failure takes the last ones back, among them orders whose sender was told that they are
/// safe, and erasures; files of the history would be gone that the list names again.
pub(crate) const SQLITE_SETTINGS: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 10000; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;
    PRAGMA mmap_size = 1073741824;";

/// Set on top of them for work that is done again if a power failure takes it back.
const SQLITE_REPLAYABLE: &str = "PRAGMA synchronous = NORMAL";

/// Settings of a working file: it need not survive anything. The cache bounds its memory, 32 MiB.
const SCRATCH_SETTINGS: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA temp_store = FILE; PRAGMA cache_size = -32768;";

impl Db {
    /// Opens `sqlite:///path/file.db` (made when missing) or `postgres://user@host/name` and brings its schema up to date.
    pub async fn open(url: &str) -> Result<Self, Problem> {
        sqlx::any::install_default_drivers();
        let (dialect, address) = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => (Dialect::Sqlite, with_create(url)),
            Some("postgres" | "postgresql") => (Dialect::Postgres, url.to_owned()),
            _ => {
                return Err(Problem::new(
                    Code::InvalidConfig,
                    format!("\"{}\" is not a database address", redact(url)),
                )
                .hint("use sqlite:///path/guanxi.db or postgres://user:password@host/database"));
            }
        };
        let options: AnyConnectOptions =
            address.parse().map_err(|e| problem(&format!("the database address {} is not valid", redact(url)), e))?;
        if dialect == Dialect::Postgres {
            reach(url, &options).await?;
        }
        let pool = pool(dialect, "")
            .connect_with(options.clone())
            .await
            .map_err(|e| problem(&format!("the database {} cannot be opened", redact(url)), e))?;
        migrate::run(&pool, dialect).await?;
        let replayable = (dialect == Dialect::Sqlite)
            .then(|| self::pool(dialect, SQLITE_REPLAYABLE).max_connections(1).connect_lazy_with(options));
        Ok(Self { pool, replayable, dialect, url: url.into(), writer: Arc::new(Mutex::new(())) })
    }

    /// A private SQLite file for work that outgrows memory, made anew. It has no schema, and neither journal nor locks: nothing
    /// in it outlives the process. On Unix its name is gone at once, so that a killed process leaves nothing behind; elsewhere
    /// the caller deletes the file when it is done.
    pub async fn scratch(path: &Path) -> Result<Self, Problem> {
        sqlx::any::install_default_drivers();
        remove(path)?;
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let unusable = |e| problem(&format!("the working file {} cannot be opened", path.display()), e);
        let options: AnyConnectOptions = url.parse().map_err(unusable)?;
        // One connection that stays: a second one would not find the file again.
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute(sqlx::raw_sql(SCRATCH_SETTINGS)).await?;
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(unusable)?;
        #[cfg(unix)]
        remove(path)?;
        Ok(Self { pool, replayable: None, dialect: Dialect::Sqlite, url: url.into(), writer: Arc::default() })
    }

    /// Which database this is.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The address it was opened with.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database file on SQLite.
    pub fn file(&self) -> Option<PathBuf> {
        (self.dialect == Dialect::Sqlite).then(|| sqlite_file(&self.url))
    }

    /// A consistent view for reading.
    pub async fn read(&self) -> Result<Tx, Problem> {
        let begin = match self.dialect {
            Dialect::Sqlite => "BEGIN DEFERRED",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.begin(&self.pool, begin, None).await
    }

    /// A transaction that writes. On SQLite there is one at a time, others wait their turn.
    pub async fn write(&self) -> Result<Tx, Problem> {
        self.write_on(&self.pool).await
    }

    /// As [`Db::write`], for what would be done again if it were lost: on SQLite a power failure may take it back. Whatever was
    /// committed before by [`Db::write`] stays, and what is committed after it makes it stay.
    pub async fn write_replayable(&self) -> Result<Tx, Problem> {
        self.write_on(self.replayable.as_ref().unwrap_or(&self.pool)).await
    }

    async fn write_on(&self, pool: &AnyPool) -> Result<Tx, Problem> {
        match self.dialect {
            Dialect::Sqlite => {
                let turn = Arc::clone(&self.writer).lock_owned().await;
                self.begin(pool, "BEGIN IMMEDIATE", Some(turn)).await
            }
            Dialect::Postgres => self.begin(pool, "BEGIN", None).await,
        }
    }

    async fn begin(
        &self,
        pool: &AnyPool,
        statement: &'static str,
        writer: Option<tokio::sync::OwnedMutexGuard<()>>,
    ) -> Result<Tx, Problem> {
        let inner =
            pool.begin_with(statement).await.map_err(|e| problem("no database transaction could be begun", e))?;
        Ok(Tx { inner, dialect: self.dialect, _writer: writer })
    }

    /// Runs a maintenance statement outside any transaction, e.g. `VACUUM` or `PRAGMA wal_checkpoint(TRUNCATE)`.
    pub async fn maintain(&self, sql: &str) -> Result<(), Problem> {
        let statement = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()));
        self.pool.execute(statement).await.map_err(|e| problem("database maintenance failed", e))?;
        Ok(())
    }

    /// Closes all connections.
    pub async fn close(&self) {
        if let Some(replayable) = &self.replayable {
            replayable.close().await;
        }
        self.pool.close().await;
    }
}

/// A pool whose SQLite connections have these settings besides the usual ones.
fn pool(dialect: Dialect, more: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(if dialect == Dialect::Sqlite { 8 } else { 16 })
        .acquire_timeout(Duration::from_secs(30))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if dialect == Dialect::Sqlite {
                    connection.execute(sqlx::raw_sql(SQLITE_SETTINGS)).await?;
                    connection.execute(sqlx::raw_sql(more)).await?;
                }
                Ok(())
            })
        })
}

/// Deletes a file that may not be there.
fn remove(path: &Path) -> Result<(), Problem> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}

/// Connects once, so that a server that is not there is told from one that is busy.
async fn reach(url: &str, options: &AnyConnectOptions) -> Result<(), Problem> {
    let away = |why: String| {
        Problem::new(Code::Unavailable, format!("the PostgreSQL server at {} cannot be reached: {why}", host(url)))
            .hint(
                "check that the server runs and that the address is right (store.url, GUANXI_STORE__URL or --database)",
            )
    };
    match tokio::time::timeout(REACH, AnyConnection::connect_with(options)).await {
        // It answered; how it takes the farewell does not matter.
        Ok(Ok(connection)) => {
            let _ = connection.close().await;
            Ok(())
        }
        // Something else may listen there.
        Ok(Err(error @ (sqlx::Error::Io(_) | sqlx::Error::Protocol(_)))) => {
            Err(away(error.to_string()).caused_by(error))
        }
        Ok(Err(error)) => Err(problem(&format!("the database {} cannot be opened", redact(url)), error)),
        Err(_) => Err(away(format!("no answer within {} s", REACH.as_secs()))),
    }
}

/// Host and port of a PostgreSQL address.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let port = host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    if port { host.to_owned() } else { format!("{host}:5432") }
}

/// The file behind a SQLite address.
pub fn sqlite_file(url: &str) -> PathBuf {
    let path = url.trim_start_matches("sqlite:");
    let path = path.strip_prefix("//").unwrap_or(path);
    Path::new(path.split('?').next().unwrap_or(path)).to_path_buf()
}

fn with_create(url: &str) -> String {
    if url.contains("mode=") {
        return url.to_owned();
    }
    format!("{url}{}mode=rwc", if url.contains('?') { '&' } else { '?' })
}

/// The address without its passwords, wherever they stand.
pub fn redact(url: &str) -> String {
    let plain = match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme + 3 => {
            let user = url[scheme + 3..at].split(':').next().unwrap_or_default();
            format!("{}{user}@{}", &url[..scheme + 3], &url[at + 1..])
        }
        _ => url.to_owned(),
    };
    let Some((address, asked)) = plain.split_once('?') else { return plain };
    let secret = |pair: &&str| !pair.split('=').next().unwrap_or_default().to_lowercase().contains("password");
    let kept: Vec<&str> = asked.split('&').filter(secret).collect();
    if kept.is_empty() { address.to_owned() } else { format!("{address}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_passwords() {
        for (url, shown) in [
            ("postgres://ann:secret@db:5432/shop", "postgres://ann@db:5432/shop"),
            ("postgres://ann:s@cret@db/shop?sslmode=require", "postgres://ann@db/shop?sslmode=require"),
            ("postgres://db/shop?user=ann&password=secret", "postgres://db/shop?user=ann"),
            ("postgres://db/shop?password=secret", "postgres://db/shop"),
            ("sqlite:///data/guanxi.db", "sqlite:///data/guanxi.db"),
        ] {
            assert_eq!(redact(url), shown);
        }
    }

    #[tokio::test]
    async fn what_is_answered_is_on_the_disk_and_what_can_be_replayed_need_not_be() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}", folder.path().join("a.db").display())).await.unwrap();
        let level = async |mut tx: Tx| tx.fetch_one("PRAGMA synchronous", vec![]).await.unwrap().at::<i64>(0).unwrap();
        assert_eq!(level(db.write().await.unwrap()).await, 2, "full");
        assert_eq!(level(db.write_replayable().await.unwrap()).await, 1, "normal");
        db.close().await;
    }

    #[tokio::test]
    async fn a_working_file_has_no_name_and_keeps_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::scratch(&folder.path().join("work")).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.script("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)").await.unwrap();
        let rows = (0..20_000).map(|n| crate::args![n, "x".repeat(4_000)]);
        tx.insert_many("INSERT INTO t (a, b) VALUES", 2, rows, "").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        let row = tx.fetch_one("SELECT count(*) AS n FROM t", vec![]).await.unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 20_000);
        assert_eq!(cfg!(unix), std::fs::read_dir(folder.path()).unwrap().next().is_none());
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_told_at_once_and_keeps_the_password() {
        let started = std::time::Instant::now();
        let problem = Db::open("postgres://me:secret@127.0.0.1:1/shop").await.err().unwrap();
        assert!(started.elapsed() < REACH);
        assert_eq!((problem.code, problem.hint.is_some()), (Code::Unavailable, true));
        assert!(problem.message.contains("127.0.0.1:1 ") && !format!("{problem:?}").contains("secret"), "{problem:?}");
        assert_eq!(host("postgres://me:s@ecret@db.example/shop?a=b"), "db.example:5432");
    }
}
