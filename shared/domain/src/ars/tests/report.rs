// SPDX-License-Identifier: EUPL-1.2
//! Drop-out reports: who may make them, and what they open.

use super::*;

#[test]
fn ars_010_a_report_by_the_owner_opens_the_first_period() {
    let state = state_of(&[entered(1, LICEO, "2025-09-10"), abandoned(2, LICEO, "2025-10-20")]);
    let period = state.at_risk().unwrap();
    assert_eq!((period.ordinal, period.opened_by, period.opened_on), (1, id(2), date("2025-10-20")));
    assert_eq!((&period.school, period.kind), (&school(LICEO), DropOutKind::InformalAbandonment));
    assert!(state.findings.is_empty());
}

#[test]
fn ars_010_a_report_by_another_school_is_rejected() {
    let state = state_of(&[entered(1, LICEO, "2025-09-10"), abandoned(2, TECNICO, "2025-10-20")]);
    assert_eq!(state.at_risk(), None);
    let kind = FindingKind::NotOwner { owner: school(LICEO) };
    assert_eq!(kind.rules(), [crate::identity::RuleNumber::ars(10)]);
    assert_eq!(state.findings, [Finding { communication: id(2), kind }]);
}

#[test]
fn ars_010_a_report_sent_again_after_the_entry_counts_though_the_entry_is_dated_later() {
    let state = state_of(&[
        entered(1, LICEO, "2025-09-10"),
        received(abandoned(2, TECNICO, "2025-10-20"), "2025-10-21"),
        entered(3, TECNICO, "2025-11-10"),
        received(abandoned(4, TECNICO, "2025-10-20"), "2025-11-11"),
    ]);
    assert_eq!(codes(&state, 2), ["not-owner"]);
    assert_eq!(codes(&state, 4), ["entered-elsewhere"]);
    assert_eq!(state.at_risk().map(|period| period.opened_by), Some(id(4)));
}

#[test]
fn ars_010_a_report_sent_again_word_for_word_after_the_entry_counts() {
    let entries = [entered(1, LICEO, "2025-09-10"), entered(3, TECNICO, "2025-11-10")];
    let report = received(abandoned(2, TECNICO, "2025-10-20"), "2025-10-21");
    let state = |report: Communication| state_of(&[entries.as_slice(), &[report]].concat());
    for too_early in [report.clone(), sent_again(report.clone(), "2025-11-09")] {
        assert_eq!(codes(&state(too_early), 2), ["not-owner"]);
    }
    let counts = state(sent_again(report, "2025-11-11"));
    assert_eq!(codes(&counts, 2), ["entered-elsewhere"]);
    assert_eq!(counts.at_risk().map(|period| period.opened_by), Some(id(2)));
}

#[test]
fn ars_010_ars_038_a_report_rejected_first_is_looked_at_by_a_person_once_its_sender_may_make_it() {
    let home_education = said(5, "home-education", LICEO, "2025-10-01");
    let entries =
        [entered(1, LICEO, "2025-09-10"), home_education.clone(), entered(3, TECNICO, "2025-11-10")];
    let report = received(abandoned(2, TECNICO, "2025-10-20"), "2025-10-21");
    let state = |report: Communication| state_of(&[entries.as_slice(), &[report]].concat());
    assert_eq!(codes(&state(report.clone()), 2), ["not-owner"]);
    let again = sent_again(report.clone(), "2025-11-11");
    let heard = state(again.clone());
    assert_eq!(codes(&heard, 2), ["entered-elsewhere", "home-educated"]);
    assert!(heard.findings_of(id(2)).all(|finding| finding.kind.action() == Action::Flagged));
    assert!(heard.periods.is_empty());
    // A rejection after that takes nothing away.
    let moved = entered(4, LICEO, "2025-12-01");
    let thrice = [entries.as_slice(), &[moved, sent_again(again, "2025-12-05")]].concat();
    assert_eq!(codes(&state_of(&thrice), 2), ["entered-elsewhere", "home-educated"]);
    // Nor does the second sending make one that waits for its entry wait any less.
    let parked = [home_education, sent_again(report, "2025-11-11")];
    assert_eq!(codes(&state_of(&parked), 2), ["waits-for-entry"]);
}

