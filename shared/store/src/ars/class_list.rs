// SPDX-License-Identifier: EUPL-1.2
//! The class list (*elenco delle classi*) of a school's three-year IeFP courses: the entries of a school year (ARS-034).

use campanella_domain::identity::SchoolCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::FromRow;

use crate::{StoreError, Tx};

/// How far a school's class list has come.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct ClassList {
    /// Students entered.
    pub entered: i64,
    /// Students of whom every entry was rejected: they are not on the list (ARS-012, ARS-013).
    pub rejected: i64,
    /// When the newest entry that counts was received.
    pub newest: Option<DateTime<Utc>>,
}

/// The class list of a school since the civil date `since`, the first day of the school year. The students an IPS entered for
/// its other courses do not count (ARS-009).
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_school(tx: &mut Tx, school: &SchoolCode, since: NaiveDate) -> Result<ClassList, StoreError> {
    const SQL: &str = "WITH entry AS (
            SELECT communication.student_id, communication.received_at,
                CASE WHEN EXISTS (SELECT 1 FROM finding
                    WHERE finding.communication_id = communication.id AND finding.action = 'rejected')
                THEN 1 ELSE 0 END AS rejected
            FROM communication
            WHERE communication.school = $1 AND communication.kind = 'enrolment-confirmation'
                AND communication.course = 'three-year-iefp' AND communication.event_date >= $2
        ), listed AS (
            SELECT student_id, MIN(rejected) AS rejected,
                MAX(CASE WHEN rejected = 0 THEN received_at END) AS received_at
            FROM entry GROUP BY student_id
        )
        SELECT COUNT(CASE WHEN rejected = 0 THEN 1 END) AS entered, COUNT(CASE WHEN rejected = 1 THEN 1 END) AS rejected,
            MAX(received_at) AS newest
        FROM listed";
    let none = ClassList { entered: 0, rejected: 0, newest: None };
    Ok(fetch_optional!(tx, ClassList, SQL, school.as_str(), since)?.unwrap_or(none))
}
