// SPDX-License-Identifier: EUPL-1.2
//! One portable set of migrations for both databases, and what PostgreSQL alone is told of its tables. The latter is in no
//! ledger: it is said again at every migration.

use sqlx::{
    Connection as _,
    migrate::{Migrate, MigrateError, Migrator},
};

use crate::{Store, StoreError, settings};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// More than half of each page is left free for new versions of its rows, which grow with their CPI. An assignment writes hundreds
/// of cases in one transaction, neighbours as a rule: with no index to touch that costs less than half. SQLite writes in place.
const ROOM_FOR_NEW_STATES: &str = "ALTER TABLE drop_out_period SET (fillfactor = 40)";

/// How the schema found stands to the one this release knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// The schema of this release.
    Current,
    /// Older, or empty: `campanella migrate` brings it here.
    Behind {
        /// How many migrations are missing.
        missing: usize,
    },
    /// Made by a newer release, or by something else: this release must not touch it.
    Unknown,
}

impl SchemaState {
    /// That of a database in which nothing was ever made.
    #[must_use]
    pub fn empty() -> Self {
        Self::Behind { missing: MIGRATOR.iter().count() }
    }
}

impl Store {
    /// Brings the schema to this release. Running it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when the schema was made by a newer release or a migration was altered.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let done = match self {
            Self::Sqlite { writer, .. } => MIGRATOR.run(writer).await,
            Self::Postgres(pool) => {
                // A connection of its own: what is lifted for the migrations holds for nobody else.
                let mut connection = pool.acquire().await?.detach();
                settings::take_your_time(&mut connection).await?;
                let done = match MIGRATOR.run(&mut connection).await {
                    Ok(()) => sqlx::query(ROOM_FOR_NEW_STATES)
                        .execute(&mut connection)
                        .await
                        .map(drop)
                        .map_err(MigrateError::Execute),
                    failed => failed,
                };
                if let Err(error) = connection.close().await {
                    tracing::debug!(%error, "the connection of the migrations did not end in good order");
                }
                done
            }
        };
        done.map_err(|error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => StoreError::Schema(format!("the schema cannot be brought to this release: {other}")),
        })
    }

    /// Compares the schema with the one this release knows, changing nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn schema_state(&self) -> Result<SchemaState, StoreError> {
        let applied = match self {
            Self::Sqlite { writer, .. } => applied(&mut *writer.acquire().await?).await,
            Self::Postgres(pool) => applied(&mut *pool.acquire().await?).await,
        };
        let applied = match applied {
            Ok(applied) => applied,
            Err(error) if lacks_ledger(&error) => {
                return Ok(SchemaState::empty());
            }
            Err(MigrateError::Execute(error)) => return Err(error.into()),
            Err(other) => return Err(StoreError::Schema(other.to_string())),
        };
        let known: Vec<_> =
            MIGRATOR.iter().map(|migration| (migration.version, migration.checksum.to_vec())).collect();
        if applied.iter().any(|migration| !known.contains(migration)) {
            return Ok(SchemaState::Unknown);
        }
        match known.len() - applied.len() {
            0 => Ok(SchemaState::Current),
            missing => Ok(SchemaState::Behind { missing }),
        }
    }
}

/// Whether there is no ledger of migrations: an empty database, and not one that cannot be read.
fn lacks_ledger(error: &MigrateError) -> bool {
    let MigrateError::Execute(sqlx::Error::Database(error)) = error else { return false };
    // PostgreSQL: undefined_table. SQLite has no code of its own for it.
    error.code().as_deref() == Some("42P01") || error.message().starts_with("no such table")
}

async fn applied<C: Migrate>(connection: &mut C) -> Result<Vec<(i64, Vec<u8>)>, MigrateError> {
    let applied = connection.list_applied_migrations(&MIGRATOR.table_name).await?;
    Ok(applied.into_iter().map(|migration| (migration.version, migration.checksum.to_vec())).collect())
}