#[test]
fn ars_010_ars_048_a_report_rejected_first_tells_that_the_student_is_of_age_once_its_sender_may_make_it() {
    let entries = [entered(1, LICEO, "2026-09-10"), entered(3, TECNICO, "2027-03-20")];
    let report = received(abandoned(2, TECNICO, "2027-03-10"), "2027-03-12");
    let state = |report: Communication| state_of(&[entries.as_slice(), &[report]].concat());
    assert_eq!(codes(&state(report.clone()), 2), ["not-owner"]);
    let heard = state(sent_again(report, "2027-03-21"));
    assert_eq!(codes(&heard, 2), ["entered-elsewhere", "of-age"]);
    assert!(heard.periods.is_empty());
}

#[test]
fn ars_010_a_third_sending_takes_away_nothing_of_what_the_second_made_count() {
    let entries =
        [entered(1, LICEO, "2025-09-10"), entered(3, TECNICO, "2025-11-10"), entered(4, LICEO, "2025-12-01")];
    let report = received(abandoned(2, TECNICO, "2025-10-20"), "2025-10-21");
    let state = |report: Communication| state_of(&[entries.as_slice(), &[report]].concat());
    let twice = sent_again(report.clone(), "2025-11-11");
    assert_eq!(codes(&state(twice.clone()), 2), ["entered-elsewhere"]);
    assert_eq!(state(sent_again(twice.clone(), "2025-12-05")), state(twice));
    assert_eq!(codes(&state(sent_again(report, "2025-12-05")), 2), ["not-owner"]);
}

#[test]
fn ars_010_a_report_that_counted_goes_on_counting_when_it_is_sent_again_after_the_student_moved() {
    let report = abandoned(2, TECNICO, "2025-10-20");
    let state = state_of(&[
        entered(1, TECNICO, "2025-10-21"),
        sent_again(received(report, "2025-10-22"), "2025-12-01"),
        entered(3, LICEO, "2025-11-10"),
    ]);
    assert_eq!(codes(&state, 2), Vec::<&str>::new());
    assert_eq!(state.periods.len(), 1);
}

#[test]
fn ars_011_an_entry_sent_again_word_for_word_takes_no_student_back() {
    let state = state_of(&[
        sent_again(entered(1, LICEO, "2025-09-10"), "2025-11-20"),
        entered(2, TECNICO, "2025-11-10"),
        received(abandoned(3, LICEO, "2025-11-15"), "2025-11-21"),
    ]);
    assert_eq!(codes(&state, 3), ["not-owner"]);
    assert_eq!(state.owner.map(|owner| owner.school), Some(school(TECNICO)));
}

#[test]
fn ars_014_ars_015_ars_016_ars_017_ars_018_each_of_the_five_types_opens_a_period() {
    for kind in [
        DropOutKind::NotPresentAtStart,
        DropOutKind::InformalAbandonment,
        DropOutKind::WithdrawalBefore15March,
        DropOutKind::WithdrawalAfter15March,
        DropOutKind::NegativeOutcome,
    ] {
        let on = if kind == DropOutKind::WithdrawalAfter15March { "2026-04-01" } else { "2025-10-01" };
        let state = state_of(&[entered(1, LICEO, "2025-09-10"), said(2, kind.code(), LICEO, on)]);
        assert_eq!(state.at_risk().map(|period| period.kind), Some(kind));
        assert!(state.findings.is_empty(), "{kind:?}");
    }
}

