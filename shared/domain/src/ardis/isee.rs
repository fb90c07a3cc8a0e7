// SPDX-License-Identifier: EUPL-1.2
//! E01 (above the ceiling), E02 (no DSU in time), E03 (omissions not regularised).
//!
//! E02 asks whether any DSU of the required type and year was signed within the DSU term. E01 and E03 look at the
//! newest of those; a DSU signed later counts only to regularise. Where attestations contradict each other across the
//! ceiling, no value is chosen: an officer does.

use super::facts::{Issue, KnownDsu};
use super::reading::{Case, Reading, Verdict};
use super::regularisation::{self, Regularisation};
use super::standing::{Newest, Standing, facts_of};
use super::{Cause, Declaration, DoubtCode, FactName};
use crate::identity::Money;
use crate::procedure::IseeTermEvaluation;

/// The three checks, on one look at the facts.
pub(super) fn readings(case: Case<'_>) -> Vec<Reading> {
    let standing = Standing::of(case);
    vec![e01(case, &standing), e02(case, &standing), e03(case, &standing)]
}

/// What is said where somebody has to verify whether an ISEE is required: the same as where only one of the other type was
/// found, word for word and fact for fact, so that nothing shows which it is (OQ-B12).
pub(super) fn to_verify(case: Case<'_>) -> Vec<Reading> {
    let unread = Standing::unread(case);
    let doubt = Verdict::Doubtful(DoubtCode::IseeRequirementToVerify);
    vec![e01(case, &unread), missing(case, &unread).verdict(doubt), e03(case, &unread)]
}

/// `ARD-007`, `ARD-055`: the ceiling itself is admitted; cents, never floating point.
fn e01(case: Case<'_>, standing: &Standing) -> Reading {
    let reading = Reading::new([7, 8, 55]);
    match standing.newest(case.procedure.decisions.attestation_choice) {
        Newest::Missing | Newest::Unissued(_) => reading,
        Newest::Conforming(dsu, issue) => {
            let values: Vec<Money> = standing.conforming_in_term().collect();
            judge_values(case, value_facts(reading, dsu, issue), &values)
        }
        Newest::Annotated(dsu, issue) => {
            let reading = value_facts(reading, dsu, issue);
            let mut values: Vec<Money> = standing.conforming_in_term().collect();
            values.push(issue.isee);
            match regularisation::of(case, standing) {
                Regularisation::Done(new) => {
                    values.extend(&new);
                    let new = new
                        .into_iter()
                        .fold(reading, |reading, isee| reading.fact(FactName::RegularisingIsee, isee));
                    judge_values(case, new, &values)
                }
                // The value may yet be replaced; with an earlier conforming one it is an officer's question anyway.
                Regularisation::Doubtful(_) => reading,
                Regularisation::NotDone if is_settled(case, standing, issue) => {
                    judge_values(case, reading, &values)
                }
                Regularisation::NotDone => reading,
            }
        }
    }
}

/// All above: E01. Some above: nobody but an officer can say which counts (OQ-B5).
fn judge_values(case: Case<'_>, reading: Reading, values: &[Money]) -> Reading {
    let above = |value: &&Money| **value > case.procedure.isee.ceiling;
    match values.iter().filter(above).count() {
        0 => reading,
        count if count == values.len() => reading.verdict(Verdict::Excludes(Cause::E01)),
        _ => reading.verdict(Verdict::Doubtful(DoubtCode::BothSidesOfCeiling)),
    }
}

fn value_facts(reading: Reading, dsu: &KnownDsu, issue: Issue) -> Reading {
    reading.facts(facts_of(dsu)).fact(FactName::Isee, issue.isee)
}

