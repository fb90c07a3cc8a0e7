// SPDX-License-Identifier: EUPL-1.2
//! Whether an ISEE is required at all (`ARD-022` to `ARD-027`).
//!
//! The nature of a derogation must never be readable in a list, a mail, a log or an explanation (OQ-B12). It is looked
//! at in this file alone, which gives back one of three words and no fact.

use chrono::NaiveDate;

use super::Derogation;
use super::reading::Case;
use crate::civil::age::anniversary;
use crate::civil::zone::date_of;
use crate::procedure::WidowhoodReference;

/// Whether E01 to E03 are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IseeRequirement {
    /// They are.
    Required,
    /// They are not, and INPS is not asked.
    Lifted,
    /// They are, but nothing of them excludes: an officer decides unless an attestation admits or time is left.
    Uncertain,
}

/// What the derogation selected in the form (`ARD-026`) makes of the requirement.
pub(super) fn requirement(case: Case<'_>) -> IseeRequirement {
    let application = &case.facts.application;
    match *application.derogation.expose() {
        Derogation::None => IseeRequirement::Required,
        Derogation::ProtectedPath => IseeRequirement::Lifted,
        // The date is missing: a gap in the data, not a reason to ignore what was declared.
        Derogation::Widowed { since: None } => IseeRequirement::Uncertain,
        Derogation::Widowed { since: Some(since) } => {
            let reference = match case.procedure.decisions.widowhood_reference {
                WidowhoodReference::Submission => date_of(application.submitted_at),
            };
            widowed(case, since, reference)
        }
    }
}

/// `ARD-022`, OQ-B11: the anniversary itself is inside.
fn widowed(case: Case<'_>, since: NaiveDate, reference: NaiveDate) -> IseeRequirement {
    let rules = &case.procedure.derogations;
    let last_day = anniversary(since, rules.widowhood_years);
    if since > reference {
        // Declared at a submission that came before it: the date is wrong one way or another.
        IseeRequirement::Uncertain
    } else if reference <= last_day {
        IseeRequirement::Lifted
    } else if last_day >= rules.in_force_from {
        IseeRequirement::Uncertain
    } else {
        IseeRequirement::Required
    }
}
