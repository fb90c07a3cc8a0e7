// SPDX-License-Identifier: EUPL-1.2
//! The result of an evaluation: a proposal with its reasons, to be stored with the decision.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Cause, Doubt, FactRead, TermsApplied};
use crate::identity::RuleNumber;

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
}
