// SPDX-License-Identifier: EUPL-1.2
//! The result of an evaluation: a proposal with its reasons, to be stored with the decision.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Cause, Doubt, FactRead, TermsApplied};
use crate::identity::RuleNumber;
use crate::procedure::ArdisProcedure;

/// What becomes of an application, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// No cause and no doubt.
    Admitted,
    /// At least one certain cause.
    Excluded,
    /// No certain cause, and a doubt that somebody or time has to settle.
    Pending,
}

/// The outcome, why, under which rules, on which facts, by which version of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Admitted, excluded or pending.
    pub outcome: Outcome,
    /// The certain causes, in order of their codes; all of them (`ARD-064`).
    pub causes: Vec<CauseFinding>,
    /// What is still open, whatever the outcome.
    pub doubts: Vec<Doubt>,
    /// Every rule applied, found against the application or not, in order.
    pub rules: Vec<RuleNumber>,
    /// Every fact read, in order of the names.
    pub facts_read: Vec<FactRead>,
    /// The instant up to which facts were known.
    pub evaluated_at: DateTime<Utc>,
    /// Version of the procedure file.
    pub procedure_version: String,
    /// The terms of that version. None where a release evaluated that did not keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<TermsApplied>,
    /// The causes that an officer found and the rules did not, without facts: no finding of the rules, but what is told of them
    /// for years, like the terms. None where nobody overruled, or a release decided that did not keep them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub officers_causes: Vec<CauseFinding>,
}

/// A cause of exclusion that is certain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseFinding {
    /// Its code.
    pub cause: Cause,
    /// «Art. 4, comma 1, lettera b)», from the procedure file.
    pub citation: String,
    /// The reason lists print, from the procedure file, the same for everybody it concerns.
    pub reason: String,
    /// The rules it follows from.
    pub rules: Vec<RuleNumber>,
    /// The facts it read.
    pub facts: Vec<FactRead>,
}

impl Outcome {
    /// As stored and printed by machines: `admitted`, `excluded`, `pending`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Excluded => "excluded",
            Self::Pending => "pending",
        }
    }
}

impl Evaluation {
    /// Codes of the certain causes: `[E01, E03]`.
    pub fn cause_codes(&self) -> impl Iterator<Item = Cause> {
        self.causes.iter().map(|finding| finding.cause)
    }

    /// With the citation and reason of each cause an officer found besides those of the rules, as `procedure` has them
    /// (`ARD-064`, `ARD-071`): what an exclusion rests on must not change with the file that is installed later.
    #[must_use]
    pub fn with_officers_causes(self, causes: &[Cause], procedure: &ArdisProcedure) -> Self {
        let others = causes.iter().filter(|cause| self.cause_codes().all(|found| found != **cause));
        let told = |cause: &Cause| {
            let text = procedure.causes.of(*cause);
            let (citation, reason) = (text.citation.clone(), text.reason.clone());
            CauseFinding { cause: *cause, citation, reason, rules: vec![text.rule], facts: Vec::new() }
        };
        let officers_causes = others.map(told).collect();
        Self { officers_causes, ..self }
    }

    /// What is told of `cause`, whoever found it.
    #[must_use]
    pub fn told_of(&self, cause: Cause) -> Option<&CauseFinding> {
        self.causes.iter().chain(&self.officers_causes).find(|finding| finding.cause == cause)
    }
}
