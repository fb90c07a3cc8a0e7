// SPDX-License-Identifier: EUPL-1.2
//! DSU and attestations as INPS gives them: added, never changed, all kept.

use std::collections::{HashMap, HashSet};

use campanella_domain::{
    ardis::Attestation,
    identity::{Money, Redacted, TaxCode},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    column::{read, read_word},
    sql::{self, Sql},
};

/// A DSU or an attestation to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttestation {
    /// The protocol INPS gave it.
    pub protocol: Option<Redacted<String>>,
    /// The student of whose household it is.
    pub student: TaxCode,
    /// What it says.
    pub attestation: Attestation,
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: Uuid,
    protocol: Option<&'a str>,
    student_tax_code: &'a str,
    student_canonical: String,
    kind: &'static str,
    #[serde(serialize_with = "sql::instant")]
    dsu_signed_at: DateTime<Utc>,
    #[serde(serialize_with = "sql::optional_instant")]
    issued_at: Option<DateTime<Utc>>,
    valid_year: i32,
    isee_cents: Option<i64>,
    annotation: &'static str,
    #[serde(serialize_with = "sql::instant")]
    available_at: DateTime<Utc>,
}

impl<'a> From<&'a NewAttestation> for NewRow<'a> {
    fn from(new: &'a NewAttestation) -> Self {
        let attestation = &new.attestation;
        Self {
            id: attestation.id,
            protocol: new.protocol.as_ref().map(|protocol| protocol.expose().as_str()),
            student_tax_code: new.student.expose(),
            student_canonical: new.student.canonical().expose().to_owned(),
            kind: attestation.kind.as_str(),
            dsu_signed_at: attestation.dsu_signed_at,
            issued_at: attestation.issued_at,
            valid_year: attestation.valid_year,
            isee_cents: attestation.isee.map(Money::cents),
            annotation: attestation.annotation.as_str(),
            available_at: attestation.available_at,
        }
    }
}

/// Adds DSU and attestations and returns the ids that were not there before.
///
/// # Errors
/// Any [`StoreError`].
pub async fn insert(tx: &mut Tx, attestations: &[NewAttestation]) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO attestation (id, protocol, student_tax_code, student_canonical, kind, dsu_signed_at, issued_at,
            valid_year, isee_cents, annotation, available_at)
        SELECT id, protocol, student_tax_code, student_canonical, kind, dsu_signed_at, issued_at, valid_year, isee_cents,
            annotation, available_at
        FROM ",
        rows(id uuid, protocol text, student_tax_code text, student_canonical text, kind text, dsu_signed_at timestamptz,
            issued_at timestamptz, valid_year bigint, isee_cents bigint, annotation text, available_at timestamptz),
        " WHERE true ON CONFLICT (id) DO NOTHING RETURNING id",
    );
    if attestations.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<NewRow<'_>> = attestations.iter().map(NewRow::from).collect();
    let new = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(&rows))?;
    Ok(new.into_iter().map(|(id,)| id).collect())
}

#[derive(FromRow)]
struct ConcernedRow {
    application_id: Uuid,
    #[sqlx(flatten)]
    row: Row,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    dsu_signed_at: DateTime<Utc>,
    issued_at: Option<DateTime<Utc>>,
    valid_year: i64,
    isee_cents: Option<i64>,
    annotation: String,
    available_at: DateTime<Utc>,
}

/// The attestations of the students of applications (a JSON list of ids), by application.
pub(super) async fn of_applications(
    tx: &mut Tx,
    applications: &str,
) -> Result<HashMap<Uuid, Vec<Attestation>>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT application.id AS application_id, attestation.id AS id, attestation.kind AS kind, dsu_signed_at,
            issued_at, valid_year, isee_cents, annotation, available_at
        FROM application JOIN attestation ON attestation.student_tax_code = application.student_tax_code
        WHERE application.id IN (",
        ids,
        ")",
    );
    let mut by_application: HashMap<Uuid, Vec<Attestation>> = HashMap::new();
    for ConcernedRow { application_id, row } in fetch_all!(tx, ConcernedRow, SQL.of(tx), applications)? {
        by_application.entry(application_id).or_default().push(attestation(&row)?);
    }
    Ok(by_application)
}

#[derive(Serialize)]
struct StudentRow<'a> {
    id: Uuid,
    code: &'a str,
    canonical: String,
}

/// What INPS has under other forms of the tax codes of applications' students (*omocodia*), by application: perhaps the
/// student's, perhaps a stranger's.
pub(super) async fn under_other_forms(
    tx: &mut Tx,
    students: &[(Uuid, TaxCode)],
) -> Result<HashMap<Uuid, Vec<Attestation>>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT r.id AS application_id, attestation.id AS id, attestation.kind AS kind, dsu_signed_at, issued_at,
            valid_year, isee_cents, annotation, available_at
        FROM ",
        rows(id uuid, code text, canonical text),
        " JOIN attestation ON attestation.student_canonical = r.canonical AND attestation.student_tax_code <> r.code",
    );
    let rows: Vec<StudentRow<'_>> = students
        .iter()
        .map(|(id, code)| StudentRow {
            id: *id,
            code: code.expose(),
            canonical: code.canonical().expose().to_owned(),
        })
        .collect();
    let mut by_application: HashMap<Uuid, Vec<Attestation>> = HashMap::new();
    for ConcernedRow { application_id, row } in fetch_all!(tx, ConcernedRow, SQL.of(tx), sql::rows(&rows))? {
        by_application.entry(application_id).or_default().push(attestation(&row)?);
    }
    Ok(by_application)
}

fn attestation(row: &Row) -> Result<Attestation, StoreError> {
    const TABLE: &str = "attestation";
    Ok(Attestation {
        id: row.id,
        kind: read_word(&row.kind, TABLE, "kind")?,
        dsu_signed_at: row.dsu_signed_at,
        issued_at: row.issued_at,
        valid_year: i32::try_from(row.valid_year)
            .map_err(|_| StoreError::Corrupt { table: TABLE, column: "valid_year" })?,
        isee: row.isee_cents.map(Money::from_cents),
        annotation: read_word(&row.annotation, TABLE, "annotation")?,
        available_at: row.available_at,
    })
}

#[derive(FromRow)]
struct StoredRow {
    #[sqlx(flatten)]
    row: Row,
    protocol: Option<String>,
    student_tax_code: String,
}

/// The DSU and attestations with these ids that are there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, NewAttestation>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, protocol, student_tax_code, kind, dsu_signed_at, issued_at, valid_year, isee_cents,
            annotation, available_at
        FROM attestation WHERE id IN (",
        ids,
        ")",
    );
    let found = fetch_all!(tx, StoredRow, SQL.of(tx), sql::rows(ids))?;
    found
        .into_iter()
        .map(|StoredRow { row, protocol, student_tax_code }| {
            let known = NewAttestation {
                protocol: protocol.map(Redacted::new),
                student: read(&student_tax_code, "attestation", "student_tax_code")?,
                attestation: attestation(&row)?,
            };
            Ok((row.id, known))
        })
        .collect()
}
