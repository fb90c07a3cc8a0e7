// SPDX-License-Identifier: EUPL-1.2
//! Communications (*comunicazioni ARS*) as received: added, never changed but for when they were received.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use campanella_domain::{
    ars::{Communication, CommunicationKind},
    identity::{Redacted, SchoolCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use super::read;
use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// A communication to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommunication {
    /// Whom it is about.
    pub student: Uuid,
    /// What it says.
    pub communication: Communication,
    /// Free text for the CPI's work list (ARS-033).
    pub notes: Option<Redacted<String>>,
}

#[derive(Serialize, FromRow)]
struct Row {
    id: Uuid,
    student_id: Uuid,
    school: String,
    kind: String,
    course: String,
    event_date: NaiveDate,
    #[serde(serialize_with = "sql::instant")]
    received_at: DateTime<Utc>,
    class: Option<String>,
    section: Option<String>,
    address_given: bool,
    phone_given: bool,
    receiving_school: Option<String>,
    cpi: Option<String>,
    agreement: bool,
    notes: Option<String>,
}

/// A time at which a report was received, as its sender stated it.
#[derive(Serialize, FromRow)]
struct Receipt {
    communication_id: Uuid,
    #[serde(serialize_with = "sql::instant")]
    received_at: DateTime<Utc>,
}

/// Adds communications and returns the ids that were not there before, or of which we learn a receipt that matters: an earlier
/// one than we knew, and of a report, which is looked at whenever it was received, any other that was stated, in whatever order
/// they are loaded. A class list that comes again every month leaves nothing behind. A receipt that is not stated, but the moment
/// of a load, counts only as the first.
///
/// # Errors
/// [`StoreError::Refused`] when a student is not there.
pub async fn insert(tx: &mut Tx, communications: &[NewCommunication]) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO communication (id, student_id, school, kind, course, event_date, received_at, class, section,
            address_given, phone_given, receiving_school, cpi, agreement, notes)
        SELECT r.id, r.student_id, r.school, r.kind, r.course, r.event_date, r.received_at, r.class, r.section,
            r.address_given, r.phone_given, r.receiving_school, r.cpi, r.agreement, r.notes FROM ",
        rows(id uuid, student_id uuid, school text, kind text, course text, event_date date, received_at timestamptz,
            class text, section text, address_given boolean, phone_given boolean, receiving_school text, cpi text,
            agreement boolean, notes text),
        " WHERE true ON CONFLICT (id) DO UPDATE SET received_at = excluded.received_at
            WHERE excluded.received_at < communication.received_at
        RETURNING id"
    );
    // One statement may change a row once only.
    let mut once: BTreeMap<Uuid, NewCommunication> = BTreeMap::new();
    for new in communications {
        let known = once.entry(new.communication.id).or_insert_with(|| new.clone());
        known.communication.was_also_received(&new.communication);
    }
    let rows: Vec<Row> = once.values().map(row).collect();
    let new = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(&rows))?;
    let mut changed: HashSet<Uuid> = new.into_iter().map(|(id,)| id).collect();
    changed.extend(insert_receipts(tx, once.values()).await?);
    Ok(changed)
}

/// Adds the receipts of reports that are not there, and says of which.
async fn insert_receipts(
    tx: &mut Tx,
    communications: impl Iterator<Item = &NewCommunication>,
) -> Result<Vec<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO communication_receipt (communication_id, received_at)
        SELECT r.communication_id, r.received_at FROM ",
        rows(communication_id uuid, received_at timestamptz),
        " WHERE true ON CONFLICT (communication_id, received_at) DO NOTHING RETURNING communication_id"
    );
    let receipts: Vec<Receipt> = communications
        .filter(|new| new.communication.kind.can_open_period())
        .flat_map(|NewCommunication { communication, .. }| {
            let receipt =
                |at: &DateTime<Utc>| Receipt { communication_id: communication.id, received_at: *at };
            communication.receipts.iter().map(receipt)
        })
        .collect();
    let new = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(&receipts))?;
    Ok(new.into_iter().map(|(id,)| id).collect())
}

