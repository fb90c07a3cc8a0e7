// SPDX-License-Identifier: EUPL-1.2
//! Mails as an operator looks for them: the newest first.

use campanella_domain::identity::{EmailAddress, Redacted};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::Count;
use crate::{StoreError, Tx};

/// Which mails.
#[derive(Debug, Clone, Copy, Default)]
pub struct Search<'a> {
    /// In this state.
    pub state: Option<&'a str>,
    /// Of this template.
    pub template: Option<&'a str>,
    /// About this application, a draft of it or a change of its data; or about this period, school or communication.
    pub subject: Option<Uuid>,
}

/// A mail as an operator finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The mail.
    pub id: Uuid,
    /// The template's name.
    pub template: String,
    /// The state.
    pub state: String,
    /// The one recipient.
    pub recipient: EmailAddress,
    /// Business time from which it may be sent.
    pub due_at: DateTime<Utc>,
    /// From when on it may not be sent.
    pub not_after: Option<DateTime<Utc>>,
    /// Attempts made.
    pub attempt: i64,
    /// The relay's last answer, or why it was cancelled.
    pub answer: Option<String>,
    /// Business time.
    pub created_at: DateTime<Utc>,
    /// When it came to its end.
    pub settled_at: Option<DateTime<Utc>>,
    /// Subject line and plain text, once it is written.
    pub text: Option<(Redacted<String>, Redacted<String>)>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    template: String,
    state: String,
    recipient: String,
    due_at: DateTime<Utc>,
    not_after: Option<DateTime<Utc>>,
    attempt: i64,
    answer: Option<String>,
    created_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
    subject: Option<String>,
    text_body: Option<String>,
}

impl TryFrom<Row> for Found {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let recipient = row
            .recipient
            .parse()
            .map_err(|_| StoreError::Corrupt { table: "notification", column: "recipient" })?;
        Ok(Self {
            id: row.id,
            template: row.template,
            state: row.state,
            recipient,
            due_at: row.due_at,
            not_after: row.not_after,
            attempt: row.attempt,
            answer: row.answer,
            created_at: row.created_at,
            settled_at: row.settled_at,
            text: row.subject.map(Redacted::new).zip(row.text_body.map(Redacted::new)),
        })
    }
}

/// Up to `limit` mails, the newest first; without their texts.
///
/// # Errors
/// Any [`StoreError`].
pub async fn search(tx: &mut Tx, search: Search<'_>, limit: i64) -> Result<Vec<Found>, StoreError> {
    const SQL: &str =
        "SELECT id, template, state, recipient, due_at, not_after, attempt, answer, created_at, settled_at,
            NULL AS subject, NULL AS text_body
        FROM notification
        WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR template = $2) AND ($3 IS NULL OR subject_id = $3
            OR subject_id IN (SELECT data_change.id FROM data_change WHERE data_change.application_id = $3))
        ORDER BY created_at DESC, id DESC LIMIT $4";
    let found = fetch_all!(tx, Row, SQL, search.state, search.template, search.subject, limit)?;
    found.into_iter().map(Found::try_from).collect()
}

/// How many mails a search finds, by template and state.
///
/// # Errors
/// Any [`StoreError`].
pub async fn search_counts(tx: &mut Tx, search: Search<'_>) -> Result<Vec<Count>, StoreError> {
    const SQL: &str = "SELECT template, state, COUNT(*) AS count FROM notification
        WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR template = $2) AND ($3 IS NULL OR subject_id = $3
            OR subject_id IN (SELECT data_change.id FROM data_change WHERE data_change.application_id = $3))
        GROUP BY template, state";
    let mut counts = fetch_all!(tx, Count, SQL, search.state, search.template, search.subject)?;
    counts.sort();
    Ok(counts)
}

/// The mails whose ids lie between two, both included: those that begin alike. Up to `limit`, with their texts.
///
/// # Errors
/// Any [`StoreError`].
pub async fn between(tx: &mut Tx, first: Uuid, last: Uuid, limit: i64) -> Result<Vec<Found>, StoreError> {
    const SQL: &str =
        "SELECT id, template, state, recipient, due_at, not_after, attempt, answer, created_at, settled_at,
            subject, text_body
        FROM notification WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT $3";
    fetch_all!(tx, Row, SQL, first, last, limit)?.into_iter().map(Found::try_from).collect()
}
