// SPDX-License-Identifier: EUPL-1.2
//! Who is at work on the installation: one row a process, written at each beat of its heart.
//!
//! Machine time throughout: a heartbeat watches machines. No right, lease or message depends on it.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{StoreError, Tx, sql};

/// One process.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ProcessRow {
    /// Drawn when it started.
    pub id: Uuid,
    /// The name of its machine or container.
    pub host: String,
    /// Its number there.
    pub pid: i64,
    /// The release it runs.
    pub version: String,
    /// When it started, by its machine's clock.
    pub started_at: DateTime<Utc>,
    /// When its heart beat last, by its machine's clock.
    pub beat_at: DateTime<Utc>,
    /// What each of its loops is doing, as JSON.
    pub loops: String,
}

/// Writes a beat.
///
/// # Errors
/// Any [`StoreError`].
pub async fn beat(tx: &mut Tx, process: &ProcessRow) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO process (id, host, pid, version, started_at, beat_at, loops)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, loops = excluded.loops";
    execute!(
        tx,
        SQL,
        process.id,
        &process.host,
        process.pid,
        &process.version,
        sql::whole_microseconds(process.started_at),
        sql::whole_microseconds(process.beat_at),
        &process.loops,
    )?;
    Ok(())
}

/// All processes, by host, the oldest first.
///
/// # Errors
/// Any [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<ProcessRow>, StoreError> {
    const SQL: &str = "SELECT id, host, pid, version, started_at, beat_at, loops FROM process";
    let mut rows = fetch_all!(tx, ProcessRow, SQL)?;
    // Here, because collations differ.
    rows.sort_by(|a, b| (&a.host, a.started_at, a.id).cmp(&(&b.host, b.started_at, b.id)));
    Ok(rows)
}

/// How many have beaten since `since`, and how many have not.
///
/// # Errors
/// Any [`StoreError`].
pub async fn count(tx: &mut Tx, since: DateTime<Utc>) -> Result<(i64, i64), StoreError> {
    const SQL: &str = "SELECT COUNT(*) FILTER (WHERE beat_at >= $1) AS alive, COUNT(*) FILTER (WHERE beat_at < $1) AS stale FROM process";
    Ok(fetch_optional!(tx, (i64, i64), SQL, sql::whole_microseconds(since))?.unwrap_or_default())
}

/// Forgets a process that ends in good order.
///
/// # Errors
/// Any [`StoreError`].
pub async fn forget(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM process WHERE id = $1", id)?;
    Ok(())
}

/// Forgets those that have not beaten since `before`, and says how many.
///
/// # Errors
/// Any [`StoreError`].
pub async fn forget_before(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM process WHERE beat_at < $1", sql::whole_microseconds(before))
}
