// SPDX-License-Identifier: EUPL-1.2
//! What must still hold when a mail is sent.

use std::collections::HashSet;

use campanella_domain::ardis::{Annotation, CheckOutcome, IdentityDocument, Outcome};
use campanella_domain::ars::{CommunicationKind, CourseRegime, Finding, FindingKind};
use campanella_store::{
    Store, Tx,
    ardis::{
        application,
        attestation::{self, NewAttestation},
        decision,
        published_list::{self, ListKind, PublishedList},
        self_certification,
    },
    ars::{
        communication, finding,
        period::{self, Period, PeriodState},
        school::{self, SchoolType},
        student,
    },
    notification::{self, NewNotification, Precondition},
};
use chrono::Duration;
use uuid::Uuid;

use crate::{
    ardis, ars,
    notification::mail,
    world::{day, id},
};

/// A mail whose id is the n-th, about the subject.
fn about(number: u128, precondition: Precondition, subject: Uuid) -> NewNotification {
    NewNotification { precondition, subject_id: Some(subject), ..mail(number) }
}

/// A conforming attestation of the student of the n-th application that became known so long after the mails were written.
fn available(own: u128, number: u128, after: Duration) -> NewAttestation {
    let mut new = ardis::attestation(own, number);
    new.attestation.available_at = mail(1).created_at + after;
    new
}

async fn failed(tx: &mut Tx) -> anyhow::Result<HashSet<Uuid>> {
    let all: Vec<Uuid> = (1..=9).map(id).collect();
    Ok(notification::failed_preconditions(tx, &all).await?)
}

