// SPDX-License-Identifier: EUPL-1.2
//! The database behind a URL, and its transactions.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{StoreError, StoreSettings, settings, sql};

/// A database. Cloning it shares the connections.
#[derive(Debug, Clone)]
pub enum Store {
    /// A SQLite file: WAL, `synchronous=FULL`, one writer and several readers.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that only read.
        readers: SqlitePool,
    },
    /// A PostgreSQL database.
    Postgres(PgPool),
}

/// An open transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Store {
    /// Opens `sqlite:///path/to/file` (created if missing) or `postgres://…`. Does not migrate.
    ///
    /// # Errors
    /// [`StoreError::Url`] for another scheme, [`StoreError::Certificates`], [`StoreError::Unavailable`] when nothing answers or
    /// what answers does not prove to be the server.
    pub async fn open(url: &str, settings: StoreSettings) -> Result<Self, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => {
                let options = SqliteConnectOptions::from_str(url)?;
                Self::open_sqlite(options, settings).await
            }
            Some("postgres" | "postgresql") => {
                let options = settings::postgres(url, &settings)?;
                // By itself the pool would try for as long as a caller may wait, and then not say what was wrong.
                settings::answers(&options, settings.busy_timeout).await?;
                let pool = settings.pool().connect_with(options).await?;
                Ok(Self::Postgres(pool))
            }
            _ => Err(StoreError::Url("it must begin with sqlite: or postgres:".to_owned())),
        }
    }

    /// Opens a SQLite file by its path, created if missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened.
    pub async fn open_file(path: &Path, settings: StoreSettings) -> Result<Self, StoreError> {
        Self::open_sqlite(SqliteConnectOptions::new().filename(path), settings).await
    }

    async fn open_sqlite(options: SqliteConnectOptions, settings: StoreSettings) -> Result<Self, StoreError> {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(settings.busy_timeout);
        // A connection to a file does not die in the pool: no question before each transaction.
        let pool = SqlitePoolOptions::new().acquire_timeout(settings.busy_timeout).test_before_acquire(false);
        // Writers queue in this process, where waiting is fair, and not on the file's lock.
        let writer = pool.clone().max_connections(1).connect_with(sql::roomy(options.clone())).await?;
        let readers =
            pool.max_connections(settings.connections).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Begins a transaction that writes: `BEGIN IMMEDIATE` on SQLite, so that it never has to upgrade a lock.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Rerun`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            // Named, because the server's default may be another: rows are read after their lock was granted.
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?)
            }
        })
    }

    /// Begins a transaction that only reads: one snapshot, and on SQLite no lock that a writer waits for.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// The file of a SQLite database; None on PostgreSQL.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite { writer, .. } => Some(writer.connect_options().get_filename().to_owned()),
            Self::Postgres(_) => None,
        }
    }

    /// Closes all connections; on SQLite the write-ahead log is folded into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes the transaction durable.
    ///
    /// # Errors
    /// As any statement; the transaction is then rolled back, or its fate unknown if the connection broke.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(mut tx) => {
                // PostgreSQL answers COMMIT of a failed transaction with a silent rollback: a caller who swallowed the
                // error of a statement would believe its effects durable. Any statement tells.
                sqlx::query("SELECT 1").execute(&mut *tx).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Undoes the transaction.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; the transaction is undone all the same.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
