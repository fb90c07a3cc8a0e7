// SPDX-License-Identifier: EUPL-1.2
//! One text on two drivers.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use sqlx::sqlite::SqliteConnectOptions;

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

/// A statement whose two texts differ only in marked places, so that they cannot drift.
///
/// `sql!("DELETE FROM outbox WHERE id IN (", ids, ")")`
///
/// | part | stands for |
/// | --- | --- |
/// | `"text"` | itself |
/// | `ids` | a query over the uuids in the JSON list bound as `$1` |
/// | `texts` | the same over texts |
/// | `rows(id uuid, at timestamptz)` | the JSON objects bound as `$1`, as a table `r` with these columns |
/// | `columns(3 id uuid, 4 at timestamptz)` | the same for hot statements: JSON objects bound as `$3` on SQLite, an array for each column bound as `$3`, `$4` on PostgreSQL, which takes them in a quarter of the time |
/// | `among_uuids` | the condition that what stands before is one of `ids`; on PostgreSQL of the array bound as `$1`, whose rows are found in two thirds of the time |
/// | `text_of(name)` | the text a macro `name!()` stands for: a condition that several statements share |
/// | `for_update` | PostgreSQL's row locks; on SQLite the writer's lock is held already |
/// | `skip_locked` | the same, leaving out rows somebody else holds |
macro_rules! sql {
    ($($part:tt $(($($argument:tt)*))?),+ $(,)?) => {
        $crate::sql::Sql {
            sqlite: concat!($(sqlite_part!($part $(($($argument)*))?)),+),
            postgres: concat!($(postgres_part!($part $(($($argument)*))?)),+),
        }
    };
}

/// A part of [`sql!`] on SQLite.
macro_rules! sqlite_part {
    (ids) => { "SELECT unhex(value, '-') FROM json_each($1)" };
    (texts) => { "SELECT value FROM json_each($1)" };
    (for_update) => { "" };
    (skip_locked) => { "" };
    (rows($first:ident $kind:ident $(, $column:ident $other:ident)* $(,)?)) => {
        concat!("(SELECT ", sqlite_column!($first $kind) $(, ", ", sqlite_column!($column $other))*,
            " FROM jsonb_each($1)) AS r")
    };
    (columns($place:literal $first:ident $kind:ident $(, $next:literal $column:ident $other:ident)* $(,)?)) => {
        concat!("(SELECT ", sqlite_column!($first $kind) $(, ", ", sqlite_column!($column $other))*,
            " FROM jsonb_each($", $place, ")) AS r")
    };
    (among_uuids) => { concat!(" IN (", sqlite_part!(ids), ")") };
    (text_of($name:ident)) => { $name!() };
    ($text:literal) => { $text };
}

/// A column of `rows(…)` on SQLite: a uuid column holds bytes, the others what JSON holds.
macro_rules! sqlite_column {
    ($column:ident uuid) => {
        concat!("unhex(value ->> '", stringify!($column), "', '-') AS ", stringify!($column))
    };
    ($column:ident $kind:ident) => {
        concat!("value ->> '", stringify!($column), "' AS ", stringify!($column))
    };
}

/// A part of [`sql!`] on PostgreSQL.
macro_rules! postgres_part {
    (ids) => { "SELECT value::uuid FROM json_array_elements_text($1::json)" };
    (texts) => { "SELECT value FROM json_array_elements_text($1::json)" };
    (for_update) => { " FOR UPDATE" };
    (skip_locked) => { " FOR UPDATE SKIP LOCKED" };
    (rows($first:ident $kind:ident $(, $column:ident $other:ident)* $(,)?)) => {
        concat!("json_to_recordset($1::json) AS r(", stringify!($first $kind)
            $(, ", ", stringify!($column $other))*, ")")
    };
    (columns($place:literal $first:ident $kind:ident $(, $next:literal $column:ident $other:ident)* $(,)?)) => {
        concat!("UNNEST($", $place, "::", stringify!($kind), "[]"
            $(, ", $", $next, "::", stringify!($other), "[]")*,
            ") AS r(", stringify!($first) $(, ", ", stringify!($column))*, ")")
    };
    (among_uuids) => { " = ANY($1)" };
    (text_of($name:ident)) => { $name!() };
    ($text:literal) => { $text };
}

/// Rows as the one JSON parameter of a set-based statement: `jsonb_each($1)` on SQLite (whose `value` need not be parsed
/// again for each column, as that of `json_each`), `json_to_recordset($1::json)` on
/// PostgreSQL. Instants inside must be written with [`instant`] or [`optional_instant`].
///
/// On SQLite a uuid inside is text: `unhex(value ->> 'id', '-')` makes it the bytes a uuid column holds.
pub(crate) fn rows<T: Serialize>(rows: &[T]) -> String {
    // Row structs hold strings, numbers, dates and uuids: writing them cannot fail.
    serde_json::to_string(rows).unwrap_or_default()
}

/// One column of rows, as the array a `columns(…)` statement takes on PostgreSQL.
pub(crate) fn column<'a, R, T>(rows: &'a [R], value: impl FnMut(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// The last row of each key: PostgreSQL refuses to upsert one row twice in a statement.
pub(crate) fn last_of_each<'a, T, K: Ord>(rows: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let last: BTreeMap<K, &T> = rows.iter().map(|row| (key(row), row)).collect();
    last.into_values().collect()
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

/// Room for a connection that writes all day: 16 MiB of pages in memory, and a write-ahead log that is folded into the file
/// when it has grown to 16 MiB instead of 4, so that a page that changes often is copied less often.
pub(crate) fn roomy(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.pragma("cache_size", "-16384").pragma("wal_autocheckpoint", "4096")
}

/// Cuts an instant to the resolution both databases keep. Bind no instant without it.
pub(crate) fn whole_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}
