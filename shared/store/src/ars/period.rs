// SPDX-License-Identifier: EUPL-1.2
//! Drop-out periods (*periodi di dispersione*), each with the case of its CPI.

use std::collections::HashMap;

use campanella_domain::{
    ars::Ending,
    identity::{CpiCode, MunicipalityCode, SchoolCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use super::read;
use crate::{
    StoreError, Tx,
    column::read_word,
    sql::{self, Sql},
};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodState {
    /// Reported, its CPI not yet found.
    Reported,
    /// A CPI is competent and knows.
    Assigned,
    /// No CPI could be named: operations decide (OQ-A2).
    Unassigned,
    /// The minor no longer evades the duty: see [`Period::ending`].
    Closed,
}

impl PeriodState {
    /// The stable code, for the column.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Assigned => "assigned",
            Self::Unassigned => "unassigned",
            Self::Closed => "closed",
        }
    }

    pub(super) fn read(text: &str) -> Result<Self, StoreError> {
        [Self::Reported, Self::Assigned, Self::Unassigned, Self::Closed]
            .into_iter()
            .find(|state| state.code() == text)
            .ok_or(StoreError::Corrupt { table: "drop_out_period", column: "state" })
    }
}

/// A drop-out period as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Its id, of student and ordinal.
    pub id: Uuid,
    /// The student.
    pub student: Uuid,
    /// 1 for the student's first period.
    pub ordinal: u32,
    /// What people call the case by.
    pub case_number: String,
    /// The report that opened it.
    pub opened_by: Uuid,
    /// Civil date of its event.
    pub opened_on: NaiveDate,
    /// Code of its type.
    pub kind: String,
    /// The institute that reported.
    pub school: SchoolCode,
    /// Where the case stands.
    pub state: PeriodState,
    /// The competent CPI.
    pub cpi: Option<CpiCode>,
    /// How often the register opened it: 0 for one that was over when it was learned of.
    pub openings: u32,
    /// What ended it.
    pub ending: Option<Ending>,
    /// `school` or `cpi`; none where there had been no drop-out.
    pub closed_by: Option<String>,
    /// Civil date of the end.
    pub closed_on: Option<NaiveDate>,
    /// Whether the agreement of the CPI stands behind the end (ARS-027); none while the period is open, or where there had
    /// been no drop-out.
    pub agreed: Option<bool>,
    /// Business time at which the CPI took the case in charge (*presa in carico*); see [`super::case::take`].
    pub taken_at: Option<DateTime<Utc>>,
    /// Business time of the first record.
    pub recorded_at: DateTime<Utc>,
}

#[derive(Serialize, FromRow)]
pub(super) struct Row {
    id: Uuid,
    student_id: Uuid,
    ordinal: i64,
    case_number: String,
    opened_by: Uuid,
    opened_on: NaiveDate,
    kind: String,
    school: String,
    state: String,
    cpi: Option<String>,
    openings: i64,
    ending: Option<String>,
    closed_by: Option<String>,
    closed_on: Option<NaiveDate>,
    agreed: Option<bool>,
    #[serde(serialize_with = "sql::optional_instant")]
    taken_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "sql::instant")]
    recorded_at: DateTime<Utc>,
}

/// The periods of students, by student.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_students(tx: &mut Tx, students: &[Uuid]) -> Result<HashMap<Uuid, Vec<Period>>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, student_id, ordinal, case_number, opened_by, opened_on, kind, school, state, cpi, openings,
            ending, closed_by, closed_on, agreed, taken_at, recorded_at
        FROM drop_out_period WHERE student_id IN (",
        ids,
        ")"
    );
    let mut by_student: HashMap<Uuid, Vec<Period>> = HashMap::new();
    for row in fetch_all!(tx, Row, SQL.of(tx), sql::rows(students))? {
        let period = period(row)?;
        by_student.entry(period.student).or_default().push(period);
    }
    Ok(by_student)
}

/// Periods by their ids, locked in key order.
///
/// # Errors
/// Any [`StoreError`].
pub async fn lock(tx: &mut Tx, periods: &[Uuid]) -> Result<Vec<Period>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, student_id, ordinal, case_number, opened_by, opened_on, kind, school, state, cpi, openings,
            ending, closed_by, closed_on, agreed, taken_at, recorded_at
        FROM drop_out_period WHERE id IN (",
        ids,
        ") ORDER BY id",
        for_update
    );
    fetch_all!(tx, Row, SQL.of(tx), sql::rows(periods))?.into_iter().map(period).collect()
}

