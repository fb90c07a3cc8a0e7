// SPDX-License-Identifier: EUPL-1.2
//! How the mails stand: for operators, for the simulation and for its checks.

use campanella_domain::{identity::EmailAddress, mail::MailTemplate};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{StoreError, Tx, column::read, sql};

/// How many mails of a template are in a state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, FromRow, Serialize)]
pub struct Count {
    /// The template's name.
    pub template: String,
    /// The state.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// A mail as operations see it: without recipient, parameters and texts.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct NotificationRow {
    /// The mail.
    pub id: Uuid,
    /// Its business key.
    pub dedupe_key: String,
    /// The template's name.
    pub template: String,
    /// The state.
    pub state: String,
    /// Business time from which it may be sent.
    pub due_at: DateTime<Utc>,
    /// Attempts made.
    pub attempt: i64,
    /// The relay's last answer, or why it was cancelled.
    pub answer: Option<String>,
    /// Business time.
    pub created_at: DateTime<Utc>,
    /// When it came to its end.
    pub settled_at: Option<DateTime<Utc>>,
}

/// The business time at which the next waiting mail is due.
///
/// # Errors
/// Any [`StoreError`].
pub async fn next_due(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, StoreError> {
    const SQL: &str = "SELECT MIN(due_at) AS due_at FROM notification WHERE state IN ('queued', 'deferred')";
    let found = fetch_optional!(tx, (Option<DateTime<Utc>>,), SQL)?;
    Ok(found.and_then(|(due_at,)| due_at))
}

/// The mails by template and state.
///
/// # Errors
/// Any [`StoreError`].
pub async fn counts(tx: &mut Tx) -> Result<Vec<Count>, StoreError> {
    const SQL: &str = "SELECT template, state, COUNT(*) AS count FROM notification GROUP BY template, state";
    let mut counts = fetch_all!(tx, Count, SQL)?;
    counts.sort();
    Ok(counts)
}

/// A page of the mails, by id, after the id given.
///
/// # Errors
/// Any [`StoreError`].
pub async fn list(tx: &mut Tx, after: Option<Uuid>, limit: i64) -> Result<Vec<NotificationRow>, StoreError> {
    const SQL: &str =
        "SELECT id, dedupe_key, template, state, due_at, attempt, answer, created_at, settled_at
        FROM notification WHERE id > $1 ORDER BY id LIMIT $2";
    fetch_all!(tx, NotificationRow, SQL, after.unwrap_or_default(), limit)
}

/// The business keys of a template's notifications with their ids and states: what was written, for a comparison.
///
/// # Errors
/// Any [`StoreError`].
pub async fn keys(tx: &mut Tx, template: MailTemplate) -> Result<Vec<(Uuid, String, String)>, StoreError> {
    const SQL: &str = "SELECT id, dedupe_key, state FROM notification WHERE template = $1";
    fetch_all!(tx, (Uuid, String, String), SQL, template.name())
}

/// A mail as it was addressed, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// Its business key.
    pub dedupe_key: String,
    /// The one recipient.
    pub recipient: EmailAddress,
    /// The state.
    pub state: String,
}

/// Whom the mails of a template are for and how they stand, for a comparison.
///
/// # Errors
/// Any [`StoreError`].
pub async fn addressed(tx: &mut Tx, template: MailTemplate) -> Result<Vec<Addressed>, StoreError> {
    const SQL: &str = "SELECT dedupe_key, recipient, state FROM notification WHERE template = $1";
    let found = fetch_all!(tx, (String, String, String), SQL, template.name())?;
    found
        .into_iter()
        .map(|(dedupe_key, recipient, state)| {
            let recipient = read(&recipient, "notification", "recipient")?;
            Ok(Addressed { dedupe_key, recipient, state })
        })
        .collect()
}

/// How many mails of a template were written at `before` or earlier and have not left: what a service level counts.
///
/// # Errors
/// Any [`StoreError`].
pub async fn waiting_since(
    tx: &mut Tx,
    template: MailTemplate,
    before: DateTime<Utc>,
) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) AS count FROM notification
        WHERE template = $1 AND state IN ('queued', 'claimed', 'deferred') AND created_at <= $2";
    let found = fetch_optional!(tx, (i64,), SQL, template.name(), sql::whole_microseconds(before))?;
    Ok(found.map_or(0, |(count,)| count))
}
