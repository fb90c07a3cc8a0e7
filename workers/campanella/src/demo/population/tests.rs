// SPDX-License-Identifier: EUPL-1.2
//! The population as a whole.

use std::collections::{BTreeMap, BTreeSet};

use campanella_domain::ardis::{ApplicationFacts, Outcome, evaluate};
use campanella_domain::ars::{Communication, StudentFacts, fold};
use campanella_domain::identity::{Iban, TaxCode};
use campanella_domain::ids;
use campanella_domain::procedure::{ArdisProcedure, ArsProcedure};
use uuid::Uuid;

use super::calendar::{
    DSU_TERM, FINAL_PUBLICATION, FIRST_DAY, LAST_DAY, LAST_SECOND, PUBLICATION, REGULARISATION_TERM, at,
    days_after,
};
use super::*;

fn population(seed: u64) -> Population {
    Population::generate(seed, 1).unwrap()
}

fn ticks(population: &Population) -> Vec<Tick> {
    population.ticks().map(Result::unwrap).collect()
}

#[test]
fn one_seed_gives_one_population_and_another_seed_another() {
    let (first, again, other) = (population(7), population(7), population(8));
    assert_eq!(first.arrivals, again.arrivals);
    let day = |population: &Population| population.ticks().nth(60).unwrap().unwrap();
    assert_eq!(day(&first), day(&again));
    assert_ne!(first.arrivals, other.arrivals);
    let applications = |population: &Population| -> Vec<Household> {
        population.households().take(50).map(Result::unwrap).collect()
    };
    assert_eq!(applications(&first), applications(&again));
    assert_ne!(applications(&first), applications(&other));
}

#[test]
fn a_unit_of_scale_has_the_promised_counts_and_every_story() {
    let population = population(1);
    let stories: Vec<Story> = population.households().map(|household| household.unwrap().story).collect();
    assert_eq!(stories.len(), 2_000);
    for story in Story::ALL {
        let count = stories.iter().filter(|other| *other == story).count();
        assert_eq!(count, story.quota() as usize, "{story:?}");
    }
    let drop_outs: Vec<DropOut> = population.drop_outs().map(Result::unwrap).collect();
    let told: BTreeSet<DropOutStory> = drop_outs.iter().map(|drop_out| drop_out.story).collect();
    assert_eq!(told.len(), DropOutStory::ALL.len());
    let reports = drop_outs.iter().flat_map(|drop_out| &drop_out.communications);
    assert_eq!(reports.filter(|(_, communication)| communication.kind.can_open_period()).count(), 3_400);
    assert_eq!(population.class_list_rows(), 20_000);
}

#[test]
fn a_year_has_few_moments_and_something_arrives_at_each() {
    let ticks = ticks(&population(2));
    assert!((400..=610).contains(&ticks.len()), "{}", ticks.len());
    assert!(ticks.is_sorted_by(|one, other| one.at < other.at));
    assert!(ticks.iter().all(|tick| !tick.is_empty()));
    assert!(at(FIRST_DAY, 0) <= ticks[0].at && ticks[ticks.len() - 1].at <= at(LAST_DAY, LAST_SECOND));
}

#[test]
fn what_concerns_a_student_arrives_once_after_the_student_and_never_before_its_legal_time() {
    let (mut communications, mut students) = (BTreeSet::new(), BTreeSet::new());
    for tick in ticks(&population(2)) {
        for student in &tick.students {
            assert!(students.insert(student.id), "a student is entered twice");
        }
        for sent in &tick.communications {
            assert!(students.contains(&sent.student), "a communication about somebody unknown");
            // One that is received twice says the same (ARS-050).
            assert!(communications.insert((sent.communication.id, sent.communication.received_at)));
            assert!(sent.communication.received_at <= tick.at);
            assert!(at(sent.communication.event_date, 0) <= sent.communication.received_at);
        }
    }
    assert_eq!(students.len(), 22_410);
}

