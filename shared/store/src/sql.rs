// SPDX-License-Identifier: EUPL-1.2
//! One text on two drivers.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use crate::Tx;

/// A statement whose texts must differ: locking clauses, lists of rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    /// For SQLite.
    pub(crate) sqlite: &'static str,
    /// For PostgreSQL.
    pub(crate) postgres: &'static str,
}

impl Sql {
    /// The text for this transaction's driver.
    pub(crate) fn of(self, tx: &Tx) -> &'static str {
        match tx {
            Tx::Sqlite(_) => self.sqlite,
            Tx::Postgres(_) => self.postgres,
        }
    }
}

/// Runs the same expression on the connection of either driver.
///
/// `on!(tx, |conn| sqlx::query(SQL).bind(id).execute(conn).await)?`
macro_rules! on {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}

/// Runs a statement without rows and says how many it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = $sql;
        on!($tx, |conn| sqlx::query(sql)$(.bind($bind))*.execute(conn).await.map(|done| done.rows_affected()))
            .map_err($crate::StoreError::from)
    }};
}

/// Runs a query and reads all rows as the named `FromRow` type.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = $sql;
        on!($tx, |conn| sqlx::query_as::<_, $row>(sql)$(.bind($bind))*.fetch_all(conn).await)
            .map_err($crate::StoreError::from)
    }};
}

/// Runs a query and reads one row, if there is one, as the named `FromRow` type.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = $sql;
        on!($tx, |conn| sqlx::query_as::<_, $row>(sql)$(.bind($bind))*.fetch_optional(conn).await)
            .map_err($crate::StoreError::from)
    }};
}

/// Rows as the one JSON parameter of a set-based statement: `json_each($1)` on SQLite, `json_to_recordset($1::json)` on
/// PostgreSQL. Instants inside must be written with [`instant`] or [`optional_instant`].
///
/// On SQLite a uuid inside is text: `unhex(value ->> 'id', '-')` makes it the bytes a uuid column holds.
pub(crate) fn rows<T: Serialize>(rows: &[T]) -> String {
    // Row structs hold strings, numbers, dates and uuids: writing them cannot fail.
    serde_json::to_string(rows).unwrap_or_default()
}

/// Writes an instant in the form sqlx gives it on SQLite, so that a row written from JSON compares with a bound value.
/// PostgreSQL keeps microseconds: finer digits are cut off on both.
pub(crate) fn instant<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&whole_microseconds(*at).to_rfc3339_opts(SecondsFormat::AutoSi, false))
}

/// [`instant`] for a value that may be absent.
pub(crate) fn optional_instant<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => instant(at, serializer),
        None => serializer.serialize_none(),
    }
}

/// Cuts an instant to the resolution both databases keep. Bind no instant without it.
pub(crate) fn whole_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}
