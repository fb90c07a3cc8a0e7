// SPDX-License-Identifier: EUPL-1.2
//! Published lists (ARD-070, ARD-084): what was said of each application, under its number alone, and by which revision.

use std::collections::HashMap;

use campanella_domain::{
    ardis::{Cause, Outcome},
    civil::term::{Term, TermKind},
    identity::{InstanceNumber, Money, Redacted},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use super::decision::Counts;
use crate::{
    StoreError, Tx,
    column::{read, read_json, read_word},
    sql::{self, Sql},
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
    /// Until when the excluded may object (ARD-082); none on a final list, which is the outcome (ARD-086).
    pub observations: Option<Term>,
    /// The officer who set another term than that of the call (ARD-083).
    pub observations_set_by: Option<Redacted<String>>,
    /// What the office can spend, where a final list tells amounts (ARD-032).
    pub funds: Option<Money>,
    /// The officer who published it.
    pub published_by: Redacted<String>,
    /// Version of the procedure file.
    pub procedure_version: String,
}

impl PublishedList {
    /// A provisional list, with the term for observations on it.
    #[must_use]
    pub const fn provisional(
        id: Uuid,
        published_at: DateTime<Utc>,
        observations: Term,
        published_by: Redacted<String>,
        procedure_version: String,
    ) -> Self {
        Self {
            id,
            kind: ListKind::Provisional,
            published_at,
            observations: Some(observations),
            observations_set_by: None,
            funds: None,
            published_by,
            procedure_version,
        }
    }
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
    const HOLD: &str =
        "LOCK TABLE application, attestation, self_certification, decision, observation IN EXCLUSIVE MODE";
    if let Tx::Postgres(_) = tx {
        // In the order in which facts are added, and stronger than SHARE: whoever has locked an application's row to decide
        // about it ends first.
        execute!(tx, HOLD)?;
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
            observations_zone, observations_until, published_by, procedure_version, observations_set_by, funds_cents)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING";
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
        list.observations.map(kind_of),
        list.observations.map(|term| term.civil().format(CIVIL).to_string()),
        list.observations.map(|term| term.zone().name()),
        list.observations.map(|term| sql::whole_microseconds(term.instant())),
        list.published_by.expose(),
        &list.procedure_version,
        list.observations_set_by.as_ref().map(|officer| officer.expose().clone()),
        list.funds.map(Money::cents),
    )?;
    if added == 0 {
        return Ok(Publication::AlreadyPublished);
    }
    Ok(Publication::Published { entries: execute!(tx, ENTRIES, list.id)? })
}

#[derive(Serialize)]
struct AmountRow {
    list_id: Uuid,
    application_id: Uuid,
    cents: i64,
}

/// Writes the contributions a final list tells (ARD-028 to ARD-032), in the transaction that publishes it.
///
/// # Errors
/// Any [`StoreError`].
pub async fn set_amounts(tx: &mut Tx, list: Uuid, amounts: &[(Uuid, Money)]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "UPDATE published_entry SET amount_cents = r.cents FROM ",
        rows(list_id uuid, application_id uuid, cents bigint),
        // Both columns of the key come with each row, so that SQLite looks each up instead of reading the list for each.
        " WHERE published_entry.list_id = r.list_id AND published_entry.application_id = r.application_id",
    );
    let amount = |&(application_id, amount): &(Uuid, Money)| AmountRow {
        list_id: list,
        application_id,
        cents: amount.cents(),
    };
    let rows: Vec<AmountRow> = amounts.iter().map(amount).collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))?;
    Ok(())
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
    observations_kind: Option<String>,
    observations_civil: Option<String>,
    observations_zone: Option<String>,
    observations_until: Option<DateTime<Utc>>,
    published_by: String,
    procedure_version: String,
    observations_set_by: Option<String>,
    funds_cents: Option<i64>,
}

impl ListRow {
    fn observations(&self) -> Result<Option<Term>, StoreError> {
        let (Some(kind), Some(civil), Some(zone), Some(until)) = (
            &self.observations_kind,
            &self.observations_civil,
            &self.observations_zone,
            self.observations_until,
        ) else {
            return Ok(None);
        };
        let civil = NaiveDateTime::parse_from_str(civil, CIVIL)
            .map_err(|_| StoreError::Corrupt { table: TABLE, column: "observations_civil" })?;
        let kind = read_word(kind, TABLE, "observations_kind")?;
        let term = Term::restore(kind, civil, zone, until);
        term.map(Some).map_err(|_| StoreError::Corrupt { table: TABLE, column: "observations_zone" })
    }
}

impl TryFrom<ListRow> for PublishedList {
    type Error = StoreError;

    fn try_from(row: ListRow) -> Result<Self, StoreError> {
        Ok(Self {
            observations: row.observations()?,
            id: row.id,
            kind: read_word(&row.kind, TABLE, "kind")?,
            published_at: row.published_at,
            observations_set_by: row.observations_set_by.map(Redacted::new),
            funds: row.funds_cents.map(Money::from_cents),
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
            observations_until, published_by, procedure_version, observations_set_by, funds_cents
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
            observations_until, published_by, procedure_version, observations_set_by, funds_cents
        FROM published_list ORDER BY published_at, id";
    fetch_all!(tx, ListRow, SQL)?.into_iter().map(PublishedList::try_from).collect()
}

/// The provisional list with the latest term for observations: whatever came out since, people may rely on it (ARD-083).
#[must_use]
pub fn latest_promise(lists: &[PublishedList]) -> Option<&PublishedList> {
    let provisional = lists.iter().filter(|list| list.kind == ListKind::Provisional);
    provisional.max_by_key(|list| list.observations.map(|term| term.instant()))
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
    const SQL: &str =
        "SELECT list_id, application_id, instance_number, decision_id, outcome, causes, amount_cents
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
    /// The contribution, on a final list that tells amounts (ARD-032).
    pub amount: Option<Money>,
}

#[derive(FromRow)]
struct EntryRow {
    list_id: Uuid,
    application_id: Uuid,
    instance_number: String,
    decision_id: Uuid,
    outcome: String,
    causes: String,
    amount_cents: Option<i64>,
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
            amount: row.amount_cents.map(Money::from_cents),
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
    const SQL: &str =
        "SELECT list_id, application_id, instance_number, decision_id, outcome, causes, amount_cents
        FROM published_entry WHERE list_id = $1 AND application_id > $2 ORDER BY application_id LIMIT $3";
    let rows = fetch_all!(tx, EntryRow, SQL, list, after.unwrap_or_default(), limit)?;
    rows.into_iter().map(Entry::try_from).collect()
}

/// Counts the entries of a list by outcome and cause.
///
/// # Errors
/// Any [`StoreError`].
pub async fn counts(tx: &mut Tx, list: Uuid) -> Result<Counts, StoreError> {
    const SQL: &str = "SELECT outcome, causes, COUNT(*) AS count FROM published_entry WHERE list_id = $1
        GROUP BY outcome, causes";
    let mut counts = Counts::default();
    for (outcome, causes, count) in fetch_all!(tx, (String, String, i64), SQL, list)? {
        let causes: Vec<Cause> = read_json(&causes, "published_entry", "causes")?;
        counts.add(read_word(&outcome, "published_entry", "outcome")?, &causes, count);
    }
    Ok(counts)
}