#[test]
fn what_concerns_an_application_arrives_once_after_it_and_never_before_its_legal_time() {
    let (mut rows, mut forms) = (BTreeSet::new(), BTreeSet::new());
    let (mut applications, mut observations) = (BTreeSet::new(), BTreeSet::new());
    for tick in ticks(&population(2)) {
        for (id, application) in &tick.applications {
            assert!(applications.insert(*id) && application.submitted_at <= tick.at);
        }
        for row in &tick.isee {
            let attestation = &row.attestation;
            let newest = attestation.issued_at.unwrap_or(attestation.dsu_signed_at);
            assert!(rows.insert(attestation.id) && attestation.available_at == tick.at);
            assert!(attestation.dsu_signed_at <= newest && newest <= tick.at);
            assert!(row.applications.iter().all(|application| applications.contains(application)));
        }
        for row in &tick.self_certifications {
            // Once as it came, and once more where it was checked later.
            assert!(forms.insert((row.id, row.form.checked_at)) && applications.contains(&row.application));
            assert!(row.form.received_at.max(row.form.checked_at.unwrap_or(tick.at)) <= tick.at);
        }
        for decision in &tick.officer_decisions {
            assert!(applications.contains(&decision.application) && decision.decided_at < at(PUBLICATION, 0));
        }
        for draft in &tick.drafts {
            assert!(draft.started_at <= tick.at && tick.at <= at(DSU_TERM, LAST_SECOND));
            assert!(!applications.contains(&ids::application(draft.instance_number)));
        }
        for change in &tick.changes {
            assert!(change.received_at <= tick.at && applications.contains(&change.application));
        }
        for row in &tick.observations {
            assert!(row.received_at <= tick.at && row.received_at > at(PUBLICATION, LAST_SECOND));
            assert!(observations.insert(row.id) && applications.contains(&row.application));
        }
        for answer in &tick.answers {
            assert!(observations.contains(&answer.observation) && tick.at < at(FINAL_PUBLICATION, 0));
        }
    }
    assert_eq!(applications.len(), 2_000);
}

#[test]
fn ard_011_siblings_are_attested_under_one_protocol_and_stay_two() {
    let mut protocols: BTreeMap<String, Vec<IseeRow>> = BTreeMap::new();
    let (mut applicants, mut students) = (BTreeSet::new(), BTreeSet::new());
    for household in population(2).households().map(Result::unwrap) {
        if household.story == Story::Siblings {
            applicants.insert(household.application.applicant.expose().to_owned());
            students.insert(household.application.student.expose().to_owned());
            for row in household.isee {
                protocols.entry(row.protocol.clone().unwrap()).or_default().push(row);
            }
        }
    }
    assert_eq!((applicants.len(), students.len(), protocols.len()), (20, 40, 20));
    for rows in protocols.values() {
        let [one, other] = rows.as_slice() else { panic!("{} rows under one protocol", rows.len()) };
        let (said, also) = (&one.attestation, &other.attestation);
        assert_eq!(
            (said.dsu_signed_at, said.issued_at, said.isee),
            (also.dsu_signed_at, also.issued_at, also.isee)
        );
        assert_ne!((said.id, &one.student), (also.id, &other.student));
    }
}

#[test]
fn what_identifies_people_is_valid_and_reaches_nobody() {
    for household in population(6).households() {
        let Household { application, .. } = household.unwrap();
        for tax_code in [&application.applicant, &application.student] {
            assert!(tax_code.expose().parse::<TaxCode>().is_ok());
        }
        assert!(application.iban.expose().parse::<Iban>().is_ok());
        assert!(application.applicant_email.domain().ends_with(".example"));
    }
}

#[test]
fn a_year_goes_on_where_it_was_interrupted() {
    let population = population(3);
    let moments: Vec<_> = population.moments().collect();
    let rest: Vec<_> = population.ticks_after(moments[100]).map(|tick| tick.unwrap().at).collect();
    assert_eq!(rest, moments[101..]);
}

