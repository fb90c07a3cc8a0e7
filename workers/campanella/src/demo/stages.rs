// SPDX-License-Identifier: EUPL-1.2
//! The stages of the ARDIS procedure, each compared with the expectation the moment it is reached.

use std::collections::BTreeMap;

use anyhow::Result;
use campanella_store::{
    Store,
    ardis::decision::{self, Counts, Voice},
    bookmark,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    expectation::{Comparison, Expectation, Stage},
    population::calendar::{self, DSU_TERM, REGULARISATION_TERM},
    publication,
};

/// How the applications stood when a stage was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reached {
    /// The instant.
    pub(super) at: DateTime<Utc>,
    /// Admitted, excluded, pending.
    pub(super) admitted: usize,
    /// See [`Reached::admitted`].
    pub(super) excluded: usize,
    /// See [`Reached::admitted`].
    pub(super) pending: usize,
    /// What was expected and not so.
    pub(super) lost: Vec<String>,
    /// What should not have been there.
    pub(super) duplicates: Vec<String>,
}

/// Which stages were reached, and how they compare. Kept in the database, so that a resumed year knows.
pub(super) struct Stages<'a> {
    expectation: &'a Expectation,
    reached: BTreeMap<Stage, Reached>,
}

impl<'a> Stages<'a> {
    /// The stages an earlier run of this year has reached.
    ///
    /// # Errors
    /// Any store error.
    pub(super) async fn load(store: &Store, expectation: &'a Expectation) -> Result<Self> {
        let mut tx = store.read().await?;
        let mut reached = BTreeMap::new();
        for stage in Stage::ALL {
            if let Some(text) = bookmark::get(&mut tx, &name(stage)).await? {
                reached.insert(stage, serde_json::from_str(&text)?);
            }
        }
        Ok(Self { expectation, reached })
    }

    /// Compares every stage whose moment has come and that was not compared before. To be called when nobody has
    /// anything left to do.
    ///
    /// # Errors
    /// Any store error.
    pub(super) async fn reached(&mut self, store: &Store, now: DateTime<Utc>) -> Result<()> {
        for stage in Stage::ALL {
            if moment(stage) <= now && !self.reached.contains_key(&stage) {
                let reached = self.compare(stage, store, now).await?;
                let mut tx = store.begin().await?;
                bookmark::set(&mut tx, &name(stage), &serde_json::to_string(&reached)?).await?;
                tx.commit().await?;
                self.reached.insert(stage, reached);
            }
        }
        Ok(())
    }

    async fn compare(&self, stage: Stage, store: &Store, at: DateTime<Utc>) -> Result<Reached> {
        let is_published = matches!(stage, Stage::Published | Stage::Concluded);
        let voice = if is_published { Voice::Anybody } else { Voice::Workers };
        let mut tx = store.read().await?;
        let verdicts = decision::verdicts(&mut tx, voice).await?;
        let mut counts = Counts::default();
        for verdict in &verdicts {
            counts.add(verdict.outcome, &verdict.causes, 1);
        }
        let Comparison { lost, duplicates } = self.expectation.compare_outcomes(
            stage,
            verdicts.into_iter().map(|verdict| (verdict.instance_number, verdict.outcome, verdict.causes)),
        );
        let size = |count: i64| usize::try_from(count).unwrap_or_default();
        Ok(Reached {
            at,
            admitted: size(counts.admitted),
            excluded: size(counts.excluded),
            pending: size(counts.pending),
            lost,
            duplicates,
        })
    }

    /// All that were reached.
    pub(super) fn into_reached(self) -> BTreeMap<Stage, Reached> {
        self.reached
    }
}

/// When a stage is complete. April is compared at the publication, on what workers proposed.
fn moment(stage: Stage) -> DateTime<Utc> {
    let midnight_after = |day| calendar::at(day + TimeDelta::days(1), 0);
    match stage {
        Stage::AfterDsuTerm => midnight_after(DSU_TERM),
        Stage::AfterRegularisationTerm => midnight_after(REGULARISATION_TERM),
        Stage::InApril | Stage::Published => publication::moment(),
        Stage::Concluded => publication::final_moment(),
    }
}

fn name(stage: Stage) -> String {
    format!("demo.stage.{stage:?}")
}
