// SPDX-License-Identifier: EUPL-1.2
//! Attempts on redelivered messages. Counted and committed *before* the message runs, so that one that kills its process
//! is counted too.

use uuid::Uuid;

use crate::{StoreError, Tx};

/// Counts one more attempt and returns how many there were with it.
///
/// # Errors
/// Any [`StoreError`].
pub async fn count(tx: &mut Tx, worker: &str, message: Uuid) -> Result<i64, StoreError> {
    const SQL: &str = "INSERT INTO suspicion (worker, message_id, attempts) VALUES ($1, $2, 1)
        ON CONFLICT (worker, message_id) DO UPDATE SET attempts = suspicion.attempts + 1
        RETURNING attempts";
    let counted = fetch_optional!(tx, (i64,), SQL, worker, message)?;
    Ok(counted.map_or(1, |(attempts,)| attempts))
}

/// Forgets a message that ended, one way or the other.
///
/// # Errors
/// Any [`StoreError`].
pub async fn forget(tx: &mut Tx, worker: &str, message: Uuid) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM suspicion WHERE worker = $1 AND message_id = $2", worker, message)?;
    Ok(())
}
