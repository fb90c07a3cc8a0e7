// SPDX-License-Identifier: EUPL-1.2
//! What holds whatever schools and CPIs communicate, in whatever order it arrives.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::*;

const KINDS: [&str; 15] = [
    "enrolment-confirmation",
    "not-present-at-start",
    "informal-abandonment",
    "withdrawal-before-15-march",
    "withdrawal-after-15-march",
    "negative-outcome",
    "negative-outcome-continuing",
    "class-zero-choice",
    "transfer-to-iefp",
    "transfer-from-iefp",
    "ordinary-transfer",
    "home-education",
    "return-by-school",
    "return-by-cpi",
    "unheard-of",
];

/// Any communication within three weeks, so that dates and times coincide often.
fn any_communication() -> impl Strategy<Value = Communication> {
    let schools = || select(vec![LICEO, TECNICO, SFP]);
    // Entries, reports and returns make the history; the rest comes in between.
    let kinds = prop_oneof![
        4 => Just(KINDS[0]), 4 => Just(KINDS[2]), 3 => Just(KINDS[12]), 3 => select(KINDS.to_vec()),
        1 => select(vec!["class-zero-choice", "not-present-at-start"]),
    ];
    let flags = prop::array::uniform4(prop::bool::weighted(0.8));
    let again = prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(0..20_u64, 1..4)];
    (kinds, schools(), prop::option::of(schools()), 0..21_u64, 0..10_u64, again, flags).prop_map(
        |(kind, by, to, day, delay, again, [complete, agreement, notes, cpi])| {
            let event_date = date("2026-03-05") + Days::new(day);
            let after = |days| (event_date + Days::new(days)).and_hms_opt(9, 0, 0).unwrap().and_utc();
            Communication {
                event_date,
                received_at: after(delay),
                receipts: again.into_iter().chain([0]).map(|more| after(delay + more)).collect(),
                class: complete.then(|| "2".to_owned()),
                agreement,
                notes_given: notes,
                cpi: if cpi { "VE-MESTRE".parse().ok() } else { None },
                receiving_school: to.map(school),
                ..said(0, kind, by, "2026-03-05")
            }
        },
    )
}

/// A history and one of its permutations.
fn any_history() -> impl Strategy<Value = (Vec<Communication>, Vec<Communication>)> {
    prop::collection::vec(any_communication(), 0..14).prop_flat_map(|mut history| {
        for (communication, number) in history.iter_mut().zip(1..) {
            communication.id = id(number);
        }
        (Just(history.clone()), Just(history).prop_shuffle())
    })
}

/// The parameters in every combination, and a student who may come of age among the events.
fn any_register() -> impl Strategy<Value = (ArsRules, StudentFacts)> {
    let conflict = select(vec![OwnershipConflict::NewestTakes, OwnershipConflict::FirstKeeps]);
    let reporter =
        select(vec![TransferReporter::Either, TransferReporter::Sending, TransferReporter::Receiving]);
    let agreement = select(vec![ReturnAgreement::Flag, ReturnAgreement::Require]);
    let age = select(vec![AgeReference::Event, AgeReference::Receipt]);
    let side = select(vec![Side::Before, Side::After]);
    let birth = select(vec!["2009-03-10", "2009-03-10", "2008-03-15"]).prop_map(date);
    (conflict, reporter, agreement, age, side, birth).prop_map(
        |(
            ownership_conflict,
            transfer_reporter,
            return_agreement,
            age_reference,
            march_15_side,
            birth_date,
        )| {
            let rules = ArsRules {
                ownership_conflict,
                transfer_reporter,
                return_agreement,
                age_reference,
                march_15_side,
                ..rules()
            };
            (rules, StudentFacts { birth_date })
        },
    )
}

/// The same as if it had been received at one time only.
fn received_once(said: &Communication, at: DateTime<Utc>) -> Communication {
    Communication { received_at: at, receipts: [at].into(), ..said.clone() }
}

/// A communication as it is learned, receipt by receipt.
fn each_receipt(said: &Communication) -> Vec<Communication> {
    said.receipts.iter().map(|at| received_once(said, *at)).collect()
}

