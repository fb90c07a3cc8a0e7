// SPDX-License-Identifier: EUPL-1.2
//! From `queued` to `sending`: who takes a mail, and what takes it out of the queue unsent.

use std::collections::HashSet;

use campanella_domain::identity::EmailAddress;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// A mail as rendered: once, at the first claim, so that what is sent again is what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendering {
    /// The mail.
    pub id: Uuid,
    /// Its subject line.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its HTML.
    pub html: String,
}

/// A mail this owner holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The mail.
    pub id: Uuid,
    /// Its business key.
    pub dedupe_key: String,
    /// The template's name.
    pub template: String,
    /// The one recipient.
    pub recipient: EmailAddress,
    /// JSON for the template.
    pub parameters: String,
    /// Lower goes first.
    pub priority: i64,
    /// Which attempt this claim is, from 1; with the owner, the fence.
    pub attempt: i64,
    /// How many of them there had been when a person queued it anew; none, if nobody did.
    pub attempts_before: i64,
    /// Since when it was to be sent, business time.
    pub due_at: DateTime<Utc>,
    /// From when on it may not be sent, business time.
    pub not_after: Option<DateTime<Utc>>,
    /// Business time.
    pub created_at: DateTime<Utc>,
    /// What an earlier claim rendered.
    pub rendering: Option<Rendering>,
}

/// What a claim took.
#[derive(Debug, Default)]
pub struct Claims {
    /// Mails to send.
    pub mails: Vec<Claimed>,
    /// Rows that cannot be read: held as well, for the holder to end them. They hold up no other.
    pub unreadable: Vec<Unreadable>,
}

/// A row that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The mail.
    pub id: Uuid,
    /// The attempt.
    pub attempt: i64,
    /// Which column holds what is no value of its; the value itself is not told.
    pub reason: StoreError,
}

#[derive(FromRow)]
struct ClaimedRow {
    id: Uuid,
    dedupe_key: String,
    template: String,
    recipient: String,
    parameters: String,
    priority: i64,
    attempt: i64,
    attempts_before: i64,
    due_at: DateTime<Utc>,
    not_after: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    subject: Option<String>,
    text_body: Option<String>,
    html_body: Option<String>,
}

impl TryFrom<ClaimedRow> for Claimed {
    type Error = StoreError;

    fn try_from(row: ClaimedRow) -> Result<Self, StoreError> {
        let recipient = row
            .recipient
            .parse()
            .map_err(|_| StoreError::Corrupt { table: "notification", column: "recipient" })?;
        let rendering = match (row.subject, row.text_body, row.html_body) {
            (Some(subject), Some(text), Some(html)) => Some(Rendering { id: row.id, subject, text, html }),
            _ => None,
        };
        Ok(Self {
            id: row.id,
            dedupe_key: row.dedupe_key,
            template: row.template,
            recipient,
            parameters: row.parameters,
            priority: row.priority,
            attempt: row.attempt,
            attempts_before: row.attempts_before,
            due_at: row.due_at,
            not_after: row.not_after,
            created_at: row.created_at,
            rendering,
        })
    }
}

