// SPDX-License-Identifier: EUPL-1.2
//! The expectation adds up, grows with the scale, and tells what was lost from what was doubled.

use campanella_domain::{ardis::Cause, identity::EmailAddress};

use super::*;

fn expectation(seed: u64, scale: u32) -> Expectation {
    Expectation::of(&Population::generate(seed, scale).unwrap()).unwrap()
}

#[test]
fn the_outcomes_add_up_at_every_stage() {
    let expectation = expectation(1, 1);
    for stage in Stage::ALL {
        let outcomes = &expectation.outcomes[&stage];
        assert_eq!(outcomes.admitted + outcomes.excluded + outcomes.pending, outcomes.total());
        let causes: usize = outcomes.verdicts.values().map(|verdict| verdict.causes.len()).sum();
        assert_eq!(outcomes.by_cause.values().sum::<usize>(), causes);
        assert_eq!(
            outcomes.by_cause.len(),
            Cause::ALL.len() - usize::from(stage == Stage::AfterDsuTerm),
            "{stage:?}"
        );
    }
    let published = &expectation.outcomes[&Stage::Published];
    assert_eq!((published.total(), published.pending), (2_000, 0));
    assert!(published.admitted > 1_700 && published.excluded > 150);
    assert!(expectation.outcomes[&Stage::AfterDsuTerm].total() < 2_000);
}

#[test]
fn every_mail_is_expected_and_each_key_once() {
    let expectation = expectation(1, 1);
    // Nobody has given the dates of the outcomes (OQ-A4).
    for &template in MailTemplate::ALL.iter().filter(|template| **template != MailTemplate::ArsOutcomes) {
        assert!(expectation.count(template) > 0, "{template}");
    }
    assert_eq!(expectation.count(MailTemplate::ArdisProvisionalList), 2_000);
    assert_eq!(expectation.count(MailTemplate::ArdisFinalList), 2_000);
    // 13 came by another way, 10 of them while the window was open.
    assert_eq!(expectation.count(MailTemplate::ArdisConfirmation), 2_000 - 13);
    assert_eq!(expectation.count(MailTemplate::ArdisNotOnline), 10);
    // 30, 15 and 7 schools that load late, and two that never do.
    assert_eq!(expectation.count(MailTemplate::ArsIefpDeadline), 30 + 15 + 7 + 3 * 2);
    assert_eq!(expectation.count(MailTemplate::ArsIefpOverdue), 2 + 2);
    // Of age; reported twice, by a second school as well or without having entered the student; never entered completely;
    // educated at home.
    let periods = 3_400 - 12 - 30 - 15 - 10 - 5 - 4;
    assert_eq!(expectation.periods.len(), periods);
    assert_eq!(expectation.periods_by_state()[&ExpectedState::Unassigned], 16);
    // Without a CPI, open or returned; over when they were learned of.
    assert_eq!(expectation.count(MailTemplate::ArsNewCase), periods - 16 - 2 - 6);
    // Those that reopen were closed once.
    let closed = expectation.periods_by_state()[&ExpectedState::Closed];
    assert_eq!(expectation.count(MailTemplate::ArsCaseClosed), closed - 2 - 6 + 3);
    assert_eq!(expectation.count(MailTemplate::ArsCaseReopened), 3);
    assert_eq!(expectation.count(MailTemplate::ArsStudentOfAge), 4 + 20);
    // Not owner; incomplete entries and returns; returns without a school.
    assert_eq!(expectation.count(MailTemplate::ArsCommunicationRejected), 10 + 25 + 5 + 15 + 3);
    assert_eq!(expectation.count(MailTemplate::ArsCommunicationParked), 30 + 25 + 5);
    assert_eq!(expectation.count(MailTemplate::ArsOwnershipMoved), 2 * 15);
    assert_eq!(expectation.count(MailTemplate::ArsReturnByCpi), 60 + 25 + 60 + 25 + 3);
    assert_eq!(expectation.count(MailTemplate::ArsReturnNotEntered), 60 + 25 + 3);
    assert_eq!(expectation.count(MailTemplate::ArsMarch15), 390 + 39);
}

