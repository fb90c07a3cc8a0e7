// SPDX-License-Identifier: EUPL-1.2
//! Applications (*domande*) as transmitted: added, never changed.

use std::collections::{BTreeSet, HashSet};

use campanella_domain::{
    ardis::{Application, Derogation},
    identity::{EmailAddress, InstanceNumber, TaxCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

pub use super::facts::{facts, facts_from_submission, known};
use crate::{
    StoreError, Tx,
    column::read,
    sql::{self, Sql},
};

/// An application to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApplication {
    /// Its id, of the instance number.
    pub id: Uuid,
    /// What was transmitted.
    pub application: Application,
    /// When we learned of it; the legal time is `submitted_at`.
    pub recorded_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: Uuid,
    instance_number: String,
    #[serde(serialize_with = "sql::instant")]
    submitted_at: DateTime<Utc>,
    channel: &'static str,
    applicant_tax_code: &'a str,
    applicant_role: &'static str,
    applicant_email: &'a str,
    resident_in_region: bool,
    resident_with_student: bool,
    in_household: bool,
    student_tax_code: &'a str,
    student_canonical: String,
    student_birth_date: NaiveDate,
    school_kind: &'static str,
    school_level: &'static str,
    enrolled: bool,
    attending: bool,
    foreign_school_eligible: bool,
    foreign_need_documented: bool,
    declaration: &'static str,
    derogation: &'static str,
    widowed_since: Option<NaiveDate>,
    minors_isee_case: bool,
    declared_expenses_cents: i64,
    iban: &'a str,
    account_holder: &'static str,
    #[serde(serialize_with = "sql::instant")]
    recorded_at: DateTime<Utc>,
}

impl<'a> From<&'a NewApplication> for Row<'a> {
    fn from(new: &'a NewApplication) -> Self {
        let application = &new.application;
        let (derogation, widowed_since) = match *application.derogation.expose() {
            Derogation::None => ("none", None),
            Derogation::Widowed { since } => ("widowed", since),
            Derogation::ProtectedPath => ("protected-path", None),
        };
        Self {
            id: new.id,
            instance_number: application.instance_number.to_string(),
            submitted_at: application.submitted_at,
            channel: application.channel.as_str(),
            applicant_tax_code: application.applicant.expose(),
            applicant_role: application.applicant_role.as_str(),
            applicant_email: application.applicant_email.expose(),
            resident_in_region: application.resident_in_region,
            resident_with_student: application.resident_with_student,
            in_household: application.in_household,
            student_tax_code: application.student.expose(),
            student_canonical: application.student.canonical().expose().to_owned(),
            student_birth_date: *application.student_birth_date.expose(),
            school_kind: application.school_kind.as_str(),
            school_level: application.school_level.as_str(),
            enrolled: application.enrolled,
            attending: application.attending,
            foreign_school_eligible: application.foreign_school_eligible,
            foreign_need_documented: application.foreign_need_documented,
            declaration: application.declaration.as_str(),
            derogation,
            widowed_since,
            minors_isee_case: application.minors_isee_case,
            declared_expenses_cents: application.declared_expenses.cents(),
            iban: application.iban.expose(),
            account_holder: application.account_holder.as_str(),
            recorded_at: new.recorded_at,
        }
    }
}

/// Adds applications and returns the ids that were not there before, neither by id nor by instance number.
///
/// # Errors
/// Any [`StoreError`].
pub async fn insert(tx: &mut Tx, applications: &[NewApplication]) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO application (id, instance_number, submitted_at, channel, applicant_tax_code, applicant_role,
            applicant_email, resident_in_region, resident_with_student, in_household, student_tax_code,
            student_canonical, student_birth_date, school_kind, school_level, enrolled, attending, foreign_school_eligible,
            foreign_need_documented, declaration, derogation, widowed_since, minors_isee_case, declared_expenses_cents,
            iban, account_holder, recorded_at)
        SELECT id, instance_number, submitted_at, channel, applicant_tax_code, applicant_role, applicant_email,
            resident_in_region, resident_with_student, in_household, student_tax_code, student_canonical, student_birth_date, school_kind,
            school_level, enrolled, attending, foreign_school_eligible, foreign_need_documented, declaration, derogation,
            widowed_since, minors_isee_case, declared_expenses_cents, iban, account_holder, recorded_at
        FROM ",
        rows(id uuid, instance_number text, submitted_at timestamptz, channel text, applicant_tax_code text,
            applicant_role text, applicant_email text, resident_in_region boolean, resident_with_student boolean,
            in_household boolean, student_tax_code text, student_canonical text, student_birth_date date, school_kind text, school_level text,
            enrolled boolean, attending boolean, foreign_school_eligible boolean, foreign_need_documented boolean,
            declaration text, derogation text, widowed_since date, minors_isee_case boolean,
            declared_expenses_cents bigint, iban text, account_holder text, recorded_at timestamptz),
        " WHERE true ON CONFLICT DO NOTHING RETURNING id",
    );
    if applications.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Row<'_>> = applications.iter().map(Row::from).collect();
    let new = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(&rows))?;
    Ok(new.into_iter().map(|(id,)| id).collect())
}

