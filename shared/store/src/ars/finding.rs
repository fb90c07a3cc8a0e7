// SPDX-License-Identifier: EUPL-1.2
//! What a person has to look at: communications rejected, parked, flagged or noted, with the rules that say so.

mod report;

pub use report::{Filter, FindingRow, of_student, page};

use std::collections::HashSet;

use campanella_domain::ars::Finding;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

#[derive(Serialize)]
struct Row {
    communication_id: Uuid,
    code: &'static str,
    student_id: Uuid,
    action: &'static str,
    rules: String,
    #[serde(serialize_with = "sql::instant")]
    found_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Key {
    communication_id: Uuid,
    code: String,
}

/// Brings the findings about `students` to these: a parked communication that found its predecessor is parked no more. One
/// that stays keeps the time it was first found at. Returns those that were not there before, by communication and code.
///
/// # Errors
/// Any [`StoreError`].
pub async fn replace(
    tx: &mut Tx,
    students: &[Uuid],
    findings: &[(Uuid, Finding)],
    found_at: DateTime<Utc>,
) -> Result<HashSet<(Uuid, String)>, StoreError> {
    const KNOWN: Sql = sql!("SELECT communication_id, code FROM finding WHERE student_id IN (", ids, ")");
    const DELETE: Sql = sql!(
        "DELETE FROM finding WHERE (communication_id, code) IN (SELECT r.communication_id, r.code FROM ",
        rows(communication_id uuid, code text),
        ")"
    );
    const INSERT: Sql = sql!(
        "INSERT INTO finding (communication_id, code, student_id, action, rules, found_at)
        SELECT r.communication_id, r.code, r.student_id, r.action, r.rules, r.found_at FROM ",
        rows(communication_id uuid, code text, student_id uuid, action text, rules text, found_at timestamptz),
        " WHERE true ON CONFLICT (communication_id, code) DO NOTHING RETURNING communication_id, code"
    );
    let known = fetch_all!(tx, (Uuid, String), KNOWN.of(tx), sql::rows(students))?;
    let found: HashSet<(Uuid, &str)> =
        findings.iter().map(|(_, finding)| (finding.communication, finding.kind.code())).collect();
    let gone: Vec<Key> = known
        .into_iter()
        .filter(|(communication, code)| !found.contains(&(*communication, code.as_str())))
        .map(|(communication_id, code)| Key { communication_id, code })
        .collect();
    if !gone.is_empty() {
        execute!(tx, DELETE.of(tx), sql::rows(&gone))?;
    }
    if findings.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Row> = findings.iter().map(|(student, finding)| row(*student, finding, found_at)).collect();
    Ok(fetch_all!(tx, (Uuid, String), INSERT.of(tx), sql::rows(&rows))?.into_iter().collect())
}

fn row(student: Uuid, finding: &Finding, found_at: DateTime<Utc>) -> Row {
    Row {
        communication_id: finding.communication,
        code: finding.kind.code(),
        student_id: student,
        action: finding.kind.action().code(),
        rules: sql::rows(&finding.kind.rules()),
        found_at,
    }
}

/// How many findings there are by action, for operations staff.
///
/// # Errors
/// Any [`StoreError`].
pub async fn counts(tx: &mut Tx) -> Result<Vec<(String, i64)>, StoreError> {
    fetch_all!(
        tx,
        (String, i64),
        "SELECT action, COUNT(*) AS count FROM finding GROUP BY action ORDER BY action"
    )
}

/// Every finding by communication and code.
///
/// # Errors
/// Any [`StoreError`].
pub async fn all(tx: &mut Tx) -> Result<Vec<(Uuid, String)>, StoreError> {
    fetch_all!(tx, (Uuid, String), "SELECT communication_id, code FROM finding")
}
