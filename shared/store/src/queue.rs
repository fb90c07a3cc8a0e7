// SPDX-License-Identifier: EUPL-1.2
//! The embedded queue's file: what `bus` builds its durable queue on.
//!
//! A file of its own, so that publishing and consuming never wait for the database's writer. Only publishing is flushed
//! to the disk (`synchronous=FULL`): a confirmed message survives a power cut. Leases and acknowledgements survive the
//! death of the process but not a power cut, after which a message may come again, marked or not; the inbox drops it.

use std::{path::Path, time::Duration};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{
    FromRow, Sqlite, SqlitePool,
    migrate::Migrator,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use crate::{StoreError, sql};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/queue");

/// A message to put on a queue.
#[derive(Debug, Clone, Serialize)]
pub struct Put<'a> {
    /// The queue.
    pub queue: &'a str,
    /// The message id.
    pub message_id: Uuid,
    /// The body on the wire.
    pub body: &'a str,
}

/// A message handed out.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Leased {
    /// Its place in the file, which [`QueueFile::acknowledge`] takes.
    pub position: i64,
    /// The message id.
    pub message_id: Uuid,
    /// The body on the wire.
    pub body: String,
    /// 1 at the first delivery; more: its earlier holder died or gave it back.
    pub deliveries: i64,
}

/// How full a queue is.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct Depth {
    /// The queue.
    pub queue: String,
    /// Messages nobody holds.
    pub waiting: i64,
    /// Messages handed out and not yet acknowledged.
    pub leased: i64,
    /// The id of the oldest message: a UUID v7, which tells when it was written (machine time).
    pub oldest: Option<Uuid>,
}

impl Depth {
    /// When the oldest message was written (machine time, to the millisecond), by its id: a UUID v7 begins with the
    /// milliseconds since 1970 (RFC 9562, 5.7). None when there is no message or its id does not tell.
    #[must_use]
    pub fn oldest_written_at(&self) -> Option<DateTime<Utc>> {
        let (seconds, nanoseconds) = self.oldest?.get_timestamp()?.to_unix();
        DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
    }
}

/// The file.
#[derive(Debug)]
pub struct QueueFile {
    /// The one connection that writes. Of two, each would drop its cache whenever the other has written; and here, where
    /// waiting is fair, it is waited for instead of on the file's lock.
    writer: SqlitePool,
    /// For counting, which reads the whole file.
    reader: SqlitePool,
}

/// What of a statement must outlive a power cut.
#[derive(Debug, Clone, Copy)]
enum Flush {
    Durable,
    Hasty,
}

