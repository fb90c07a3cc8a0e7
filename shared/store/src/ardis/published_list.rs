// SPDX-License-Identifier: EUPL-1.2
//! Published lists (ARD-070, ARD-084): what was said of each application, under its number alone, and by which revision.

use std::collections::HashMap;

use campanella_domain::{
    ardis::{Cause, Outcome},
    civil::term::{Term, TermKind},
    identity::{InstanceNumber, Redacted},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    column::{read, read_json, read_word},
    sql,
};

const TABLE: &str = "published_list";

/// Which list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListKind {
    /// *Elenco provvisorio* (ARD-070).
    Provisional,
    /// *Elenco definitivo* (ARD-084).
    Final,
}

impl ListKind {
    /// The stored code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Final => "final",
        }
    }
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedList {
    /// Its id.
    pub id: Uuid,
    /// Which list it is.
    pub kind: ListKind,
    /// Business time.
    pub published_at: DateTime<Utc>,
    /// Until when the excluded may object (ARD-082).
    pub observations: Term,
    /// The officer who published it.
    pub published_by: Redacted<String>,
    /// Version of the procedure file.
    pub procedure_version: String,
}

/// What came of publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// The list stands, with so many entries.
    Published {
        /// One an application.
        entries: u64,
    },
    /// A list with this id stands already: nothing changed.
    AlreadyPublished,
    /// Nothing was published: every application must be admitted or excluded first, on all facts.
    NotYet {
        /// Applications whose newest decision is pending.
        pending: i64,
        /// Applications without a decision.
        undecided: i64,
        /// Applications an officer has decided about and has to look at again.
        to_review: i64,
    },
}

/// Keeps everybody else from adding facts and decisions until the transaction ends, so that a list says what the rules say
/// of the facts at that moment. To be called before anything is read. On SQLite the writer's lock is held already.
///
/// # Errors
/// Any [`StoreError`].
pub async fn hold_still(tx: &mut Tx) -> Result<(), StoreError> {
    if let Tx::Postgres(_) = tx {
        // In the order in which facts are added, and stronger than SHARE: whoever has locked an application's row to decide
        // about it ends first.
        execute!(tx, "LOCK TABLE application, attestation, self_certification, decision IN EXCLUSIVE MODE")?;
    }
    Ok(())
}

/// Publishes a list of all applications from their newest decisions, unless one is pending or undecided, or an officer has
/// to look again at one.
///
/// # Errors
/// Any [`StoreError`].
pub async fn publish(tx: &mut Tx, list: &PublishedList) -> Result<Publication, StoreError> {
    const LIST: &str =
        "INSERT INTO published_list (id, kind, published_at, observations_kind, observations_civil,
            observations_zone, observations_until, published_by, procedure_version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";
    const ENTRIES: &str =
        "INSERT INTO published_entry (list_id, application_id, instance_number, decision_id, outcome,
            causes)
        SELECT $1, application.id, application.instance_number, decision.id, decision.outcome, decision.causes
        FROM application JOIN decision ON decision.application_id = application.id
        WHERE decision.revision = (
            SELECT MAX(revision) FROM decision AS other WHERE other.application_id = application.id)";
    hold_still(tx).await?;
    let counts = super::decision::counts(tx).await?;
    let (pending, undecided, to_review) = (counts.pending, counts.undecided, super::review::open(tx).await?);
    if pending > 0 || undecided > 0 || to_review > 0 {
        return Ok(Publication::NotYet { pending, undecided, to_review });
    }
    let added = execute!(
        tx,
        LIST,
        list.id,
        list.kind.as_str(),
        sql::whole_microseconds(list.published_at),
        kind_of(list.observations),
        list.observations.civil().format(CIVIL).to_string(),
        list.observations.zone().name(),
        sql::whole_microseconds(list.observations.instant()),
        list.published_by.expose(),
        &list.procedure_version,
    )?;
    if added == 0 {
        return Ok(Publication::AlreadyPublished);
    }
    Ok(Publication::Published { entries: execute!(tx, ENTRIES, list.id)? })
}

/// The stored form of a civil time.
const CIVIL: &str = "%Y-%m-%dT%H:%M:%S";

fn kind_of(term: Term) -> &'static str {
    match term.kind() {
        TermKind::EndOfDay => "end-of-day",
        TermKind::Until => "until",
    }
}

