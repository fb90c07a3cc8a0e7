// SPDX-License-Identifier: EUPL-1.2
//! Applications begun and not transmitted (*bozze*, ARD-043): the number, where to write, since when. A draft is no
//! application; it is kept so that whoever forgot the last step can be reminded while there is time.

use std::collections::{HashMap, HashSet};

use campanella_domain::identity::{EmailAddress, InstanceNumber};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    column::read,
    sql::{self, Sql},
};

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// That of the application it may become: of the instance number, which exists from the draft on (ARD-045).
    pub id: Uuid,
    /// Given while the form is filled in.
    pub instance_number: InstanceNumber,
    /// Where to write.
    pub mailbox: EmailAddress,
    /// When it was begun.
    pub started_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: Uuid,
    instance_number: String,
    applicant_email: &'a str,
    #[serde(serialize_with = "sql::instant")]
    started_at: DateTime<Utc>,
}

/// Writes drafts, over what stood there, and returns the ids of those that are new or say something else now.
///
/// # Errors
/// Any [`StoreError`].
pub async fn upsert(tx: &mut Tx, drafts: &[Draft]) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO application_draft (id, instance_number, applicant_email, started_at)
        SELECT id, instance_number, applicant_email, started_at FROM ",
        rows(id uuid, instance_number text, applicant_email text, started_at timestamptz),
        " WHERE true ON CONFLICT (id) DO UPDATE SET applicant_email = excluded.applicant_email,
            started_at = excluded.started_at
        WHERE application_draft.applicant_email <> excluded.applicant_email
            OR application_draft.started_at <> excluded.started_at
        RETURNING id",
    );
    if drafts.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<NewRow<'_>> = sql::last_of_each(drafts, |draft| draft.id)
        .into_iter()
        .map(|draft| NewRow {
            id: draft.id,
            instance_number: draft.instance_number.to_string(),
            applicant_email: draft.mailbox.expose(),
            started_at: draft.started_at,
        })
        .collect();
    let new = fetch_all!(tx, (Uuid,), SQL.of(tx), sql::rows(&rows))?;
    Ok(new.into_iter().map(|(id,)| id).collect())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    instance_number: String,
    applicant_email: String,
    started_at: DateTime<Utc>,
}

/// A page of the drafts of which no application has come, whatever its channel, by id, after the id given.
///
/// # Errors
/// Any [`StoreError`].
pub async fn not_transmitted(tx: &mut Tx, after: Option<Uuid>, limit: i64) -> Result<Vec<Draft>, StoreError> {
    const SQL: &str = "SELECT id, instance_number, applicant_email, started_at FROM application_draft
        WHERE id > $1 AND NOT EXISTS (
            SELECT 1 FROM application WHERE application.instance_number = application_draft.instance_number)
        ORDER BY id LIMIT $2";
    let rows = fetch_all!(tx, Row, SQL, after.unwrap_or_default(), limit)?;
    rows.into_iter().map(draft).collect()
}

/// The drafts with these ids that are there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, Draft>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT id, instance_number, applicant_email, started_at FROM application_draft WHERE id IN (",
        ids,
        ")"
    );
    let rows = fetch_all!(tx, Row, SQL.of(tx), sql::rows(ids))?;
    rows.into_iter().map(|row| Ok((row.id, draft(row)?))).collect()
}

fn draft(row: Row) -> Result<Draft, StoreError> {
    const TABLE: &str = "application_draft";
    Ok(Draft {
        id: row.id,
        instance_number: read(&row.instance_number, TABLE, "instance_number")?,
        mailbox: read(&row.applicant_email, TABLE, "applicant_email")?,
        started_at: row.started_at,
    })
}

/// Deletes all drafts and returns how many: once the window has closed an address is kept for nothing.
///
/// # Errors
/// Any [`StoreError`].
pub async fn forget(tx: &mut Tx) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM application_draft")
}
