// SPDX-License-Identifier: EUPL-1.2
//! Changes of an application's data (*variazioni*, ARD-090): where mails go (ARD-078), where the contribution is credited.
//! Added, never changed; the application itself stays as it was transmitted (OQ-B21).

use campanella_domain::identity::{EmailAddress, Iban};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{StoreError, Tx, column::read, sql};

/// A change: at least one datum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataChange {
    /// Its id, of the application and the instant it was received.
    pub id: Uuid,
    /// The application.
    pub application: Uuid,
    /// When it was made, which decides which of several counts.
    pub received_at: DateTime<Utc>,
    /// The new address for mails.
    pub email: Option<EmailAddress>,
    /// The new account.
    pub iban: Option<Iban>,
    /// When we learned of it.
    pub recorded_at: DateTime<Utc>,
}

/// Adds a change; false if one with this id is there already, whatever it says.
///
/// # Errors
/// [`StoreError::Refused`] when the application is not there or nothing is changed.
pub async fn insert(tx: &mut Tx, change: &DataChange) -> Result<bool, StoreError> {
    const SQL: &str =
        "INSERT INTO data_change (id, application_id, received_at, applicant_email, iban, recorded_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
    let added = execute!(
        tx,
        SQL,
        change.id,
        change.application,
        sql::whole_microseconds(change.received_at),
        change.email.as_ref().map(EmailAddress::expose),
        change.iban.as_ref().map(Iban::expose),
        sql::whole_microseconds(change.recorded_at),
    )?;
    Ok(added > 0)
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    received_at: DateTime<Utc>,
    applicant_email: Option<String>,
    iban: Option<String>,
    recorded_at: DateTime<Utc>,
}

impl TryFrom<Row> for DataChange {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const TABLE: &str = "data_change";
        let email = row.applicant_email.map(|text| read(&text, TABLE, "applicant_email")).transpose()?;
        Ok(Self {
            id: row.id,
            application: row.application_id,
            received_at: row.received_at,
            email,
            iban: row.iban.map(|text| read(&text, TABLE, "iban")).transpose()?,
            recorded_at: row.recorded_at,
        })
    }
}

/// The changes of an application, oldest first: the last of each datum counts.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_application(tx: &mut Tx, application: Uuid) -> Result<Vec<DataChange>, StoreError> {
    const SQL: &str =
        "SELECT id, application_id, received_at, applicant_email, iban, recorded_at FROM data_change
        WHERE application_id = $1 ORDER BY received_at, id";
    fetch_all!(tx, Row, SQL, application)?.into_iter().map(DataChange::try_from).collect()
}
