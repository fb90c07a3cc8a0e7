// SPDX-License-Identifier: EUPL-1.2
//! What is not a drop-out: transfers, home education, going on, unknown types.

use super::*;

fn transferred(number: u128, kind: &str, by: &str, to: &str, on: &str) -> Communication {
    Communication { receiving_school: Some(school(to)), ..said(number, kind, by, on) }
}

#[test]
fn ars_019_an_unknown_type_is_kept_for_a_person_and_changes_nothing() {
    let state = state_of(&[entered(1, LICEO, "2025-09-10"), said(2, "sospensione", LICEO, "2025-10-20")]);
    assert_eq!(codes(&state, 2), ["unknown-kind"]);
    assert_eq!(state.findings[0].kind.action(), Action::Flagged);
    assert!(state.periods.is_empty());
}

#[test]
fn ars_020_ars_021_ars_024_a_transfer_moves_the_student_and_opens_nothing() {
    for (kind, from, to) in [("transfer-to-iefp", LICEO, SFP), ("transfer-from-iefp", SFP, LICEO)] {
        let state = state_of(&[entered(1, from, "2025-09-10"), transferred(2, kind, from, to, "2025-10-20")]);
        assert_eq!(state.owner, Some(Owner { school: school(to), since: date("2025-10-20") }));
        assert!(state.periods.is_empty());
        let because = NotADropOut::Transfer;
        assert_eq!(
            state.findings,
            [Finding { communication: id(2), kind: FindingKind::NotADropOut { because } }]
        );
    }
}

#[test]
fn ars_020_the_second_entry_of_the_same_transfer_is_harmless() {
    let once =
        [entered(1, LICEO, "2025-09-10"), transferred(2, "transfer-to-iefp", LICEO, SFP, "2025-10-20")];
    let twice = [once.as_slice(), &[transferred(3, "transfer-to-iefp", SFP, SFP, "2025-10-21")]].concat();
    let state = state_of(&twice);
    assert_eq!(state.owner, state_of(&once).owner);
    assert!(codes(&state, 3).contains(&"repeated"));
}

#[test]
fn ars_020_who_enters_a_transfer_is_a_parameter() {
    for (reporter, by, rejected) in [
        (TransferReporter::Receiving, LICEO, true),
        (TransferReporter::Receiving, SFP, false),
        (TransferReporter::Sending, SFP, true),
        (TransferReporter::Sending, LICEO, false),
    ] {
        let rules = ArsRules { transfer_reporter: reporter, ..rules() };
        let said =
            [entered(1, LICEO, "2025-09-10"), transferred(2, "transfer-to-iefp", by, SFP, "2025-10-20")];
        let state = fold(&student(), &said, &rules);
        assert_eq!(codes(&state, 2) == ["not-the-transfer-reporter"], rejected, "{reporter:?} {by}");
        assert_eq!(state.owner.unwrap().school, school(if rejected { LICEO } else { SFP }));
    }
}

#[test]
fn ars_021_a_transfer_that_names_no_school_is_recorded_and_flagged() {
    let state = state_of(&[entered(1, SFP, "2025-09-10"), said(2, "transfer-from-iefp", SFP, "2025-10-20")]);
    assert_eq!(state.owner.as_ref().map(|owner| &owner.school), Some(&school(SFP)));
    assert_eq!(codes(&state, 2), ["not-a-drop-out", "transfer-without-receiving-school"]);
}

#[test]
fn ars_022_ars_023_a_transfer_between_ordinary_courses_is_harmless() {
    let entry = entered(1, LICEO, "2025-09-10");
    let transfer = transferred(2, "ordinary-transfer", LICEO, TECNICO, "2025-10-20");
    let state = state_of(&[entry.clone(), transfer]);
    assert_eq!(codes(&state, 2), ["transfer-not-needed"]);
    assert_eq!(state.owner, state_of(&[entry]).owner);
}

#[test]
fn ars_038_ars_039_home_education_is_recorded_and_opens_nothing() {
    let state = state_of(&[
        entered(1, LICEO, "2025-09-10"),
        said(2, "home-education", LICEO, "2025-09-20"),
        abandoned(3, LICEO, "2025-10-20"),
    ]);
    assert_eq!(state.home_educated_from, Some(date("2025-09-20")));
    assert!(state.periods.is_empty());
    assert_eq!(codes(&state, 2), ["not-a-drop-out"]);
    // A report about the same year contradicts it: a person looks.
    assert_eq!(codes(&state, 3), ["home-educated"]);
    assert_eq!(state.findings[1].kind.action(), Action::Flagged);
}

