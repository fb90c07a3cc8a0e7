// SPDX-License-Identifier: EUPL-1.2
//! Returns: by the school, by the CPI, agreed or not.

use super::*;

/// Dropped out on 20 October 2025.
fn at_risk() -> Vec<Communication> {
    vec![entered(1, LICEO, "2025-09-10"), abandoned(2, LICEO, "2025-10-20")]
}

fn after(more: impl IntoIterator<Item = Communication>) -> StudentState {
    state_of(&at_risk().into_iter().chain(more).collect::<Vec<_>>())
}

fn returned(number: u128, to: &str, on: &str) -> Communication {
    said(number, "return-by-school", to, on)
}

fn returned_by_cpi(number: u128, to: &str, on: &str) -> Communication {
    let cpi = "VE-MESTRE".parse().ok();
    Communication {
        receiving_school: Some(school(to)),
        cpi,
        agreement: false,
        ..said(number, "return-by-cpi", to, on)
    }
}

#[test]
fn ars_025_ars_030_a_return_closes_the_period_and_gives_ownership() {
    let state = after([returned(3, TECNICO, "2026-01-08")]);
    assert_eq!(state.at_risk(), None);
    assert_eq!(
        state.periods[0].closed,
        Some(Closure {
            communication: id(3),
            on: date("2026-01-08"),
            ending: Ending::Return,
            by: ClosedBy::School(school(TECNICO)),
            school: Some(school(TECNICO)),
            agreed: true,
        })
    );
    assert_eq!(state.owner, Some(Owner { school: school(TECNICO), since: date("2026-01-08") }));
    assert!(state.findings.is_empty());
}

#[test]
fn ars_026_a_return_without_class_and_section_is_rejected() {
    let state = after([Communication { class: None, section: None, ..returned(3, TECNICO, "2026-01-08") }]);
    assert!(state.at_risk().is_some());
    let missing = [EntryField::Class, EntryField::Section].into();
    assert_eq!(
        state.findings,
        [Finding { communication: id(3), kind: FindingKind::IncompleteReturn { missing } }]
    );
    assert_eq!(state.owner.map(|owner| owner.school), Some(school(LICEO)));
}

#[test]
fn ars_027_a_return_without_agreement_closes_and_the_cpi_is_asked() {
    let state = after([Communication { agreement: false, ..returned(3, TECNICO, "2026-01-08") }]);
    assert!(!state.periods[0].closed.as_ref().unwrap().agreed);
    assert_eq!(codes(&state, 3), ["agreement-not-recorded"]);
}

#[test]
fn ars_027_an_agreement_recorded_later_settles_the_return() {
    let state = after([
        Communication { agreement: false, ..returned(3, TECNICO, "2026-01-08") },
        received(returned(4, TECNICO, "2026-01-08"), "2026-01-12"),
    ]);
    assert!(state.periods[0].closed.as_ref().unwrap().agreed);
    assert_eq!((codes(&state, 3), codes(&state, 4)), (vec![], vec!["repeated"]));
}

#[test]
fn ars_027_agreement_can_be_required() {
    let require = ArsRules { return_agreement: ReturnAgreement::Require, ..rules() };
    let mut said = at_risk();
    said.push(Communication { agreement: false, ..returned(3, TECNICO, "2026-01-08") });
    let state = fold(&student(), &said, &require);
    assert!(state.at_risk().is_some());
    assert_eq!(codes(&state, 3), ["agreement-required"]);
    assert_eq!(state.owner.map(|owner| owner.school), Some(school(LICEO)));
}

#[test]
fn ars_028_ars_029_a_return_by_the_cpi_couples_the_student_to_the_school() {
    let state = after([returned_by_cpi(3, SFP, "2026-01-08")]);
    let closure = state.periods[0].closed.as_ref().unwrap();
    assert_eq!((closure.by.code(), closure.agreed), ("cpi", true));
    assert_eq!(closure.by, ClosedBy::Cpi("VE-MESTRE".parse().unwrap()));
    assert_eq!(state.owner.map(|owner| owner.school), Some(school(SFP)));
}

#[test]
fn ars_028_a_return_by_the_cpi_names_the_cpi_and_the_school() {
    let complete = returned_by_cpi(3, SFP, "2026-01-08");
    for incomplete in [
        Communication { cpi: None, ..complete.clone() },
        Communication { receiving_school: None, ..complete },
    ] {
        let state = after([incomplete]);
        assert!(state.at_risk().is_some());
        assert_eq!(codes(&state, 3), ["return-by-cpi-without-school"]);
    }
}

#[test]
fn ars_031_a_return_to_a_vocational_training_school_counts_as_well() {
    assert_eq!(after([returned(3, SFP, "2026-01-08")]).at_risk(), None);
}

#[test]
fn ars_050_a_second_return_of_the_same_period_is_harmless() {
    let state = after([returned(3, TECNICO, "2026-01-08"), returned_by_cpi(4, TECNICO, "2026-01-12")]);
    assert_eq!(state.periods[0].closed.as_ref().map(|closure| closure.communication), Some(id(3)));
    assert_eq!(codes(&state, 4), ["repeated"]);
}

#[test]
fn ars_025_a_return_of_somebody_who_had_not_dropped_out_is_flagged() {
    let state = state_of(&[entered(1, LICEO, "2025-09-10"), returned(2, LICEO, "2025-10-01")]);
    assert!(state.periods.is_empty());
    assert_eq!(codes(&state, 2), ["return-without-period"]);
}

#[test]
fn ars_050_a_drop_out_after_a_return_opens_a_new_period() {
    let state = after([returned(3, TECNICO, "2026-01-08"), abandoned(4, TECNICO, "2026-02-02")]);
    assert_eq!(state.periods.len(), 2);
    let second = state.at_risk().unwrap();
    assert_eq!((second.ordinal, second.opened_by), (2, id(4)));
}

#[test]
fn ars_050_a_report_of_the_same_day_received_after_the_return_opens_a_new_period() {
    let again = received(abandoned(4, TECNICO, "2026-01-08"), "2026-01-09");
    assert_eq!(
        after([returned(3, TECNICO, "2026-01-08"), again]).at_risk().map(|period| period.ordinal),
        Some(2)
    );
}

#[test]
fn ars_036_a_report_that_waited_past_the_return_opens_no_second_case() {
    // Reported without an entry, returned, then entered: the period is known and over at once.
    let state = state_of(&[
        abandoned(1, LICEO, "2025-10-20"),
        returned(2, LICEO, "2025-12-05"),
        entered(3, LICEO, "2025-12-10"),
    ]);
    assert_eq!(state.at_risk(), None);
    assert_eq!(state.periods[0].closed.as_ref().map(|closure| closure.on), Some(date("2025-12-05")));
}
