// SPDX-License-Identifier: EUPL-1.2
//! Messages written by a transaction and not yet confirmed by the bus.
//!
//! A row is born *claimed*: its `due_at` lies a little ahead, while the relay of the same process publishes it from memory.
//! Only a row left behind by a crash, or a delayed one, is ever found by the recovery poll.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// One message to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct OutboxRow {
    /// The message id as well: a row published twice is dropped by the next inbox.
    pub id: Uuid,
    /// Business time from which the recovery poll may take it.
    #[serde(serialize_with = "sql::instant")]
    pub due_at: DateTime<Utc>,
    /// Set: to this worker's queue alone. None: to the topic.
    pub queue: Option<String>,
    /// The message as it goes on the wire.
    pub envelope: String,
}

/// How far the outbox lags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct OutboxStats {
    /// Rows waiting.
    pub rows: i64,
    /// The earliest `due_at`: when the recovery poll has something to do next.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// Since when the oldest row could have been published; no attempt moves it. What lies ahead is not owed yet.
    pub owed_since: Option<DateTime<Utc>>,
}

/// The times of [`OutboxStats`] without its count, which reads the whole table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Oldest {
    /// The earliest `due_at`.
    pub due_at: Option<DateTime<Utc>>,
    /// Since when the oldest row could have been published.
    pub owed_since: Option<DateTime<Utc>>,
}

/// Adds rows in the transaction that caused them.
///
/// # Errors
/// Any [`StoreError`].
pub async fn insert(tx: &mut Tx, rows: &[OutboxRow]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO outbox (id, due_at, owed_since, queue, envelope) SELECT id, due_at, due_at, queue, envelope FROM ",
        columns(1 id uuid, 2 due_at timestamptz, 3 queue text, 4 envelope text),
    );
    if rows.is_empty() {
        return Ok(());
    }
    let sql = SQL.of(tx);
    match tx {
        Tx::Sqlite(tx) => {
            sqlx::query(sql).bind(sql::rows(rows)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let query = sqlx::query(sql)
                .bind(sql::column(rows, |row| row.id))
                .bind(sql::column(rows, |row| sql::whole_microseconds(row.due_at)))
                .bind(sql::column(rows, |row| row.queue.as_deref()))
                .bind(sql::column(rows, |row| row.envelope.as_str()));
            query.execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Takes up to `limit` rows that are due at `now` and moves their `due_at` to `until`, so that no other process takes them
/// meanwhile. Commit before publishing.
///
/// # Errors
/// Any [`StoreError`].
pub async fn take_due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<OutboxRow>, StoreError> {
    const SQL: Sql = sql!(
        "WITH due AS MATERIALIZED (SELECT id FROM outbox WHERE due_at <= $1 ORDER BY due_at, id LIMIT $3",
        skip_locked,
        ") UPDATE outbox SET due_at = $2 WHERE id IN (SELECT id FROM due) RETURNING id, due_at, queue, envelope",
    );
    let mut taken = fetch_all!(
        tx,
        OutboxRow,
        SQL.of(tx),
        sql::whole_microseconds(now),
        sql::whole_microseconds(until),
        limit
    )?;
    // RETURNING promises no order; ids are time-ordered.
    taken.sort_by_key(|row| row.id);
    Ok(taken)
}

/// Deletes rows whose messages the bus confirmed.
///
/// # Errors
/// Any [`StoreError`].
pub async fn delete(tx: &mut Tx, ids: &[Uuid]) -> Result<(), StoreError> {
    const SQL: Sql = sql!("DELETE FROM outbox WHERE id", among_uuids);
    if ids.is_empty() {
        return Ok(());
    }
    let sql = SQL.of(tx);
    match tx {
        Tx::Sqlite(tx) => sqlx::query(sql).bind(sql::rows(ids)).execute(&mut **tx).await.map(|_| ())?,
        Tx::Postgres(tx) => sqlx::query(sql).bind(ids).execute(&mut **tx).await.map(|_| ())?,
    }
    Ok(())
}

/// Those of `ids` that have been owed since `before` or longer: nobody needs to wait for a queue that never came.
///
/// # Errors
/// Any [`StoreError`].
pub async fn owed_since(
    tx: &mut Tx,
    ids: &[Uuid],
    before: DateTime<Utc>,
) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!("SELECT id FROM outbox WHERE owed_since <= $2 AND id IN (", ids, ")");
    let owed = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(ids), sql::whole_microseconds(before))?;
    Ok(owed.into_iter().map(|(id,)| id).collect())
}

/// How many rows wait, and since when.
///
/// # Errors
/// Any [`StoreError`].
pub async fn stats(tx: &mut Tx) -> Result<OutboxStats, StoreError> {
    const SQL: &str =
        "SELECT COUNT(*) AS rows, MIN(due_at) AS oldest_due_at, MIN(owed_since) AS owed_since FROM outbox";
    let stats = fetch_optional!(tx, OutboxStats, SQL)?;
    Ok(stats.unwrap_or(OutboxStats { rows: 0, oldest_due_at: None, owed_since: None }))
}

/// Since when rows wait: what is asked every few seconds, and answered from two indexes however many there are.
///
/// # Errors
/// Any [`StoreError`].
pub async fn oldest(tx: &mut Tx) -> Result<Oldest, StoreError> {
    // What was never tried is owed since it is due; the others have an index of their own.
    const SQL: &str = "SELECT (SELECT MIN(due_at) FROM outbox),
        (SELECT MIN(owed_since) FROM outbox WHERE owed_since <> due_at)";
    type Times = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);
    let (due_at, tried) = fetch_optional!(tx, Times, SQL)?.unwrap_or_default();
    Ok(Oldest { due_at, owed_since: due_at.into_iter().chain(tried).min() })
}
