// SPDX-License-Identifier: EUPL-1.2
//! Mails to send: one row per recipient and purpose.
//!
//! ```text
//! queued ─► claimed(owner, until) ─► sending ─► accepted | deferred | refused | uncertain
//!    ▲          │ lease over            │ lease over: doubtful, the mailer decides
//!    └──────────┘                       └─► accepted | queued | uncertain
//! ```
//! besides `expired` (past `not_after`), `cancelled` (its precondition failed) and `suppressed`. `deferred` is handed out
//! again like `queued` once it is due. Whatever changes a row that somebody holds is conditional on owner and attempt: a
//! lease is a hint, this fence decides. `due_at` and `not_after` are business time, leases are machine time.

mod claim;
mod operator;
mod precondition;
mod report;
mod search;
mod settle;

pub use claim::{
    Claimed, Claims, Rendering, Unreadable, cancel, claim, expire, release, render_once, start_sending,
};
pub use operator::{confirm, doubt, refused_too_late, retry, retry_refused};
pub use precondition::{Precondition, failed_preconditions};
pub use report::{Addressed, Count, NotificationRow, addressed, counts, keys, list, next_due, waiting_since};
pub use search::{Found, Search, between, search, search_counts};
pub use settle::{
    Doubtful, Recovered, Resolution, Settlement, Verdict, record, recover, recover_others, resolve_doubtful,
};

use std::collections::HashSet;

use campanella_domain::{identity::EmailAddress, mail::MailTemplate};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// A mail that somebody is to receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    /// Its id, of which the `Message-ID` is made.
    pub id: Uuid,
    /// The business key: the same purpose never mails twice.
    pub dedupe_key: String,
    /// The mail it is.
    pub template: MailTemplate,
    /// The one recipient.
    pub recipient: EmailAddress,
    /// JSON for the template: numbers, dates and links, no names.
    pub parameters: String,
    /// Lower goes first: a confirmation before a campaign.
    pub priority: i64,
    /// Business time from which it may be sent.
    pub due_at: DateTime<Utc>,
    /// Business time from which it may no longer be sent: at this very instant it is too late.
    pub not_after: Option<DateTime<Utc>>,
    /// What must still hold when it is sent.
    pub precondition: Precondition,
    /// What the precondition is about.
    pub subject_id: Option<Uuid>,
    /// Business time.
    pub created_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: Uuid,
    dedupe_key: &'a str,
    template: &'static str,
    recipient: &'a str,
    parameters: &'a str,
    priority: i64,
    #[serde(serialize_with = "sql::instant")]
    due_at: DateTime<Utc>,
    #[serde(serialize_with = "sql::optional_instant")]
    not_after: Option<DateTime<Utc>>,
    precondition: &'static str,
    precondition_since: Option<NaiveDate>,
    subject_id: Option<Uuid>,
    #[serde(serialize_with = "sql::instant")]
    created_at: DateTime<Utc>,
}

impl<'a> From<&'a NewNotification> for Row<'a> {
    fn from(new: &'a NewNotification) -> Self {
        Self {
            id: new.id,
            dedupe_key: &new.dedupe_key,
            template: new.template.name(),
            recipient: new.recipient.expose(),
            parameters: &new.parameters,
            priority: new.priority,
            due_at: new.due_at,
            not_after: new.not_after,
            precondition: new.precondition.as_str(),
            precondition_since: new.precondition.since(),
            subject_id: new.subject_id,
            created_at: new.created_at,
        }
    }
}

/// Queues mails and returns the ids of those whose key was new; the others, and repetitions within the batch, change
/// nothing.
///
/// # Errors
/// Any [`StoreError`].
pub async fn insert(tx: &mut Tx, notifications: &[NewNotification]) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO notification (id, dedupe_key, template, recipient, parameters, priority, state, due_at, not_after,
            precondition, precondition_since, subject_id, attempt, created_at)
        SELECT id, dedupe_key, template, recipient, parameters, priority, 'queued', due_at, not_after, precondition,
            precondition_since, subject_id, 0, created_at
        FROM ",
        columns(1 id uuid, 2 dedupe_key text, 3 template text, 4 recipient text, 5 parameters text, 6 priority bigint,
            7 due_at timestamptz, 8 not_after timestamptz, 9 precondition text, 10 precondition_since date,
            11 subject_id uuid, 12 created_at timestamptz),
        " WHERE true ON CONFLICT DO NOTHING RETURNING id",
    );
    if notifications.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Row<'_>> = notifications.iter().map(Row::from).collect();
    let sql = SQL.of(tx);
    let new: Vec<(Uuid,)> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(sql).bind(sql::rows(&rows)).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => {
            let query = sqlx::query_as(sql)
                .bind(sql::column(&rows, |row| row.id))
                .bind(sql::column(&rows, |row| row.dedupe_key))
                .bind(sql::column(&rows, |row| row.template))
                .bind(sql::column(&rows, |row| row.recipient))
                .bind(sql::column(&rows, |row| row.parameters))
                .bind(sql::column(&rows, |row| row.priority))
                .bind(sql::column(&rows, |row| sql::whole_microseconds(row.due_at)))
                .bind(sql::column(&rows, |row| row.not_after.map(sql::whole_microseconds)))
                .bind(sql::column(&rows, |row| row.precondition))
                .bind(sql::column(&rows, |row| row.precondition_since))
                .bind(sql::column(&rows, |row| row.subject_id))
                .bind(sql::column(&rows, |row| sql::whole_microseconds(row.created_at)));
            query.fetch_all(&mut **tx).await?
        }
    };
    Ok(new.into_iter().map(|(id,)| id).collect())
}

/// Sends the mails about a subject to another address, and returns how many: what was written before the address was changed
/// (ARD-090). So does what was refused or may not have left, should a person have it sent again. What is claimed is queued
/// again, so that its holder does not send it; what is being sent goes where it was to go, and to the new address if it has to
/// go again.
///
/// # Errors
/// Any [`StoreError`].
pub async fn redirect(tx: &mut Tx, subject: Uuid, recipient: &EmailAddress) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE notification SET recipient = $2,
            state = CASE WHEN state = 'claimed' THEN 'queued' ELSE state END,
            owner = CASE WHEN state = 'claimed' THEN NULL ELSE owner END,
            claimed_until = CASE WHEN state = 'claimed' THEN NULL ELSE claimed_until END
        WHERE subject_id = $1 AND recipient <> $2
            AND state NOT IN ('accepted', 'expired', 'cancelled', 'suppressed')";
    execute!(tx, SQL, subject, recipient.expose())
}
