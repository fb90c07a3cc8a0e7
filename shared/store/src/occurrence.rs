// SPDX-License-Identifier: EUPL-1.2
//! The scheduler's ledger: each civil time of a schedule happens once, however many schedulers run.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;

use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// One occurrence as the scheduler left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct OccurrenceRow {
    /// The schedule's name in the procedure file.
    pub schedule: String,
    /// Civil time in Europe/Rome, see [`civil_key`].
    pub civil: String,
    /// The instant it maps to.
    #[serde(serialize_with = "sql::instant")]
    pub due_at: DateTime<Utc>,
    /// `fired`, `late` or `skipped`.
    pub state: String,
    /// Why it was late or skipped.
    pub reason: Option<String>,
    /// Business time of the decision.
    #[serde(serialize_with = "sql::instant")]
    pub decided_at: DateTime<Utc>,
}

/// The stored form of a civil time, `2025-11-21T00:00:00`; sorts as time does.
#[must_use]
pub fn civil_key(civil: NaiveDateTime) -> String {
    civil.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Records occurrences and returns those that nobody had recorded: only for those may messages be written, in the same
/// transaction.
///
/// # Errors
/// Any [`StoreError`].
pub async fn record(tx: &mut Tx, occurrences: &[OccurrenceRow]) -> Result<Vec<OccurrenceRow>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO occurrence (schedule, civil, due_at, state, reason, decided_at)
        SELECT schedule, civil, due_at, state, reason, decided_at FROM ",
        rows(schedule text, civil text, due_at timestamptz, state text, reason text, decided_at timestamptz),
        " WHERE true ON CONFLICT (schedule, civil) DO NOTHING
        RETURNING schedule, civil, due_at, state, reason, decided_at",
    );
    if occurrences.is_empty() {
        return Ok(Vec::new());
    }
    let mut new = fetch_all!(tx, OccurrenceRow, SQL.of(tx), sql::rows(occurrences))?;
    new.sort_by(|a, b| (a.due_at, &a.schedule).cmp(&(b.due_at, &b.schedule)));
    Ok(new)
}

/// The newest recorded civil time of each schedule.
///
/// # Errors
/// Any [`StoreError`].
pub async fn newest(tx: &mut Tx) -> Result<Vec<(String, String)>, StoreError> {
    fetch_all!(tx, (String, String), "SELECT schedule, MAX(civil) AS civil FROM occurrence GROUP BY schedule")
}

/// All occurrences, oldest first.
///
/// # Errors
/// Any [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<OccurrenceRow>, StoreError> {
    const SQL: &str =
        "SELECT schedule, civil, due_at, state, reason, decided_at FROM occurrence ORDER BY due_at, schedule";
    fetch_all!(tx, OccurrenceRow, SQL)
}
