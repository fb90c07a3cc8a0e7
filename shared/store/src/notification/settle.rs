// SPDX-License-Identifier: EUPL-1.2
//! From `sending` to an end: what the relay said, and what to make of mails whose holder died.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The relay took it.
    Accepted,
    /// Not now: again from this business time on.
    Deferred(DateTime<Utc>),
    /// Never.
    Refused,
    /// Nobody knows whether the relay took it; it is not sent again.
    Uncertain,
}

impl Verdict {
    const fn state(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Deferred(_) => "deferred",
            Self::Refused => "refused",
            Self::Uncertain => "uncertain",
        }
    }
}

/// The result of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The mail.
    pub id: Uuid,
    /// The attempt.
    pub attempt: i64,
    /// What became of it.
    pub verdict: Verdict,
    /// The relay's answer, without addresses.
    pub answer: String,
}

#[derive(Serialize)]
struct SettlementRow<'a> {
    id: Uuid,
    attempt: i64,
    state: &'static str,
    #[serde(serialize_with = "sql::optional_instant")]
    due_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "sql::optional_instant")]
    settled_at: Option<DateTime<Utc>>,
    answer: &'a str,
}

/// Records the results of this owner's attempts at `now` (business time) and returns how many counted: a row that was
/// taken from this owner meanwhile stays as it is. A mail that was claimed and not yet being sent can only be deferred or
/// refused.
///
/// # Errors
/// Any [`StoreError`].
pub async fn record(
    tx: &mut Tx,
    owner: Uuid,
    settlements: &[Settlement],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    const SQL: Sql = sql!(
        "UPDATE notification SET state = r.state, due_at = COALESCE(r.due_at, notification.due_at), answer = r.answer,
            settled_at = r.settled_at, owner = NULL, claimed_until = NULL
        FROM ",
        rows(id uuid, attempt bigint, state text, due_at timestamptz, settled_at timestamptz, answer text),
        " WHERE notification.id = r.id AND notification.attempt = r.attempt AND notification.owner = $2
            AND (notification.state = 'sending'
                OR (notification.state = 'claimed' AND r.state IN ('deferred', 'refused')))",
    );
    if settlements.is_empty() {
        return Ok(0);
    }
    let rows: Vec<SettlementRow<'_>> = settlements
        .iter()
        .map(|settlement| {
            let (due_at, settled_at) = match settlement.verdict {
                Verdict::Deferred(due_at) => (Some(due_at), None),
                Verdict::Accepted | Verdict::Refused | Verdict::Uncertain => (None, Some(now)),
            };
            SettlementRow {
                id: settlement.id,
                attempt: settlement.attempt,
                state: settlement.verdict.state(),
                due_at,
                settled_at,
                answer: &settlement.answer,
            }
        })
        .collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows), owner)
}

/// A mail that was being sent when its holder died: it may have gone out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Doubtful {
    /// The mail.
    pub id: Uuid,
    /// The attempt.
    pub attempt: i64,
    /// Who held it.
    pub owner: Uuid,
}

/// What was found of dead holders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Claimed mails nobody had begun to send: queued again.
    pub requeued: u64,
    /// Mails that were being sent: [`resolve_doubtful`] says what became of them.
    pub doubtful: Vec<Doubtful>,
}

/// Queues again what was claimed by a holder whose lease is over at `machine_now`, and names what such holders were
/// sending.
///
/// # Errors
/// Any [`StoreError`].
pub async fn recover(tx: &mut Tx, machine_now: DateTime<Utc>) -> Result<Recovered, StoreError> {
    const REQUEUE: &str = "UPDATE notification SET state = 'queued', owner = NULL, claimed_until = NULL
        WHERE owner IS NOT NULL AND state = 'claimed' AND claimed_until <= $1";
    const DOUBTFUL: &str = "SELECT id, attempt, owner FROM notification
        WHERE owner IS NOT NULL AND state = 'sending' AND claimed_until <= $1 ORDER BY id";
    let machine_now = sql::whole_microseconds(machine_now);
    let requeued = execute!(tx, REQUEUE, machine_now)?;
    let doubtful = fetch_all!(tx, Doubtful, DOUBTFUL, machine_now)?;
    Ok(Recovered { requeued, doubtful })
}

/// [`recover`] for all holders but `owner`, whatever their leases say: for a process that knows that it is the only one,
/// because it holds the lock on the folder.
///
/// # Errors
/// Any [`StoreError`].
pub async fn recover_others(tx: &mut Tx, owner: Uuid) -> Result<Recovered, StoreError> {
    const REQUEUE: &str = "UPDATE notification SET state = 'queued', owner = NULL, claimed_until = NULL
        WHERE owner IS NOT NULL AND state = 'claimed' AND owner <> $1";
    const DOUBTFUL: &str = "SELECT id, attempt, owner FROM notification
        WHERE owner IS NOT NULL AND state = 'sending' AND owner <> $1 ORDER BY id";
    let requeued = execute!(tx, REQUEUE, owner)?;
    let doubtful = fetch_all!(tx, Doubtful, DOUBTFUL, owner)?;
    Ok(Recovered { requeued, doubtful })
}

/// What became of a doubtful mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// The transport proves that it went out.
    Accepted,
    /// The transport proves that it did not: it is queued again.
    Queued,
    /// There is no proof: never sent again blindly.
    Uncertain,
}

#[derive(Serialize)]
struct ResolutionRow {
    id: Uuid,
    attempt: i64,
    owner: Uuid,
    state: &'static str,
    #[serde(serialize_with = "sql::optional_instant")]
    settled_at: Option<DateTime<Utc>>,
}

/// Says at `now` (business time) what became of doubtful mails, and returns how many were still doubtful: its holder may
/// have lived on, or another process may have been quicker.
///
/// # Errors
/// Any [`StoreError`].
pub async fn resolve_doubtful(
    tx: &mut Tx,
    resolutions: &[(Doubtful, Resolution)],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    const SQL: Sql = sql!(
        "UPDATE notification SET state = r.state, settled_at = r.settled_at, owner = NULL, claimed_until = NULL FROM ",
        rows(id uuid, attempt bigint, owner uuid, state text, settled_at timestamptz),
        " WHERE notification.id = r.id AND notification.attempt = r.attempt AND notification.owner = r.owner
            AND notification.state = 'sending'",
    );
    if resolutions.is_empty() {
        return Ok(0);
    }
    let rows: Vec<ResolutionRow> = resolutions
        .iter()
        .map(|(doubtful, resolution)| {
            let (state, settled_at) = match resolution {
                Resolution::Accepted => ("accepted", Some(now)),
                Resolution::Queued => ("queued", None),
                Resolution::Uncertain => ("uncertain", Some(now)),
            };
            ResolutionRow {
                id: doubtful.id,
                attempt: doubtful.attempt,
                owner: doubtful.owner,
                state,
                settled_at,
            }
        })
        .collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))
}
