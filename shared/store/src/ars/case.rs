// SPDX-License-Identifier: EUPL-1.2
//! Cases as their CPI works on them: taken in charge (*presa in carico*), waiting for that, of students now of age.

use std::collections::HashSet;

use campanella_domain::identity::CpiCode;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::{period::PeriodState, read};
use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// What became of taking a case in charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// It is in charge now.
    Taken,
    /// It was before; nothing changed.
    TakenBefore {
        /// Business time of then.
        at: DateTime<Utc>,
    },
    /// The case is closed: there is nothing to take.
    Closed,
    /// No CPI is competent yet: operations decide first (OQ-A2).
    Unassigned,
    /// No case has this number.
    Unknown,
}

/// Records that the CPI has taken the case of a number in charge, by whom and when.
///
/// # Errors
/// Any [`StoreError`].
pub async fn take(tx: &mut Tx, case_number: &str, by: &str, at: DateTime<Utc>) -> Result<Taking, StoreError> {
    const FIND: Sql = sql!("SELECT state, taken_at FROM drop_out_period WHERE case_number = $1", for_update);
    const TAKE: &str = "UPDATE drop_out_period SET taken_at = $2, taken_by = $3 WHERE case_number = $1";
    let found = fetch_optional!(tx, (String, Option<DateTime<Utc>>), FIND.of(tx), case_number)?;
    let Some((state, taken_at)) = found else { return Ok(Taking::Unknown) };
    Ok(match (PeriodState::read(&state)?, taken_at) {
        (PeriodState::Closed, _) => Taking::Closed,
        (PeriodState::Reported | PeriodState::Unassigned, _) => Taking::Unassigned,
        (PeriodState::Assigned, Some(at)) => Taking::TakenBefore { at },
        (PeriodState::Assigned, None) => {
            execute!(tx, TAKE, case_number, sql::whole_microseconds(at), by)?;
            Taking::Taken
        }
    })
}

/// A case its CPI knows of and has not taken in charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untaken {
    /// The CPI.
    pub cpi: CpiCode,
    /// What people call the case by.
    pub case_number: String,
    /// Business time at which it was assigned.
    pub assigned_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct UntakenRow {
    cpi: String,
    case_number: String,
    assigned_at: DateTime<Utc>,
}

/// The cases assigned before `before` that nobody has taken in charge, by CPI, those that wait longest first.
///
/// # Errors
/// Any [`StoreError`].
pub async fn untaken(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<Untaken>, StoreError> {
    const SQL: &str = "SELECT cpi, case_number, assigned_at FROM drop_out_period
        WHERE state = 'assigned' AND taken_at IS NULL AND assigned_at < $1";
    let found = fetch_all!(tx, UntakenRow, SQL, sql::whole_microseconds(before))?;
    let mut cases = found
        .into_iter()
        .map(|row| {
            let cpi = read(&row.cpi, "drop_out_period", "cpi")?;
            Ok(Untaken { cpi, case_number: row.case_number, assigned_at: row.assigned_at })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    // Collations differ between databases.
    cases.sort_by(|one: &Untaken, other: &Untaken| {
        let key = |case: &Untaken| (case.cpi.to_string(), case.assigned_at, case.case_number.clone());
        key(one).cmp(&key(other))
    });
    Ok(cases)
}

/// Those of the periods whose CPI is written to: opened by a report received at `since` or later, or written about before. Of
/// an old register that is imported nobody is told; a case that goes on into another school year is told to its end.
///
/// # Errors
/// Any [`StoreError`].
pub async fn told(tx: &mut Tx, periods: &[Uuid], since: DateTime<Utc>) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT drop_out_period.id FROM drop_out_period WHERE drop_out_period.id IN (",
        ids,
        ") AND (EXISTS (SELECT 1 FROM communication
                WHERE communication.id = drop_out_period.opened_by AND communication.received_at >= $2)
            OR EXISTS (SELECT 1 FROM notification WHERE notification.subject_id = drop_out_period.id))"
    );
    let found = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(periods), sql::whole_microseconds(since))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Up to `limit` periods after `after`, by id, whose CPI has an open case of somebody born on `birth_date` or before, and about
/// which no mail of `template` was written: the student came of age (ARS-048, OQ-A5). Cases that [`told`] leaves out are left
/// out here.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_age(
    tx: &mut Tx,
    birth_date: NaiveDate,
    template: &str,
    since: DateTime<Utc>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, StoreError> {
    const SQL: &str = "SELECT drop_out_period.id FROM drop_out_period
        JOIN student ON student.id = drop_out_period.student_id
        WHERE drop_out_period.state = 'assigned' AND student.birth_date <= $1 AND drop_out_period.id > $2
            AND NOT EXISTS (SELECT 1 FROM notification
                WHERE notification.subject_id = drop_out_period.id AND notification.template = $3)
            AND (EXISTS (SELECT 1 FROM communication
                    WHERE communication.id = drop_out_period.opened_by AND communication.received_at >= $5)
                OR EXISTS (SELECT 1 FROM notification WHERE notification.subject_id = drop_out_period.id))
        ORDER BY drop_out_period.id LIMIT $4";
    let (after, template) = (after.unwrap_or(Uuid::nil()), template.to_owned());
    let since = sql::whole_microseconds(since);
    let found = fetch_all!(tx, (Uuid,), SQL, birth_date, after, template, limit, since)?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
