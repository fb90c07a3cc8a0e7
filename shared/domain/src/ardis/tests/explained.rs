// SPDX-License-Identifier: EUPL-1.2
//! What is stored with a decision: rules, citation, facts, and nothing personal.

use super::*;
use crate::identity::RuleNumber;

fn rules(numbers: &[u16]) -> Vec<RuleNumber> {
    numbers.iter().copied().map(RuleNumber::ard).collect()
}

#[test]
fn ard_064_every_cause_cites_its_article_its_rule_and_the_facts_it_read() {
    let cases: [(Cause, ApplicationFacts); 9] = [
        (Cause::E01, with([attested(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "35000.01")])),
        (Cause::E02, with([])),
        (Cause::E03, with([annotated(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00")])),
        (Cause::E04, changed(|it| it.school_kind = SchoolKind::State)),
        (Cause::E05, changed(|it| it.attending = false)),
        (Cause::E06, changed(|it| it.submitted_at = rome("2025-11-20T16:00:01"))),
        (Cause::E07, changed(|it| it.channel = Channel::Paper)),
        (Cause::E08, changed(|it| it.resident_with_student = false)),
        (Cause::E09, changed(|it| it.resident_in_region = false)),
    ];
    let procedure = procedure();
    for (cause, facts) in cases {
        let evaluation = at(&facts, IN_JANUARY);
        assert_excluded(&evaluation, &[cause]);
        let finding = &evaluation.causes[0];
        let text = procedure.causes.of(cause);
        assert_eq!((&finding.citation, &finding.reason), (&text.citation, &text.reason));
        assert!(finding.rules.contains(&text.rule), "{cause} cites {:?}", finding.rules);
        assert!(!finding.facts.is_empty());
        assert!(finding.rules.iter().all(|rule| evaluation.rules.contains(rule)));
        assert!(finding.facts.iter().all(|fact| evaluation.facts_read.contains(fact)));
    }
}

#[test]
fn ard_057_an_exclusion_for_annotations_names_the_rules_of_the_term() {
    let facts = with([annotated(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00")]);
    assert_eq!(at(&facts, IN_JANUARY).causes[0].rules, rules(&[20, 21, 57]));
}

#[test]
fn ard_020_the_facts_of_a_late_regularisation_are_kept() {
    let facts = with([
        annotated(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00"),
        dsu(2, "2025-12-19T00:00:00"),
    ]);
    let finding = &at(&facts, IN_JANUARY).causes[0];
    let signed = finding.facts.iter().find(|fact| fact.name == FactName::RegularisingDsuSignedAt).unwrap();
    assert_eq!(signed.value.to_string(), "venerdì 19 dicembre 2025, ore 00:00:00");
}

#[test]
fn ard_071_nothing_personal_is_stored_with_a_decision_or_printed() {
    let facts = with([attested(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "35000.01")]);
    let evaluation = at(&facts, IN_JANUARY);
    let text = format!("{} {facts:?} {evaluation:?}", serde_json::to_string(&evaluation).unwrap());
    let application = &facts.application;
    let secrets = [
        application.applicant.expose(),
        application.student.expose(),
        application.applicant_email.expose(),
        application.iban.expose(),
        "2014-05-06",
    ];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn ard_055_the_isee_is_kept_for_the_officer_and_marked_as_economic() {
    let facts = with([attested(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "35000.01")]);
    let evaluation = at(&facts, IN_JANUARY);
    let economic: Vec<&FactRead> = evaluation.facts_read.iter().filter(|fact| fact.is_economic()).collect();
    assert_eq!(economic.len(), 1);
    assert_eq!(
        (economic[0].name, economic[0].value.to_string()),
        (FactName::Isee, "35.000,01 euro".to_owned())
    );
    assert!(!format!("{evaluation:?}").contains("35000"));
}

#[test]
fn an_evaluation_reads_back_as_it_was_stored() {
    for facts in [with([]), changed(|it| it.in_household = false), changed(|_| {})] {
        for evaluated in ["2025-11-01T10:00:00", IN_JANUARY] {
            let evaluation = at(&facts, evaluated);
            let stored = serde_json::to_string(&evaluation).unwrap();
            assert_eq!(serde_json::from_str::<Evaluation>(&stored).unwrap(), evaluation);
            assert_eq!(evaluation.procedure_version, procedure().version());
            assert_eq!(evaluation.evaluated_at, rome(evaluated));
        }
    }
}

#[test]
fn ard_056_ard_057_ard_060_an_evaluation_keeps_the_terms_it_went_by() {
    let stored = serde_json::to_value(at(&with([]), IN_JANUARY)).unwrap();
    let civil = |term: &str| stored["terms"][term]["civil"].as_str().unwrap().to_owned();
    assert_eq!(civil("window"), "2025-11-20T16:00:00");
    assert_eq!(civil("dsu"), "2025-11-21T00:00:00");
    assert_eq!(civil("regularisation"), "2025-12-19T00:00:00");
    assert_eq!(stored["terms"]["dsu"]["instant"], "2025-11-20T23:00:00Z");
}

#[test]
fn an_evaluation_an_earlier_release_stored_without_its_terms_can_be_read() {
    let evaluation = at(&with([]), IN_JANUARY);
    let mut stored = serde_json::to_value(&evaluation).unwrap();
    stored.as_object_mut().unwrap().remove("terms");
    let read: Evaluation = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(read, Evaluation { terms: None, ..evaluation });
    assert_eq!(serde_json::to_value(read).unwrap(), stored);
}

#[test]
fn ard_064_ard_071_a_cause_only_an_officer_found_is_kept_with_its_citation_and_reason() {
    let procedure = procedure();
    let evaluation = at(&with([]), IN_JANUARY);
    assert_excluded(&evaluation, &[Cause::E02]);
    assert!(!serde_json::to_string(&evaluation).unwrap().contains("officers_causes"));
    let kept = evaluation.clone().with_officers_causes(&[Cause::E02, Cause::E09], &procedure);
    assert_eq!(kept.causes, evaluation.causes, "what the rules found is as it was");
    let told = kept.told_of(Cause::E09).unwrap();
    let text = procedure.causes.of(Cause::E09);
    assert_eq!((&told.citation, &told.reason, &told.rules), (&text.citation, &text.reason, &rules(&[63])));
    assert_eq!(
        kept.officers_causes,
        std::slice::from_ref(told),
        "what the rules found as well is not kept twice"
    );
    assert_eq!(kept.told_of(Cause::E02), evaluation.causes.first());
    let stored = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<Evaluation>(&stored).unwrap(), kept);
}

#[test]
fn a_stored_fact_says_the_word_of_the_files() {
    for (word, stored) in [
        (SchoolLevel::LowerSecondary.as_str(), serde_json::to_value(SchoolLevel::LowerSecondary)),
        (Declaration::DsuByDeadline.as_str(), serde_json::to_value(Declaration::DsuByDeadline)),
        (Channel::Pec.as_str(), serde_json::to_value(Channel::Pec)),
        (Annotation::Discrepancy.as_str(), serde_json::to_value(Annotation::Discrepancy)),
        (IseeKind::Minors.as_str(), serde_json::to_value(IseeKind::Minors)),
        (Outcome::Admitted.as_str(), serde_json::to_value(Outcome::Admitted)),
        (Cause::E09.code(), serde_json::to_value(Cause::E09)),
    ] {
        assert_eq!(stored.unwrap(), word);
    }
    assert_eq!("E07".parse(), Ok(Cause::E07));
    assert_eq!("E10".parse::<Cause>(), Err(CauseError));
}
