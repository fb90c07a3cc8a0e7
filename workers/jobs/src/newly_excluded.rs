// SPDX-License-Identifier: EUPL-1.2
//! Whom a final list would exclude without their having been told why before (ARD-073, ARD-087; art. 10-bis L. 241/1990).
//!
//! A provisional list is the notice of what stands against an application; a final list may say nothing else, but for what
//! follows from somebody's own observations. So a cause the newest provisional list did not tell waits for another one, unless
//! an officer set it after an observation on the application.

use std::collections::{HashMap, HashSet};

use campanella_domain::{
    ardis::{Cause, Outcome},
    identity::InstanceNumber,
};
use campanella_store::{
    StoreError, Tx,
    ardis::{observation, published_list},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{PAGE, standing::Exclusion};

/// The applications among `excluded` that the provisional `list` did not exclude for all these causes, in the order given.
///
/// # Errors
/// Any [`StoreError`].
pub(crate) async fn of(
    list: Uuid,
    excluded: &[Exclusion],
    tx: &mut Tx,
) -> Result<Vec<InstanceNumber>, StoreError> {
    let told = told(list, tx).await?;
    let mut heard: HashMap<Uuid, DateTime<Utc>> = HashMap::new();
    for one in observation::all(tx).await? {
        let recorded = one.recorded;
        let first = heard.entry(recorded.application).or_insert(recorded.recorded_at);
        *first = recorded.recorded_at.min(*first);
    }
    let was_told = |one: &&Exclusion| {
        let told = told.get(&one.application);
        one.causes.iter().all(|cause| told.is_some_and(|told| told.contains(cause)))
    };
    let follows = |one: &&Exclusion| {
        let heard = heard.get(&one.application);
        one.decided_at.is_some_and(|decided_at| heard.is_some_and(|heard| *heard <= decided_at))
    };
    let new = excluded.iter().filter(|one| !was_told(one) && !follows(one));
    Ok(new.map(|one| one.instance_number).collect())
}

/// The causes a list told those it excluded.
async fn told(list: Uuid, tx: &mut Tx) -> Result<HashMap<Uuid, HashSet<Cause>>, StoreError> {
    let (mut after, mut told) = (None, HashMap::new());
    loop {
        let page = published_list::entries(tx, list, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(told) };
        after = Some(last.application);
        let excluded = page.into_iter().filter(|entry| entry.outcome == Outcome::Excluded);
        told.extend(excluded.map(|entry| (entry.application, entry.causes.into_iter().collect())));
    }
}
