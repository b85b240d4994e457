//! Transactions: the only way to talk to the database.

use base::{Code, Problem};
use futures::TryStreamExt;
use sqlx::{Any, Executor, Transaction};
use tokio::sync::OwnedMutexGuard;

use crate::args::bind;
use crate::error::problem;
use crate::{Dialect, Row, Value};

/// A transaction. Dropped without [`Tx::commit`] it is rolled back.
pub struct Tx {
    pub(crate) inner: Transaction<'static, Any>,
    pub(crate) dialect: Dialect,
    /// Held by writers on SQLite, so that those of one process queue here in order instead of polling the file lock.
    pub(crate) _writer: Option<OwnedMutexGuard<()>>,
}

impl Tx {
    /// Which database this is.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Runs a statement; the number of rows it touched.
    pub async fn execute(&mut self, sql: &str, args: Vec<Value>) -> Result<u64, Problem> {
        let done =
            bind(sql, args).execute(&mut *self.inner).await.map_err(|e| problem("the database refused a change", e))?;
        Ok(done.rows_affected())
    }

    /// Runs several statements without parameters (schema changes, maintenance).
    pub async fn script(&mut self, sql: &str) -> Result<(), Problem> {
        let script = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()));
        (&mut *self.inner).execute(script).await.map_err(|e| problem("the database refused a script", e))?;
        Ok(())
    }

    /// All rows of a query.
    pub async fn fetch_all(&mut self, sql: &str, args: Vec<Value>) -> Result<Vec<Row>, Problem> {
        let rows = bind(sql, args)
            .fetch_all(&mut *self.inner)
            .await
            .map_err(|e| problem("the database refused a query", e))?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// Hands the rows of a query to `each` one by one, without keeping them.
    pub async fn fetch_each(
        &mut self,
        sql: &str,
        args: Vec<Value>,
        mut each: impl FnMut(Row) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut rows = bind(sql, args).fetch(&mut *self.inner);
        while let Some(row) = rows.try_next().await.map_err(|e| problem("the database refused a query", e))? {
            each(Row(row))?;
        }
        Ok(())
    }

    /// The first row of a query, if there is one.
    pub async fn fetch_optional(&mut self, sql: &str, args: Vec<Value>) -> Result<Option<Row>, Problem> {
        let row = bind(sql, args)
            .fetch_optional(&mut *self.inner)
            .await
            .map_err(|e| problem("the database refused a query", e))?;
        Ok(row.map(Row))
    }

    /// The first row of a query that always has one.
    pub async fn fetch_one(&mut self, sql: &str, args: Vec<Value>) -> Result<Row, Problem> {
        self.fetch_optional(sql, args).await?.ok_or_else(|| Problem::new(Code::NotFound, "the row does not exist"))
    }

    /// Makes the changes durable and visible.
    pub async fn commit(self) -> Result<(), Problem> {
        self.inner.commit().await.map_err(|e| problem("the database could not commit", e))
    }

    /// Gives the changes up.
    pub async fn rollback(self) -> Result<(), Problem> {
        self.inner.rollback().await.map_err(|e| problem("the database could not roll back", e))
    }
}
