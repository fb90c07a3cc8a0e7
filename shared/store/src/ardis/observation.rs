// SPDX-License-Identifier: EUPL-1.2
//! Observations (*osservazioni*) on provisional lists (ARD-080 to ARD-083): kept whatever is the matter with them, and
//! answered once, with a motivation that stays (ARD-087).

use std::collections::HashSet;

use campanella_domain::{
    ardis::{Channel, ObservationFlag, ObservedEntry, Outcome},
    identity::{InstanceNumber, Redacted},
};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::published_list::{self, Entry, ListKind, PublishedList};
use crate::{
    StoreError, Tx,
    column::{json, read, read_json, read_word},
    sql::{self, Sql},
};

const TABLE: &str = "observation";

/// An observation to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObservation {
    /// Its id, of what it is.
    pub id: Uuid,
    /// The application.
    pub application: Uuid,
    /// The provisional list it is about, if one was out.
    pub list: Option<Uuid>,
    /// The legal time.
    pub received_at: DateTime<Utc>,
    /// How it came.
    pub channel: Channel,
    /// Protocol number in the office's own register.
    pub reference: Option<Redacted<String>>,
    /// What an officer has to weigh before what it says.
    pub flags: Vec<ObservationFlag>,
    /// Business time.
    pub recorded_at: DateTime<Utc>,
}

/// An observation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What was recorded.
    pub recorded: NewObservation,
    /// The application's number.
    pub instance_number: InstanceNumber,
    /// The officer's answer; none yet.
    pub answer: Option<Answer>,
}

/// An officer's answer to an observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Business time.
    pub answered_at: DateTime<Utc>,
    /// Whether the observation was accepted.
    pub accepted: bool,
    /// Who.
    pub officer: Redacted<String>,
    /// Why (ARD-087).
    pub motivation: Redacted<String>,
}

/// Adds an observation and says whether it is new: what is there already stays as it is.
///
/// # Errors
/// [`StoreError::Refused`] when application or list is not there.
pub async fn insert(tx: &mut Tx, new: &NewObservation) -> Result<bool, StoreError> {
    const SQL: &str =
        "INSERT INTO observation (id, application_id, list_id, received_at, channel, reference, flags,
            recorded_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING";
    let added = execute!(
        tx,
        SQL,
        new.id,
        new.application,
        new.list,
        sql::whole_microseconds(new.received_at),
        new.channel.as_str(),
        new.reference.as_ref().map(|reference| reference.expose().clone()),
        json(&new.flags),
        sql::whole_microseconds(new.recorded_at),
    )?;
    Ok(added > 0)
}

/// Answers an observation, once: false when it is not there or was answered before.
///
/// # Errors
/// Any [`StoreError`].
pub async fn answer(tx: &mut Tx, id: Uuid, answer: &Answer) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE observation SET answered_at = $2, accepted = $3, officer = $4, motivation = $5
        WHERE id = $1 AND answered_at IS NULL";
    let answered = execute!(
        tx,
        SQL,
        id,
        sql::whole_microseconds(answer.answered_at),
        answer.accepted,
        answer.officer.expose(),
        answer.motivation.expose(),
    )?;
    Ok(answered > 0)
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    instance_number: String,
    list_id: Option<Uuid>,
    received_at: DateTime<Utc>,
    channel: String,
    reference: Option<String>,
    flags: String,
    recorded_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    accepted: Option<bool>,
    officer: Option<String>,
    motivation: Option<String>,
}

impl TryFrom<Row> for Observation {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let answer = match (row.answered_at, row.accepted, row.officer, row.motivation) {
            (Some(answered_at), Some(accepted), Some(officer), Some(motivation)) => Some(Answer {
                answered_at,
                accepted,
                officer: Redacted::new(officer),
                motivation: Redacted::new(motivation),
            }),
            _ => None,
        };
        Ok(Self {
            recorded: NewObservation {
                id: row.id,
                application: row.application_id,
                list: row.list_id,
                received_at: row.received_at,
                channel: read_word(&row.channel, TABLE, "channel")?,
                reference: row.reference.map(Redacted::new),
                flags: read_json(&row.flags, TABLE, "flags")?,
                recorded_at: row.recorded_at,
            },
            instance_number: read(&row.instance_number, "application", "instance_number")?,
            answer,
        })
    }
}

/// An observation by its id.
///
/// # Errors
/// Any [`StoreError`].
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Observation>, StoreError> {
    const SQL: &str = "SELECT observation.id, application_id, instance_number, list_id, received_at,
            observation.channel, reference, flags, observation.recorded_at, answered_at, accepted, officer, motivation
        FROM observation JOIN application ON application.id = observation.application_id WHERE observation.id = $1";
    fetch_optional!(tx, Row, SQL, id)?.map(Observation::try_from).transpose()
}

/// All observations, in the order in which they were received.
///
/// # Errors
/// Any [`StoreError`].
pub async fn all(tx: &mut Tx) -> Result<Vec<Observation>, StoreError> {
    const SQL: &str = "SELECT observation.id, application_id, instance_number, list_id, received_at,
            observation.channel, reference, flags, observation.recorded_at, answered_at, accepted, officer, motivation
        FROM observation JOIN application ON application.id = observation.application_id
        ORDER BY received_at, observation.id";
    fetch_all!(tx, Row, SQL)?.into_iter().map(Observation::try_from).collect()
}

