// SPDX-License-Identifier: EUPL-1.2
//! What a person decides about a mail no program can decide about: one that may have left, or that was refused.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{StoreError, Tx, sql};

/// Queues a mail that ended as `refused` or `uncertain` anew, from `now` on: what is sent is what was written the first time,
/// under the same `Message-ID`, and it has all its attempts before it. False: it is in neither state, or it is too late for it.
///
/// # Errors
/// Any [`StoreError`].
pub async fn retry(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE notification SET state = 'queued', due_at = $2, settled_at = NULL, attempts_before = attempt
        WHERE id = $1 AND state IN ('refused', 'uncertain') AND (not_after IS NULL OR not_after > $2)";
    Ok(execute!(tx, SQL, id, sql::whole_microseconds(now))? == 1)
}

/// Queues anew every mail that ended as `refused` at `since` (business time) or later, or ever, and is not too late, as
/// [`retry`] does, and returns which.
///
/// # Errors
/// Any [`StoreError`].
pub async fn retry_refused(
    tx: &mut Tx,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    const SQL: &str =
        "UPDATE notification SET state = 'queued', due_at = $1, settled_at = NULL, attempts_before = attempt
        WHERE state = 'refused' AND (not_after IS NULL OR not_after > $1) AND ($2 IS NULL OR settled_at >= $2)
        RETURNING id";
    let since = since.map(sql::whole_microseconds);
    let queued = fetch_all!(tx, (Uuid,), SQL, sql::whole_microseconds(now), since)?;
    Ok(queued.into_iter().map(|(id,)| id).collect())
}

/// How many mails ended as `refused` at `since` (business time) or later, or ever, and are too late to be queued anew.
///
/// # Errors
/// Any [`StoreError`].
pub async fn refused_too_late(
    tx: &mut Tx,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM notification
        WHERE state = 'refused' AND not_after <= $1 AND ($2 IS NULL OR settled_at >= $2)";
    let since = since.map(sql::whole_microseconds);
    let counted = fetch_optional!(tx, (i64,), SQL, sql::whole_microseconds(now), since)?;
    Ok(counted.map_or(0, |(count,)| count))
}

/// Makes every mail that is still to be sent `uncertain`: somebody knows that they may have left, of a database that was
/// restored for one. From now on a person decides about each. What a mailer has in hand is taken from it. Returns how many.
///
/// # Errors
/// Any [`StoreError`].
pub async fn doubt(tx: &mut Tx, answer: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
    const SQL: &str =
        "UPDATE notification SET state = 'uncertain', answer = $1, settled_at = $2, owner = NULL,
            claimed_until = NULL
        WHERE state IN ('queued', 'deferred', 'claimed', 'sending')";
    execute!(tx, SQL, answer, sql::whole_microseconds(now))
}

/// Takes an `uncertain` mail as accepted: somebody has the proof that the relay took it, and says which in `answer`. False: it
/// is not in that state.
///
/// # Errors
/// Any [`StoreError`].
pub async fn confirm(tx: &mut Tx, id: Uuid, answer: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE notification SET state = 'accepted', answer = $2, settled_at = $3
        WHERE id = $1 AND state = 'uncertain'";
    Ok(execute!(tx, SQL, id, answer, sql::whole_microseconds(now))? == 1)
}
