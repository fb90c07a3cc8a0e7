// SPDX-License-Identifier: EUPL-1.2
//! E06 (window), E07 (channel), and two applications for one student.

use super::reading::{Case, Reading};
use super::{Cause, Channel, DoubtCode, FactName};
use crate::procedure::DuplicateApplication;

/// `ARD-039`, `ARD-040`, `ARD-060`: beyond the end is a cause; before the opening, which the portal does not allow, is
/// not «oltre i termini» and goes to an officer.
pub(super) fn e06(case: Case<'_>) -> Reading {
    let submitted_at = case.facts.application.submitted_at;
    let window = &case.procedure.window;
    Reading::new([39, 40, 60])
        .fact(FactName::SubmittedAt, submitted_at)
        .doubtful_if(submitted_at < window.opens_at(), DoubtCode::SubmittedBeforeOpening)
        .excludes_if(!window.closes.includes(submitted_at), Cause::E06)
}

/// `ARD-038`, `ARD-061`.
pub(super) fn e07(case: Case<'_>) -> Reading {
    let channel = case.facts.application.channel;
    Reading::new([38, 61])
        .fact(FactName::Channel, channel.as_str())
        .excludes_if(channel != Channel::Online, Cause::E07)
}

/// `ARD-036`: who else may apply does so instead, not besides. What follows from two applications the call does not say
/// (OQ-B19), so nobody is excluded for it.
pub(super) fn duplicate(case: Case<'_>) -> Reading {
    let DuplicateApplication::Officer = case.procedure.decisions.duplicate_application;
    if case.facts.duplicate_since.is_none_or(|since| since > case.at) {
        return Reading::new([]);
    }
    Reading::new([36]).fact(FactName::Duplicate, true).doubtful_if(true, DoubtCode::DuplicateApplication)
}
