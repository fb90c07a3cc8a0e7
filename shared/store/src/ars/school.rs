// SPDX-License-Identifier: EUPL-1.2
//! Schools and vocational training schools (SFP).

use std::collections::HashMap;

pub use campanella_domain::ars::{School, SchoolType};
use campanella_domain::identity::{EmailAddress, MunicipalityCode, SchoolCode};
use chrono::NaiveDate;
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use super::read;
use crate::{
    StoreError, Tx,
    column::read_word,
    sql::{self, Sql},
};

#[derive(Serialize)]
struct Row<'a> {
    id: Uuid,
    code: &'a SchoolCode,
    name: &'a str,
    municipality: &'a MunicipalityCode,
    kind: SchoolType,
    delivers_iefp: bool,
    mailbox: &'a str,
}

/// A school that a reminder goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The school.
    pub id: Uuid,
    /// Its code.
    pub code: SchoolCode,
    /// What it is: SFP and IPS follow different manuals (ARS-044).
    pub kind: SchoolType,
    /// Its mailbox.
    pub mailbox: EmailAddress,
}

#[derive(FromRow)]
struct RecipientRow {
    id: Uuid,
    code: String,
    kind: String,
    mailbox: String,
}

/// Adds schools; those that are there are brought up to date.
///
/// # Errors
/// Any [`StoreError`].
pub async fn upsert(tx: &mut Tx, schools: &[School]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO school (id, code, name, municipality, kind, delivers_iefp, mailbox)
        SELECT r.id, r.code, r.name, r.municipality, r.kind, r.delivers_iefp, r.mailbox FROM ",
        rows(id uuid, code text, name text, municipality text, kind text, delivers_iefp boolean, mailbox text),
        " WHERE true
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, municipality = excluded.municipality,
            kind = excluded.kind, delivers_iefp = excluded.delivers_iefp, mailbox = excluded.mailbox"
    );
    let rows: Vec<Row<'_>> = sql::last_of_each(schools, |school| &school.code)
        .into_iter()
        .map(|school| Row {
            id: school.id,
            code: &school.code,
            name: &school.name,
            municipality: &school.municipality,
            kind: school.kind,
            delivers_iefp: school.delivers_iefp,
            mailbox: school.mailbox.expose(),
        })
        .collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))?;
    Ok(())
}

/// Up to `limit` schools after `after`, by id, that deliver IeFP courses and have entered nobody of such a course since the
/// civil date `since`, the first day of the school year: their class lists are missing (ARS-034). The students an IPS
/// entered for its other courses do not count (ARS-009), nor do entries that were rejected (ARS-012).
///
/// # Errors
/// Any [`StoreError`].
pub async fn without_class_list(
    tx: &mut Tx,
    since: NaiveDate,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Recipient>, StoreError> {
    const SQL: &str = "SELECT id, code, kind, mailbox FROM school
        WHERE delivers_iefp AND id > $1 AND NOT EXISTS (
            SELECT 1 FROM communication WHERE communication.school = school.code
                AND communication.kind = 'enrolment-confirmation' AND communication.course = 'three-year-iefp'
                AND communication.event_date >= $3 AND NOT EXISTS (
                    SELECT 1 FROM finding
                    WHERE finding.communication_id = communication.id AND finding.action = 'rejected'))
        ORDER BY id LIMIT $2";
    let found = fetch_all!(tx, RecipientRow, SQL, after.unwrap_or(Uuid::nil()), limit, since)?;
    found
        .into_iter()
        .map(|row| {
            Ok(Recipient {
                id: row.id,
                code: read(&row.code, "school", "code")?,
                kind: read_word(&row.kind, "school", "kind")?,
                mailbox: read(&row.mailbox, "school", "mailbox")?,
            })
        })
        .collect()
}

#[derive(FromRow)]
struct SchoolRow {
    id: Uuid,
    code: String,
    name: String,
    municipality: String,
    kind: String,
    delivers_iefp: bool,
    mailbox: String,
}

/// Those of `codes` that are there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(tx: &mut Tx, codes: &[&SchoolCode]) -> Result<HashMap<SchoolCode, School>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, code, name, municipality, kind, delivers_iefp, mailbox FROM school WHERE code IN (",
        texts,
        ")"
    );
    let found = fetch_all!(tx, SchoolRow, SQL.of(tx), sql::rows(codes))?;
    found
        .into_iter()
        .map(|row| {
            let code: SchoolCode = read(&row.code, "school", "code")?;
            let school = School {
                id: row.id,
                code: code.clone(),
                name: row.name,
                municipality: read(&row.municipality, "school", "municipality")?,
                kind: read_word(&row.kind, "school", "kind")?,
                delivers_iefp: row.delivers_iefp,
                mailbox: read(&row.mailbox, "school", "mailbox")?,
            };
            Ok((code, school))
        })
        .collect()
}