/// The stories promise what comes of them; the rules must agree, or one of the two is wrong. The expectation itself
/// never asks the rules.
#[test]
fn the_rules_agree_with_every_story_of_a_family() {
    let procedure = ArdisProcedure::embedded().unwrap();
    let households: Vec<Household> = population(4).households().map(Result::unwrap).collect();
    let mut isee: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
    for row in households.iter().flat_map(|household| &household.isee) {
        for application in &row.applications {
            isee.entry(*application).or_default().push(row.attestation.clone());
        }
    }
    for household in &households {
        let verdict_at = |now| {
            let facts = ApplicationFacts {
                application: household.application.clone(),
                attestations: isee.get(&household.id).cloned().unwrap_or_default(),
                other_forms: Vec::new(),
                // What came last of the one form there is.
                self_certifications: household
                    .self_certifications
                    .iter()
                    .rfind(|row| row.arrives_at <= now)
                    .map(|row| row.form.clone())
                    .into_iter()
                    .collect(),
                duplicate_since: (household.story == Story::TwoApplications).then_some(at(DSU_TERM, 0)),
            };
            let evaluation = evaluate(&facts, now, &procedure);
            (evaluation.outcome, evaluation.causes.iter().map(|finding| finding.cause).collect::<Vec<_>>())
        };
        let expected = |verdict: Verdict| (verdict.outcome, verdict.causes.to_vec());
        let (story, stages) = (household.story, &household.expected);
        if let Some(verdict) = stages.after_dsu_term {
            assert_eq!(
                verdict_at(at(days_after(DSU_TERM, 1), 0)),
                expected(verdict),
                "{story:?} after the DSU term"
            );
        }
        let after_regularisation = verdict_at(at(days_after(REGULARISATION_TERM, 1), 0));
        assert_eq!(
            after_regularisation,
            expected(stages.after_regularisation_term),
            "{story:?} after 18 December"
        );
        assert_eq!(verdict_at(at(PUBLICATION, 0)), expected(stages.in_april), "{story:?} in April");
        assert_ne!(stages.published.outcome, Outcome::Pending);
    }
}

#[test]
fn the_rules_agree_with_every_story_of_a_student() {
    let rules = ArsProcedure::embedded().unwrap().rules;
    let population = population(5);
    let mut received: BTreeMap<Uuid, Vec<Communication>> = BTreeMap::new();
    for tick in population.ticks() {
        for sent in tick.unwrap().communications {
            received.entry(sent.student).or_default().push(sent.communication);
        }
    }
    for drop_out in population.drop_outs() {
        let drop_out = drop_out.unwrap();
        let student = StudentFacts { birth_date: *drop_out.student.student.birth_date.expose() };
        let state = fold(&student, &received[&drop_out.student.id], &rules);
        let periods: Vec<(u32, bool)> =
            state.periods.iter().map(|period| (period.ordinal, period.closed.is_some())).collect();
        // Of a period that had been none the rules know nothing any more.
        let standing = drop_out.periods.iter().filter(|period| !period.is_annulled);
        let expected: Vec<(u32, bool)> = standing.map(|period| (period.ordinal, period.is_closed)).collect();
        assert_eq!(periods, expected, "{:?} {:?}", drop_out.regime, drop_out.story);
        let found = state.findings.iter().map(|finding| (finding.communication, finding.kind.code()));
        let (found, expected): (BTreeSet<_>, BTreeSet<_>) =
            (found.collect(), drop_out.findings.iter().copied().collect());
        assert_eq!(found, expected, "{:?} {:?}", drop_out.regime, drop_out.story);
    }
}

#[test]
fn the_scale_is_checked() {
    assert!(Population::generate(1, 0).is_err());
    assert!(Population::generate(1, MAXIMUM_SCALE + 1).is_err());
}
