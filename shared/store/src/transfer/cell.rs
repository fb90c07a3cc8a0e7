// SPDX-License-Identifier: EUPL-1.2
//! A value of either database as one canonical text, which is compared and which PostgreSQL reads.
//!
//! SQLite keeps a uuid as bytes and an instant as whatever text of RFC 3339 its writer chose; PostgreSQL prints both in its
//! own way. Reading by type and writing by one rule makes equal values equal texts.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

use super::catalogue::Column;
use crate::{StoreError, sql};

/// What a column holds: the types that behave alike on both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Instant,
    Date,
    Boolean,
    Integer,
    Text,
}

impl Kind {
    /// The kind of a declared type. None: no column of ours has it.
    pub(super) fn declared(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "uuid" => Self::Uuid,
            "timestamptz" => Self::Instant,
            "date" => Self::Date,
            "boolean" => Self::Boolean,
            "bigint" => Self::Integer,
            "text" => Self::Text,
            _ => return None,
        })
    }
}

/// A row: None stands for NULL.
pub(super) type Cells = Vec<Option<String>>;

macro_rules! cell {
    ($row:expr, $index:expr, $kind:expr) => {
        match $kind {
            Kind::Uuid => $row.try_get::<Option<Uuid>, _>($index)?.map(|id| id.hyphenated().to_string()),
            Kind::Instant => $row.try_get::<Option<DateTime<Utc>>, _>($index)?.map(instant),
            Kind::Date => $row.try_get::<Option<NaiveDate>, _>($index)?.map(|day| day.to_string()),
            Kind::Boolean => $row.try_get::<Option<bool>, _>($index)?.map(|holds| holds.to_string()),
            Kind::Integer => $row.try_get::<Option<i64>, _>($index)?.map(|number| number.to_string()),
            Kind::Text => $row.try_get::<Option<String>, _>($index)?,
        }
    };
}

/// Reads a row of SQLite.
///
/// # Errors
/// [`StoreError::Refused`] for a value that is not of its column's type.
pub(super) fn of_sqlite(row: &SqliteRow, columns: &[Column]) -> Result<Cells, StoreError> {
    columns.iter().enumerate().map(|(index, column)| Ok(cell!(row, index, column.kind))).collect()
}

/// Reads a row of PostgreSQL.
///
/// # Errors
/// As [`of_sqlite`].
pub(super) fn of_postgres(row: &PgRow, columns: &[Column]) -> Result<Cells, StoreError> {
    columns.iter().enumerate().map(|(index, column)| Ok(cell!(row, index, column.kind))).collect()
}

fn instant(at: DateTime<Utc>) -> String {
    sql::whole_microseconds(at).to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Appends a row as a line of `COPY … FROM STDIN` in text format (PostgreSQL's manual, COPY, "Text Format").
pub(super) fn write_line(cells: &[Option<String>], buffer: &mut Vec<u8>) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            buffer.push(b'\t');
        }
        let Some(text) = cell else {
            buffer.extend_from_slice(b"\\N");
            continue;
        };
        for &byte in text.as_bytes() {
            match byte {
                b'\\' => buffer.extend_from_slice(b"\\\\"),
                b'\t' => buffer.extend_from_slice(b"\\t"),
                b'\n' => buffer.extend_from_slice(b"\\n"),
                b'\r' => buffer.extend_from_slice(b"\\r"),
                byte => buffer.push(byte),
            }
        }
    }
    buffer.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_cells_and_lines_is_escaped_and_null_is_no_text() {
        let mut buffer = Vec::new();
        write_line(&[Some("a\tb\\N\r\n".to_owned()), None, Some(String::new())], &mut buffer);
        assert_eq!(String::from_utf8(buffer).unwrap(), "a\\tb\\\\N\\r\\n\t\\N\t\n");
    }
}
