//! Schema versions. Run at every start; a database from a newer version is refused.

use base::{Code, Problem};
use include_dir::{Dir, include_dir};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlStr};

use crate::Dialect;

static SQLITE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../migrations/sqlite");
static POSTGRES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../migrations/postgres");

/// The migrations of one database, in order: version, name, SQL text.
pub fn migrations(dialect: Dialect) -> Vec<(i64, String, &'static str)> {
    let dir = match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    };
    let mut all: Vec<_> = dir
        .files()
        .filter_map(|file| {
            let stem = file.path().file_stem()?.to_str()?;
            let (number, name) = stem.split_once('_')?;
            Some((number.parse().ok()?, name.to_owned(), file.contents_utf8()?))
        })
        .collect();
    all.sort();
    all
}

/// Brings the schema up to date.
pub(crate) async fn run(pool: &AnyPool, dialect: Dialect) -> Result<(), Problem> {
    let list = migrations(dialect)
        .into_iter()
        .map(|(version, name, sql)| {
            Migration::new(version, name.into(), MigrationType::Simple, SqlStr::from_static(sql), false)
        })
        .collect();
    Migrator::with_migrations(list).run(pool).await.map_err(|e| match e {
        MigrateError::VersionMissing(version) => Problem::new(
            Code::IncompatibleStore,
            format!("the database has schema version {version}, which this version of Guanxi does not know"),
        )
        .hint("it was opened by a newer Guanxi: upgrade this one, or restore a back-up made by it"),
        MigrateError::VersionMismatch(version) => Problem::new(
            Code::IncompatibleStore,
            format!("schema version {version} in the database differs from the one this version of Guanxi carries"),
        )
        .hint("the database was made by a development build: export its data and start afresh, or use that build"),
        other => Problem::new(
            Code::IncompatibleStore,
            format!("the database schema could not be brought up to date: {other}"),
        )
        .caused_by(other),
    })
}
