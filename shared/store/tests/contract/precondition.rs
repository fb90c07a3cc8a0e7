// SPDX-License-Identifier: EUPL-1.2
//! What must still hold when a mail is sent.

use std::collections::HashSet;

use campanella_domain::ardis::{Annotation, Attestation};
use campanella_domain::ars::CourseRegime;
use campanella_store::{
    Store, Tx,
    ardis::{
        application,
        attestation::{self, NewAttestation},
    },
    ars::{
        communication,
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
    world::{at, id},
};

/// A mail whose id is the n-th, about the subject.
fn about(number: u128, precondition: Precondition, subject: Uuid) -> NewNotification {
    NewNotification { precondition, subject_id: Some(subject), ..mail(number) }
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
            about(5, Precondition::ClassListMissing, id(700)),
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

    async fn a_reminder_of_the_dsu_is_not_sent_once_a_dsu_is_known(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1), ardis::application(2)]).await?;
        notification::insert(&mut tx, &[
            about(1, Precondition::IseeMissing, id(1)), about(2, Precondition::IseeMissing, id(2)),
        ]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        attestation::insert(&mut tx, &[ardis::attestation(90, 2)]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(2)]));
    }

    async fn a_reminder_to_regularise_is_not_sent_once_the_newest_attestation_conforms(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1)]).await?;
        notification::insert(&mut tx, &[about(1, Precondition::IseeAnnotated, id(1))]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
        let annotated = ardis::attestation(90, 1);
        let annotated = NewAttestation {
            attestation: Attestation { annotation: Annotation::Omission, ..annotated.attestation.clone() },
            ..annotated
        };
        let bare = Attestation {
            id: id(91), issued_at: None, isee: None, dsu_signed_at: at("2025-12-01T09:00:00Z"),
            ..ardis::attestation(91, 1).attestation
        };
        attestation::insert(&mut tx, &[annotated, NewAttestation { attestation: bare, ..ardis::attestation(91, 1) }])
            .await?;
        // A new DSU is presented, and nothing is attested on it yet: the reminder still says what is true.
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        let conforming = ardis::attestation(92, 1);
        let issued_at = conforming.attestation.issued_at.map(|at| at + Duration::days(10));
        let conforming = Attestation { issued_at, ..conforming.attestation };
        attestation::insert(&mut tx, &[NewAttestation { attestation: conforming, ..ardis::attestation(92, 1) }]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }

    async fn a_reminder_of_the_class_list_is_not_sent_once_somebody_was_entered(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = ars::school(1, SchoolType::Sfp, true);
        school::upsert(&mut tx, std::slice::from_ref(&sfp)).await?;
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        notification::insert(&mut tx, &[about(1, Precondition::ClassListMissing, id(1))]).await?;
        communication::insert(&mut tx, &[ars::entry(10, 1, &sfp, CourseRegime::UpperSecondary)]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::new());
        communication::insert(&mut tx, &[ars::entry(11, 1, &sfp, CourseRegime::ThreeYearIefp)]).await?;
        assert_eq!(failed(&mut tx).await?, HashSet::from([id(1)]));
    }
}