#[test]
fn ars_038_home_education_needs_no_entry_before_it() {
    let state = state_of(&[said(1, "home-education", LICEO, "2025-09-20")]);
    assert_eq!(state.home_educated_from, Some(date("2025-09-20")));
    assert_eq!(state.owner, None);
}

#[test]
fn ars_038_after_home_education_a_student_entered_again_can_drop_out() {
    let state = state_of(&[
        said(1, "home-education", LICEO, "2024-09-20"),
        entered(2, LICEO, "2025-09-10"),
        abandoned(3, LICEO, "2025-10-20"),
    ]);
    assert_eq!(state.home_educated_from, None);
    assert!(state.at_risk().is_some());
}

#[test]
fn ars_038_home_education_of_one_year_excuses_no_drop_out_of_the_next() {
    // An ordinary school dates its entry on the day it makes it, after the drop-out it is about to report.
    let state = state_of(&[
        said(1, "home-education", TECNICO, "2024-09-20"),
        entered(2, LICEO, "2025-11-05"),
        received(abandoned(3, LICEO, "2025-10-20"), "2025-11-06"),
    ]);
    assert_eq!(state.at_risk().map(|period| period.opened_by), Some(id(3)));
    // The last day of one school year and the first of the next.
    for (on, excused) in [("2026-08-31", true), ("2026-09-01", false)] {
        let state = state_of(&[
            entered(1, LICEO, "2025-09-10"),
            said(2, "home-education", LICEO, "2025-09-20"),
            abandoned(3, LICEO, on),
        ]);
        assert_eq!(state.periods.is_empty(), excused, "{on}");
    }
}

#[test]
fn ars_020_ars_021_ars_038_home_education_or_a_transfer_ends_an_open_period_and_the_cpi_is_told() {
    let at_risk = [entered(1, LICEO, "2025-09-10"), abandoned(2, LICEO, "2025-10-20")];
    for (exit, ending) in [
        (said(3, "home-education", LICEO, "2025-11-10"), Ending::HomeEducation),
        (transferred(3, "transfer-to-iefp", SFP, SFP, "2025-11-10"), Ending::Transfer),
    ] {
        let state = state_of(&[at_risk.as_slice(), &[exit]].concat());
        let closure = state.periods[0].closed.as_ref().unwrap();
        assert_eq!((closure.ending, closure.by.code(), closure.agreed), (ending, "school", false));
        assert!(codes(&state, 3).contains(&"period-ended-without-return"));
    }
}

#[test]
fn ars_042_a_failed_year_after_which_the_student_goes_on_opens_nothing() {
    let state = state_of(&[
        entered(1, LICEO, "2025-09-10"),
        said(2, "negative-outcome-continuing", LICEO, "2026-06-10"),
    ]);
    assert!(state.periods.is_empty());
    assert_eq!(codes(&state, 2), ["not-a-drop-out"]);
}

#[test]
fn every_finding_has_rules_and_an_italian_sentence() {
    let owner = || school(LICEO);
    let missing = || [EntryField::Class].into();
    let mut kinds = vec![
        FindingKind::NotOwner { owner: owner() },
        FindingKind::WaitsForEntry,
        FindingKind::IncompleteEntry { missing: missing() },
        FindingKind::IncompleteReturn { missing: missing() },
        FindingKind::ReturnByCpiWithoutSchool,
        FindingKind::AgreementRequired,
        FindingKind::OwnedByAnother { owner: owner() },
        FindingKind::NotTheTransferReporter,
        FindingKind::OwnershipMoved { from: owner() },
        FindingKind::EnteredElsewhere { owner: owner() },
        FindingKind::PossibleReturn,
        FindingKind::AgreementNotRecorded,
        FindingKind::ReturnWithoutPeriod,
        FindingKind::PeriodEndedWithoutReturn,
        FindingKind::WithdrawalOn15March,
        FindingKind::WithdrawalOnTheOtherSide,
        FindingKind::LateNoShow,
        FindingKind::ClassZeroWithoutNotes,
        FindingKind::TransferWithoutReceivingSchool,
        FindingKind::UnknownKind,
        FindingKind::HomeEducated,
        FindingKind::OfAge,
        FindingKind::TransferNotNeeded,
        FindingKind::Repeated,
    ];
    kinds.extend(
        [NotADropOut::Transfer, NotADropOut::HomeEducation, NotADropOut::GoesOnStudying]
            .map(|because| FindingKind::NotADropOut { because }),
    );
    for kind in &kinds {
        assert!(!kind.rules().is_empty() && kind.explanation().ends_with('.'), "{}", kind.code());
    }
    let distinct: std::collections::BTreeSet<_> = kinds.iter().map(FindingKind::code).collect();
    assert_eq!(distinct.len(), 25, "a code names one kind of finding");
}