#[test]
fn ten_times_the_scale_is_ten_times_the_stories() {
    let (one, ten) = (expectation(1, 1), expectation(1, 10));
    for stage in [Stage::AfterRegularisationTerm, Stage::InApril, Stage::Published] {
        let (one, ten) = (&one.outcomes[&stage], &ten.outcomes[&stage]);
        let tenfold = (one.admitted * 10, one.excluded * 10, one.pending * 10);
        assert_eq!((ten.admitted, ten.excluded, ten.pending), tenfold);
        let causes: Vec<usize> = one.by_cause.values().map(|count| count * 10).collect();
        assert_eq!(ten.by_cause.values().copied().collect::<Vec<_>>(), causes);
    }
    let states: Vec<usize> = one.periods_by_state().values().map(|count| count * 10).collect();
    assert_eq!(ten.periods_by_state().into_values().collect::<Vec<_>>(), states);
    for template in [
        MailTemplate::ArdisProvisionalList,
        MailTemplate::ArsNewCase,
        MailTemplate::ArsCaseClosed,
        MailTemplate::ArsIefpDeadline,
    ] {
        assert_eq!(ten.count(template), one.count(template) * 10, "{template}");
    }
}

/// The mails of a template as a year without fault leaves them.
fn sound(expectation: &Expectation, template: MailTemplate) -> Vec<(String, EmailAddress, String)> {
    let mails = expectation.notifications[&template].iter();
    mails.map(|(key, mail)| (key.clone(), mail.recipient.clone(), mail.end.as_str().to_owned())).collect()
}

#[test]
fn what_is_missing_is_lost_and_what_is_too_much_is_doubled() {
    let expectation = expectation(2, 1);
    let mut mails = sound(&expectation, MailTemplate::ArsNewCase);
    assert!(expectation.compare_notifications(MailTemplate::ArsNewCase, mails.clone()).is_clean());
    let lost = mails.remove(3);
    mails.push(mails[5].clone());
    mails.push(("ars:new-case:nobody:1".to_owned(), mails[5].1.clone(), "accepted".to_owned()));
    let comparison = expectation.compare_notifications(MailTemplate::ArsNewCase, mails.clone());
    assert_eq!(comparison.lost, [lost.0]);
    assert_eq!(comparison.duplicates, [mails[5].0.clone(), "ars:new-case:nobody:1".to_owned()]);
}

#[test]
fn a_mail_that_was_written_and_never_sent_is_lost() {
    let expectation = expectation(2, 1);
    for state in ["queued", "cancelled", "expired", "refused"] {
        let mut mails = sound(&expectation, MailTemplate::ArsCaseClosed);
        state.clone_into(&mut mails[2].2);
        let comparison = expectation.compare_notifications(MailTemplate::ArsCaseClosed, mails.clone());
        assert_eq!(
            (comparison.lost, comparison.duplicates),
            (vec![mails[2].0.clone()], Vec::new()),
            "{state}"
        );
    }
}

#[test]
fn a_mail_to_somebody_else_is_lost_and_the_difference_names_no_address() {
    let expectation = expectation(2, 1);
    for template in [
        MailTemplate::ArsNewCase,
        MailTemplate::ArsCaseDigest,
        MailTemplate::ArsOwnershipMoved,
        MailTemplate::ArsReturnByCpi,
        MailTemplate::ArdisConfirmation,
        MailTemplate::ArdisDataChanged,
        MailTemplate::ArdisAddressReplaced,
        MailTemplate::ArdisFinalList,
    ] {
        let mut mails = sound(&expectation, template);
        let other = mails.iter().find(|mail| mail.1 != mails[0].1).unwrap().1.clone();
        mails[0].1 = other.clone();
        let comparison = expectation.compare_notifications(template, mails.clone());
        assert_eq!((&comparison.lost, comparison.duplicates.len()), (&vec![mails[0].0.clone()], 0));
        assert!(!comparison.lost[0].contains(other.expose()));
    }
}