/// `ARD-009`, `ARD-010`, `ARD-056`: found only once the DSU term has passed.
fn e02(case: Case<'_>, standing: &Standing) -> Reading {
    let declaration = case.facts.application.declaration;
    if let Some(newest) = standing.in_term.last() {
        return required(standing).facts(facts_of(newest));
    }
    let IseeTermEvaluation::AtDsuTerm = case.procedure.decisions.isee_term_evaluation;
    let verdict = if !case.procedure.terms.dsu.has_passed(case.at) {
        Verdict::Doubtful(DoubtCode::WaitsForDsuTerm)
    } else if standing.other_kind_in_term {
        Verdict::Doubtful(DoubtCode::IseeRequirementToVerify)
    } else if standing.other_form_in_term {
        Verdict::Doubtful(DoubtCode::IseeUnderAnotherForm)
    } else if declaration == Declaration::DsuSigned && !standing.any_of_the_year {
        Verdict::Doubtful(DoubtCode::DeclaredDsuNotFound)
    } else {
        Verdict::Excludes(Cause::E02)
    };
    // The oldest of the late ones came nearest.
    let late = standing.later.first().map(facts_of).unwrap_or_default();
    missing(case, standing).facts(late).verdict(verdict)
}

/// Of which type the ISEE must be.
fn required(standing: &Standing) -> Reading {
    Reading::new([8, 10, 56]).fact(FactName::RequiredIseeKind, standing.required.as_str())
}

/// None of that type was signed in time: what was declared is read as well.
fn missing(case: Case<'_>, standing: &Standing) -> Reading {
    required(standing).fact(FactName::Declaration, case.facts.application.declaration.as_str())
}

/// `ARD-020`, `ARD-021`, `ARD-057`: found only once the regularisation term has passed.
fn e03(case: Case<'_>, standing: &Standing) -> Reading {
    let reading = Reading::new([20, 21, 57]);
    let term = case.procedure.terms.regularisation;
    match standing.newest(case.procedure.decisions.attestation_choice) {
        Newest::Missing => reading,
        Newest::Unissued(dsu) => {
            let waits = if term.has_passed(case.at) {
                DoubtCode::AttestationNotIssued
            } else {
                DoubtCode::WaitsForAttestation
            };
            reading.facts(facts_of(dsu)).verdict(Verdict::Doubtful(waits))
        }
        Newest::Conforming(dsu, issue) => {
            // It took the place of an annotated one, but was issued after the term for that (OQ-B9).
            let annotated_before = standing.in_term.iter().any(KnownDsu::is_annotated);
            let late = annotated_before && !term.includes(issue.issued_at);
            let regularised = || matches!(regularisation::of(case, standing), Regularisation::Done(_));
            reading
                .facts(facts_of(dsu))
                .doubtful_if(late && !regularised(), DoubtCode::RegularisationIssuedLate)
        }
        Newest::Annotated(dsu, issue) => {
            let reading = reading.facts(facts_of(dsu)).facts(regularisation::facts_of(case, standing));
            match regularisation::of(case, standing) {
                Regularisation::Done(_) => reading,
                Regularisation::Doubtful(doubt) => reading.verdict(Verdict::Doubtful(doubt)),
                Regularisation::NotDone => reading.verdict(not_regularised(case, standing, issue)),
            }
        }
    }
}

/// What an annotated attestation comes to when nothing regularised it.
fn not_regularised(case: Case<'_>, standing: &Standing, issue: Issue) -> Verdict {
    let term = case.procedure.terms.regularisation;
    if standing.conforming_in_term().next().is_some() {
        Verdict::Doubtful(DoubtCode::ConformingThenAnnotated)
    } else if !term.has_passed(case.at) {
        Verdict::Doubtful(DoubtCode::WaitsForRegularisation)
    } else if !term.includes(issue.issued_at) {
        // Signed in time and issued too late for anybody to regularise it.
        Verdict::Doubtful(DoubtCode::RegularisationIssuedLate)
    } else {
        Verdict::Excludes(Cause::E03)
    }
}

/// Whether the annotated attestation is what counts in the end.
fn is_settled(case: Case<'_>, standing: &Standing, issue: Issue) -> bool {
    not_regularised(case, standing, issue) == Verdict::Excludes(Cause::E03)
}
