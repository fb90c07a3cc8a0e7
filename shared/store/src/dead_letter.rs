// SPDX-License-Identifier: EUPL-1.2
//! Messages no worker could handle, waiting for an operator.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// One dead letter.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct DeadLetter {
    /// Its own id, which an operator names.
    pub id: Uuid,
    /// The worker that could not handle it.
    pub worker: String,
    /// The message.
    pub message_id: Uuid,
    /// Its topic, or `?` when the body cannot be read.
    pub kind: String,
    /// The body as it came.
    pub body: String,
    /// Why, without personal data.
    pub error: String,
    /// Equal for equal errors.
    pub fingerprint: String,
    /// Attempts made.
    pub attempts: i64,
    /// `open`, `retried` or `discarded`.
    pub state: String,
    /// Business time.
    pub died_at: DateTime<Utc>,
    /// When an operator decided.
    pub settled_at: Option<DateTime<Utc>>,
    /// The operator's reason for discarding it.
    pub reason: Option<String>,
}

/// Adds a dead letter; one that is there already stays as it is.
///
/// # Errors
/// Any [`StoreError`].
pub async fn insert(tx: &mut Tx, letter: &DeadLetter) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO dead_letter
            (id, worker, message_id, kind, body, error, fingerprint, attempts, state, died_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)
        ON CONFLICT (worker, message_id) DO NOTHING";
    execute!(
        tx,
        SQL,
        letter.id,
        &letter.worker,
        letter.message_id,
        &letter.kind,
        &letter.body,
        &letter.error,
        &letter.fingerprint,
        letter.attempts,
        sql::whole_microseconds(letter.died_at),
    )?;
    Ok(())
}

/// The dead letters that wait for an operator, or all of them, oldest first.
///
/// # Errors
/// Any [`StoreError`].
pub async fn list(tx: &mut Tx, settled_too: bool) -> Result<Vec<DeadLetter>, StoreError> {
    const SQL: &str =
        "SELECT id, worker, message_id, kind, body, error, fingerprint, attempts, state, died_at, settled_at,
        reason FROM dead_letter WHERE state = 'open' OR $1 ORDER BY died_at, id";
    fetch_all!(tx, DeadLetter, SQL, settled_too)
}

/// How many wait for an operator.
///
/// # Errors
/// Any [`StoreError`].
pub async fn open_count(tx: &mut Tx) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) AS count FROM dead_letter WHERE state = 'open'";
    Ok(fetch_optional!(tx, (i64,), SQL)?.map_or(0, |(count,)| count))
}

/// The dead letters whose ids lie between two, both included: those that begin alike. Up to `limit`.
///
/// # Errors
/// Any [`StoreError`].
pub async fn between(
    tx: &mut Tx,
    first: Uuid,
    last: Uuid,
    limit: i64,
) -> Result<Vec<DeadLetter>, StoreError> {
    const SQL: &str =
        "SELECT id, worker, message_id, kind, body, error, fingerprint, attempts, state, died_at, settled_at,
        reason FROM dead_letter WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT $3";
    fetch_all!(tx, DeadLetter, SQL, first, last, limit)
}

/// Those of a worker that wait for an operator and died of the same kind of error, oldest first.
///
/// # Errors
/// Any [`StoreError`].
pub async fn open_alike(tx: &mut Tx, worker: &str, fingerprint: &str) -> Result<Vec<Uuid>, StoreError> {
    const SQL: &str = "SELECT id FROM dead_letter WHERE state = 'open' AND worker = $1 AND fingerprint = $2
        ORDER BY died_at, id";
    Ok(fetch_all!(tx, (Uuid,), SQL, worker, fingerprint)?.into_iter().map(|(id,)| id).collect())
}

/// Those of `ids` that wait for an operator, in the order of their ids; nobody else decides about them before this transaction ends.
///
/// # Errors
/// Any [`StoreError`].
pub async fn take_open(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<DeadLetter>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, worker, message_id, kind, body, error, fingerprint, attempts, state, died_at, settled_at,
        reason FROM dead_letter WHERE state = 'open' AND id IN (",
        ids,
        ") ORDER BY id",
        for_update,
    );
    fetch_all!(tx, DeadLetter, SQL.of(tx), sql::rows(ids))
}

/// What an operator decides about a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement<'a> {
    /// Sent again, as a new message.
    Retried,
    /// Not needed, for this reason.
    Discarded(&'a str),
}

/// Settles those of `ids` that are open, and says how many were; of the others somebody else was quicker.
///
/// # Errors
/// Any [`StoreError`].
pub async fn settle(
    tx: &mut Tx,
    ids: &[Uuid],
    settlement: Settlement<'_>,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    const SQL: Sql = sql!(
        "UPDATE dead_letter SET state = $2, reason = $3, settled_at = $4 WHERE state = 'open' AND id IN (",
        ids,
        ")",
    );
    let (state, reason) = match settlement {
        Settlement::Retried => ("retried", None),
        Settlement::Discarded(reason) => ("discarded", Some(reason)),
    };
    execute!(tx, SQL.of(tx), sql::rows(ids), state, reason, sql::whole_microseconds(at))
}
