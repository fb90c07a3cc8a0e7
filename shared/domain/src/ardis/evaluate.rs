// SPDX-License-Identifier: EUPL-1.2
//! The evaluation of an application: every check, folded into one outcome.

use chrono::{DateTime, Utc};

use super::derogation::{self, IseeRequirement};
use super::reading::{Case, Reading, Verdict};
use super::{ApplicationFacts, CauseFinding, Doubt, DoubtCode, Evaluation, FactName, Outcome, TermsApplied};
use super::{isee, residence, school, submission};
use crate::procedure::ArdisProcedure;

/// Evaluates an application on what was known at `at`, judging by the legal time of each fact.
///
/// Any certain cause excludes; without one, an open doubt leaves it pending. Until the DSU term passes E02 cannot be
/// found, and until the regularisation term passes E03 cannot: the application is then pending and its doubt says
/// which term it waits for. What is found is a proposal: a fact learned later gives another one.
///
/// A submission after `at` is not known yet: pending, and nothing else is read.
#[must_use]
pub fn evaluate(facts: &ApplicationFacts, at: DateTime<Utc>, procedure: &ArdisProcedure) -> Evaluation {
    let case = Case { facts, at, procedure };
    let readings = if facts.application.submitted_at > at {
        vec![not_yet_submitted(case)]
    } else {
        let mut readings = isee_readings(case);
        readings.extend([
            school::e04(case),
            school::foreign_need(case),
            school::e05(case),
            submission::e06(case),
            submission::e07(case),
            submission::duplicate(case),
            residence::e08(case),
            residence::household(case),
            residence::e09(case),
            residence::own_application(case),
        ]);
        readings
    };
    fold(case, readings)
}

fn not_yet_submitted(case: Case<'_>) -> Reading {
    Reading::new([43])
        .fact(FactName::SubmittedAt, case.facts.application.submitted_at)
        .verdict(Verdict::Doubtful(DoubtCode::NotYetSubmitted))
}

/// E01 to E03, unless a derogation takes their place.
fn isee_readings(case: Case<'_>) -> Vec<Reading> {
    match derogation::requirement(case) {
        IseeRequirement::Required => isee::readings(case),
        IseeRequirement::Lifted => vec![Reading::new([26])],
        IseeRequirement::Uncertain => {
            // An attestation that admits settles it, and while there is time what is missing is said as to anybody else, so
            // that reminders reach these families too. Anything else is the officer's, and shows nothing of why.
            let readings = isee::readings(case);
            let time_is_left = !case.procedure.terms.regularisation.has_passed(case.at);
            let harmless = |reading: &Reading| match reading.verdict {
                Verdict::Clear => true,
                Verdict::Doubtful(_) => time_is_left,
                Verdict::Excludes(_) => false,
            };
            if readings.iter().all(harmless) { readings } else { isee::to_verify(case) }
        }
    }
}

fn fold(case: Case<'_>, readings: Vec<Reading>) -> Evaluation {
    let (mut causes, mut doubts, mut rules, mut facts_read) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for reading in readings {
        rules.extend(reading.rules.iter().copied());
        facts_read.extend(reading.facts.iter().cloned());
        match reading.verdict {
            Verdict::Clear => {}
            Verdict::Excludes(cause) => {
                let text = case.procedure.causes.of(cause);
                causes.push(CauseFinding {
                    cause,
                    citation: text.citation.clone(),
                    reason: text.reason.clone(),
                    rules: reading.rules,
                    facts: reading.facts,
                });
            }
            Verdict::Doubtful(code) => doubts.push(Doubt {
                code,
                rules: reading.rules,
                explanation: code.explanation(case.procedure),
                decided_by: code.decided_by(),
            }),
        }
    }
    causes.sort_by_key(|finding| finding.cause);
    doubts.sort_by_key(|doubt| doubt.code);
    doubts.dedup_by_key(|doubt| doubt.code);
    rules.sort_unstable();
    rules.dedup();
    facts_read.sort_by_key(|fact| fact.name);
    facts_read.dedup();
    let outcome = match (causes.is_empty(), doubts.is_empty()) {
        (false, _) => Outcome::Excluded,
        (true, false) => Outcome::Pending,
        (true, true) => Outcome::Admitted,
    };
    Evaluation {
        outcome,
        causes,
        doubts,
        rules,
        facts_read,
        evaluated_at: case.at,
        procedure_version: case.procedure.version(),
        terms: Some(TermsApplied::of(case.procedure)),
        officers_causes: Vec::new(),
    }
}
