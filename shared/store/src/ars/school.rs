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
    /// Delivers three-year IeFP courses.
    pub delivers_iefp: bool,
    /// Its mailbox.
    pub mailbox: EmailAddress,
}

#[derive(FromRow)]
struct RecipientRow {
    id: Uuid,
    code: String,
    kind: String,
    delivers_iefp: bool,
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
    const SQL: &str = "SELECT id, code, kind, delivers_iefp, mailbox FROM school
        WHERE delivers_iefp AND id > $1 AND NOT EXISTS (
            SELECT 1 FROM communication WHERE communication.school = school.code
                AND communication.kind = 'enrolment-confirmation' AND communication.course = 'three-year-iefp'
                AND communication.event_date >= $3 AND NOT EXISTS (
                    SELECT 1 FROM finding
                    WHERE finding.communication_id = communication.id AND finding.action = 'rejected'))
        ORDER BY id LIMIT $2";
    let found = fetch_all!(tx, RecipientRow, SQL, after.unwrap_or(Uuid::nil()), limit, since)?;
    found.into_iter().map(recipient).collect()
}

/// Up to `limit` schools after `after`, by id.
///
/// # Errors
/// Any [`StoreError`].
pub async fn page(tx: &mut Tx, after: Option<Uuid>, limit: i64) -> Result<Vec<Recipient>, StoreError> {
    const SQL: &str =
        "SELECT id, code, kind, delivers_iefp, mailbox FROM school WHERE id > $1 ORDER BY id LIMIT $2";
    let found = fetch_all!(tx, RecipientRow, SQL, after.unwrap_or(Uuid::nil()), limit)?;
    found.into_iter().map(recipient).collect()
}

fn recipient(row: RecipientRow) -> Result<Recipient, StoreError> {
    Ok(Recipient {
        id: row.id,
        code: read(&row.code, "school", "code")?,
        kind: read_word(&row.kind, "school", "kind")?,
        delivers_iefp: row.delivers_iefp,
        mailbox: read(&row.mailbox, "school", "mailbox")?,
    })
}

/// The mailboxes of schools; those the register does not know are left out.
///
/// # Errors
/// Any [`StoreError`].
pub async fn mailboxes(
    tx: &mut Tx,
    codes: &[&SchoolCode],
) -> Result<HashMap<SchoolCode, EmailAddress>, StoreError> {
    const SQL: Sql = sql!("SELECT code, mailbox FROM school WHERE code IN (", texts, ")");
    let found = fetch_all!(tx, (String, String), SQL.of(tx), sql::rows(codes))?;
    found
        .iter()
        .map(|(code, mailbox)| Ok((read(code, "school", "code")?, read(mailbox, "school", "mailbox")?)))
        .collect()
}

/// How many students chose each of these schools in class 0 on the civil date `chosen_since` or later, chose no other
/// afterwards, and were communicated by no school since `year`: their school has to report who did not come (ARS-032).
/// Schools without such students are left out.
///
/// # Errors
/// Any [`StoreError`].
pub async fn expecting(
    tx: &mut Tx,
    codes: &[&SchoolCode],
    chosen_since: NaiveDate,
    year: NaiveDate,
) -> Result<HashMap<SchoolCode, i64>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT choice.receiving_school, COUNT(DISTINCT choice.student_id) FROM communication AS choice
        WHERE choice.kind = 'class-zero-choice' AND choice.event_date >= $2 AND choice.receiving_school IN (",
        texts,
        ") AND NOT EXISTS (SELECT 1 FROM communication AS said
            WHERE said.student_id = choice.student_id AND said.id <> choice.id
                AND (said.kind = 'class-zero-choice' AND said.event_date > choice.event_date
                    OR said.kind <> 'class-zero-choice' AND said.event_date >= $3 AND NOT EXISTS (
                        SELECT 1 FROM finding
                        WHERE finding.communication_id = said.id AND finding.action = 'rejected')))
        GROUP BY choice.receiving_school"
    );
    let found = fetch_all!(tx, (String, i64), SQL.of(tx), sql::rows(codes), chosen_since, year)?;
    found.iter().map(|(code, count)| Ok((read(code, "communication", "receiving_school")?, *count))).collect()
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
