// SPDX-License-Identifier: EUPL-1.2
//! What INPS has of a household: DSU presented and attestations issued (*attestazione ISEE*). All are kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::identity::Money;

/// A DSU, and the attestation issued on it if there is one. Without `issued_at` or `isee` it is a DSU not yet attested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// Our own identifier.
    pub id: Uuid,
    /// Type of ISEE.
    pub kind: IseeKind,
    /// Legal time of the DSU (`ARD-010`).
    pub dsu_signed_at: DateTime<Utc>,
    /// Legal time of the attestation (`ARD-020`).
    pub issued_at: Option<DateTime<Utc>>,
    /// The year it is valid for (`ARD-008`).
    pub valid_year: i32,
    /// The indicator.
    pub isee: Option<Money>,
    /// What is printed at its foot (`ARD-015`).
    pub annotation: Annotation,
    /// When we learned of it: limits what an evaluation can see, never what counts as in time.
    pub available_at: DateTime<Utc>,
}

/// Type of ISEE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IseeKind {
    /// *ISEE ordinario* (`ARD-012`).
    Ordinary,
    /// For benefits to minors (*prestazioni agevolate rivolte ai minorenni*, `ARD-014`).
    Minors,
}

/// The annotation of INPS on an attestation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Annotation {
    /// None: the attestation conforms.
    None,
    /// *Omissioni*.
    Omission,
    /// *Difformità*.
    Discrepancy,
}

impl IseeKind {
    /// Both of them.
    pub const ALL: &'static [Self] = &[Self::Ordinary, Self::Minors];

    /// As written in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Minors => "minors",
        }
    }
}

impl Annotation {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::None, Self::Omission, Self::Discrepancy];

    /// As written in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Omission => "omission",
            Self::Discrepancy => "discrepancy",
        }
    }
}