/// A page of the ids of all applications, after the id given: what a sweep works off.
///
/// # Errors
/// Any [`StoreError`].
pub async fn page(tx: &mut Tx, after: Option<Uuid>, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    const SQL: &str = "SELECT id FROM application WHERE id > $1 ORDER BY id LIMIT $2";
    let ids = fetch_all!(tx, (Uuid,), SQL, after.unwrap_or_default(), limit)?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Those of `applications` that are there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn present(tx: &mut Tx, applications: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!("SELECT id FROM application WHERE id IN (", ids, ")");
    let found = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(applications))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Locks applications until the transaction ends, in key order, so that two workers never wait for each other crosswise.
/// On SQLite the writer's lock is held already.
///
/// # Errors
/// Any [`StoreError`].
pub async fn lock(tx: &mut Tx, applications: &[Uuid]) -> Result<(), StoreError> {
    const SQL: Sql = sql!("SELECT id FROM application WHERE id IN (", ids, ") ORDER BY id", for_update);
    if matches!(tx, Tx::Postgres(_)) {
        fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(applications))?;
    }
    Ok(())
}

/// The application with an instance number.
///
/// # Errors
/// Any [`StoreError`].
pub async fn by_instance_number(tx: &mut Tx, number: InstanceNumber) -> Result<Option<Uuid>, StoreError> {
    const SQL: &str = "SELECT id FROM application WHERE instance_number = $1";
    let found = fetch_optional!(tx, (Uuid,), SQL, number.to_string())?;
    Ok(found.map(|(id,)| id))
}

/// The applications for these students, also those under other forms of their tax codes (*omocodia*): whom a DSU or an
/// attestation concerns, as [`facts`] reads both.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_students(tx: &mut Tx, students: &[&TaxCode]) -> Result<BTreeSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id FROM application WHERE student_tax_code IN (",
        texts,
        ") UNION SELECT id FROM application WHERE student_canonical IN (",
        texts,
        ")"
    );
    let canonical: Vec<TaxCode> = students.iter().map(|code| code.canonical()).collect();
    let codes: BTreeSet<&str> =
        students.iter().map(|code| code.expose()).chain(canonical.iter().map(TaxCode::expose)).collect();
    let found = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(&codes.into_iter().collect::<Vec<_>>()))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Whom a mail about an application goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The application.
    pub id: Uuid,
    /// What the mail calls it.
    pub instance_number: InstanceNumber,
    /// The applicant's address, as changed last (ARD-078, ARD-090).
    pub mailbox: EmailAddress,
}

#[derive(FromRow)]
struct RecipientRow {
    id: Uuid,
    instance_number: String,
    applicant_email: String,
}

/// The recipients of mails about applications, by id.
///
/// # Errors
/// Any [`StoreError`].
pub async fn recipients(tx: &mut Tx, applications: &[Uuid]) -> Result<Vec<Recipient>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, instance_number, COALESCE((
                SELECT data_change.applicant_email FROM data_change
                WHERE data_change.application_id = application.id AND data_change.applicant_email IS NOT NULL
                ORDER BY data_change.received_at DESC, data_change.id DESC LIMIT 1),
            application.applicant_email) AS applicant_email
        FROM application WHERE id IN (",
        ids,
        ") ORDER BY id"
    );
    let found = fetch_all!(tx, RecipientRow, SQL.of(tx), sql::rows(applications))?;
    found
        .into_iter()
        .map(|row| {
            Ok(Recipient {
                id: row.id,
                instance_number: read(&row.instance_number, "application", "instance_number")?,
                mailbox: read(&row.applicant_email, "application", "applicant_email")?,
            })
        })
        .collect()
}

/// `applications` and every other one for the same students, in key order (OQ-B19).
///
/// # Errors
/// Any [`StoreError`].
pub async fn with_same_student(tx: &mut Tx, applications: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT DISTINCT other.id FROM application
        JOIN application AS other ON other.student_tax_code = application.student_tax_code
        WHERE application.id IN (",
        ids,
        ") ORDER BY other.id"
    );
    let found = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(applications))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The ids of all applications in the order of their numbers: year, then counter as a number.
///
/// # Errors
/// Any [`StoreError`].
pub async fn by_number(tx: &mut Tx) -> Result<Vec<(InstanceNumber, Uuid)>, StoreError> {
    let rows = fetch_all!(tx, (String, Uuid), "SELECT instance_number, id FROM application")?;
    let parsed =
        rows.into_iter().map(|(number, id)| Ok((read(&number, "application", "instance_number")?, id)));
    let mut numbers = parsed.collect::<Result<Vec<_>, StoreError>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}

/// How many applications there are.
///
/// # Errors
/// Any [`StoreError`].
pub async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    let found = fetch_optional!(tx, (i64,), "SELECT COUNT(*) AS count FROM application")?;
    Ok(found.map_or(0, |(count,)| count))
}