#[test]
fn ard_090_after_a_change_mails_go_to_the_new_address_and_the_farewell_to_the_old_one() {
    let population = Population::generate(2, 1).unwrap();
    let expectation = Expectation::of(&population).unwrap();
    let mut households = population.households().map(Result::unwrap);
    let household = households
        .find(|household| household.change.as_ref().is_some_and(|change| change.email.is_some()))
        .unwrap();
    let (old, change) = (&household.application.applicant_email, household.change.as_ref().unwrap());
    let instance = household.application.instance_number;
    let recipient =
        |template: MailTemplate, key: String| expectation.notifications[&template][&key].recipient.clone();
    assert_eq!(recipient(MailTemplate::ArdisConfirmation, format!("ardis:confirmation:{instance}")), *old);
    let replaced = format!("ardis:address-replaced:{}", change.id);
    assert_eq!(recipient(MailTemplate::ArdisAddressReplaced, replaced), *old);
    let new = change.email.clone();
    let changed = format!("ardis:data-changed:{}", change.id);
    assert_eq!(Some(recipient(MailTemplate::ArdisDataChanged, changed)), new);
    assert_eq!(Some(recipient(MailTemplate::ArdisProvisionalList, key::provisional_list(instance))), new);
    assert_eq!(Some(recipient(MailTemplate::ArdisFinalList, key::final_list(instance))), new);
}

#[test]
fn a_wrong_cause_or_state_is_a_loss() {
    let expectation = expectation(2, 1);
    let verdicts = &expectation.outcomes[&Stage::Published].verdicts;
    let found =
        verdicts.iter().map(|(instance, verdict)| (*instance, verdict.outcome, verdict.causes.to_vec()));
    let mut found: Vec<_> = found.collect();
    assert!(expectation.compare_outcomes(Stage::Published, found.clone()).is_clean());
    found[0].2.push(Cause::E09);
    let comparison = expectation.compare_outcomes(Stage::Published, found);
    assert_eq!((comparison.lost.len(), comparison.duplicates.len()), (1, 0));

    let periods = expectation.periods.iter();
    let mut periods: Vec<_> =
        periods.map(|((student, ordinal), state)| (*student, *ordinal, state.as_str().to_owned())).collect();
    assert!(expectation.compare_periods(periods.clone()).is_clean());
    periods[0].2 = "reported".to_owned();
    assert_eq!(expectation.compare_periods(periods).lost.len(), 1);
}

#[test]
fn an_occurrence_that_is_missing_or_late_is_lost_and_one_more_is_doubled() {
    let expectation = expectation(2, 1);
    // Four a day, and those of the terms.
    assert_eq!(expectation.occurrences.len(), 4 * 303 + 2 + 4 + 2 + 3 + 3 + 3);
    let found = expectation.occurrences.iter();
    let mut found: Vec<_> =
        found.map(|(schedule, civil)| (schedule.clone(), civil.clone(), "fired".to_owned())).collect();
    assert!(expectation.compare_occurrences(found.clone()).is_clean());
    let missing = found.remove(7);
    "late".clone_into(&mut found[3].2);
    found.push(found[5].clone());
    let name = |row: &(String, String, String)| format!("schedule:{}:{}", row.0, row.1);
    let comparison = expectation.compare_occurrences(found.clone());
    assert_eq!(comparison.lost, [name(&found[3]), name(&missing)]);
    assert_eq!(comparison.duplicates, [name(&found[5])]);
}

#[test]
fn ard_028_ard_032_a_contribution_that_is_missing_or_a_cent_off_is_lost_and_one_too_many_is_doubled() {
    let expectation = expectation(2, 1);
    let admitted = expectation.outcomes[&Stage::Concluded].admitted;
    assert_eq!(expectation.contributions.len(), admitted);
    let sum: i64 = expectation.contributions.values().map(|amount| amount.cents()).sum();
    let funds = super::super::publication::FUNDS.cents();
    // At most a cent of each stays with the office.
    assert!(sum <= funds && funds - sum < i64::try_from(admitted).unwrap(), "{sum}");
    let mut found: Vec<_> =
        expectation.contributions.iter().map(|(instance, amount)| (*instance, *amount)).collect();
    assert!(expectation.compare_contributions(found.clone()).is_clean());
    let missing = found.remove(7);
    found[3].1 = Money::from_cents(found[3].1.cents() + 1);
    let mut numbers = expectation.outcomes[&Stage::Concluded].verdicts.keys();
    let excluded = *numbers.find(|instance| !expectation.contributions.contains_key(instance)).unwrap();
    found.push((excluded, Money::from_cents(100)));
    let name = |instance: InstanceNumber| format!("ardis:contribution:{instance}");
    let comparison = expectation.compare_contributions(found.clone());
    assert_eq!(comparison.lost, [name(found[3].0), name(missing.0)]);
    assert_eq!(comparison.duplicates, [name(excluded)]);
}
