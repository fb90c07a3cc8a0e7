// SPDX-License-Identifier: EUPL-1.2
//! All that an evaluation reads, for a batch of applications in four statements.

use std::collections::HashMap;

use campanella_domain::{
    ardis::{Application, ApplicationFacts, Derogation},
    identity::{Money, Redacted, TaxCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::{attestation, self_certification};
use crate::{
    StoreError, Tx,
    column::{read, read_word},
    sql::{self, Sql},
};

const TABLE: &str = "application";

#[derive(FromRow)]
struct Row {
    id: Uuid,
    instance_number: String,
    submitted_at: DateTime<Utc>,
    channel: String,
    applicant_tax_code: String,
    applicant_role: String,
    applicant_email: String,
    resident_in_region: bool,
    resident_with_student: bool,
    in_household: bool,
    student_tax_code: String,
    student_birth_date: NaiveDate,
    school_kind: String,
    school_level: String,
    enrolled: bool,
    attending: bool,
    foreign_school_eligible: bool,
    foreign_need_documented: bool,
    declaration: String,
    derogation: String,
    widowed_since: Option<NaiveDate>,
    minors_isee_case: bool,
    declared_expenses_cents: i64,
    iban: String,
    account_holder: String,
}

#[derive(FromRow)]
struct FactsRow {
    #[sqlx(flatten)]
    row: Row,
    duplicate_since: Option<DateTime<Utc>>,
    duplicate_submitted_at: Option<DateTime<Utc>>,
}

/// The facts about applications, by application: each with every DSU and attestation of its student and those
/// under other forms of the tax code, every self-certification for it, and since when another application for the same
/// student is known (OQ-B19): of two of which only one came through the portal, the other is excluded for that (ARD-061) and
/// no rival.
///
/// # Errors
/// Any [`StoreError`].
pub async fn facts(
    tx: &mut Tx,
    applications: &[Uuid],
) -> Result<HashMap<Uuid, ApplicationFacts>, StoreError> {
    with(tx, applications, |row| row.duplicate_since).await
}

/// [`facts`], but that another application is known from its submission on, whenever it was recorded: what a preview reads
/// of data that were loaded in one go.
///
/// # Errors
/// Any [`StoreError`].
pub async fn facts_from_submission(
    tx: &mut Tx,
    applications: &[Uuid],
) -> Result<HashMap<Uuid, ApplicationFacts>, StoreError> {
    with(tx, applications, |row| row.duplicate_submitted_at).await
}

async fn with(
    tx: &mut Tx,
    applications: &[Uuid],
    duplicate_since: fn(&FactsRow) -> Option<DateTime<Utc>>,
) -> Result<HashMap<Uuid, ApplicationFacts>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, instance_number, submitted_at, channel, applicant_tax_code, applicant_role, applicant_email,
            resident_in_region, resident_with_student, in_household, student_tax_code, student_birth_date, school_kind,
            school_level, enrolled, attending, foreign_school_eligible, foreign_need_documented, declaration, derogation,
            widowed_since, minors_isee_case, declared_expenses_cents, iban, account_holder,
            (SELECT MIN(other.recorded_at) FROM application AS other
                WHERE other.student_tax_code = application.student_tax_code AND other.id <> application.id
                AND (other.channel = 'online') = (application.channel = 'online')) AS duplicate_since,
            (SELECT MIN(other.submitted_at) FROM application AS other
                WHERE other.student_tax_code = application.student_tax_code AND other.id <> application.id
                AND (other.channel = 'online') = (application.channel = 'online')) AS duplicate_submitted_at
        FROM application WHERE id IN (",
        ids,
        ")",
    );
    let list = sql::rows(applications);
    let rows = fetch_all!(tx, FactsRow, SQL.of(tx), &list)?;
    let mut attestations = attestation::of_applications(tx, &list).await?;
    let mut self_certifications = self_certification::of_applications(tx, &list).await?;
    let students: Vec<(Uuid, TaxCode)> = rows
        .iter()
        .map(|found| Ok((found.row.id, read(&found.row.student_tax_code, TABLE, "student_tax_code")?)))
        .collect::<Result<_, StoreError>>()?;
    let mut other_forms = attestation::under_other_forms(tx, &students).await?;
    rows.into_iter()
        .map(|found| {
            let (duplicate_since, row) = (duplicate_since(&found), found.row);
            let facts = ApplicationFacts {
                application: application(&row)?,
                attestations: attestations.remove(&row.id).unwrap_or_default(),
                other_forms: other_forms.remove(&row.id).unwrap_or_default(),
                self_certifications: self_certifications.remove(&row.id).unwrap_or_default(),
                duplicate_since,
            };
            Ok((row.id, facts))
        })
        .collect()
}

/// The applications with these ids that are there, as they were transmitted.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(tx: &mut Tx, applications: &[Uuid]) -> Result<HashMap<Uuid, Application>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, instance_number, submitted_at, channel, applicant_tax_code, applicant_role, applicant_email,
            resident_in_region, resident_with_student, in_household, student_tax_code, student_birth_date, school_kind,
            school_level, enrolled, attending, foreign_school_eligible, foreign_need_documented, declaration, derogation,
            widowed_since, minors_isee_case, declared_expenses_cents, iban, account_holder
        FROM application WHERE id IN (",
        ids,
        ")",
    );
    let found = fetch_all!(tx, Row, SQL.of(tx), sql::rows(applications))?;
    found.iter().map(|row| Ok((row.id, application(row)?))).collect()
}

fn application(row: &Row) -> Result<Application, StoreError> {
    let derogation = match row.derogation.as_str() {
        "none" => Derogation::None,
        "widowed" => Derogation::Widowed { since: row.widowed_since },
        "protected-path" => Derogation::ProtectedPath,
        _ => return Err(StoreError::Corrupt { table: TABLE, column: "derogation" }),
    };
    Ok(Application {
        instance_number: read(&row.instance_number, TABLE, "instance_number")?,
        submitted_at: row.submitted_at,
        channel: read_word(&row.channel, TABLE, "channel")?,
        applicant: read(&row.applicant_tax_code, TABLE, "applicant_tax_code")?,
        applicant_role: read_word(&row.applicant_role, TABLE, "applicant_role")?,
        applicant_email: read(&row.applicant_email, TABLE, "applicant_email")?,
        resident_in_region: row.resident_in_region,
        resident_with_student: row.resident_with_student,
        in_household: row.in_household,
        student: read(&row.student_tax_code, TABLE, "student_tax_code")?,
        student_birth_date: Redacted::new(row.student_birth_date),
        school_kind: read_word(&row.school_kind, TABLE, "school_kind")?,
        school_level: read_word(&row.school_level, TABLE, "school_level")?,
        enrolled: row.enrolled,
        attending: row.attending,
        foreign_school_eligible: row.foreign_school_eligible,
        foreign_need_documented: row.foreign_need_documented,
        declaration: read_word(&row.declaration, TABLE, "declaration")?,
        derogation: Redacted::new(derogation),
        minors_isee_case: row.minors_isee_case,
        declared_expenses: Money::from_cents(row.declared_expenses_cents),
        iban: read(&row.iban, TABLE, "iban")?,
        account_holder: read_word(&row.account_holder, TABLE, "account_holder")?,
    })
}