/// The observations about an application, in the order in which they were received.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_application(tx: &mut Tx, application: Uuid) -> Result<Vec<Observation>, StoreError> {
    const SQL: &str = "SELECT observation.id, application_id, instance_number, list_id, received_at,
            observation.channel, reference, flags, observation.recorded_at, answered_at, accepted, officer, motivation
        FROM observation JOIN application ON application.id = observation.application_id
        WHERE application_id = $1 ORDER BY received_at, observation.id";
    fetch_all!(tx, Row, SQL, application)?.into_iter().map(Observation::try_from).collect()
}

/// Which of these applications somebody has objected for on a list: who need not be reminded of its term.
///
/// # Errors
/// Any [`StoreError`].
pub async fn applications_heard(
    tx: &mut Tx,
    list: Uuid,
    applications: &[Uuid],
) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT DISTINCT application_id FROM observation WHERE application_id IN (",
        ids,
        ") AND list_id = $2"
    );
    let heard = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(applications), list)?;
    Ok(heard.into_iter().map(|(id,)| id).collect())
}

/// The provisional list that was out at an instant, the newest if there were several, and what it said of an application, with
/// the latest of the terms that had been told by then.
///
/// # Errors
/// Any [`StoreError`].
pub async fn observed(
    tx: &mut Tx,
    application: Uuid,
    at: DateTime<Utc>,
) -> Result<Option<(Uuid, ObservedEntry)>, StoreError> {
    let (mut lists, entries): (Vec<PublishedList>, Vec<Entry>) =
        published_list::of_application(tx, application)
            .await?
            .into_iter()
            .filter(|(list, _)| list.kind == ListKind::Provisional && list.published_at <= at)
            .unzip();
    let term = published_list::latest_promise(&lists).and_then(|list| list.observations);
    let newest = lists.pop().zip(entries.last());
    Ok(newest
        .and_then(|(list, entry)| Some((list.id, ObservedEntry { outcome: entry.outcome, term: term? }))))
}

/// The applications with an observation nobody has answered, one for each, in the order of their numbers (ARD-087).
///
/// # Errors
/// Any [`StoreError`].
pub async fn unanswered(tx: &mut Tx) -> Result<Vec<InstanceNumber>, StoreError> {
    const SQL: &str = "SELECT instance_number FROM observation
        JOIN application ON application.id = observation.application_id WHERE answered_at IS NULL";
    let rows = fetch_all!(tx, (String,), SQL)?;
    let read = |(number,): (String,)| read(&number, "application", "instance_number");
    let mut numbers = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}

/// An accepted observation on whose application no officer has decided anew. What a worker proposes anew is no answer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotReopened {
    /// Its id.
    pub observation: Uuid,
    /// The application.
    pub application: Uuid,
    /// The application's number.
    pub instance_number: InstanceNumber,
    /// The newest decision on the application.
    pub outcome: Option<Outcome>,
}

impl NotReopened {
    /// Whether the application is not admitted either: the observation had no effect (ARD-080).
    #[must_use]
    pub fn is_without_effect(&self) -> bool {
        self.outcome != Some(Outcome::Admitted)
    }
}

#[derive(FromRow)]
struct AcceptedRow {
    id: Uuid,
    application_id: Uuid,
    instance_number: String,
    recorded_at: DateTime<Utc>,
    outcome: Option<String>,
    origin: Option<String>,
    revision: Option<i64>,
    decided_at: Option<DateTime<Utc>>,
    published: Option<i64>,
}

impl AcceptedRow {
    /// Whether an officer has decided since the list it is about; since it was recorded, where it is about none.
    fn is_reopened(&self) -> bool {
        let since = self.published.map_or_else(
            || self.decided_at.is_some_and(|decided_at| decided_at >= self.recorded_at),
            |published| self.revision.is_some_and(|revision| revision > published),
        );
        since && self.origin.as_deref() == Some("officer")
    }
}

/// The accepted observations on whose application no officer has decided anew, in the order of the applications' numbers.
///
/// # Errors
/// Any [`StoreError`].
pub async fn not_reopened(tx: &mut Tx) -> Result<Vec<NotReopened>, StoreError> {
    const SQL: &str = "SELECT observation.id, observation.application_id, application.instance_number,
            observation.recorded_at, decision.outcome, decision.origin, decision.revision, decision.decided_at,
            published.revision AS published
        FROM observation JOIN application ON application.id = observation.application_id
        LEFT JOIN decision ON decision.application_id = observation.application_id AND decision.revision = (
            SELECT MAX(revision) FROM decision AS other WHERE other.application_id = observation.application_id)
        LEFT JOIN published_entry ON published_entry.list_id = observation.list_id
            AND published_entry.application_id = observation.application_id
        LEFT JOIN decision AS published ON published.id = published_entry.decision_id
        WHERE observation.accepted";
    let mut found = Vec::new();
    for row in fetch_all!(tx, AcceptedRow, SQL)?.into_iter().filter(|row| !row.is_reopened()) {
        let outcome = row.outcome.map(|word| read_word(&word, "decision", "outcome")).transpose()?;
        found.push(NotReopened {
            observation: row.id,
            application: row.application_id,
            instance_number: read(&row.instance_number, "application", "instance_number")?,
            outcome,
        });
    }
    found.sort_by_key(|one| (one.instance_number, one.observation));
    Ok(found)
}