impl QueueFile {
    /// Opens or creates the file. The caller holds the folder's lock: a lease found is of a dead process and is freed.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(30));
        let pool = SqlitePoolOptions::new().max_connections(1);
        let writer = pool.clone().connect_with(sql::roomy(options.clone())).await?;
        MIGRATOR
            .run(&writer)
            .await
            .map_err(|error| StoreError::Schema(format!("the queue file: {error}")))?;
        let reader = pool.connect_with(options.read_only(true)).await?;
        sqlx::query("UPDATE queue_message SET leased_by = NULL WHERE leased_by IS NOT NULL")
            .execute(&writer)
            .await?;
        Ok(Self { writer, reader })
    }

    /// The random name the file was given when it was made: 32 hexadecimal digits.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn identity(&self) -> Result<String, StoreError> {
        Ok(sqlx::query_scalar("SELECT identity FROM queue_identity").fetch_one(&self.writer).await?)
    }

    /// The connection, set to flush its next commit or not.
    async fn writer(&self, flush: Flush) -> Result<PoolConnection<Sqlite>, StoreError> {
        let mut writer = self.writer.acquire().await?;
        // Raw, for SQLite obeys while it compiles the statement: one kept prepared would do nothing the second time.
        let setting = match flush {
            Flush::Durable => sqlx::raw_sql("PRAGMA synchronous = FULL"),
            Flush::Hasty => sqlx::raw_sql("PRAGMA synchronous = NORMAL"),
        };
        setting.execute(&mut *writer).await?;
        Ok(writer)
    }

    /// The name of an existing file, read beside a running process.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none.
    pub async fn identity_beside(path: &Path) -> Result<String, StoreError> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(sqlx::query_scalar("SELECT identity FROM queue_identity").fetch_one(&pool).await?)
    }

    /// Opens an existing file for reading its depths beside a running process.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none.
    pub async fn depths_beside(path: &Path) -> Result<Vec<Depth>, StoreError> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        depths(&pool).await
    }

    /// Puts messages on their queues; durable when it returns.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], for one when the disk is full: nothing was put.
    pub async fn put(&self, messages: &[Put<'_>]) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO queue_message (queue, message_id, body)
            SELECT value ->> 'queue', unhex(value ->> 'message_id', '-'), value ->> 'body' FROM jsonb_each($1)";
        if messages.is_empty() {
            return Ok(());
        }
        let mut writer = self.writer(Flush::Durable).await?;
        sqlx::query(SQL).bind(sql::rows(messages)).execute(&mut *writer).await?;
        Ok(())
    }

    /// Hands out up to `limit` waiting messages in order of arrival, held by `holder` until acknowledged or released.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn lease(&self, queue: &str, holder: Uuid, limit: i64) -> Result<Vec<Leased>, StoreError> {
        const SQL: &str = "UPDATE queue_message SET leased_by = $2, deliveries = deliveries + 1
            WHERE position IN (SELECT position FROM queue_message WHERE queue = $1 AND leased_by IS NULL
                ORDER BY position LIMIT $3)
            RETURNING position, message_id, body, deliveries";
        let mut writer = self.writer(Flush::Hasty).await?;
        let mut leased: Vec<Leased> =
            sqlx::query_as(SQL).bind(queue).bind(holder).bind(limit).fetch_all(&mut *writer).await?;
        leased.sort_by_key(|message| message.position);
        Ok(leased)
    }

    /// Removes messages that were handled; those `holder` does not hold (any more) stay.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn acknowledge(&self, holder: Uuid, positions: &[i64]) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM queue_message
            WHERE position IN (SELECT value FROM json_each($2)) AND leased_by = $1";
        let mut writer = self.writer(Flush::Hasty).await?;
        sqlx::query(SQL).bind(holder).bind(sql::rows(positions)).execute(&mut *writer).await?;
        Ok(())
    }

    /// Gives messages back unhandled; they keep their place. `unseen` takes the delivery back too: the messages were
    /// never looked at, and must not look suspect to their next holder. Those `holder` does not hold stay as they are.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn release(&self, holder: Uuid, positions: &[i64], unseen: bool) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE queue_message SET leased_by = NULL, deliveries = deliveries - $3
            WHERE position IN (SELECT value FROM json_each($2)) AND leased_by = $1";
        let mut writer = self.writer(Flush::Hasty).await?;
        let statement = sqlx::query(SQL).bind(holder).bind(sql::rows(positions)).bind(i64::from(unseen));
        statement.execute(&mut *writer).await?;
        Ok(())
    }

    /// How full each queue is that holds a message.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn depths(&self) -> Result<Vec<Depth>, StoreError> {
        depths(&self.reader).await
    }

    /// Closes the file, its write-ahead log folded in.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

async fn depths(pool: &SqlitePool) -> Result<Vec<Depth>, StoreError> {
    const SQL: &str = "SELECT queue, COUNT(*) FILTER (WHERE leased_by IS NULL) AS waiting,
            COUNT(*) FILTER (WHERE leased_by IS NOT NULL) AS leased, MIN(message_id) AS oldest
        FROM queue_message GROUP BY queue ORDER BY queue";
    Ok(sqlx::query_as(SQL).fetch_all(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_told_apart_and_puts_nothing() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = QueueFile::open(&folder.path().join("queue.db")).await?;
        sqlx::query("PRAGMA max_page_count = 64").execute(&file.writer).await?;
        let body = "x".repeat(1 << 20);
        let put = Put { queue: "registry", message_id: Uuid::nil(), body: &body };
        let error = file.put(&[put]).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        assert_eq!(file.depths().await?, []);
        Ok(())
    }

    #[tokio::test]
    async fn a_late_settlement_does_not_touch_what_another_holds_by_now() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = QueueFile::open(&folder.path().join("queue.db")).await?;
        file.put(&[Put { queue: "registry", message_id: Uuid::nil(), body: "{}" }]).await?;
        let (late, current) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let leased = file.lease("registry", late, 1).await?;
        let positions: Vec<i64> = leased.iter().map(|message| message.position).collect();
        file.release(late, &positions, false).await?;
        assert_eq!(file.lease("registry", current, 1).await?.len(), 1);

        file.acknowledge(late, &positions).await?;
        file.release(late, &positions, true).await?;
        assert_eq!(file.depths().await?.first().map(|depth| depth.leased), Some(1));
        file.acknowledge(current, &positions).await?;
        assert_eq!(file.depths().await?, []);
        Ok(())
    }

    #[tokio::test]
    async fn what_is_put_is_flushed_and_what_is_leased_is_not_however_often_they_alternate()
    -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = QueueFile::open(&folder.path().join("queue.db")).await?;
        for _ in 0..3 {
            for (flush, expected) in [(Flush::Durable, 2), (Flush::Hasty, 1)] {
                let mut writer = file.writer(flush).await?;
                let asked = sqlx::query_scalar::<_, i64>("PRAGMA synchronous").persistent(false);
                assert_eq!(asked.fetch_one(&mut *writer).await?, expected, "{flush:?}");
            }
        }
        Ok(())
    }
}
