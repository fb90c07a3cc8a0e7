// SPDX-License-Identifier: EUPL-1.2
//! Recording a change of an application's data (ARD-090): an act of a portal or of an officer's desk, not a worker's. The
//! application stays as it was transmitted (OQ-B21).

use campanella_domain::{
    identity::{EmailAddress, Iban},
    ids,
};
use campanella_messages::{ArdisDataChanged, Cause};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::ardis::{
    application,
    data_change::{self, DataChange},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A change as it was communicated: at least one datum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedChange {
    /// The application.
    pub application: Uuid,
    /// When it was communicated.
    pub received_at: DateTime<Utc>,
    /// The new address for mails.
    pub email: Option<EmailAddress>,
    /// The new account.
    pub iban: Option<Iban>,
}

/// What came of recording a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a change that was not recorded must be told to whoever made it"]
pub enum Changing {
    /// It is recorded, and whoever it concerns is told.
    Recorded,
    /// The very same was recorded before.
    Known,
    /// Another change of the same second was recorded before: nothing changed.
    Contradicted,
}

/// Records a change and tells the workers.
///
/// # Errors
/// Any store error, an application that is not there among them.
pub async fn record_change(
    received: &ReceivedChange,
    work: &mut UnitOfWork<'_>,
) -> Result<Changing, Failure> {
    let ReceivedChange { application, received_at, .. } = *received;
    application::lock(work.tx(), &[application]).await?;
    let change = DataChange {
        id: ids::data_change(application, received_at),
        application,
        received_at,
        email: received.email.clone(),
        iban: received.iban.clone(),
        recorded_at: work.now(),
    };
    if data_change::insert(work.tx(), &change).await? {
        work.emit(&ArdisDataChanged { application }, Cause::First);
        return Ok(Changing::Recorded);
    }
    let known = data_change::of_application(work.tx(), application).await?;
    let is_same = |other: &DataChange| {
        other.id == change.id && other.email == change.email && other.iban == change.iban
    };
    Ok(if known.iter().any(is_same) { Changing::Known } else { Changing::Contradicted })
}