/// Writes periods over what stood there. The CPI of a case is not touched (see [`assign`]), nor, while the period is open,
/// is what its CPI's side made of the state: an assignment may have been committed since these periods were read. Who took
/// the case in charge stays on record until the period opens again.
///
/// # Errors
/// Any [`StoreError`].
pub async fn upsert(tx: &mut Tx, periods: &[Period]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO drop_out_period (id, student_id, ordinal, case_number, opened_by, opened_on, kind, school, state,
            openings, ending, closed_by, closed_on, agreed, recorded_at)
        SELECT r.id, r.student_id, r.ordinal, r.case_number, r.opened_by, r.opened_on, r.kind, r.school, r.state,
            r.openings, r.ending, r.closed_by, r.closed_on, r.agreed, r.recorded_at FROM ",
        rows(id uuid, student_id uuid, ordinal bigint, case_number text, opened_by uuid, opened_on date, kind text,
            school text, state text, openings bigint, ending text, closed_by text, closed_on date,
            agreed boolean, recorded_at timestamptz),
        " WHERE true
        ON CONFLICT (student_id, ordinal) DO UPDATE SET opened_by = excluded.opened_by, opened_on = excluded.opened_on,
            kind = excluded.kind, school = excluded.school, openings = excluded.openings, ending = excluded.ending,
            closed_by = excluded.closed_by, closed_on = excluded.closed_on, agreed = excluded.agreed,
            taken_at = CASE WHEN excluded.openings > drop_out_period.openings THEN NULL ELSE drop_out_period.taken_at END,
            taken_by = CASE WHEN excluded.openings > drop_out_period.openings THEN NULL ELSE drop_out_period.taken_by END,
            state = CASE WHEN excluded.state <> 'closed' AND drop_out_period.state IN ('assigned', 'unassigned')
                THEN drop_out_period.state ELSE excluded.state END"
    );
    if periods.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> =
        sql::last_of_each(periods, |period| (period.student, period.ordinal)).into_iter().map(row).collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))?;
    Ok(())
}

/// Who is competent for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// The period.
    pub id: Uuid,
    /// The CPI; none: operations decide.
    pub cpi: Option<CpiCode>,
    /// Why this one, or why none.
    pub competence: String,
}