/// Which of these communications are there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(tx: &mut Tx, communications: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!("SELECT id FROM communication WHERE id IN (", ids, ")");
    let found = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(communications))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// All communications about students, by student.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_students(
    tx: &mut Tx,
    students: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Communication>>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, student_id, school, kind, course, event_date, received_at, class, section, address_given, phone_given,
            receiving_school, cpi, agreement, notes
        FROM communication WHERE student_id IN (",
        ids,
        ")"
    );
    let mut receipts = receipts(tx, students).await?;
    let mut by_student: HashMap<Uuid, Vec<Communication>> = HashMap::new();
    for row in fetch_all!(tx, Row, SQL.of(tx), sql::rows(students))? {
        let receipts = receipts.remove(&row.id).unwrap_or_default();
        by_student.entry(row.student_id).or_default().push(communication(row, receipts)?);
    }
    Ok(by_student)
}

/// The stated receipts of all reports about students, by communication.
async fn receipts(
    tx: &mut Tx,
    students: &[Uuid],
) -> Result<HashMap<Uuid, BTreeSet<DateTime<Utc>>>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT communication_id, communication_receipt.received_at FROM communication_receipt
        JOIN communication ON communication.id = communication_id WHERE student_id IN (",
        ids,
        ")"
    );
    let mut by_communication: HashMap<Uuid, BTreeSet<DateTime<Utc>>> = HashMap::new();
    for Receipt { communication_id, received_at } in fetch_all!(tx, Receipt, SQL.of(tx), sql::rows(students))?
    {
        by_communication.entry(communication_id).or_default().insert(received_at);
    }
    Ok(by_communication)
}

fn row(new: &NewCommunication) -> Row {
    let NewCommunication { student, communication, notes } = new;
    Row {
        id: communication.id,
        student_id: *student,
        school: communication.school.to_string(),
        kind: communication.kind.code().to_owned(),
        course: communication.course.code().to_owned(),
        event_date: communication.event_date,
        received_at: communication.received_at,
        class: communication.class.clone(),
        section: communication.section.clone(),
        address_given: communication.address_given,
        phone_given: communication.phone_given,
        receiving_school: communication.receiving_school.as_ref().map(ToString::to_string),
        cpi: communication.cpi.as_ref().map(ToString::to_string),
        agreement: communication.agreement,
        notes: notes.as_ref().map(|notes| notes.expose().clone()),
    }
}

fn communication(row: Row, receipts: BTreeSet<DateTime<Utc>>) -> Result<Communication, StoreError> {
    const TABLE: &str = "communication";
    Ok(Communication {
        id: row.id,
        kind: CommunicationKind::from(row.kind.as_str()),
        school: read(&row.school, TABLE, "school")?,
        course: read(&row.course, TABLE, "course")?,
        event_date: row.event_date,
        received_at: row.received_at,
        receipts,
        class: row.class,
        section: row.section,
        address_given: row.address_given,
        phone_given: row.phone_given,
        notes_given: row.notes.is_some(),
        receiving_school: row
            .receiving_school
            .map(|code| read(&code, TABLE, "receiving_school"))
            .transpose()?,
        cpi: row.cpi.map(|code| read(&code, TABLE, "cpi")).transpose()?,
        agreement: row.agreement,
    })
}

/// The students about whom a school is owed a notice, if there is anything: those with a finding, or a return a CPI entered,
/// about whom one of these schools said something.
///
/// # Errors
/// Any [`StoreError`].
pub async fn students_to_tell_of(tx: &mut Tx, schools: &[&SchoolCode]) -> Result<Vec<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT DISTINCT student_id FROM communication WHERE school IN (",
        texts,
        ") AND (EXISTS (SELECT 1 FROM finding WHERE finding.student_id = communication.student_id)
            OR EXISTS (SELECT 1 FROM drop_out_period WHERE drop_out_period.student_id = communication.student_id
                AND closed_by = 'cpi'))
        ORDER BY student_id"
    );
    let found = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(schools))?;
    Ok(found.into_iter().map(|(student,)| student).collect())
}
