// SPDX-License-Identifier: EUPL-1.2
//! What each worker has handled: a message delivered twice is handled once.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// How a worker left a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its effects are committed with this row.
    Done,
    /// A new attempt stands in the outbox.
    Retried,
    /// It stands in the dead letters.
    Dead,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retried => "retried",
            Self::Dead => "dead",
        }
    }
}

/// One handled message: what is needed to drop it the second time and to follow its path.
#[derive(Debug, Clone, Serialize)]
pub struct InboxRow {
    /// The message.
    pub message_id: Uuid,
    /// Its topic.
    pub kind: String,
    /// Shared by all that follows from one cause; None when the body cannot be read.
    pub correlation_id: Option<Uuid>,
    /// The message that led to it.
    pub causation_id: Option<Uuid>,
    /// When it was written.
    #[serde(serialize_with = "sql::optional_instant")]
    pub written_at: Option<DateTime<Utc>>,
}

/// Records messages and returns the ids that were not there before: only those may be handled.
///
/// # Errors
/// Any [`StoreError`].
pub async fn record(
    tx: &mut Tx,
    worker: &str,
    outcome: Outcome,
    handled_at: DateTime<Utc>,
    messages: &[InboxRow],
) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO inbox (worker, message_id, outcome, kind, correlation_id, causation_id, written_at, handled_at)
        SELECT $1, message_id, $2, kind, correlation_id, causation_id, written_at, $3 FROM ",
        columns(4 message_id uuid, 5 kind text, 6 correlation_id uuid, 7 causation_id uuid, 8 written_at timestamptz),
        " WHERE true ON CONFLICT (worker, message_id) DO NOTHING RETURNING message_id",
    );
    let sql = SQL.of(tx);
    let (outcome, handled_at) = (outcome.as_str(), sql::whole_microseconds(handled_at));
    let new: Vec<(Uuid,)> = match tx {
        Tx::Sqlite(tx) => {
            let query = sqlx::query_as(sql).bind(worker).bind(outcome).bind(handled_at);
            query.bind(sql::rows(messages)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let query = sqlx::query_as(sql).bind(worker).bind(outcome).bind(handled_at);
            query
                .bind(sql::column(messages, |row| row.message_id))
                .bind(sql::column(messages, |row| row.kind.as_str()))
                .bind(sql::column(messages, |row| row.correlation_id))
                .bind(sql::column(messages, |row| row.causation_id))
                .bind(sql::column(messages, |row| row.written_at.map(sql::whole_microseconds)))
                .fetch_all(&mut **tx)
                .await?
        }
    };
    Ok(new.into_iter().map(|(id,)| id).collect())
}

/// One step of the path that followed from a first cause.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct PathStep {
    /// Who handled it.
    pub worker: String,
    /// The message.
    pub message_id: Uuid,
    /// `done`, `retried` or `dead`.
    pub outcome: String,
    /// Its topic.
    pub kind: String,
    /// The message that led to it; None at the first cause.
    pub causation_id: Option<Uuid>,
    /// When it was written, business time.
    pub written_at: Option<DateTime<Utc>>,
    /// When it was handled, business time.
    pub handled_at: DateTime<Utc>,
}

/// All that was handled in consequence of a first cause, in the order in which it was written.
///
/// # Errors
/// Any [`StoreError`].
pub async fn path(tx: &mut Tx, correlation: Uuid) -> Result<Vec<PathStep>, StoreError> {
    const SQL: &str = "SELECT worker, message_id, outcome, kind, causation_id, written_at, handled_at
        FROM inbox WHERE correlation_id = $1";
    let mut steps = fetch_all!(tx, PathStep, SQL, correlation)?;
    // Ids are ordered by time; texts are sorted here, as collations differ.
    steps.sort_by(|one, other| (one.message_id, &one.worker).cmp(&(other.message_id, &other.worker)));
    Ok(steps)
}

/// Deletes up to `limit` rows handled before `before`, the oldest first, and returns how many: the inbox is kept 90 days.
/// A day's rows in one statement would hold SQLite's writer for as long as it takes.
///
/// # Errors
/// Any [`StoreError`].
pub async fn forget_before(tx: &mut Tx, before: DateTime<Utc>, limit: i64) -> Result<u64, StoreError> {
    const SQL: &str = "DELETE FROM inbox WHERE (worker, message_id) IN
        (SELECT worker, message_id FROM inbox WHERE handled_at < $1 ORDER BY handled_at LIMIT $2)";
    execute!(tx, SQL, sql::whole_microseconds(before), limit)
}
