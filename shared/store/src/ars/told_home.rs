// SPDX-License-Identifier: EUPL-1.2
//! What lines of files told of where students live: added, never changed, all kept, so that the home is what they say
//! together and not what came last.

use std::collections::HashMap;

use campanella_domain::identity::{MunicipalityCode, Redacted};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use super::read;
use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// What a line told of a student's home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldHome {
    /// Its id, of all it says.
    pub id: Uuid,
    /// Whose home.
    pub student: Uuid,
    /// Civil date of the event the line is about.
    pub event_date: NaiveDate,
    /// When the line was received: as it says, or when it was imported first.
    pub received_at: DateTime<Utc>,
    /// Municipality of residence.
    pub residence: MunicipalityCode,
    /// Municipality of domicile, if the line gives one.
    pub domicile: Option<MunicipalityCode>,
    /// Street address, if the line gives one.
    pub address: Option<Redacted<String>>,
    /// Telephone number, if the line gives one.
    pub phone: Option<Redacted<String>>,
}

#[derive(Serialize, FromRow)]
struct Row {
    id: Uuid,
    student_id: Uuid,
    event_date: NaiveDate,
    #[serde(serialize_with = "sql::instant")]
    received_at: DateTime<Utc>,
    residence: String,
    domicile: Option<String>,
    address: Option<String>,
    phone: Option<String>,
}

/// Adds what was told; what was told already stays as it is.
///
/// # Errors
/// [`StoreError::Refused`] when a student is not there.
pub async fn insert(tx: &mut Tx, told: &[ToldHome]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO told_home (id, student_id, event_date, received_at, residence, domicile, address, phone)
        SELECT r.id, r.student_id, r.event_date, r.received_at, r.residence, r.domicile, r.address, r.phone FROM ",
        rows(id uuid, student_id uuid, event_date date, received_at timestamptz, residence text, domicile text,
            address text, phone text),
        " WHERE true ON CONFLICT (id) DO NOTHING"
    );
    if told.is_empty() {
        return Ok(());
    }
    let row = |told: &ToldHome| Row {
        id: told.id,
        student_id: told.student,
        event_date: told.event_date,
        received_at: told.received_at,
        residence: told.residence.to_string(),
        domicile: told.domicile.as_ref().map(ToString::to_string),
        address: told.address.as_ref().map(|address| address.expose().clone()),
        phone: told.phone.as_ref().map(|phone| phone.expose().clone()),
    };
    let rows: Vec<Row> = told.iter().map(row).collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))?;
    Ok(())
}

/// All that was told of the homes of students, by student, in no order.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_students(tx: &mut Tx, students: &[Uuid]) -> Result<HashMap<Uuid, Vec<ToldHome>>, StoreError> {
    const TABLE: &str = "told_home";
    const SQL: Sql = sql!(
        "SELECT id, student_id, event_date, received_at, residence, domicile, address, phone FROM told_home
        WHERE student_id IN (",
        ids,
        ")"
    );
    let mut by_student: HashMap<Uuid, Vec<ToldHome>> = HashMap::new();
    for row in fetch_all!(tx, Row, SQL.of(tx), sql::rows(students))? {
        by_student.entry(row.student_id).or_default().push(ToldHome {
            id: row.id,
            student: row.student_id,
            event_date: row.event_date,
            received_at: row.received_at,
            residence: read(&row.residence, TABLE, "residence")?,
            domicile: row.domicile.map(|code| read(&code, TABLE, "domicile")).transpose()?,
            address: row.address.map(Redacted::new),
            phone: row.phone.map(Redacted::new),
        });
    }
    Ok(by_student)
}
