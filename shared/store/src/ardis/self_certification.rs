// SPDX-License-Identifier: EUPL-1.2
//! Self-certifications (*autocertificazioni*) as they reached the office's mailbox (ARD-017), and what came of the check.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use campanella_domain::ardis::{CheckOutcome, IdentityDocument, SelfCertification};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    column::read_word,
    sql::{self, Sql},
};

/// A self-certification to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSelfCertification {
    /// Its id, of the application and the instant it was received.
    pub id: Uuid,
    /// The application it is for.
    pub application: Uuid,
    /// What came.
    pub self_certification: SelfCertification,
}

#[derive(Serialize)]
struct NewRow {
    id: Uuid,
    application_id: Uuid,
    #[serde(serialize_with = "sql::instant")]
    received_at: DateTime<Utc>,
    identity_document: IdentityDocument,
    outcome: CheckOutcome,
    #[serde(serialize_with = "sql::optional_instant")]
    checked_at: Option<DateTime<Utc>>,
}

/// Adds self-certifications, writes the check of one that was unchecked (OQ-B10) or the better identity document that came
/// with it again, and returns the ids of those that are new or say something else now. What was accepted or rejected stays
/// as it is, and no document gives way to a worse one (ARD-019).
///
/// # Errors
/// [`StoreError::Refused`] when an application is not there.
pub async fn insert(tx: &mut Tx, forms: &[NewSelfCertification]) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO self_certification (id, application_id, received_at, identity_document, outcome, checked_at)
        SELECT id, application_id, received_at, identity_document, outcome, checked_at FROM ",
        rows(id uuid, application_id uuid, received_at timestamptz, identity_document text, outcome text,
            checked_at timestamptz),
        " WHERE true ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, checked_at = excluded.checked_at,
            identity_document = excluded.identity_document
        WHERE self_certification.outcome = 'unchecked' AND (excluded.outcome <> 'unchecked'
            OR self_certification.identity_document = 'missing' AND excluded.identity_document <> 'missing'
            OR self_certification.identity_document = 'expired' AND excluded.identity_document = 'valid')
        RETURNING id",
    );
    if forms.is_empty() {
        return Ok(HashSet::new());
    }
    // Of several rows on one form a checked one counts, else the one with the best document, wherever it stands.
    let mut ordered = forms.to_vec();
    ordered.sort_by_key(|NewSelfCertification { self_certification: form, .. }| {
        (form.outcome != CheckOutcome::Unchecked, Reverse(form.identity_document as u8))
    });
    let rows: Vec<NewRow> = sql::last_of_each(&ordered, |form| form.id)
        .into_iter()
        .map(|form| NewRow {
            id: form.id,
            application_id: form.application,
            received_at: form.self_certification.received_at,
            identity_document: form.self_certification.identity_document,
            outcome: form.self_certification.outcome,
            checked_at: form.self_certification.checked_at,
        })
        .collect();
    let new = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(&rows))?;
    Ok(new.into_iter().map(|(id,)| id).collect())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    received_at: DateTime<Utc>,
    identity_document: String,
    outcome: String,
    checked_at: Option<DateTime<Utc>>,
}

/// The self-certifications for applications (a JSON list of ids), by application.
pub(super) async fn of_applications(
    tx: &mut Tx,
    applications: &str,
) -> Result<HashMap<Uuid, Vec<SelfCertification>>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, application_id, received_at, identity_document, outcome, checked_at FROM self_certification
        WHERE application_id IN (",
        ids,
        ")",
    );
    let mut by_application: HashMap<Uuid, Vec<SelfCertification>> = HashMap::new();
    for row in fetch_all!(tx, Row, SQL.of(tx), applications)? {
        by_application.entry(row.application_id).or_default().push(self_certification(&row)?);
    }
    Ok(by_application)
}

/// The self-certifications for applications, in the order in which they were received.
///
/// # Errors
/// Any [`StoreError`].
pub async fn received(tx: &mut Tx, applications: &[Uuid]) -> Result<Vec<NewSelfCertification>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, application_id, received_at, identity_document, outcome, checked_at FROM self_certification
        WHERE application_id IN (",
        ids,
        ") ORDER BY received_at, id",
    );
    let found = fetch_all!(tx, Row, SQL.of(tx), sql::rows(applications))?;
    found.into_iter().map(form).collect()
}

/// The self-certifications with these ids that are there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, NewSelfCertification>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, application_id, received_at, identity_document, outcome, checked_at FROM self_certification
        WHERE id IN (",
        ids,
        ")",
    );
    let found = fetch_all!(tx, Row, SQL.of(tx), sql::rows(ids))?;
    found.into_iter().map(|row| Ok((row.id, form(row)?))).collect()
}

fn form(row: Row) -> Result<NewSelfCertification, StoreError> {
    let self_certification = self_certification(&row)?;
    Ok(NewSelfCertification { id: row.id, application: row.application_id, self_certification })
}

fn self_certification(row: &Row) -> Result<SelfCertification, StoreError> {
    const TABLE: &str = "self_certification";
    Ok(SelfCertification {
        received_at: row.received_at,
        identity_document: read_word(&row.identity_document, TABLE, "identity_document")?,
        outcome: read_word(&row.outcome, TABLE, "outcome")?,
        checked_at: row.checked_at,
    })
}
