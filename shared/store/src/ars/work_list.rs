// SPDX-License-Identifier: EUPL-1.2
//! The work list (*elenco di lavoro*) of a CPI and of the office: cases, each a drop-out period beside its student.

use campanella_domain::{
    ars::CommunicationKind,
    identity::{CpiCode, Redacted, SchoolCode, TaxCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    period::{self, Period, PeriodState},
    read,
};
use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The drop-out period it is about.
    pub period: Period,
    /// Why this CPI, or why none: the code of the competence.
    pub competence: Option<String>,
    /// When its CPI was found.
    pub assigned_at: Option<DateTime<Utc>>,
    /// Who took it in charge (*presa in carico*).
    pub taken_by: Option<Redacted<String>>,
    /// The student's tax code.
    pub tax_code: TaxCode,
    /// The student's date of birth.
    pub birth_date: Redacted<NaiveDate>,
}

/// Which cases.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// In one of these states.
    pub states: &'a [PeriodState],
    /// Of this CPI.
    pub cpi: Option<&'a CpiCode>,
}

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    period: period::Row,
    competence: Option<String>,
    assigned_at: Option<DateTime<Utc>>,
    taken_by: Option<String>,
    tax_code: String,
    birth_date: NaiveDate,
}

/// Up to `limit` cases after `after`, by the period's id.
///
/// # Errors
/// Any [`StoreError`].
pub async fn page(
    tx: &mut Tx,
    filter: Filter<'_>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Case>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT p.id, p.student_id, p.ordinal, p.case_number, p.opened_by, p.opened_on, p.kind, p.school, p.state, p.cpi,
            p.openings, p.ending, p.closed_by, p.closed_on, p.agreed, p.taken_at, p.recorded_at, p.competence, p.assigned_at,
            p.taken_by, student.tax_code, student.birth_date
        FROM drop_out_period AS p JOIN student ON student.id = p.student_id
        WHERE p.state IN (",
        texts,
        ") AND p.id > $2 AND ($3 IS NULL OR p.cpi = $3) ORDER BY p.id LIMIT $4"
    );
    let states: Vec<&str> = filter.states.iter().map(|state| state.code()).collect();
    let cpi = filter.cpi.map(CpiCode::as_str);
    let found = fetch_all!(tx, Row, SQL.of(tx), sql::rows(&states), after.unwrap_or_default(), cpi, limit)?;
    found.into_iter().map(case).collect()
}

/// The case of a number.
///
/// # Errors
/// Any [`StoreError`].
pub async fn find(tx: &mut Tx, number: &str) -> Result<Option<Case>, StoreError> {
    const SQL: &str =
        "SELECT p.id, p.student_id, p.ordinal, p.case_number, p.opened_by, p.opened_on, p.kind, p.school, p.state, p.cpi,
            p.openings, p.ending, p.closed_by, p.closed_on, p.agreed, p.taken_at, p.recorded_at, p.competence, p.assigned_at,
            p.taken_by, student.tax_code, student.birth_date
        FROM drop_out_period AS p JOIN student ON student.id = p.student_id WHERE p.case_number = $1";
    fetch_optional!(tx, Row, SQL, number)?.map(case).transpose()
}

fn case(row: Row) -> Result<Case, StoreError> {
    Ok(Case {
        period: period::period(row.period)?,
        competence: row.competence,
        assigned_at: row.assigned_at,
        taken_by: row.taken_by.map(Redacted::new),
        tax_code: read(&row.tax_code, "student", "tax_code")?,
        birth_date: row.birth_date.into(),
    })
}

/// How many open cases of a CPI stand where, by the civil date of the report's event.
///
/// # Errors
/// Any [`StoreError`].
pub async fn open_since(
    tx: &mut Tx,
    cpi: &CpiCode,
) -> Result<Vec<(PeriodState, NaiveDate, i64)>, StoreError> {
    const SQL: &str = "SELECT state, opened_on, COUNT(*) AS count FROM drop_out_period
        WHERE cpi = $1 AND state <> 'closed' GROUP BY state, opened_on";
    let found = fetch_all!(tx, (String, NaiveDate, i64), SQL, cpi.as_str())?;
    let mut counts = found
        .into_iter()
        .map(|(state, since, count)| Ok((PeriodState::read(&state)?, since, count)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    counts.sort_unstable();
    Ok(counts)
}

/// What a school wrote about where a student of an open case may be (ARS-033).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The case.
    pub case_number: String,
    /// The communication that carries it.
    pub communication: Uuid,
    /// Who wrote it.
    pub school: SchoolCode,
    /// What the communication says.
    pub kind: CommunicationKind,
    /// Civil date of what happened.
    pub event_date: NaiveDate,
    /// The text. It may name people: for the CPI's work list and nowhere else.
    pub text: Redacted<String>,
}

#[derive(FromRow)]
struct NoteRow {
    case_number: String,
    id: Uuid,
    school: String,
    kind: String,
    event_date: NaiveDate,
    notes: String,
}

/// Up to `limit` notes after `after`, by communication, that reports of a no-show carry about students with an open case of
/// a CPI.
///
/// # Errors
/// Any [`StoreError`].
pub async fn notes(
    tx: &mut Tx,
    cpi: &CpiCode,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Note>, StoreError> {
    const SQL: &str = "SELECT p.case_number, c.id, c.school, c.kind, c.event_date, c.notes
        FROM drop_out_period AS p JOIN communication AS c ON c.student_id = p.student_id
        WHERE p.cpi = $1 AND p.state <> 'closed' AND c.kind = 'not-present-at-start' AND c.notes IS NOT NULL
            AND c.event_date >= p.opened_on AND c.id > $2
        ORDER BY c.id LIMIT $3";
    let found = fetch_all!(tx, NoteRow, SQL, cpi.as_str(), after.unwrap_or_default(), limit)?;
    found
        .into_iter()
        .map(|row| {
            Ok(Note {
                case_number: row.case_number,
                communication: row.id,
                school: read(&row.school, "communication", "school")?,
                kind: CommunicationKind::from(row.kind.as_str()),
                event_date: row.event_date,
                text: Redacted::new(row.notes),
            })
        })
        .collect()
}
