// SPDX-License-Identifier: EUPL-1.2
//! Messages no worker could handle, waiting for an operator.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{StoreError, Tx, sql};

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

/// One dead letter.
///
/// # Errors
/// Any [`StoreError`].
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<DeadLetter>, StoreError> {
    const SQL: &str =
        "SELECT id, worker, message_id, kind, body, error, fingerprint, attempts, state, died_at, settled_at,
        reason FROM dead_letter WHERE id = $1";
    fetch_optional!(tx, DeadLetter, SQL, id)
}

/// What an operator decides about a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement<'a> {
    /// Sent again, as a new message.
    Retried,
    /// Not needed, for this reason.
    Discarded(&'a str),
}

/// Settles an open dead letter. False: it was not open, somebody else was quicker.
///
/// # Errors
/// Any [`StoreError`].
pub async fn settle(
    tx: &mut Tx,
    id: Uuid,
    settlement: Settlement<'_>,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE dead_letter SET state = $2, reason = $3, settled_at = $4 WHERE id = $1 AND state = 'open'";
    let (state, reason) = match settlement {
        Settlement::Retried => ("retried", None),
        Settlement::Discarded(reason) => ("discarded", Some(reason)),
    };
    Ok(execute!(tx, SQL, id, state, reason, sql::whole_microseconds(at))? == 1)
}
