// SPDX-License-Identifier: EUPL-1.2
//! Decisions about applications: appended, never changed. The newest revision counts; a list cites the one it published.

use std::collections::{BTreeMap, HashMap};

use campanella_domain::{
    ardis::{Cause, CauseFinding, Evaluation, Outcome},
    identity::{InstanceNumber, Redacted},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    column::{json, read, read_json, read_word},
    sql::{self, Sql},
};

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A worker proposes what the rules say.
    Worker,
    /// An officer overrules, with a motivation that stays on record.
    Officer {
        /// Who.
        officer: Redacted<String>,
        /// Why.
        motivation: Redacted<String>,
    },
}

/// A decision to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// Its id.
    pub id: Uuid,
    /// The application.
    pub application: Uuid,
    /// The name of the last term that had passed: `dsu` or `regularisation`.
    pub term: String,
    /// Who decided.
    pub origin: Origin,
    /// What becomes of the application.
    pub outcome: Outcome,
    /// The causes of exclusion; none unless excluded.
    pub causes: Vec<Cause>,
    /// What the rules say, on which facts; an officer's outcome may differ.
    pub evaluation: Evaluation,
    /// Business time.
    pub decided_at: DateTime<Utc>,
}

impl NewDecision {
    /// What a worker proposes: the evaluation as it is.
    #[must_use]
    pub fn proposal(
        id: Uuid,
        application: Uuid,
        term: &str,
        evaluation: Evaluation,
        decided_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            application,
            term: term.to_owned(),
            origin: Origin::Worker,
            outcome: evaluation.outcome,
            causes: evaluation.cause_codes().collect(),
            evaluation,
            decided_at,
        }
    }
}

/// A decision as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: Uuid,
    /// The application.
    pub application: Uuid,
    /// The name of the last term that had passed.
    pub term: String,
    /// 1, 2, … over all terms of the application.
    pub revision: i64,
    /// Who decided.
    pub origin: Origin,
    /// What becomes of the application.
    pub outcome: Outcome,
    /// The causes of exclusion.
    pub causes: Vec<Cause>,
    /// What the rules say, on which facts.
    pub evaluation: Evaluation,
    /// Version of the procedure file.
    pub procedure_version: String,
    /// Business time.
    pub decided_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: Uuid,
    application_id: Uuid,
    position: i64,
    term: &'a str,
    origin: &'static str,
    outcome: &'static str,
    causes: String,
    evaluation: String,
    procedure_version: &'a str,
    #[serde(serialize_with = "sql::instant")]
    decided_at: DateTime<Utc>,
    officer: Option<&'a str>,
    motivation: Option<&'a str>,
}

fn new_row(position: i64, new: &NewDecision) -> NewRow<'_> {
    let (origin, officer, motivation) = match &new.origin {
        Origin::Worker => ("worker", None, None),
        Origin::Officer { officer, motivation } => {
            ("officer", Some(officer.expose().as_str()), Some(motivation.expose().as_str()))
        }
    };
    NewRow {
        id: new.id,
        application_id: new.application,
        position,
        term: &new.term,
        origin,
        outcome: new.outcome.as_str(),
        causes: json(&new.causes),
        evaluation: json(&new.evaluation),
        procedure_version: &new.evaluation.procedure_version,
        decided_at: new.decided_at,
        officer,
        motivation,
    }
}

