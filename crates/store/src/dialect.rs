//! The few places where SQLite and PostgreSQL differ.

/// Which database is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite in WAL mode; one writer at a time.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// Appended to a `SELECT` that claims rows: PostgreSQL skips rows that another node holds, SQLite has one writer anyway.
    pub const fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// How many parameters one statement may carry.
    pub const fn max_parameters(self) -> usize {
        match self {
            Self::Sqlite => 32_000,
            Self::Postgres => 65_000,
        }
    }

    /// The expression that reads a text member of a JSON column.
    pub fn json_text(self, column: &str, key: &str) -> String {
        let key = key.replace('\'', "''");
        match self {
            Self::Sqlite => format!("json_extract({column}, '$.\"{key}\"')"),
            Self::Postgres => format!("({column}::json ->> '{key}')"),
        }
    }
}
