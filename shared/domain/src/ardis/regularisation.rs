// SPDX-License-Identifier: EUPL-1.2
//! Whether omissions and discrepancies were regularised in time (`ARD-016` to `ARD-021`, OQ-B9, OQ-B10).

use super::facts::KnownDsu;
use super::reading::Case;
use super::standing::Standing;
use super::{CheckOutcome, DoubtCode, FactName, FactRead};
use crate::identity::Money;
use crate::procedure::{RegularisationEvidence, SelfCertificationRule};

/// What is known of it.
pub(super) enum Regularisation {
    /// Done in time; with the indicators of the new conforming attestations, none for a self-certification.
    Done(Vec<Money>),
    /// An officer has to look.
    Doubtful(DoubtCode),
    /// Not done. Certain only once the term has passed.
    NotDone,
}

/// Looks at both routes: a new DSU, or a self-certification an officer accepted.
pub(super) fn of(case: Case<'_>, standing: &Standing) -> Regularisation {
    let new_values: Vec<Money> = standing
        .later
        .iter()
        .filter(|dsu| regularises(case, dsu))
        .filter_map(KnownDsu::conforming_isee)
        .collect();
    if !new_values.is_empty() {
        return Regularisation::Done(new_values);
    }
    match self_certified(case, standing) {
        Regularisation::NotDone => {}
        other => return other,
    }
    let term = case.procedure.terms.regularisation;
    let late_issue = |dsu: &KnownDsu| {
        term.includes(dsu.signed_at) && dsu.issue.is_none_or(|issue| !term.includes(issue.issued_at))
    };
    if term.has_passed(case.at) && standing.later.iter().any(late_issue) {
        return Regularisation::Doubtful(DoubtCode::RegularisationIssuedLate);
    }
    Regularisation::NotDone
}

/// Route 1: a conforming attestation in time, by the evidence the procedure asks for.
fn regularises(case: Case<'_>, dsu: &KnownDsu) -> bool {
    let term = case.procedure.terms.regularisation;
    dsu.issue.filter(|issue| issue.conforming).is_some_and(|issue| {
        match case.procedure.decisions.regularisation_evidence {
            RegularisationEvidence::AttestationIssued => term.includes(issue.issued_at),
            RegularisationEvidence::DsuSigned => term.includes(dsu.signed_at),
        }
    })
}

/// Route 2: of several forms the one that serves the family best counts, whatever their order.
fn self_certified(case: Case<'_>, standing: &Standing) -> Regularisation {
    let SelfCertificationRule::AcceptedByOfficer = case.procedure.decisions.self_certification;
    let term = case.procedure.terms.regularisation;
    let forms = || standing.self_certifications.iter().filter(|form| term.includes(form.received_at));
    // What an officer refused is settled; only a missing document on another form still waits for somebody.
    let open = || forms().filter(|form| form.outcome != CheckOutcome::Rejected);
    if open().any(|form| form.outcome == CheckOutcome::Accepted && form.has_document) {
        Regularisation::Done(Vec::new())
    } else if open().any(|form| form.has_document) {
        Regularisation::Doubtful(DoubtCode::SelfCertificationUnchecked)
    } else if open().next().is_some() {
        Regularisation::Doubtful(DoubtCode::IdentityDocumentNotValid)
    } else {
        Regularisation::NotDone
    }
}

/// The facts of both routes: what came nearest to regularising on each.
pub(super) fn facts_of(case: Case<'_>, standing: &Standing) -> Vec<FactRead> {
    let mut facts = Vec::new();
    let best = standing.later.iter().find(|dsu| regularises(case, dsu)).or(standing.later.last());
    if let Some(dsu) = best {
        facts.push(FactRead {
            name: FactName::RegularisingAttestation,
            value: dsu.id.to_string().as_str().into(),
        });
        facts.push(FactRead { name: FactName::RegularisingDsuSignedAt, value: dsu.signed_at.into() });
        if let Some(issue) = dsu.issue {
            facts.push(FactRead { name: FactName::RegularisingIssuedAt, value: issue.issued_at.into() });
        }
    }
    for form in &standing.self_certifications {
        let outcome = match form.outcome {
            CheckOutcome::Accepted => "accepted",
            CheckOutcome::Rejected => "rejected",
            CheckOutcome::Unchecked => "unchecked",
        };
        facts.push(FactRead { name: FactName::SelfCertificationReceivedAt, value: form.received_at.into() });
        facts.push(FactRead { name: FactName::SelfCertificationOutcome, value: outcome.into() });
    }
    facts
}