#[derive(FromRow)]
struct ListRow {
    id: Uuid,
    kind: String,
    published_at: DateTime<Utc>,
    observations_kind: String,
    observations_civil: String,
    observations_zone: String,
    observations_until: DateTime<Utc>,
    published_by: String,
    procedure_version: String,
}

impl TryFrom<ListRow> for PublishedList {
    type Error = StoreError;

    fn try_from(row: ListRow) -> Result<Self, StoreError> {
        let civil = NaiveDateTime::parse_from_str(&row.observations_civil, CIVIL)
            .map_err(|_| StoreError::Corrupt { table: TABLE, column: "observations_civil" })?;
        let kind = read_word(&row.observations_kind, TABLE, "observations_kind")?;
        let observations = Term::restore(kind, civil, &row.observations_zone, row.observations_until)
            .map_err(|_| StoreError::Corrupt { table: TABLE, column: "observations_zone" })?;
        Ok(Self {
            id: row.id,
            kind: read_word(&row.kind, TABLE, "kind")?,
            published_at: row.published_at,
            observations,
            published_by: Redacted::new(row.published_by),
            procedure_version: row.procedure_version,
        })
    }
}

/// A list by its id.
///
/// # Errors
/// Any [`StoreError`].
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<PublishedList>, StoreError> {
    const SQL: &str =
        "SELECT id, kind, published_at, observations_kind, observations_civil, observations_zone,
            observations_until, published_by, procedure_version
        FROM published_list WHERE id = $1";
    fetch_optional!(tx, ListRow, SQL, id)?.map(PublishedList::try_from).transpose()
}

/// All lists, oldest first.
///
/// # Errors
/// Any [`StoreError`].
pub async fn all(tx: &mut Tx) -> Result<Vec<PublishedList>, StoreError> {
    const SQL: &str =
        "SELECT id, kind, published_at, observations_kind, observations_civil, observations_zone,
            observations_until, published_by, procedure_version
        FROM published_list ORDER BY published_at, id";
    fetch_all!(tx, ListRow, SQL)?.into_iter().map(PublishedList::try_from).collect()
}

/// The lists an application stands in, oldest first, each with what it said of it.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_application(
    tx: &mut Tx,
    application: Uuid,
) -> Result<Vec<(PublishedList, Entry)>, StoreError> {
    // By way of the lists, which are few: entries are found by list and application.
    const SQL: &str = "SELECT list_id, application_id, instance_number, decision_id, outcome, causes
        FROM published_entry WHERE list_id IN (SELECT id FROM published_list) AND application_id = $1";
    let mut said: HashMap<Uuid, EntryRow> =
        fetch_all!(tx, EntryRow, SQL, application)?.into_iter().map(|row| (row.list_id, row)).collect();
    let mut lists = all(tx).await?;
    lists.retain(|list| said.contains_key(&list.id));
    lists
        .into_iter()
        .filter_map(|list| Some((said.remove(&list.id)?, list)))
        .map(|(row, list)| Ok((list, row.try_into()?)))
        .collect()
}

/// What a list said of an application: nothing personal (ARD-047).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The application.
    pub application: Uuid,
    /// Its number.
    pub instance_number: InstanceNumber,
    /// The revision that was published.
    pub decision: Uuid,
    /// Admitted or excluded.
    pub outcome: Outcome,
    /// The causes of exclusion.
    pub causes: Vec<Cause>,
}

#[derive(FromRow)]
struct EntryRow {
    list_id: Uuid,
    application_id: Uuid,
    instance_number: String,
    decision_id: Uuid,
    outcome: String,
    causes: String,
}

impl TryFrom<EntryRow> for Entry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self, StoreError> {
        const TABLE: &str = "published_entry";
        Ok(Self {
            application: row.application_id,
            instance_number: read(&row.instance_number, TABLE, "instance_number")?,
            decision: row.decision_id,
            outcome: read_word(&row.outcome, TABLE, "outcome")?,
            causes: read_json(&row.causes, TABLE, "causes")?,
        })
    }
}

/// A page of a list, by application, after the application given: what a mailing works off.
///
/// # Errors
/// Any [`StoreError`].
pub async fn entries(
    tx: &mut Tx,
    list: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    const SQL: &str = "SELECT list_id, application_id, instance_number, decision_id, outcome, causes
        FROM published_entry WHERE list_id = $1 AND application_id > $2 ORDER BY application_id LIMIT $3";
    let rows = fetch_all!(tx, EntryRow, SQL, list, after.unwrap_or_default(), limit)?;
    rows.into_iter().map(Entry::try_from).collect()
}