/// Appends decisions, each as the next revision of its application, and returns the revisions; one whose id is there
/// already changes nothing and is left out. Lock the applications first: of two transactions that append to one
/// application unlocked, the second is refused.
///
/// # Errors
/// [`StoreError::Refused`] when an application is not there, or somebody else appended meanwhile.
pub async fn append(tx: &mut Tx, decisions: &[NewDecision]) -> Result<HashMap<Uuid, i64>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO decision (id, application_id, term, revision, origin, outcome, causes, evaluation,
            procedure_version, decided_at, officer, motivation)
        SELECT id, application_id, term,
            COALESCE((SELECT MAX(revision) FROM decision WHERE decision.application_id = r.application_id), 0)
                + ROW_NUMBER() OVER (PARTITION BY application_id ORDER BY position),
            origin, outcome, causes, evaluation, procedure_version, decided_at, officer, motivation
        FROM ",
        columns(1 id uuid, 2 application_id uuid, 3 position bigint, 4 term text, 5 origin text, 6 outcome text,
            7 causes text, 8 evaluation text, 9 procedure_version text, 10 decided_at timestamptz, 11 officer text,
            12 motivation text),
        " WHERE true ON CONFLICT (id) DO NOTHING RETURNING id, revision",
    );
    if decisions.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<NewRow<'_>> = (1..).zip(decisions).map(|(position, new)| new_row(position, new)).collect();
    let sql = SQL.of(tx);
    let revisions: Vec<(Uuid, i64)> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(sql).bind(sql::rows(&rows)).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => {
            let query = sqlx::query_as(sql)
                .bind(sql::column(&rows, |row| row.id))
                .bind(sql::column(&rows, |row| row.application_id))
                .bind(sql::column(&rows, |row| row.position))
                .bind(sql::column(&rows, |row| row.term))
                .bind(sql::column(&rows, |row| row.origin))
                .bind(sql::column(&rows, |row| row.outcome))
                .bind(sql::column(&rows, |row| row.causes.as_str()))
                .bind(sql::column(&rows, |row| row.evaluation.as_str()))
                .bind(sql::column(&rows, |row| row.procedure_version))
                .bind(sql::column(&rows, |row| sql::whole_microseconds(row.decided_at)))
                .bind(sql::column(&rows, |row| row.officer))
                .bind(sql::column(&rows, |row| row.motivation));
            query.fetch_all(&mut **tx).await?
        }
    };
    Ok(revisions.into_iter().collect())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    term: String,
    revision: i64,
    outcome: String,
    causes: String,
    evaluation: String,
    procedure_version: String,
    decided_at: DateTime<Utc>,
    officer: Option<String>,
    motivation: Option<String>,
}

impl TryFrom<Row> for Decision {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const TABLE: &str = "decision";
        let origin = match (row.officer, row.motivation) {
            (Some(officer), Some(motivation)) => {
                Origin::Officer { officer: Redacted::new(officer), motivation: Redacted::new(motivation) }
            }
            _ => Origin::Worker,
        };
        Ok(Self {
            id: row.id,
            application: row.application_id,
            term: row.term,
            revision: row.revision,
            origin,
            outcome: read_word(&row.outcome, TABLE, "outcome")?,
            causes: read_json(&row.causes, TABLE, "causes")?,
            evaluation: read_json(&row.evaluation, TABLE, "evaluation")?,
            procedure_version: row.procedure_version,
            decided_at: row.decided_at,
        })
    }
}

/// The newest decision of each application that has one.
///
/// # Errors
/// Any [`StoreError`].
pub async fn newest(tx: &mut Tx, applications: &[Uuid]) -> Result<HashMap<Uuid, Decision>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, application_id, term, revision, outcome, causes, evaluation, procedure_version, decided_at, officer,
            motivation
        FROM decision WHERE revision = (
            SELECT MAX(revision) FROM decision AS other WHERE other.application_id = decision.application_id)
        AND application_id IN (",
        ids,
        ")",
    );
    let rows = fetch_all!(tx, Row, SQL.of(tx), sql::rows(applications))?;
    rows.into_iter().map(|row| Ok((row.application_id, row.try_into()?))).collect()
}

/// The causes that the rules or an officer found, with the citations and reasons of their day, of each of these decisions: what
/// a list printed, whatever the procedure file says by now. An earlier release kept none of those an officer alone found.
///
/// # Errors
/// Any [`StoreError`].
pub async fn findings(
    tx: &mut Tx,
    decisions: &[Uuid],
) -> Result<HashMap<Uuid, Vec<CauseFinding>>, StoreError> {
    const SQL: Sql = sql!("SELECT id, evaluation FROM decision WHERE id IN (", ids, ")");
    let rows = fetch_all!(tx, (Uuid, String), SQL.of(tx), sql::rows(decisions))?;
    rows.into_iter()
        .map(|(id, text)| {
            let evaluation: Evaluation = read_json(&text, "decision", "evaluation")?;
            Ok((id, [evaluation.causes, evaluation.officers_causes].concat()))
        })
        .collect()
}

