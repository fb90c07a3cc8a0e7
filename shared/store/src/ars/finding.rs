// SPDX-License-Identifier: EUPL-1.2
//! What a person has to look at: communications rejected, parked, flagged or noted, with the rules that say so.

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

/// Writes the findings about `students` over what stood there: a parked communication that found its predecessor is
/// parked no more.
///
/// # Errors
/// Any [`StoreError`].
pub async fn replace(
    tx: &mut Tx,
    students: &[Uuid],
    findings: &[(Uuid, Finding)],
    found_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    const DELETE: Sql = sql!("DELETE FROM finding WHERE student_id IN (", ids, ")");
    const INSERT: Sql = sql!(
        "INSERT INTO finding (communication_id, code, student_id, action, rules, found_at)
        SELECT r.communication_id, r.code, r.student_id, r.action, r.rules, r.found_at FROM ",
        rows(communication_id uuid, code text, student_id uuid, action text, rules text, found_at timestamptz)
    );
    execute!(tx, DELETE.of(tx), sql::rows(students))?;
    if findings.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = findings
        .iter()
        .map(|(student, finding)| Row {
            communication_id: finding.communication,
            code: finding.kind.code(),
            student_id: *student,
            action: finding.kind.action().code(),
            rules: sql::rows(&finding.kind.rules()),
            found_at,
        })
        .collect();
    execute!(tx, INSERT.of(tx), sql::rows(&rows))?;
    Ok(())
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
