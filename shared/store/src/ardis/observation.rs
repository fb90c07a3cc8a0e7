// SPDX-License-Identifier: EUPL-1.2
//! Observations (*osservazioni*) on provisional lists (ARD-080 to ARD-083): kept whatever is the matter with them, and
//! answered once, with a motivation that stays (ARD-087).

use std::collections::HashSet;

use campanella_domain::{
    ardis::{Channel, ObservationFlag, ObservedEntry},
    identity::{InstanceNumber, Redacted},
};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::published_list::{self, ListKind};
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

/// The provisional list that was out at an instant, the newest if there were several, and what it said of an application.
///
/// # Errors
/// Any [`StoreError`].
pub async fn observed(
    tx: &mut Tx,
    application: Uuid,
    at: DateTime<Utc>,
) -> Result<Option<(Uuid, ObservedEntry)>, StoreError> {
    let lists = published_list::of_application(tx, application).await?;
    let out = lists
        .into_iter()
        .rev()
        .find(|(list, _)| list.kind == ListKind::Provisional && list.published_at <= at);
    Ok(out.and_then(|(list, entry)| {
        Some((list.id, ObservedEntry { outcome: entry.outcome, term: list.observations? }))
    }))
}

/// Observations that stand in the way of a final list (ARD-087).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Open {
    /// Without an answer.
    pub unanswered: i64,
    /// Accepted, while what the list said of the application was not decided anew.
    pub without_effect: i64,
}

/// Counts the observations that stand in the way of a final list.
///
/// # Errors
/// Any [`StoreError`].
pub async fn open(tx: &mut Tx) -> Result<Open, StoreError> {
    const UNANSWERED: &str = "SELECT COUNT(*) AS count FROM observation WHERE answered_at IS NULL";
    const WITHOUT_EFFECT: &str = "SELECT COUNT(*) AS count FROM observation
        JOIN published_entry ON published_entry.list_id = observation.list_id
            AND published_entry.application_id = observation.application_id
        JOIN decision ON decision.id = published_entry.decision_id
        WHERE observation.accepted AND published_entry.outcome = 'excluded'
        AND decision.revision = (SELECT MAX(revision) FROM decision AS other
            WHERE other.application_id = observation.application_id)";
    let unanswered = fetch_optional!(tx, (i64,), UNANSWERED)?.map_or(0, |(count,)| count);
    let without_effect = fetch_optional!(tx, (i64,), WITHOUT_EFFECT)?.map_or(0, |(count,)| count);
    Ok(Open { unanswered, without_effect })
}
