// SPDX-License-Identifier: EUPL-1.2
//! Students of the register.

use std::collections::{HashMap, HashSet};

use campanella_domain::{
    ars::{Student, StudentFacts},
    identity::{MunicipalityCode, Redacted},
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

/// A student to add, or to bring up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStudent {
    /// Its id, of the tax code as issued: omocodia exists to tell two people apart.
    pub id: Uuid,
    /// Who it is.
    pub student: Student,
    /// When the register learned of the student.
    pub recorded_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: Uuid,
    tax_code: String,
    first_name: &'a str,
    last_name: &'a str,
    birth_date: NaiveDate,
    residence: &'a MunicipalityCode,
    domicile: Option<&'a MunicipalityCode>,
    address: Option<&'a str>,
    phone: Option<&'a str>,
    #[serde(serialize_with = "sql::instant")]
    recorded_at: DateTime<Utc>,
}

/// Adds students; of those that are there, birth date, residence, domicile, address and telephone are brought up to date
/// where the new entry gives them.
///
/// # Errors
/// Any [`StoreError`].
pub async fn upsert(tx: &mut Tx, students: &[NewStudent]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO student (id, tax_code, first_name, last_name, birth_date, residence, domicile, address, phone,
            recorded_at)
        SELECT r.id, r.tax_code, r.first_name, r.last_name, r.birth_date, r.residence, r.domicile, r.address, r.phone,
            r.recorded_at FROM ",
        rows(id uuid, tax_code text, first_name text, last_name text, birth_date date, residence text, domicile text,
            address text, phone text, recorded_at timestamptz),
        " WHERE true
        ON CONFLICT (tax_code) DO UPDATE SET birth_date = excluded.birth_date, residence = excluded.residence,
            domicile = COALESCE(excluded.domicile, student.domicile),
            address = COALESCE(excluded.address, student.address), phone = COALESCE(excluded.phone, student.phone)"
    );
    let rows: Vec<Row<'_>> = sql::last_of_each(students, |student| student.id)
        .into_iter()
        .map(|NewStudent { id, student, recorded_at }| Row {
            id: *id,
            tax_code: student.tax_code.expose().to_owned(),
            first_name: student.first_name.expose(),
            last_name: student.last_name.expose(),
            birth_date: *student.birth_date.expose(),
            residence: &student.residence,
            domicile: student.domicile.as_ref(),
            address: student.address.as_ref().map(|address| address.expose().as_str()),
            phone: student.phone.as_ref().map(|phone| phone.expose().as_str()),
            recorded_at: *recorded_at,
        })
        .collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))?;
    Ok(())
}

/// Locks students in key order, so that two workers never wait for each other crosswise.
///
/// # Errors
/// Any [`StoreError`].
pub async fn lock(tx: &mut Tx, students: &[Uuid]) -> Result<(), StoreError> {
    const SQL: Sql = sql!("SELECT id FROM student WHERE id IN (", ids, ") ORDER BY id", for_update);
    if matches!(tx, Tx::Postgres(_)) {
        fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(students))?;
    }
    Ok(())
}

/// What the rules read of students.
///
/// # Errors
/// Any [`StoreError`].
pub async fn facts(tx: &mut Tx, students: &[Uuid]) -> Result<HashMap<Uuid, StudentFacts>, StoreError> {
    const SQL: Sql = sql!("SELECT id, birth_date FROM student WHERE id IN (", ids, ")");
    let found = fetch_all!(tx, (Uuid, NaiveDate), SQL.of(tx), sql::rows(students))?;
    Ok(found.into_iter().map(|(id, birth_date)| (id, StudentFacts { birth_date })).collect())
}

/// Where a student lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Municipality of residence.
    pub residence: MunicipalityCode,
    /// Municipality of domicile, where it is another one.
    pub domicile: Option<MunicipalityCode>,
}

#[derive(FromRow)]
struct HomeRow {
    id: Uuid,
    residence: String,
    domicile: Option<String>,
}

/// Where students live.
///
/// # Errors
/// Any [`StoreError`].
pub async fn homes(tx: &mut Tx, students: &[Uuid]) -> Result<HashMap<Uuid, Home>, StoreError> {
    const SQL: Sql = sql!("SELECT id, residence, domicile FROM student WHERE id IN (", ids, ")");
    let found = fetch_all!(tx, HomeRow, SQL.of(tx), sql::rows(students))?;
    found
        .into_iter()
        .map(|row| {
            let domicile = row.domicile.map(|code| read(&code, "student", "domicile")).transpose()?;
            Ok((row.id, Home { residence: read(&row.residence, "student", "residence")?, domicile }))
        })
        .collect()
}

/// Those of `students` that the register does not know.
///
/// # Errors
/// Any [`StoreError`].
pub async fn unknown(tx: &mut Tx, students: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
    let known = facts(tx, students).await?;
    Ok(students.iter().filter(|id| !known.contains_key(id)).copied().collect())
}

#[derive(FromRow)]
struct StudentRow {
    id: Uuid,
    tax_code: String,
    first_name: String,
    last_name: String,
    birth_date: NaiveDate,
    residence: String,
    domicile: Option<String>,
    address: Option<String>,
    phone: Option<String>,
}

/// Those of `students` that the register knows.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(tx: &mut Tx, students: &[Uuid]) -> Result<HashMap<Uuid, Student>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, tax_code, first_name, last_name, birth_date, residence, domicile, address, phone
        FROM student WHERE id IN (",
        ids,
        ")"
    );
    let found = fetch_all!(tx, StudentRow, SQL.of(tx), sql::rows(students))?;
    found
        .into_iter()
        .map(|row| {
            let student = Student {
                tax_code: read(&row.tax_code, "student", "tax_code")?,
                first_name: Redacted::new(row.first_name),
                last_name: Redacted::new(row.last_name),
                birth_date: Redacted::new(row.birth_date),
                residence: read(&row.residence, "student", "residence")?,
                domicile: row.domicile.map(|code| read(&code, "student", "domicile")).transpose()?,
                address: row.address.map(Redacted::new),
                phone: row.phone.map(Redacted::new),
            };
            Ok((row.id, student))
        })
        .collect()
}
