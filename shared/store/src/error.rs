// SPDX-License-Identifier: EUPL-1.2
//! What can go wrong with a database, sorted by what the caller does about it.

/// An error of the database, without the values that were bound.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached: wait, count nothing.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A deadlock, a serialization failure or a busy file: run the same work again, count nothing.
    #[error("the transaction has to be run again: {0}")]
    Rerun(String),
    /// The schema is not the one this release knows.
    #[error("{0}")]
    Schema(String),
    /// The URL names no database this product knows.
    #[error("the database URL is not usable: {0}")]
    Url(String),
    /// The file with the authorities that vouch for the server cannot be read: which file, and why.
    #[error("the certificates that vouch for the database cannot be read: {0}")]
    Certificates(String),
    /// A stored value cannot be read back as what it should be.
    #[error("{table}.{column} holds a value this release cannot read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// Anything else: a violated constraint, a wrong statement.
    #[error("the database refused a statement: {0}")]
    Refused(String),
}

/// SQLSTATE classes and SQLite codes that decide what an error means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// PostgreSQL class 40, SQLite `BUSY` and `LOCKED`.
    Rerun,
    /// PostgreSQL classes 08, 53, 57, 58, SQLite `CANTOPEN`, `FULL`, `IOERR`.
    Unavailable,
    /// All others.
    Other,
}

impl Code {
    /// Reads the code a driver reports: five characters from PostgreSQL, a number from SQLite.
    #[must_use]
    pub fn of(code: &str) -> Self {
        if let Ok(number) = code.parse::<u32>()
            && code.len() < 5
        {
            // The primary result code is the low byte of the extended one.
            return match number & 0xff {
                5 | 6 => Self::Rerun,
                10 | 13 | 14 => Self::Unavailable,
                _ => Self::Other,
            };
        }
        match code.get(..2) {
            Some("40") => Self::Rerun,
            // A statement that ran into its own timeout: the batch is too large, and halving it is the remedy.
            _ if code == "57014" => Self::Other,
            Some("08" | "53" | "57" | "58") => Self::Unavailable,
            _ if code == "55P03" => Self::Rerun,
            _ => Self::Other,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                let text = match database.constraint() {
                    Some(constraint) => format!("code {code}: constraint {constraint}"),
                    // Class 22, data exceptions: PostgreSQL quotes the input in the message itself.
                    None if code.starts_with("22") && code.len() == 5 => {
                        format!("code {code}: a value is not of its type")
                    }
                    // The message names tables and columns; values stand in PostgreSQL's detail, which is left out.
                    None => format!("code {code}: {}", database.message()),
                };
                match Code::of(&code) {
                    Code::Rerun => Self::Rerun(text),
                    Code::Unavailable => Self::Unavailable(text),
                    Code::Other => Self::Refused(text),
                }
            }
            sqlx::Error::Io(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::Tls(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(error.to_string())
            }
            sqlx::Error::Configuration(error) => Self::Url(error.to_string()),
            // A decoding error quotes the value: only the column is told.
            sqlx::Error::ColumnDecode { index, .. } => {
                Self::Refused(format!("column {index} cannot be read"))
            }
            sqlx::Error::Decode(_) => Self::Refused("a value cannot be read".to_owned()),
            sqlx::Error::Encode(_) => Self::Refused("a value cannot be written".to_owned()),
            other => Self::Refused(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_say_what_to_do() {
        for (code, expected) in [
            ("40001", Code::Rerun),
            ("40P01", Code::Rerun),
            ("55P03", Code::Rerun),
            ("57P01", Code::Unavailable),
            ("08006", Code::Unavailable),
            ("57014", Code::Other),
            ("53100", Code::Unavailable),
            ("23505", Code::Other),
            ("5", Code::Rerun),
            ("517", Code::Rerun),
            ("13", Code::Unavailable),
            ("2067", Code::Other),
        ] {
            assert_eq!(Code::of(code), expected, "{code}");
        }
    }
}
