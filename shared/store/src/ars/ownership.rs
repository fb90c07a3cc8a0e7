// SPDX-License-Identifier: EUPL-1.2
//! Who owns a student in the register (*avere la proprietà*, ARS-010).

use std::collections::HashMap;

use campanella_domain::{ars::Owner, identity::SchoolCode};
use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::read;
use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

#[derive(Serialize)]
struct Row<'a> {
    student_id: Uuid,
    school: &'a SchoolCode,
    since: NaiveDate,
}

/// Writes the owners of students over what stood there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn replace(tx: &mut Tx, owners: &[(Uuid, Owner)]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO ownership (student_id, school, since) SELECT r.student_id, r.school, r.since FROM ",
        rows(student_id uuid, school text, since date),
        " WHERE true
        ON CONFLICT (student_id) DO UPDATE SET school = excluded.school, since = excluded.since"
    );
    let rows: Vec<Row<'_>> = sql::last_of_each(owners, |(student, _)| *student)
        .into_iter()
        .map(|(student, owner)| Row { student_id: *student, school: &owner.school, since: owner.since })
        .collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))?;
    Ok(())
}

/// The owners of students, by student; students nobody owns are left out.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_students(tx: &mut Tx, students: &[Uuid]) -> Result<HashMap<Uuid, Owner>, StoreError> {
    const SQL: Sql = sql!("SELECT student_id, school, since FROM ownership WHERE student_id IN (", ids, ")");
    let found = fetch_all!(tx, (Uuid, String, NaiveDate), SQL.of(tx), sql::rows(students))?;
    found
        .into_iter()
        .map(|(student, school, since)| {
            Ok((student, Owner { school: read(&school, "ownership", "school")?, since }))
        })
        .collect()
}

/// How many students a school owns.
///
/// # Errors
/// Any [`StoreError`].
pub async fn count_of(tx: &mut Tx, school: &SchoolCode) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) AS count FROM ownership WHERE school = $1";
    Ok(fetch_optional!(tx, (i64,), SQL, school.as_str())?.map_or(0, |(count,)| count))
}
