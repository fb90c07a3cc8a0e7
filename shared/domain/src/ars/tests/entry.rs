// SPDX-License-Identifier: EUPL-1.2
//! Ownership and the entry that gives it.

use super::*;

#[test]
fn ars_004_no_communication_means_nothing() {
    assert_eq!(state_of(&[]), StudentState::default());
}

#[test]
fn ars_011_a_complete_entry_gives_ownership() {
    let state = state_of(&[entered(1, LICEO, "2025-09-10")]);
    assert_eq!(state.owner, Some(Owner { school: school(LICEO), since: date("2025-09-10") }));
    assert!(state.findings.is_empty() && state.periods.is_empty());
}

#[test]
fn ars_012_ars_013_an_incomplete_entry_is_rejected_with_the_missing_fields() {
    let entry = Communication {
        address_given: false,
        phone_given: false,
        class: None,
        section: Some(" ".to_owned()),
        ..entered(1, LICEO, "2025-09-10")
    };
    let state = state_of(&[entry]);
    assert_eq!(state.owner, None);
    use EntryField::{Address, Class, Section, Telephone};
    let kind = FindingKind::IncompleteEntry { missing: [Address, Telephone, Class, Section].into() };
    assert_eq!(kind.action(), Action::Rejected);
    assert_eq!(
        kind.explanation(),
        "Mancano dei dati: indirizzo, numero telefonico di contatto, classe, sezione. \
         La comunicazione va completata e inviata di nuovo."
    );
    assert_eq!(state.findings, [Finding { communication: id(1), kind }]);
}

#[test]
fn ars_012_the_required_fields_are_a_parameter() {
    let entry = Communication { phone_given: false, ..entered(1, LICEO, "2025-09-10") };
    let lenient = ArsRules { entry_required_fields: [EntryField::Address].into(), ..rules() };
    assert!(fold(&student(), &[entry], &lenient).owner.is_some());
}

#[test]
fn ars_011_a_second_school_takes_ownership_and_both_are_told() {
    let state = state_of(&[entered(1, LICEO, "2025-09-10"), entered(2, TECNICO, "2025-11-03")]);
    assert_eq!(state.owner, Some(Owner { school: school(TECNICO), since: date("2025-11-03") }));
    let moved = FindingKind::OwnershipMoved { from: school(LICEO) };
    assert_eq!(state.findings, [Finding { communication: id(2), kind: moved }]);
}

#[test]
fn ars_011_the_first_school_keeps_ownership_where_the_parameter_says_so() {
    let first_keeps = ArsRules { ownership_conflict: OwnershipConflict::FirstKeeps, ..rules() };
    let said = [
        entered(1, LICEO, "2025-09-10"),
        entered(2, TECNICO, "2025-11-03"),
        abandoned(3, TECNICO, "2025-11-04"),
    ];
    let state = fold(&student(), &said, &first_keeps);
    assert_eq!(state.owner.as_ref().map(|owner| &owner.school), Some(&school(LICEO)));
    assert_eq!((codes(&state, 2), codes(&state, 3)), (vec!["owned-by-another"], vec!["not-owner"]));
}

#[test]
fn ars_011_entering_again_changes_nothing() {
    let state = state_of(&[entered(1, LICEO, "2025-09-10"), entered(2, LICEO, "2025-10-20")]);
    assert_eq!(state.owner, Some(Owner { school: school(LICEO), since: date("2025-09-10") }));
    assert!(state.findings.is_empty());
}

#[test]
fn ars_025_an_entry_during_a_period_leaves_it_open_and_asks_for_the_return() {
    let state = state_of(&[
        entered(1, LICEO, "2025-09-10"),
        abandoned(2, LICEO, "2025-10-20"),
        entered(3, SFP, "2025-11-10"),
    ]);
    assert!(state.at_risk().is_some());
    assert_eq!(codes(&state, 3), ["ownership-moved", "possible-return"]);
}

#[test]
fn ars_025_entering_a_drop_out_of_one_s_own_again_asks_for_the_return() {
    let state = state_of(&[
        entered(1, LICEO, "2025-09-10"),
        abandoned(2, LICEO, "2025-10-20"),
        entered(3, LICEO, "2025-11-10"),
    ]);
    assert!(state.at_risk().is_some());
    assert_eq!(codes(&state, 3), ["possible-return"]);
}
