// SPDX-License-Identifier: EUPL-1.2
//! What a household holds by way of ISEE: the DSU and attestations of the required type and year, split at the DSU
//! term by the legal time of their signature (`ARD-008`, `ARD-010`, `ARD-012`, `ARD-014`).

use super::facts::{Issue, KnownDsu, KnownSelfCertification};
use super::reading::Case;
use super::{FactName, FactRead, IseeKind};
use crate::identity::Money;
use crate::procedure::{AttestationChoice, MinorsIseeCase};

/// The part of the facts E01 to E03 read.
pub(super) struct Standing {
    pub(super) required: IseeKind,
    /// DSU signed within the DSU term, oldest first.
    pub(super) in_term: Vec<KnownDsu>,
    /// DSU signed after it: they count only to regularise (OQ-B5).
    pub(super) later: Vec<KnownDsu>,
    /// DSU of the other type, signed within the term (OQ-B6).
    pub(super) other_kind_in_term: bool,
    /// A DSU signed within the term is known under another form of the student's tax code.
    pub(super) other_form_in_term: bool,
    /// INPS has some DSU of the year, whatever its type and time.
    pub(super) any_of_the_year: bool,
    pub(super) self_certifications: Vec<KnownSelfCertification>,
}

/// What the newest DSU signed within the term has come to.
pub(super) enum Newest<'a> {
    /// There is none.
    Missing,
    /// Signed, not yet attested.
    Unissued(&'a KnownDsu),
    /// Attested without annotations.
    Conforming(&'a KnownDsu, Issue),
    /// Attested with omissions or discrepancies.
    Annotated(&'a KnownDsu, Issue),
}

impl Standing {
    pub(super) fn of(case: Case<'_>) -> Self {
        let year = case.procedure.isee.valid_year;
        let required = required_kind(case);
        let other = match required {
            IseeKind::Ordinary => IseeKind::Minors,
            IseeKind::Minors => IseeKind::Ordinary,
        };
        let dsu_term = case.procedure.terms.dsu;
        let known = case.facts.known_dsu(case.at, year, required);
        let known_other = case.facts.known_dsu(case.at, year, other);
        let any_of_the_year = !known.is_empty() || !known_other.is_empty();
        let (in_term, later) = known.into_iter().partition(|dsu| dsu_term.includes(dsu.signed_at));
        Self {
            required,
            in_term,
            later,
            other_kind_in_term: known_other.iter().any(|dsu| dsu_term.includes(dsu.signed_at)),
            other_form_in_term: case
                .facts
                .signed_under_other_forms(case.at, year)
                .any(|signed_at| dsu_term.includes(signed_at)),
            any_of_the_year,
            self_certifications: case.facts.known_self_certifications(case.at),
        }
    }

    /// As if INPS had nothing of the household.
    pub(super) fn unread(case: Case<'_>) -> Self {
        Self {
            required: required_kind(case),
            in_term: Vec::new(),
            later: Vec::new(),
            other_kind_in_term: false,
            other_form_in_term: false,
            any_of_the_year: false,
            self_certifications: Vec::new(),
        }
    }

    /// The one E01 and E03 look at (OQ-B3, OQ-B5).
    pub(super) fn newest(&self, choice: AttestationChoice) -> Newest<'_> {
        let newest = match choice {
            AttestationChoice::NewestSignedInTerm => self.in_term.last(),
        };
        match newest.map(|dsu| (dsu, dsu.issue)) {
            None => Newest::Missing,
            Some((dsu, None)) => Newest::Unissued(dsu),
            Some((dsu, Some(issue))) if issue.conforming => Newest::Conforming(dsu, issue),
            Some((dsu, Some(issue))) => Newest::Annotated(dsu, issue),
        }
    }

    /// Indicators of the conforming attestations whose DSU was signed within the term.
    pub(super) fn conforming_in_term(&self) -> impl Iterator<Item = Money> {
        self.in_term.iter().filter_map(KnownDsu::conforming_isee)
    }
}

/// `ARD-012`, `ARD-014`, OQ-B6: for an adult the type for minors cannot apply.
fn required_kind(case: Case<'_>) -> IseeKind {
    let application = &case.facts.application;
    match case.procedure.decisions.minors_isee_case {
        MinorsIseeCase::Declared if application.minors_isee_case && !application.student_is_adult() => {
            IseeKind::Minors
        }
        MinorsIseeCase::Declared => IseeKind::Ordinary,
    }
}

/// The facts of the DSU or attestation a check has looked at.
pub(super) fn facts_of(dsu: &KnownDsu) -> Vec<FactRead> {
    let mut facts = vec![
        FactRead { name: FactName::Attestation, value: dsu.id.to_string().as_str().into() },
        FactRead { name: FactName::DsuSignedAt, value: dsu.signed_at.into() },
    ];
    if let Some(issue) = dsu.issue {
        facts.push(FactRead { name: FactName::AttestationIssuedAt, value: issue.issued_at.into() });
        facts.push(FactRead { name: FactName::Annotation, value: issue.annotation.into() });
    }
    facts
}