/// Records who is competent for cases; they become `assigned` or `unassigned`. A period that ended meanwhile, or has its
/// CPI already, stays as it is.
///
/// # Errors
/// Any [`StoreError`].
pub async fn assign(tx: &mut Tx, assignments: &[Assignment], at: DateTime<Utc>) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "UPDATE drop_out_period SET cpi = r.cpi, competence = r.competence, assigned_at = $1,
            state = CASE WHEN r.cpi IS NULL THEN 'unassigned' ELSE 'assigned' END
        FROM ",
        columns(2 id uuid, 3 cpi text, 4 competence text),
        " WHERE drop_out_period.id = r.id AND drop_out_period.state IN ('reported', 'unassigned')"
    );
    let (sql, at) = (SQL.of(tx), sql::whole_microseconds(at));
    match tx {
        Tx::Sqlite(tx) => {
            sqlx::query(sql).bind(at).bind(sql::rows(assignments)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let query = sqlx::query(sql)
                .bind(at)
                .bind(sql::column(assignments, |row| row.id))
                .bind(sql::column(assignments, |row| row.cpi.as_ref().map(CpiCode::as_str)))
                .bind(sql::column(assignments, |row| row.competence.as_str()));
            query.execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// The open cases without a CPI of students who live in one of `municipalities`, by residence or domicile: whom a changed
/// catchment concerns (ARS-049). Those nobody has looked at yet count too, as somebody may just be looking at them with
/// the old catchments in hand.
///
/// # Errors
/// Any [`StoreError`].
pub async fn without_cpi_in(
    tx: &mut Tx,
    municipalities: &[&MunicipalityCode],
) -> Result<Vec<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "WITH place AS MATERIALIZED (",
        texts,
        ") SELECT drop_out_period.id FROM drop_out_period JOIN student ON student.id = drop_out_period.student_id
        WHERE drop_out_period.state IN ('reported', 'unassigned')
            AND (student.residence IN (SELECT value FROM place) OR student.domicile IN (SELECT value FROM place))
        ORDER BY drop_out_period.id"
    );
    let found = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(municipalities))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The open cases without a CPI of `students`, as [`without_cpi_in`].
///
/// # Errors
/// Any [`StoreError`].
pub async fn without_cpi_of(tx: &mut Tx, students: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id FROM drop_out_period WHERE student_id IN (",
        ids,
        ") AND state IN ('reported', 'unassigned') ORDER BY id"
    );
    let found = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(students))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Every period by student and ordinal, and where its case stands.
///
/// # Errors
/// Any [`StoreError`].
pub async fn states(tx: &mut Tx) -> Result<Vec<(Uuid, u32, PeriodState)>, StoreError> {
    const SQL: &str = "SELECT student_id, ordinal, state FROM drop_out_period";
    let found = fetch_all!(tx, (Uuid, i64, String), SQL)?;
    found
        .into_iter()
        .map(|(student, ordinal, state)| {
            let ordinal = u32::try_from(ordinal)
                .map_err(|_| StoreError::Corrupt { table: "drop_out_period", column: "ordinal" })?;
            Ok((student, ordinal, PeriodState::read(&state)?))
        })
        .collect()
}

/// When each period began and, if it did, ended: civil dates.
///
/// # Errors
/// Any [`StoreError`].
pub async fn dates(tx: &mut Tx) -> Result<Vec<(NaiveDate, Option<NaiveDate>)>, StoreError> {
    const SQL: &str = "SELECT opened_on, closed_on FROM drop_out_period";
    fetch_all!(tx, (NaiveDate, Option<NaiveDate>), SQL)
}

/// How many cases stand where.
///
/// # Errors
/// Any [`StoreError`].
pub async fn counts(tx: &mut Tx) -> Result<Vec<(PeriodState, i64)>, StoreError> {
    const SQL: &str = "SELECT state, COUNT(*) AS count FROM drop_out_period GROUP BY state";
    let found = fetch_all!(tx, (String, i64), SQL)?;
    let mut counts = found
        .into_iter()
        .map(|(state, count)| Ok((PeriodState::read(&state)?, count)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    counts.sort_unstable();
    Ok(counts)
}

fn row(period: &Period) -> Row {
    Row {
        id: period.id,
        student_id: period.student,
        ordinal: i64::from(period.ordinal),
        case_number: period.case_number.clone(),
        opened_by: period.opened_by,
        opened_on: period.opened_on,
        kind: period.kind.clone(),
        school: period.school.to_string(),
        state: period.state.code().to_owned(),
        cpi: None,
        openings: i64::from(period.openings),
        ending: period.ending.map(|ending| ending.code().to_owned()),
        closed_by: period.closed_by.clone(),
        closed_on: period.closed_on,
        agreed: period.agreed,
        taken_at: None,
        recorded_at: period.recorded_at,
    }
}

pub(super) fn period(row: Row) -> Result<Period, StoreError> {
    const TABLE: &str = "drop_out_period";
    Ok(Period {
        id: row.id,
        student: row.student_id,
        ordinal: u32::try_from(row.ordinal)
            .map_err(|_| StoreError::Corrupt { table: TABLE, column: "ordinal" })?,
        case_number: row.case_number,
        opened_by: row.opened_by,
        opened_on: row.opened_on,
        kind: row.kind,
        school: read(&row.school, TABLE, "school")?,
        state: PeriodState::read(&row.state)?,
        cpi: row.cpi.map(|code| read(&code, TABLE, "cpi")).transpose()?,
        openings: u32::try_from(row.openings)
            .map_err(|_| StoreError::Corrupt { table: TABLE, column: "openings" })?,
        ending: row.ending.map(|word| read_word(&word, TABLE, "ending")).transpose()?,
        closed_by: row.closed_by,
        closed_on: row.closed_on,
        agreed: row.agreed,
        taken_at: row.taken_at,
        recorded_at: row.recorded_at,
    })
}
