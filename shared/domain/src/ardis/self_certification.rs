// SPDX-License-Identifier: EUPL-1.2
//! The second way to regularise: a self-certification (*autocertificazione*) sent by mail (`ARD-017` to `ARD-019`).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A form received at the office's mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfCertification {
    /// Arrival at the mailbox: its legal time (`ARD-018`).
    pub received_at: DateTime<Utc>,
    /// The copy of the identity document (`ARD-019`).
    pub identity_document: IdentityDocument,
    /// What the officer who checked it found (OQ-B10).
    pub outcome: CheckOutcome,
    /// When it was checked; without it an outcome is taken as known since the form is.
    pub checked_at: Option<DateTime<Utc>>,
}

/// The copy of the identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityDocument {
    /// In course of validity.
    Valid,
    /// Expired.
    Expired,
    /// Not attached.
    Missing,
}

/// What an officer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// The data are confirmed.
    Accepted,
    /// Refused.
    Rejected,
    /// Nobody has looked yet.
    Unchecked,
}

impl IdentityDocument {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Valid, Self::Expired, Self::Missing];

    /// As written in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::Missing => "missing",
        }
    }

    /// Whether it is worth more than another: one in course of validity, then an expired one, then none (`ARD-019`).
    #[must_use]
    pub fn is_better_than(self, other: Self) -> bool {
        (self as u8) < (other as u8)
    }
}

impl CheckOutcome {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Accepted, Self::Rejected, Self::Unchecked];

    /// As written in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Unchecked => "unchecked",
        }
    }
}

impl SelfCertification {
    /// What was known of the check at `at`.
    #[must_use]
    pub fn outcome_known_at(&self, at: DateTime<Utc>) -> CheckOutcome {
        if self.checked_at.is_some_and(|checked| checked > at) {
            CheckOutcome::Unchecked
        } else {
            self.outcome
        }
    }
}
