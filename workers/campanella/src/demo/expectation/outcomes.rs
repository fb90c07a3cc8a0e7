// SPDX-License-Identifier: EUPL-1.2
//! Outcomes of applications at the stages of the procedure.

use std::collections::BTreeMap;

use campanella_domain::ardis::{Cause, Outcome};
use campanella_domain::identity::InstanceNumber;

use super::super::population::Verdict;

/// When one looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The DSU term has just passed: 21 November at 00:00. Applications that arrive later are not counted.
    AfterDsuTerm,
    /// The regularisation term has just passed: 19 December at 00:00.
    AfterRegularisationTerm,
    /// April, on all facts, as if no officer had decided anything.
    InApril,
    /// The provisional list, officers having decided what was pending.
    Published,
    /// The final list, officers having answered the observations.
    Concluded,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 5] =
        [Self::AfterDsuTerm, Self::AfterRegularisationTerm, Self::InApril, Self::Published, Self::Concluded];
}

/// Applications by outcome, and the verdict on each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpectedOutcomes {
    /// How many are admitted.
    pub admitted: usize,
    /// How many are excluded.
    pub excluded: usize,
    /// How many are pending.
    pub pending: usize,
    /// How many are excluded for each cause: one with two causes counts under both.
    pub by_cause: BTreeMap<Cause, usize>,
    /// The verdict on each.
    pub verdicts: BTreeMap<InstanceNumber, Verdict>,
}

impl ExpectedOutcomes {
    /// How many there are.
    pub fn total(&self) -> usize {
        self.verdicts.len()
    }

    pub(super) fn add(&mut self, instance: InstanceNumber, verdict: Verdict) {
        match verdict.outcome {
            Outcome::Admitted => self.admitted += 1,
            Outcome::Excluded => self.excluded += 1,
            Outcome::Pending => self.pending += 1,
        }
        for cause in verdict.causes {
            *self.by_cause.entry(*cause).or_default() += 1;
        }
        self.verdicts.insert(instance, verdict);
    }
}
