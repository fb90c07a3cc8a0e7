// SPDX-License-Identifier: EUPL-1.2
//! Findings as the people who act on them read them, beside the communication they are about.

use campanella_domain::{
    ars::{Action, CommunicationKind},
    identity::{SchoolCode, TaxCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    ars::read,
    column::{read_json, read_word},
    sql::{self, Sql},
};

/// A finding with its communication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// The communication.
    pub communication: Uuid,
    /// The code of what was found.
    pub code: String,
    /// What became of the communication.
    pub action: Action,
    /// The numbers of the rules that say so.
    pub rules: Vec<String>,
    /// When it was first found.
    pub found_at: DateTime<Utc>,
    /// The student.
    pub student: Uuid,
    /// The student's tax code.
    pub tax_code: TaxCode,
    /// Who sent the communication.
    pub school: SchoolCode,
    /// What it says.
    pub kind: CommunicationKind,
    /// Civil date of what happened.
    pub event_date: NaiveDate,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

/// Which findings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// About communications of this school.
    pub school: Option<&'a SchoolCode>,
    /// With one of these actions.
    pub actions: &'a [Action],
    /// Of this code.
    pub code: Option<&'a str>,
}

#[derive(FromRow)]
struct Row {
    communication_id: Uuid,
    code: String,
    action: String,
    rules: String,
    found_at: DateTime<Utc>,
    student_id: Uuid,
    tax_code: String,
    school: String,
    kind: String,
    event_date: NaiveDate,
    received_at: DateTime<Utc>,
}

/// Up to `limit` findings after the one named, by communication and code.
///
/// # Errors
/// Any [`StoreError`].
pub async fn page(
    tx: &mut Tx,
    filter: Filter<'_>,
    after: Option<(Uuid, &str)>,
    limit: i64,
) -> Result<Vec<FindingRow>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT finding.communication_id, finding.code, finding.action, finding.rules, finding.found_at,
            finding.student_id, student.tax_code, communication.school, communication.kind, communication.event_date,
            communication.received_at
        FROM finding JOIN communication ON communication.id = finding.communication_id
            JOIN student ON student.id = finding.student_id
        WHERE finding.action IN (",
        texts,
        ") AND (finding.communication_id > $2 OR (finding.communication_id = $2 AND finding.code > $3))
            AND ($4 IS NULL OR communication.school = $4) AND ($5 IS NULL OR finding.code = $5)
        ORDER BY finding.communication_id, finding.code LIMIT $6"
    );
    let actions: Vec<&str> = filter.actions.iter().map(|action| action.code()).collect();
    let (id, code) = after.unwrap_or((Uuid::nil(), ""));
    let school = filter.school.map(SchoolCode::as_str);
    let found = fetch_all!(tx, Row, SQL.of(tx), sql::rows(&actions), id, code, school, filter.code, limit)?;
    found.into_iter().map(finding).collect()
}

/// All findings about a student.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_student(tx: &mut Tx, student: Uuid) -> Result<Vec<FindingRow>, StoreError> {
    const SQL: &str =
        "SELECT finding.communication_id, finding.code, finding.action, finding.rules, finding.found_at,
            finding.student_id, student.tax_code, communication.school, communication.kind, communication.event_date,
            communication.received_at
        FROM finding JOIN communication ON communication.id = finding.communication_id
            JOIN student ON student.id = finding.student_id
        WHERE finding.student_id = $1 ORDER BY finding.communication_id, finding.code";
    fetch_all!(tx, Row, SQL, student)?.into_iter().map(finding).collect()
}

fn finding(row: Row) -> Result<FindingRow, StoreError> {
    Ok(FindingRow {
        communication: row.communication_id,
        code: row.code,
        action: read_word(&row.action, "finding", "action")?,
        rules: read_json(&row.rules, "finding", "rules")?,
        found_at: row.found_at,
        student: row.student_id,
        tax_code: read(&row.tax_code, "student", "tax_code")?,
        school: read(&row.school, "communication", "school")?,
        kind: CommunicationKind::from(row.kind.as_str()),
        event_date: row.event_date,
        received_at: row.received_at,
    })
}