#[test]
fn ars_016_ars_017_the_date_of_the_withdrawal_decides_the_side_of_15_march() {
    use DropOutKind::{WithdrawalAfter15March as After, WithdrawalBefore15March as Before};
    for (said_to_be, on, decided, found) in [
        (Before, "2025-09-20", Before, None),
        (Before, "2026-03-14", Before, None),
        (After, "2026-03-14", Before, Some("withdrawal-on-the-other-side")),
        (After, "2026-03-15", After, Some("withdrawal-on-15-march")),
        (Before, "2026-03-15", After, Some("withdrawal-on-15-march")),
        (After, "2026-03-16", After, None),
        (Before, "2026-08-31", After, Some("withdrawal-on-the-other-side")),
        (Before, "2026-09-01", Before, None),
    ] {
        let state = state_of(&[entered(1, LICEO, "2025-09-10"), said(2, said_to_be.code(), LICEO, on)]);
        assert_eq!(state.at_risk().map(|period| period.kind), Some(decided), "{on}");
        assert_eq!(codes(&state, 2), found.into_iter().collect::<Vec<_>>(), "{on}");
    }
}

#[test]
fn ars_016_the_side_of_15_march_itself_is_a_parameter() {
    let before = ArsRules { march_15_side: Side::Before, ..rules() };
    let said = [entered(1, LICEO, "2025-09-10"), said(2, "withdrawal-after-15-march", LICEO, "2026-03-15")];
    let state = fold(&student(), &said, &before);
    assert_eq!(state.at_risk().map(|period| period.kind), Some(DropOutKind::WithdrawalBefore15March));
    assert_eq!(codes(&state, 2), ["withdrawal-on-15-march"]);
}

#[test]
fn ars_032_ars_033_a_no_show_after_class_zero_wants_notes() {
    let choice = Communication {
        receiving_school: Some(school(LICEO)),
        ..said(1, "class-zero-choice", "VEMM03000B", "2025-01-20")
    };
    let no_show = said(3, "not-present-at-start", LICEO, "2025-09-15");
    let without_notes = Communication { notes_given: false, ..no_show.clone() };
    let with = state_of(&[choice.clone(), entered(2, LICEO, "2025-09-10"), no_show]);
    assert!(with.at_risk().unwrap().after_class_zero && with.findings.is_empty());
    let without = state_of(&[choice.clone(), entered(2, LICEO, "2025-09-10"), without_notes]);
    assert!(without.at_risk().is_some());
    assert_eq!(codes(&without, 3), ["class-zero-without-notes"]);
    // The choice alone says nothing, and gives no ownership.
    assert_eq!(state_of(&[choice]), StudentState::default());
}

#[test]
fn ars_035_a_no_show_dated_after_the_first_two_months_is_flagged() {
    for (by, on, found) in [
        (LICEO, "2025-11-10", vec![]),
        (LICEO, "2025-11-11", vec!["late-no-show"]),
        (SFP, "2025-11-11", vec![]),
    ] {
        let state = state_of(&[entered(1, by, "2025-09-10"), said(2, "not-present-at-start", by, on)]);
        assert!(state.at_risk().is_some());
        assert_eq!(codes(&state, 2), found, "{by} {on}");
    }
}

#[test]
fn ars_036_a_report_before_the_entry_is_parked_and_then_takes_effect() {
    let report = received(abandoned(1, LICEO, "2025-10-20"), "2025-10-21");
    let parked = state_of(std::slice::from_ref(&report));
    assert_eq!(parked.at_risk(), None);
    assert_eq!(codes(&parked, 1), ["waits-for-entry"]);
    assert_eq!(parked.findings[0].kind.action(), Action::Parked);

    // The entry may be dated before the drop-out, or on the day it is made.
    for entry_date in ["2025-09-10", "2025-10-30"] {
        let state = state_of(&[report.clone(), received(entered(2, LICEO, entry_date), "2025-10-30")]);
        assert_eq!(state.at_risk().map(|period| period.opened_on), Some(date("2025-10-20")), "{entry_date}");
        assert!(state.findings.is_empty(), "{entry_date}");
    }
}

#[test]
fn ars_036_an_ordinary_school_enters_the_student_on_the_day_it_reports_an_earlier_drop_out() {
    let state = state_of(&[
        entered(1, LICEO, "2025-11-03"),
        received(abandoned(2, LICEO, "2025-10-20"), "2025-11-04"),
    ]);
    assert_eq!(state.at_risk().map(|period| period.opened_on), Some(date("2025-10-20")));
    assert!(state.findings.is_empty());
}

