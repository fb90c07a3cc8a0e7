// SPDX-License-Identifier: EUPL-1.2
//! What one check of an application found, with the rules it applied and the facts it read.

use chrono::{DateTime, Utc};

use super::{ApplicationFacts, Cause, DoubtCode, FactName, FactRead, FactValue};
use crate::identity::RuleNumber;
use crate::procedure::ArdisProcedure;

/// What every check may read.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) facts: &'a ApplicationFacts,
    pub(super) at: DateTime<Utc>,
    pub(super) procedure: &'a ArdisProcedure,
}

/// The result of one check.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) verdict: Verdict,
    pub(super) rules: Vec<RuleNumber>,
    pub(super) facts: Vec<FactRead>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing against the application.
    Clear,
    /// A certain cause of exclusion.
    Excludes(Cause),
    /// Somebody, or time, has to decide.
    Doubtful(DoubtCode),
}

impl Reading {
    /// A check under the `ARD` rules of these numbers.
    pub(super) fn new<const N: usize>(rules: [u16; N]) -> Self {
        Self { verdict: Verdict::Clear, rules: rules.map(RuleNumber::ard).to_vec(), facts: Vec::new() }
    }

    pub(super) fn fact(mut self, name: FactName, value: impl Into<FactValue>) -> Self {
        self.facts.push(FactRead { name, value: value.into() });
        self
    }

    pub(super) fn facts(mut self, facts: impl IntoIterator<Item = FactRead>) -> Self {
        self.facts.extend(facts);
        self
    }

    pub(super) fn verdict(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self
    }

    /// Excludes for `cause` if `found`.
    pub(super) fn excludes_if(self, found: bool, cause: Cause) -> Self {
        if found { self.verdict(Verdict::Excludes(cause)) } else { self }
    }

    /// Leaves `doubt` if `found`.
    pub(super) fn doubtful_if(self, found: bool, doubt: DoubtCode) -> Self {
        if found { self.verdict(Verdict::Doubtful(doubt)) } else { self }
    }
}