/// All decisions about an application, oldest first: what `explain` prints.
///
/// # Errors
/// Any [`StoreError`].
pub async fn history(tx: &mut Tx, application: Uuid) -> Result<Vec<Decision>, StoreError> {
    histories(tx, &[application]).await
}

/// All decisions about these applications, those about one after another, oldest first.
///
/// # Errors
/// Any [`StoreError`].
pub async fn histories(tx: &mut Tx, applications: &[Uuid]) -> Result<Vec<Decision>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, application_id, term, revision, outcome, causes, evaluation, procedure_version,
            decided_at, officer, motivation
        FROM decision WHERE application_id IN (",
        ids,
        ") ORDER BY application_id, revision",
    );
    let rows = fetch_all!(tx, Row, SQL.of(tx), sql::rows(applications))?;
    rows.into_iter().map(Decision::try_from).collect()
}

/// Whose decisions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The newest, whoever took it: what a list would say today.
    Anybody,
    /// The newest that workers proposed, as if no officer had decided anything.
    Workers,
}

/// What was decided about an application, under its number alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The number.
    pub instance_number: InstanceNumber,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The causes of exclusion.
    pub causes: Vec<Cause>,
}

/// The verdict on every application that has one, in the order of the numbers.
///
/// # Errors
/// Any [`StoreError`].
pub async fn verdicts(tx: &mut Tx, voice: Voice) -> Result<Vec<Verdict>, StoreError> {
    const SQL: &str = "SELECT application.instance_number, decision.outcome, decision.causes
        FROM application JOIN decision ON decision.application_id = application.id
        WHERE decision.revision = (SELECT MAX(revision) FROM decision AS other
            WHERE other.application_id = application.id AND ($1 OR other.origin = 'worker'))
        ORDER BY application.instance_number";
    let rows = fetch_all!(tx, (String, String, String), SQL, voice == Voice::Anybody)?;
    rows.into_iter()
        .map(|(number, outcome, causes)| {
            Ok(Verdict {
                instance_number: read(&number, "application", "instance_number")?,
                outcome: read_word(&outcome, "decision", "outcome")?,
                causes: read_json(&causes, "decision", "causes")?,
            })
        })
        .collect()
}

/// How the applications stand by their newest decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Admitted.
    pub admitted: i64,
    /// Excluded.
    pub excluded: i64,
    /// Waiting for a term or an officer.
    pub pending: i64,
    /// Without any decision.
    pub undecided: i64,
    /// Excluded by cause; an application counts once for each of its causes.
    pub by_cause: BTreeMap<Cause, i64>,
}

impl Counts {
    /// Counts `count` more applications with this outcome; the causes count where it is an exclusion.
    pub fn add(&mut self, outcome: Outcome, causes: &[Cause], count: i64) {
        match outcome {
            Outcome::Admitted => self.admitted += count,
            Outcome::Pending => self.pending += count,
            Outcome::Excluded => {
                self.excluded += count;
                for cause in causes {
                    *self.by_cause.entry(*cause).or_default() += count;
                }
            }
        }
    }
}

#[derive(FromRow)]
struct CountRow {
    outcome: Option<String>,
    causes: Option<String>,
    count: i64,
}

/// Counts the applications by outcome and cause of their newest decisions.
///
/// # Errors
/// Any [`StoreError`].
pub async fn counts(tx: &mut Tx) -> Result<Counts, StoreError> {
    const SQL: &str = "SELECT decision.outcome, decision.causes, COUNT(*) AS count FROM application
        LEFT JOIN decision ON decision.application_id = application.id AND decision.revision = (
            SELECT MAX(revision) FROM decision AS other WHERE other.application_id = application.id)
        GROUP BY decision.outcome, decision.causes";
    let mut counts = Counts::default();
    for row in fetch_all!(tx, CountRow, SQL)? {
        let (Some(outcome), Some(causes)) = (row.outcome, row.causes) else {
            counts.undecided += row.count;
            continue;
        };
        let causes: Vec<Cause> = read_json(&causes, "decision", "causes")?;
        counts.add(read_word(&outcome, "decision", "outcome")?, &causes, row.count);
    }
    Ok(counts)
}