#[test]
fn ars_036_an_entry_of_the_next_school_year_revives_no_parked_report() {
    let state = state_of(&[abandoned(1, LICEO, "2025-10-20"), entered(2, LICEO, "2026-09-10")]);
    assert_eq!(state.at_risk(), None);
    assert_eq!(codes(&state, 1), ["waits-for-entry"]);
}

#[test]
fn ars_048_from_the_eighteenth_birthday_a_report_opens_nothing() {
    for (on, opens) in [("2027-03-09", true), ("2027-03-10", false)] {
        let state = state_of(&[entered(1, SFP, "2025-09-10"), abandoned(2, SFP, on)]);
        assert_eq!(state.at_risk().is_some(), opens, "{on}");
        assert_eq!(codes(&state, 2), if opens { vec![] } else { vec!["of-age"] });
    }
}

#[test]
fn ars_048_the_date_of_the_age_is_a_parameter() {
    let by_receipt = ArsRules { age_reference: AgeReference::Receipt, ..rules() };
    let said = [entered(1, LICEO, "2025-09-10"), received(abandoned(2, LICEO, "2027-03-01"), "2027-03-10")];
    assert!(state_of(&said).at_risk().is_some());
    assert_eq!(fold(&student(), &said, &by_receipt).at_risk(), None);
}

#[test]
fn ars_048_an_open_period_stays_open_at_18_and_is_told_apart() {
    let state = state_of(&[entered(1, LICEO, "2025-09-10"), abandoned(2, LICEO, "2025-10-20")]);
    assert_eq!(state.open_though_of_age(&student(), date("2027-03-09")), None);
    assert_eq!(
        state.open_though_of_age(&student(), date("2027-03-10")).map(|period| period.ordinal),
        Some(1)
    );
}

#[test]
fn ars_050_a_second_report_is_appended_to_the_open_period() {
    let state = state_of(&[
        entered(1, LICEO, "2025-09-10"),
        abandoned(2, LICEO, "2025-10-20"),
        entered(3, TECNICO, "2025-10-25"),
        said(4, "not-present-at-start", TECNICO, "2025-10-25"),
    ]);
    assert_eq!(state.periods.len(), 1);
    assert_eq!(state.periods[0].later_reports, [id(4)]);
    assert_eq!(codes(&state, 3), ["ownership-moved"]);
}

#[test]
fn ars_050_a_communication_read_twice_counts_once() {
    let once = [entered(1, LICEO, "2025-09-10"), abandoned(2, LICEO, "2025-10-20")];
    assert_eq!(state_of(&[once.clone(), once.clone()].concat()), state_of(&once));
}

#[test]
fn ars_032_a_choice_in_class_zero_means_nothing_where_the_parameters_say_so() {
    let choice = Communication {
        receiving_school: Some(school(TECNICO)),
        ..said(1, "class-zero-choice", LICEO, "2025-06-01")
    };
    let entry = entered(2, TECNICO, "2025-09-20");
    let no_show =
        Communication { notes_given: false, ..said(3, "not-present-at-start", TECNICO, "2025-09-22") };
    let ignored = ArsRules { class_zero: ClassZero::Ignored, ..rules() };
    let state = fold(&student(), &[choice, entry, no_show], &ignored);
    assert!(!state.at_risk().unwrap().after_class_zero && state.findings.is_empty());
}

#[test]
fn ars_001_a_report_that_comes_late_is_shown_where_the_parameters_say_from_when() {
    let report = received(abandoned(2, LICEO, "2025-10-20"), "2025-11-20");
    let history = [entered(1, LICEO, "2025-09-15"), report];
    for (days, shown) in [(None, false), (Some(31), false), (Some(30), true)] {
        let with = ArsRules { report_ageing_alert_days: days, ..rules() };
        let state = fold(&student(), &history, &with);
        assert!(state.at_risk().is_some());
        assert_eq!(codes(&state, 2), if shown { vec!["late-report"] } else { vec![] });
    }
}