contract! {
    async fn without_a_precondition_nothing_can_fail_and_without_its_subject_everything_does(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[
            mail(1),
            about(2, Precondition::PeriodOpen, id(700)),
            about(3, Precondition::IseeMissing, id(700)),
            about(4, Precondition::IseeAnnotated, id(700)),
            about(5, Precondition::ClassListMissing { since: day("2025-09-01") }, id(700)),
        ]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(2), id(3), id(4), id(5)]));
        assert_eq!(notification::failed_preconditions(&mut tx, &[]).await?, HashSet::new());
    }

    async fn a_notice_of_a_case_is_not_sent_once_the_case_is_closed(store: &Store) {
        let mut tx = store.begin().await?;
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        period::upsert(&mut tx, &[ars::period(20, 1, 1)]).await?;
        notification::insert(&mut tx, &[about(1, Precondition::PeriodOpen, id(20))]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        period::upsert(&mut tx, &[Period { state: PeriodState::Closed, ..ars::period(20, 1, 1) }]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }

    async fn a_reminder_of_the_dsu_is_sent_unless_one_became_known_since_it_was_written(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1), ardis::application(2)]).await?;
        let reminders = [about(1, Precondition::IseeMissing, id(1)), about(2, Precondition::IseeMissing, id(2))];
        notification::insert(&mut tx, &reminders).await?;
        // Of the year before, say: it was known, and the rules reminded all the same.
        attestation::insert(&mut tx, &[available(90, 1, Duration::zero())]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        attestation::insert(&mut tx, &[available(91, 2, Duration::microseconds(1))]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(2)]));
    }

    async fn a_reminder_to_regularise_is_not_sent_once_a_conforming_attestation_is_known(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1)]).await?;
        notification::insert(&mut tx, &[about(1, Precondition::IseeAnnotated, id(1))]).await?;
        let later = Duration::days(10);
        let known_before = available(90, 1, Duration::zero());
        let mut annotated = available(91, 1, later);
        annotated.attestation.annotation = Annotation::Omission;
        let mut bare = available(92, 1, later);
        (bare.attestation.issued_at, bare.attestation.isee) = (None, None);
        attestation::insert(&mut tx, &[known_before, annotated, bare]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        attestation::insert(&mut tx, &[available(93, 1, later)]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }

    async fn ard_019_a_reminder_to_regularise_is_not_sent_once_a_self_certification_came_that_may_serve(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1), ardis::application(2)]).await?;
        let reminders = [about(1, Precondition::IseeAnnotated, id(1)), about(2, Precondition::IseeAnnotated, id(2))];
        notification::insert(&mut tx, &reminders).await?;
        let expired = ardis::self_certification(50, 1);
        let with_document = |own, number| {
            let mut form = ardis::self_certification(own, number);
            form.self_certification.identity_document = IdentityDocument::Valid;
            form
        };
        let mut refused = with_document(51, 1);
        refused.self_certification.outcome = CheckOutcome::Rejected;
        self_certification::insert(&mut tx, &[expired, refused]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        // Received before the reminder was written, and loaded afterwards.
        let mut overtaken = with_document(52, 2);
        overtaken.self_certification.received_at = mail(2).created_at - Duration::days(1);
        self_certification::insert(&mut tx, &[overtaken]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(2)]));
        // The document is found to be valid after all: the form is the one that was there before.
        let mut completed = ardis::self_certification(50, 1);
        completed.self_certification.identity_document = IdentityDocument::Valid;
        self_certification::insert(&mut tx, &[completed]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1), id(2)]));
    }

    async fn ard_083_a_list_is_told_of_until_another_one_is_published(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1)]).await?;
        let (first, second) = (ardis::list(60), PublishedList { published_at: ardis::list(61).published_at + Duration::days(1), ..ardis::list(61) });
        let told = |number, created_at| {
            NewNotification { created_at, ..about(number, Precondition::ProvisionalListNewest, id(1)) }
        };
        let mails = [told(1, first.published_at), told(2, second.published_at)];
        notification::insert(&mut tx, &mails).await?;
        decision::append(&mut tx, &[ardis::proposal(70, 1, Outcome::Admitted, &[])?]).await?;
        let _ = published_list::publish(&mut tx, &first).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        let final_list = PublishedList { kind: ListKind::Final, observations: None, published_at: second.published_at, ..ardis::list(62) };
        let _ = published_list::publish(&mut tx, &final_list).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        let _ = published_list::publish(&mut tx, &second).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }

    async fn ars_012_a_rejection_is_not_told_once_the_communication_was_sent_again_complete(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = ars::school(1, SchoolType::Sfp, true);
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        communication::insert(&mut tx, &[ars::entry(10, 1, &sfp, CourseRegime::ThreeYearIefp)]).await?;
        let now = mail(1).created_at;
        finding::replace(&mut tx, &[id(1)], &[ars::rejected(10, 1)], now).await?;
        notification::insert(&mut tx, &[about(1, Precondition::CommunicationRejected, id(10))]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        let mut again = ars::entry(11, 1, &sfp, CourseRegime::ThreeYearIefp);
        again.communication.received_at += Duration::days(1);
        communication::insert(&mut tx, &[again]).await?;
        let both = [ars::rejected(10, 1), ars::rejected(11, 1)];
        finding::replace(&mut tx, &[id(1)], &both, now).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        finding::replace(&mut tx, &[id(1)], &both[..1], now).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }

    async fn ars_010_a_rejection_is_not_told_once_the_report_of_the_same_drop_out_counts_because_it_was_sent_again(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = ars::school(1, SchoolType::Sfp, true);
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        let said = |own: u128, kind: &str, on: &str, days: i64| {
            let mut said = ars::entry(own, 1, &sfp, CourseRegime::ThreeYearIefp);
            (said.communication.kind, said.communication.event_date) = (kind.into(), day(on));
            said.communication.received_at += Duration::days(days);
            said
        };
        // About each rejected one a mail waits: 10 of the drop-out that 9 reports, 11 of another day, 13 of an entry.
        let before = [
            said(9, "informal-abandonment", "2025-09-15", 0),
            said(12, "enrolment-confirmation", "2025-09-15", 0),
        ];
        let rejected = [
            said(10, "informal-abandonment", "2025-09-15", 1),
            said(11, "informal-abandonment", "2025-09-16", 1),
            said(13, "enrolment-confirmation", "2025-09-15", 1),
        ];
        communication::insert(&mut tx, &before).await?;
        communication::insert(&mut tx, &rejected).await?;
        let findings = [10, 11, 13].map(|own| ars::rejected(own, 1));
        finding::replace(&mut tx, &[id(1)], &findings, mail(1).created_at).await?;
        let mails = [(1, 10), (2, 11), (3, 13)]
            .map(|(number, own)| about(number, Precondition::CommunicationRejected, id(own)));
        notification::insert(&mut tx, &mails).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        // A file of all that was ever sent is sent again.
        let again = before.map(|mut said| {
            said.communication.receipts = [said.communication.received_at + Duration::days(2)].into();
            said
        });
        communication::insert(&mut tx, &again).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }

    async fn ars_036_a_parked_report_is_not_told_once_it_waits_no_more(store: &Store) {
        let mut tx = store.begin().await?;
        let liceo = ars::school(1, SchoolType::UpperSecondary, false);
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        communication::insert(&mut tx, &[ars::entry(10, 1, &liceo, CourseRegime::UpperSecondary)]).await?;
        let now = mail(1).created_at;
        let parked = Finding { communication: id(10), kind: FindingKind::WaitsForEntry };
        finding::replace(&mut tx, &[id(1)], &[(id(1), parked)], now).await?;
        notification::insert(&mut tx, &[about(1, Precondition::CommunicationParked, id(10))]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        finding::replace(&mut tx, &[id(1)], &[], now).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }

    async fn ars_028_the_school_is_not_reminded_of_a_return_it_has_entered_meanwhile(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = ars::school(1, SchoolType::Sfp, true);
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        let mut by_cpi = ars::entry(10, 1, &sfp, CourseRegime::ThreeYearIefp);
        by_cpi.communication.kind = CommunicationKind::ReturnByCpi;
        by_cpi.communication.receiving_school = Some(sfp.code.clone());
        communication::insert(&mut tx, &[by_cpi]).await?;
        notification::insert(&mut tx, &[about(1, Precondition::ReturnNotEntered, id(10))]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        communication::insert(&mut tx, &[ars::entry(11, 1, &sfp, CourseRegime::ThreeYearIefp)]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }

    async fn ars_034_a_reminder_of_the_class_list_is_not_sent_once_somebody_was_entered_this_year(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = ars::school(1, SchoolType::Sfp, true);
        school::upsert(&mut tx, std::slice::from_ref(&sfp)).await?;
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        let precondition = Precondition::ClassListMissing { since: day("2025-09-01") };
        notification::insert(&mut tx, &[about(1, precondition, id(1))]).await?;
        let mut last_year = ars::entry(12, 1, &sfp, CourseRegime::ThreeYearIefp);
        last_year.communication.event_date = day("2025-08-31");
        let other_course = ars::entry(10, 1, &sfp, CourseRegime::UpperSecondary);
        communication::insert(&mut tx, &[last_year, other_course]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        let now = mail(1).created_at;
        communication::insert(&mut tx, &[ars::entry(11, 1, &sfp, CourseRegime::ThreeYearIefp)]).await?;
        finding::replace(&mut tx, &[id(1)], &[ars::rejected(11, 1)], now).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        finding::replace(&mut tx, &[id(1)], &[], now).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }
}