/// Takes up to `limit` mails that are due at `now` (business time) for `owner` until `until` (machine time), by priority,
/// then by how long they have been due. Rows that another transaction is taking are left to it.
///
/// # Errors
/// Any [`StoreError`].
pub async fn claim(
    tx: &mut Tx,
    owner: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Claims, StoreError> {
    const SQL: Sql = sql!(
        "WITH due AS MATERIALIZED (
            SELECT id FROM notification
            WHERE state IN ('queued', 'deferred') AND due_at <= $2 AND (not_after IS NULL OR not_after > $2)
            ORDER BY priority, due_at, id LIMIT $4",
        skip_locked,
        ") UPDATE notification SET state = 'claimed', owner = $1, claimed_until = $3, attempt = attempt + 1
        WHERE id IN (SELECT id FROM due)
        RETURNING id, dedupe_key, template, recipient, parameters, priority, attempt, attempts_before, due_at, not_after,
            created_at, subject, text_body, html_body",
    );
    let (now, until) = (sql::whole_microseconds(now), sql::whole_microseconds(until));
    let mut rows = fetch_all!(tx, ClaimedRow, SQL.of(tx), owner, now, until, limit)?;
    // RETURNING promises no order.
    rows.sort_by_key(|row| (row.priority, row.due_at, row.id));
    let mut claims = Claims::default();
    for row in rows {
        let (id, attempt) = (row.id, row.attempt);
        match Claimed::try_from(row) {
            Ok(mail) => claims.mails.push(mail),
            Err(reason) => claims.unreadable.push(Unreadable { id, attempt, reason }),
        }
    }
    Ok(claims)
}

/// Ends the waiting mails for which it is too late at `now`, and returns how many.
///
/// # Errors
/// Any [`StoreError`].
pub async fn expire(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE notification SET state = 'expired', settled_at = $1
        WHERE state IN ('queued', 'deferred') AND not_after <= $1";
    execute!(tx, SQL, sql::whole_microseconds(now))
}

/// Ends mails that are not to be sent after all: waiting ones, and claimed ones that nobody began to send. Returns how
/// many.
///
/// # Errors
/// Any [`StoreError`].
pub async fn cancel(tx: &mut Tx, ids: &[Uuid], reason: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
    const SQL: Sql = sql!(
        "UPDATE notification SET state = 'cancelled', answer = $2, settled_at = $3, owner = NULL, claimed_until = NULL
        WHERE state IN ('queued', 'deferred', 'claimed') AND id IN (",
        ids,
        ")",
    );
    if ids.is_empty() {
        return Ok(0);
    }
    execute!(tx, SQL.of(tx), sql::rows(ids), reason, sql::whole_microseconds(now))
}

#[derive(Serialize)]
struct Held {
    id: Uuid,
    attempt: i64,
}

fn held(mails: &[(Uuid, i64)]) -> String {
    let rows: Vec<Held> = mails.iter().map(|&(id, attempt)| Held { id, attempt }).collect();
    sql::rows(&rows)
}

/// Gives mails (id, attempt) back: claimed ones, and ones marked as being sent of which the caller knows that they did not
/// leave. The attempt does not count. Returns how many.
///
/// # Errors
/// Any [`StoreError`].
pub async fn release(tx: &mut Tx, owner: Uuid, mails: &[(Uuid, i64)]) -> Result<u64, StoreError> {
    const SQL: Sql = sql!(
        "UPDATE notification
        SET state = 'queued', attempt = notification.attempt - 1, owner = NULL, claimed_until = NULL
        FROM ",
        rows(id uuid, attempt bigint),
        " WHERE notification.id = r.id AND notification.attempt = r.attempt AND notification.owner = $2
            AND notification.state IN ('claimed', 'sending')",
    );
    if mails.is_empty() {
        return Ok(0);
    }
    execute!(tx, SQL.of(tx), held(mails), owner)
}

/// Keeps what was rendered, unless an earlier rendering is there: then that one stays.
///
/// # Errors
/// Any [`StoreError`].
pub async fn render_once(tx: &mut Tx, renderings: &[Rendering]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "UPDATE notification SET subject = r.subject, text_body = r.text, html_body = r.html FROM ",
        rows(id uuid, subject text, text text, html text),
        " WHERE notification.id = r.id AND notification.subject IS NULL",
    );
    if renderings.is_empty() {
        return Ok(());
    }
    execute!(tx, SQL.of(tx), sql::rows(renderings))?;
    Ok(())
}

/// Marks claimed mails (id, attempt) as being sent and returns those that still are this owner's: only those may go out,
/// after the commit.
///
/// # Errors
/// Any [`StoreError`].
pub async fn start_sending(
    tx: &mut Tx,
    owner: Uuid,
    mails: &[(Uuid, i64)],
) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "UPDATE notification SET state = 'sending' FROM ",
        rows(id uuid, attempt bigint),
        " WHERE notification.id = r.id AND notification.attempt = r.attempt AND notification.owner = $2
            AND notification.state = 'claimed'
        RETURNING notification.id",
    );
    if mails.is_empty() {
        return Ok(HashSet::new());
    }
    let started = fetch_all!(tx, (Uuid,), SQL.of(tx), held(mails), owner)?;
    Ok(started.into_iter().map(|(id,)| id).collect())
}
