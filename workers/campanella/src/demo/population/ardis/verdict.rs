// SPDX-License-Identifier: EUPL-1.2
//! What must come of an application.

use campanella_domain::ardis::{Cause, Outcome};

/// An outcome with its causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Admitted, excluded or pending.
    pub outcome: Outcome,
    /// The certain causes, in the order of their codes; none unless excluded.
    pub causes: &'static [Cause],
}

/// Nothing stands against it.
pub(super) const ADMITTED: Verdict = Verdict { outcome: Outcome::Admitted, causes: &[] };
/// A term or an officer has yet to settle a doubt.
pub(super) const PENDING: Verdict = Verdict { outcome: Outcome::Pending, causes: &[] };

/// Excluded for all of these.
pub(super) const fn excluded(causes: &'static [Cause]) -> Verdict {
    Verdict { outcome: Outcome::Excluded, causes }
}
