// SPDX-License-Identifier: EUPL-1.2
//! The database behind a URL, and its transactions.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    PgConnection, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{StoreError, sql};

/// How a store is opened.
#[derive(Debug, Clone, Copy)]
pub struct StoreSettings {
    /// Connections for reading on SQLite, all connections on PostgreSQL.
    pub connections: u32,
    /// How long a statement waits for SQLite's writer lock, and a caller for a connection.
    pub busy_timeout: Duration,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { connections: 8, busy_timeout: Duration::from_secs(30) }
    }
}

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
    /// [`StoreError::Url`] for another scheme, [`StoreError::Unavailable`] when nothing answers.
    pub async fn open(url: &str, settings: StoreSettings) -> Result<Self, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => {
                let options = SqliteConnectOptions::from_str(url)?;
                Self::open_sqlite(options, settings).await
            }
            Some("postgres" | "postgresql") => {
                let options = PgConnectOptions::from_str(url)?.application_name("campanella");
                let pool = PgPoolOptions::new()
                    .max_connections(settings.connections)
                    .acquire_timeout(settings.busy_timeout)
                    .after_connect(move |connection, _| {
                        Box::pin(limit_waiting(connection, settings.busy_timeout))
                    })
                    .connect_with(options)
                    .await?;
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

/// How long PostgreSQL lets a transaction stand idle: a process that hangs or a machine that is cut off must not hold its
/// locks for ever. Far beyond any handler's timeout, which ends the process.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(600);

/// A statement waits for a lock as long as it would for SQLite's writer, and then is run again.
async fn limit_waiting(connection: &mut PgConnection, lock_timeout: Duration) -> Result<(), sqlx::Error> {
    const SQL: &str = "SELECT set_config('lock_timeout', $1, false),
        set_config('idle_in_transaction_session_timeout', $2, false)";
    let milliseconds = |limit: Duration| format!("{}ms", limit.as_millis());
    let limits = sqlx::query(SQL).bind(milliseconds(lock_timeout)).bind(milliseconds(IDLE_IN_TRANSACTION));
    limits.execute(connection).await.map(|_| ())
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
