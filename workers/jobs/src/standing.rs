// SPDX-License-Identifier: EUPL-1.2
//! How the applications stand where a list is about to be published or drafted: what it would say of each.

use campanella_domain::{
    ardis::{Cause, Outcome},
    identity::InstanceNumber,
};
use campanella_store::{
    StoreError, Tx,
    ardis::{
        application,
        decision::{self, Decision, Origin},
    },
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::PAGE;

/// An application a list would exclude.
#[derive(Debug)]
pub(crate) struct Exclusion {
    pub(crate) application: Uuid,
    pub(crate) instance_number: InstanceNumber,
    pub(crate) causes: Vec<Cause>,
    /// When an officer decided so; none: a worker proposes it.
    pub(crate) decided_at: Option<DateTime<Utc>>,
}

/// What a list would say, in the order of the numbers.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    pub(crate) admitted: Vec<(InstanceNumber, Uuid)>,
    pub(crate) excluded: Vec<Exclusion>,
}

impl Standing {
    /// Adds an application whose newest decision is an officer's.
    pub(crate) fn add_word(&mut self, instance_number: InstanceNumber, word: &Decision) {
        self.add((instance_number, word.application), word.outcome, &word.causes, Some(word.decided_at));
    }

    /// Adds an application of which a worker says this.
    pub(crate) fn add_proposal(
        &mut self,
        application: (InstanceNumber, Uuid),
        outcome: Outcome,
        causes: &[Cause],
    ) {
        self.add(application, outcome, causes, None);
    }

    fn add(
        &mut self,
        (instance_number, application): (InstanceNumber, Uuid),
        outcome: Outcome,
        causes: &[Cause],
        decided_at: Option<DateTime<Utc>>,
    ) {
        match outcome {
            Outcome::Admitted => self.admitted.push((instance_number, application)),
            Outcome::Excluded => self.excluded.push(Exclusion {
                application,
                instance_number,
                causes: causes.to_vec(),
                decided_at,
            }),
            Outcome::Pending => {}
        }
    }
}

/// How the applications stand by their newest decisions.
///
/// # Errors
/// Any [`StoreError`].
pub(crate) async fn stored(tx: &mut Tx) -> Result<Standing, StoreError> {
    let mut standing = Standing::default();
    for page in application::by_number(tx).await?.chunks(usize::try_from(PAGE).unwrap_or(1)) {
        let ids: Vec<Uuid> = page.iter().map(|(_, id)| *id).collect();
        let newest = decision::newest(tx, &ids).await?;
        for (number, decision) in page.iter().filter_map(|(number, id)| Some((*number, newest.get(id)?))) {
            match decision.origin {
                Origin::Officer { .. } => standing.add_word(number, decision),
                Origin::Worker => {
                    let application = (number, decision.application);
                    standing.add_proposal(application, decision.outcome, &decision.causes);
                }
            }
        }
    }
    Ok(standing)
}