/// Whether a report opened a period or belongs to one.
fn has_counted(state: &StudentState, report: &Communication) -> bool {
    let mut periods = state.periods.iter();
    periods.any(|period| period.opened_by == report.id || period.later_reports.contains(&report.id))
}

fn codes_of(state: &StudentState, said: &Communication) -> impl Iterator<Item = &'static str> {
    state.findings_of(said.id).map(|finding| finding.kind.code())
}

/// Everything the fold can say about a communication (`FindingKind::code`).
const CODES: [&str; 25] = [
    "agreement-not-recorded",
    "agreement-required",
    "class-zero-without-notes",
    "entered-elsewhere",
    "home-educated",
    "incomplete-entry",
    "incomplete-return",
    "late-no-show",
    "not-a-drop-out",
    "not-owner",
    "not-the-transfer-reporter",
    "of-age",
    "owned-by-another",
    "ownership-moved",
    "period-ended-without-return",
    "possible-return",
    "repeated",
    "return-by-cpi-without-school",
    "return-without-period",
    "transfer-not-needed",
    "transfer-without-receiving-school",
    "unknown-kind",
    "waits-for-entry",
    "withdrawal-on-15-march",
    "withdrawal-on-the-other-side",
];

/// A property holds for nothing that is never generated.
#[test]
fn ars_050_every_finding_and_every_way_to_end_a_period_is_generated() {
    let mut runner = TestRunner::deterministic();
    let strategy = (any_history(), any_register());
    let (mut found, mut endings, mut most) = (BTreeSet::new(), BTreeSet::new(), 0);
    for _ in 0..8_000 {
        let ((history, _), (rules, student)) = strategy.new_tree(&mut runner).unwrap().current();
        let state = fold(&student, &history, &rules);
        found.extend(state.findings.iter().map(|finding| finding.kind.code()));
        for closure in state.periods.iter().filter_map(|period| period.closed.as_ref()) {
            let by = if matches!(closure.by, ClosedBy::Cpi(_)) { "CPI" } else { "school" };
            endings.insert(format!("{:?} by a {by}", closure.ending));
        }
        most = most.max(state.periods.len());
    }
    assert_eq!(found, CODES.into());
    let expected =
        ["HomeEducation by a school", "Return by a CPI", "Return by a school", "Transfer by a school"];
    assert_eq!(endings, expected.map(str::to_owned).into());
    assert!(most >= 3, "{most} periods");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn ars_036_the_order_of_arrival_never_matters_under_any_parameter(
        (history, shuffled) in any_history(),
        (rules, student) in any_register(),
    ) {
        prop_assert_eq!(fold(&student, &history, &rules), fold(&student, &shuffled, &rules));
    }

    #[test]
    fn ars_050_a_communication_read_twice_counts_once(
        (history, shuffled) in any_history(),
        (rules, student) in any_register(),
    ) {
        let twice = [history.as_slice(), shuffled.as_slice()].concat();
        prop_assert_eq!(fold(&student, &twice, &rules), fold(&student, &history, &rules));
    }

    #[test]
    fn ars_010_of_receipts_learned_in_any_order_one_thing_comes(
        (history, learned) in any_history().prop_flat_map(|(history, _)| {
            let learned: Vec<Communication> = history.iter().flat_map(each_receipt).collect();
            (Just(history), Just(learned).prop_shuffle())
        }),
        (rules, student) in any_register(),
    ) {
        let mut register: BTreeMap<Uuid, Communication> = BTreeMap::new();
        for said in learned {
            register.entry(said.id).and_modify(|known| known.was_also_received(&said)).or_insert(said);
        }
        let register: Vec<Communication> = register.into_values().collect();
        prop_assert_eq!(fold(&student, &register, &rules), fold(&student, &history, &rules));
    }

    #[test]
    fn ars_010_a_receipt_more_takes_away_no_report_that_counted(
        (mut history, _) in any_history(),
        (which, day) in (any::<prop::sample::Index>(), 0..31_u64),
        (rules, student) in any_register(),
    ) {
        let before = fold(&student, &history, &rules);
        let mut reports: Vec<_> = history.iter_mut().filter(|said| said.kind.can_open_period()).collect();
        if reports.is_empty() {
            return Ok(());
        }
        let report = which.get_mut(&mut reports);
        // Earlier than those that are known, among them, or later.
        let receipt = (date("2026-03-05") + Days::new(day)).and_hms_opt(9, 0, 0).unwrap().and_utc();
        report.was_also_received(&received_once(report, receipt));
        let after = fold(&student, &history, &rules);
        for report in &history {
            prop_assert!(!has_counted(&before, report) || has_counted(&after, report), "{report:?}");
        }
    }

    #[test]
    fn ars_010_sending_a_report_again_never_makes_it_count_less((history, _) in any_history()) {
        let once = |said: &Communication| Communication { receipts: BTreeSet::new(), ..said.clone() };
        let (again, once) = (state_of(&history), state_of(&history.iter().map(once).collect::<Vec<_>>()));
        let unheard = |state: &StudentState, report: &Communication| {
            codes_of(state, report).any(|code| code == "not-owner" || code == "waits-for-entry")
        };
        for report in &history {
            prop_assert!(!unheard(&again, report) || unheard(&once, report));
        }
        prop_assert_eq!(again.owner, once.owner);
    }

    #[test]
    fn ars_030_nobody_is_at_risk_after_a_complete_and_agreed_return(
        (history, _) in any_history(),
        (rules, student) in any_register(),
    ) {
        let back = said(100, "return-by-school", TECNICO, "2026-05-04");
        let state = fold(&student, &[history.as_slice(), &[back]].concat(), &rules);
        prop_assert_eq!(state.at_risk(), None);
        // The school the student is back at owns them (ARS-025).
        prop_assert_eq!(state.owner.map(|owner| owner.school), Some(school(TECNICO)));
    }

    #[test]
    fn ars_036_the_order_of_arrival_never_matters((history, shuffled) in any_history()) {
        prop_assert_eq!(state_of(&history), state_of(&shuffled));
    }

    #[test]
    fn ars_050_there_is_at_most_one_open_period_and_periods_follow_one_another((history, _) in any_history()) {
        let state = state_of(&history);
        let open = state.periods.iter().filter(|period| period.is_open()).count();
        prop_assert!(open <= 1);
        prop_assert_eq!(open == 1, state.at_risk().is_some());
        for (period, ordinal) in state.periods.iter().zip(1..) {
            prop_assert_eq!(period.ordinal, ordinal);
            prop_assert!(period.closed.as_ref().is_none_or(|closure| closure.on >= period.opened_on));
        }
        for pair in state.periods.windows(2) {
            prop_assert!(pair[0].closed.as_ref().is_some_and(|closure| closure.on <= pair[1].opened_on));
        }
    }

    #[test]
    fn ars_050_every_report_is_in_one_period_or_has_a_finding_that_says_why_not((history, _) in any_history()) {
        let state = state_of(&history);
        for report in history.iter().filter(|communication| communication.kind.can_open_period()) {
            let held = |period: &&DropOutPeriod| {
                period.opened_by == report.id || period.later_reports.contains(&report.id)
            };
            let holding = state.periods.iter().filter(held).count();
            let explained = state.findings_of(report.id).any(|finding| {
                finding.kind == FindingKind::HomeEducated || finding.kind.action() != Action::Flagged
            });
            prop_assert_eq!(holding, usize::from(!explained));
        }
    }

    #[test]
    fn ars_050_a_report_by_the_owner_after_the_last_return_opens_a_new_period((history, _) in any_history()) {
        let back = said(100, "return-by-school", LICEO, "2026-05-04");
        let again = abandoned(101, LICEO, "2026-05-05");
        let before = state_of(&[history.as_slice(), std::slice::from_ref(&back)].concat());
        let after = state_of(&[history.as_slice(), &[back, again]].concat());
        prop_assert_eq!(before.at_risk(), None);
        prop_assert_eq!(after.at_risk().map(|period| period.opened_by), Some(id(101)));
        prop_assert_eq!(after.periods.len(), before.periods.len() + 1);
    }

    #[test]
    fn no_communication_has_two_findings_of_one_code((history, _) in any_history()) {
        let state = state_of(&history);
        for communication in &history {
            let codes: Vec<_> = state.findings_of(communication.id).map(|finding| finding.kind.code()).collect();
            let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
            prop_assert_eq!(codes.len(), distinct.len());
        }
    }
}
