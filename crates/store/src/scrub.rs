//! Takes deleted personal data out of what a database keeps of earlier states.

use std::sync::Arc;
use std::time::Duration;

use base::{Code, Problem};
use sqlx::Executor;

use crate::db::SQLITE_SETTINGS;
use crate::error::problem;
use crate::{Db, Dialect, Row};

/// Others who read are waited for, half a minute in all.
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(300);
/// Writers wait for no more than this while a try waits for readers.
const IMPATIENT: &str = "PRAGMA busy_timeout = 100";

impl Db {
    /// After personal data was deleted: on SQLite moves the write-ahead log into the file and empties it, so that no old page is left;
    /// on PostgreSQL vacuums dead rows. Both need that nobody reads an earlier state any more. An error says that somebody still does.
    pub async fn scrub(&self) -> Result<(), Problem> {
        let deleted = match self.dialect() {
            Dialect::Sqlite => String::new(),
            Dialect::Postgres => self.newest_transaction().await?,
        };
        for _ in 0..TRIES {
            match self.dialect() {
                Dialect::Sqlite if self.empty_log().await? => return Ok(()),
                Dialect::Postgres if !self.is_read_before(&deleted).await? => return self.maintain("VACUUM").await,
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
        Err(Problem::new(
            Code::Unavailable,
            "deleted data could not be taken out of the database: somebody still reads an earlier state",
        )
        .hint("stop long-running reads and run the command again"))
    }

    /// One try; whether the log is empty.
    async fn empty_log(&self) -> Result<bool, Problem> {
        let failed = |e| problem("the write-ahead log could not be emptied", e);
        let _turn = Arc::clone(&self.writer).lock_owned().await;
        let mut connection = self.pool.acquire().await.map_err(|e| problem("no connection for the scrub", e))?;
        connection.execute(sqlx::raw_sql(IMPATIENT)).await.map_err(failed)?;
        let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
        connection.execute(sqlx::raw_sql(SQLITE_SETTINGS)).await.map_err(failed)?;
        Ok(Row(emptied.map_err(failed)?).at::<i64>(0)? == 0)
    }

    /// A transaction of PostgreSQL that began after all that were committed.
    async fn newest_transaction(&self) -> Result<String, Problem> {
        self.one("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS TEXT)").await?.at(0)
    }

    /// Whether somebody reads the state before a transaction of PostgreSQL.
    async fn is_read_before(&self, transaction: &str) -> Result<bool, Problem> {
        let sql = format!(
            "SELECT CAST(count(*) AS BIGINT) FROM pg_stat_activity
             WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
             AND age(backend_xmin) > age(CAST('{transaction}' AS xid))"
        );
        Ok(self.one(&sql).await?.at::<i64>(0)? > 0)
    }

    async fn one(&self, sql: &str) -> Result<Row, Problem> {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
        query.fetch_one(&self.pool).await.map(Row).map_err(|e| problem("the database refused a query", e))
    }
}
