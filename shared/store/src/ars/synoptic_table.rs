// SPDX-License-Identifier: EUPL-1.2
//! The synoptic table (*quadro sinottico*) of a school: the returns a CPI entered in its default (ARS-028, ARS-029).

use campanella_domain::identity::{CpiCode, SchoolCode, TaxCode};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::read;
use crate::{StoreError, Tx};

/// A return a CPI entered, as the receiving school sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnByCpi {
    /// The communication.
    pub communication: Uuid,
    /// Who is back.
    pub tax_code: TaxCode,
    /// Civil date of the return.
    pub event_date: NaiveDate,
    /// When it was entered.
    pub received_at: DateTime<Utc>,
    /// The CPI that entered it.
    pub cpi: Option<CpiCode>,
    /// Class, where the CPI knew it.
    pub class: Option<String>,
    /// Section of the class.
    pub section: Option<String>,
    /// Whether the school has entered the student too since that day, by a return or an enrolment (ARS-025).
    pub entered_by_school: bool,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    tax_code: String,
    event_date: NaiveDate,
    received_at: DateTime<Utc>,
    cpi: Option<String>,
    class: Option<String>,
    section: Option<String>,
    entered_by_school: bool,
}

/// Up to `limit` returns after `after`, by id, that CPIs entered for a receiving school. Rejected ones are left out.
///
/// # Errors
/// Any [`StoreError`].
pub async fn to_school(
    tx: &mut Tx,
    school: &SchoolCode,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ReturnByCpi>, StoreError> {
    const SQL: &str = "SELECT r.id, student.tax_code, r.event_date, r.received_at, r.cpi, r.class, r.section,
            EXISTS (SELECT 1 FROM communication AS own WHERE own.student_id = r.student_id AND own.school = $1
                AND own.kind IN ('return-by-school', 'enrolment-confirmation') AND own.event_date >= r.event_date)
                AS entered_by_school
        FROM communication AS r JOIN student ON student.id = r.student_id
        WHERE r.kind = 'return-by-cpi' AND COALESCE(r.receiving_school, r.school) = $1 AND r.id > $2
            AND NOT EXISTS (SELECT 1 FROM finding WHERE finding.communication_id = r.id AND finding.action = 'rejected')
        ORDER BY r.id LIMIT $3";
    let found = fetch_all!(tx, Row, SQL, school.as_str(), after.unwrap_or_default(), limit)?;
    found
        .into_iter()
        .map(|row| {
            Ok(ReturnByCpi {
                communication: row.id,
                tax_code: read(&row.tax_code, "student", "tax_code")?,
                event_date: row.event_date,
                received_at: row.received_at,
                cpi: row.cpi.map(|code| read(&code, "communication", "cpi")).transpose()?,
                class: row.class,
                section: row.section,
                entered_by_school: row.entered_by_school,
            })
        })
        .collect()
}
