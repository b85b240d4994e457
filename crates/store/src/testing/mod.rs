//! Throw-away databases for tests. A suite is a set of functions that take a [`Db`]; [`crate::on_both!`] stamps it onto both.

use std::sync::atomic::{AtomicU32, Ordering};

use base::Problem;
use sqlx::{AnyConnection, Connection, Executor};
use tempfile::TempDir;

use crate::Db;

/// A database that is gone when this is dropped.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// A folder for files that belong to it.
    pub dir: TempDir,
    drop_from: Option<(String, String)>,
}

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A new SQLite database in a temporary folder.
pub async fn sqlite() -> TestDb {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let url = format!("sqlite://{}", dir.path().join("guanxi.db").display());
    TestDb { db: Db::open(&url).await.expect("a new SQLite database opens"), dir, drop_from: None }
}

/// A new database on the PostgreSQL server of `GUANXI_TEST_POSTGRES` (default: the local one); `None` when none answers.
pub async fn postgres() -> Option<TestDb> {
    sqlx::any::install_default_drivers();
    let server = std::env::var("GUANXI_TEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432".into());
    let name = format!("guanxi_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let admin = format!("{server}/postgres");
    if let Err(e) = admin_execute(&admin, &format!("CREATE DATABASE {name}")).await {
        tracing::debug!("no PostgreSQL for tests: {e}");
        return None;
    }
    let db = Db::open(&format!("{server}/{name}")).await.expect("a new PostgreSQL database opens");
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    Some(TestDb { db, dir, drop_from: Some((admin, name)) })
}

async fn admin_execute(server: &str, sql: &str) -> Result<(), Problem> {
    let connect = AnyConnection::connect(server);
    let wait = std::time::Duration::from_secs(5);
    let mut connection = tokio::time::timeout(wait, connect)
        .await
        .map_err(|_| Problem::new(base::Code::Unavailable, "no answer"))?
        .map_err(|e| crate::error::problem("no PostgreSQL", e))?;
    let statement = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()));
    connection.execute(statement).await.map_err(|e| crate::error::problem("PostgreSQL refused", e))?;
    Ok(())
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Some((admin, name)) = self.drop_from.take() else { return };
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                let _ =
                    runtime.block_on(admin_execute(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
            }
        });
        let _ = dropping.join();
    }
}

/// Makes a test on SQLite and one on PostgreSQL of every named `async fn(TestDb)`.
///
/// ```ignore
/// store::on_both!(adds_files, merges_files);
/// ```
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::testing::sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                match $crate::testing::postgres().await {
                    Some(db) => super::$name(db).await,
                    None => println!("skipped: no PostgreSQL server answers on 127.0.0.1:5432 (set GUANXI_TEST_POSTGRES)"),
                }
            })+
        }
    };
}

#[cfg(test)]
mod tests;
