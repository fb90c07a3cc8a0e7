// SPDX-License-Identifier: EUPL-1.2
//! What the rules say of applications at a moment, without recording it: «what would happen on 18 December?».
//!
//! It reads and evaluates as the worker `isee-exclusions` does, so that what it says is what that worker records when the
//! moment comes. An officer's decision is no part of it: officers decide, rules propose. An application counts from its
//! submission, whenever it was recorded, so that data loaded in one go can be asked about any moment.

use campanella_domain::{
    ardis::{Evaluation, evaluate},
    identity::InstanceNumber,
    procedure::ArdisProcedure,
};
use campanella_store::{StoreError, Tx, ardis::application};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What the rules say of one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// Its number.
    pub instance_number: InstanceNumber,
    /// What they say.
    pub evaluation: Evaluation,
}

/// What the rules say of `applications` on the facts known at `at`, in the order given. Writes nothing. To be called with a
/// page of ids: the facts of all are held at once.
///
/// # Errors
/// Any [`StoreError`].
pub async fn forecast(
    tx: &mut Tx,
    applications: &[Uuid],
    at: DateTime<Utc>,
    procedure: &ArdisProcedure,
) -> Result<Vec<Forecast>, StoreError> {
    let facts = application::facts_from_submission(tx, applications).await?;
    let found = applications.iter().filter_map(|id| facts.get(id));
    Ok(found
        .map(|facts| Forecast {
            instance_number: facts.application.instance_number,
            evaluation: evaluate(facts, at, procedure),
        })
        .collect())
}
