// SPDX-License-Identifier: EUPL-1.2
//! What a database says about itself, for whoever looks whether it can be trusted with the work.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{Store, StoreError};

/// A database as it describes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its release, as it writes it: `3.50.4`, `15.13 (Debian 15.13-0+deb12u1)`.
    pub version: String,
    /// The number before the first point.
    pub major: u32,
    /// Its clock. Nothing is decided by it; it is only compared with the machine's. None: the database has none of its own.
    pub clock: Option<DateTime<Utc>>,
    /// Settings worth a look, as PostgreSQL has them for our connections.
    pub settings: Vec<Setting>,
}

/// A setting of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Setting {
    /// Its name, `fsync`.
    pub name: String,
    /// Its value, `on`.
    pub value: String,
}

impl Server {
    /// The value of a setting, empty if there is no such setting.
    #[must_use]
    pub fn setting(&self, name: &str) -> &str {
        self.settings.iter().find(|setting| setting.name == name).map_or("", |setting| &setting.value)
    }
}

impl Store {
    /// Asks the database about itself.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn server(&self) -> Result<Server, StoreError> {
        // The one place that asks a database for the time: to tell how far its clock is from ours, for no other use.
        const POSTGRES: &str = "SELECT current_setting('server_version'), CLOCK_TIMESTAMP()";
        const SETTINGS: &str =
            "SELECT name, setting AS value FROM pg_settings WHERE name IN ('fsync', 'full_page_writes',
            'synchronous_commit', 'server_encoding', 'max_connections', 'superuser_reserved_connections',
            'reserved_connections', 'transaction_read_only', 'TimeZone') ORDER BY name";
        let (version, clock, settings) = match self {
            Self::Sqlite { readers, .. } => {
                let version: String =
                    sqlx::query_scalar("SELECT sqlite_version()").fetch_one(readers).await?;
                (version, None, Vec::new())
            }
            Self::Postgres(pool) => {
                let (version, clock): (String, DateTime<Utc>) =
                    sqlx::query_as(POSTGRES).fetch_one(pool).await?;
                let settings = sqlx::query_as(SETTINGS).fetch_all(pool).await?;
                (version, Some(clock), settings)
            }
        };
        let major = version.split(|digit: char| !digit.is_ascii_digit()).next();
        let major = major.and_then(|digits| digits.parse().ok()).unwrap_or_default();
        Ok(Server { version, major, clock, settings })
    }
}
