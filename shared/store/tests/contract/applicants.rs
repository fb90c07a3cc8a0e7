// SPDX-License-Identifier: EUPL-1.2
//! Drafts, changes of data, other forms of a tax code.

use std::collections::HashSet;

use campanella_domain::{identity::Iban, mail::MailTemplate};
use campanella_store::{
    Store, StoreError,
    ardis::{
        application,
        attestation::{self, NewAttestation},
        data_change::{self, DataChange},
        draft::{self, Draft},
        observation::{self, NewObservation},
    },
    notification::{self, NewNotification, Precondition},
};
use uuid::Uuid;

use crate::{
    ardis,
    notification::mail,
    world::{at, id},
};

/// The draft of the n-th application.
fn draft(number: u128) -> Draft {
    let application = ardis::application(number).application;
    Draft {
        id: id(number),
        instance_number: application.instance_number,
        mailbox: application.applicant_email,
        started_at: at("2025-11-09T18:00:00.000001Z"),
    }
}

/// A change of the first application's address.
fn change(own: u128, received: &str, email: &str) -> DataChange {
    DataChange {
        id: id(own),
        application: id(1),
        received_at: at(received),
        email: Some(email.parse().unwrap()),
        iban: None,
        recorded_at: at("2026-02-01T08:00:00Z"),
    }
}

async fn address(tx: &mut campanella_store::Tx) -> anyhow::Result<String> {
    let recipients = application::recipients(tx, &[id(1)]).await?;
    Ok(recipients.into_iter().map(|recipient| recipient.mailbox.expose().to_owned()).collect())
}

contract! {
    async fn ard_043_a_draft_is_there_until_its_application_has_come(store: &Store) {
        let mut tx = store.begin().await?;
        let drafts = [draft(1), draft(2), draft(3)];
        assert_eq!(draft::upsert(&mut tx, &drafts).await?.len(), 3);
        assert_eq!(draft::upsert(&mut tx, &drafts).await?, HashSet::new());
        let moved = Draft { mailbox: "altra@posta.example".parse()?, ..draft(3) };
        assert_eq!(draft::upsert(&mut tx, &[draft(3), moved.clone()]).await?, HashSet::from([id(3)]));
        application::insert(&mut tx, &[ardis::application(2)]).await?;
        assert_eq!(draft::not_transmitted(&mut tx, None, 10).await?, [draft(1), moved.clone()]);
        assert_eq!(draft::not_transmitted(&mut tx, Some(id(1)), 10).await?, [moved]);
        assert_eq!(draft::forget(&mut tx).await?, 3);
        assert_eq!(draft::not_transmitted(&mut tx, None, 10).await?, []);
    }

    async fn ard_043_a_reminder_is_not_sent_once_the_application_was_transmitted(store: &Store) {
        let mut tx = store.begin().await?;
        draft::upsert(&mut tx, &[draft(1), draft(2)]).await?;
        let about = |number| {
            let precondition = Precondition::DraftOpen;
            NewNotification { precondition, subject_id: Some(id(number)), ..mail(number) }
        };
        notification::insert(&mut tx, &[about(1), about(2)]).await?;
        application::insert(&mut tx, &[ardis::application(2)]).await?;
        let failed = notification::failed_preconditions(&mut tx, &[id(1), id(2)]).await?;
        assert_eq!(failed, HashSet::from([id(2)]));
    }

    async fn ard_038_who_applied_online_after_all_is_not_asked_to(store: &Store) {
        let mut tx = store.begin().await?;
        let mut on_paper = ardis::application(1);
        on_paper.application.channel = campanella_domain::ardis::Channel::Paper;
        application::insert(&mut tx, &[on_paper]).await?;
        let precondition = Precondition::OnlineMissing;
        let about = NewNotification { precondition, subject_id: Some(id(1)), ..mail(1) };
        notification::insert(&mut tx, &[about]).await?;
        assert_eq!(notification::failed_preconditions(&mut tx, &[id(1)]).await?, HashSet::new());
        let mut online = ardis::application(2);
        online.application.student = ardis::application(1).application.student;
        application::insert(&mut tx, &[online]).await?;
        assert_eq!(notification::failed_preconditions(&mut tx, &[id(1)]).await?, HashSet::from([id(1)]));
    }

    async fn ard_080_who_has_objected_meanwhile_is_not_reminded_of_the_term(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1), ardis::application(2)]).await?;
        let about = |number| {
            let precondition = Precondition::ObservationMissing;
            NewNotification { precondition, subject_id: Some(id(number)), ..mail(number) }
        };
        notification::insert(&mut tx, &[about(1), about(2)]).await?;
        let objected = |own, number, recorded_at| NewObservation {
            id: id(own),
            application: id(number),
            list: None,
            received_at: at("2026-04-20T08:00:00Z"),
            channel: campanella_domain::ardis::Channel::Online,
            reference: None,
            flags: Vec::new(),
            recorded_at,
        };
        let (before, after) = (mail(1).created_at, mail(1).created_at + chrono::TimeDelta::microseconds(1));
        observation::insert(&mut tx, &objected(50, 1, before)).await?;
        observation::insert(&mut tx, &objected(51, 2, after)).await?;
        let failed = notification::failed_preconditions(&mut tx, &[id(1), id(2)]).await?;
        assert_eq!(failed, HashSet::from([id(2)]));
    }

    async fn ard_078_ard_090_mails_go_to_the_address_given_last_whatever_we_learned_last(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1)]).await?;
        assert_eq!(address(&mut tx).await?, "famiglia1@posta.example");
        let last = change(50, "2026-01-20T10:00:00Z", "nuova@posta.example");
        assert!(data_change::insert(&mut tx, &last).await?);
        let before = change(51, "2026-01-10T10:00:00Z", "vecchia@posta.example");
        assert!(data_change::insert(&mut tx, &before).await?);
        let account: Iban = "IT60X0542811101000000123456".parse()?;
        let iban = DataChange { id: id(52), email: None, iban: Some(account), ..change(52, "2026-01-30T10:00:00Z", "x@y.example") };
        assert!(data_change::insert(&mut tx, &iban).await?);
        assert_eq!(address(&mut tx).await?, "nuova@posta.example");
        assert!(!data_change::insert(&mut tx, &last).await?);
        assert_eq!(data_change::of_application(&mut tx, id(1)).await?, [before, last, iban]);
        // What was transmitted stays as it was.
        let facts = application::facts(&mut tx, &[id(1)]).await?;
        assert_eq!(facts[&id(1)].application, ardis::application(1).application);
    }

    async fn a_change_of_nothing_is_refused(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1)]).await?;
        let nothing = DataChange { email: None, ..change(50, "2026-01-20T10:00:00Z", "x@y.example") };
        assert!(matches!(data_change::insert(&mut tx, &nothing).await, Err(StoreError::Refused(_))));
    }

    async fn ard_090_waiting_mails_follow_a_change_of_address_and_others_stay(store: &Store) {
        let mut tx = store.begin().await?;
        let about = |number: u128, subject: Uuid| NewNotification { subject_id: Some(subject), ..mail(number) };
        notification::insert(&mut tx, &[about(1, id(1)), about(2, id(2)), mail(3)]).await?;
        let new = "nuova@posta.example".parse()?;
        assert_eq!(notification::redirect(&mut tx, id(1), &new).await?, 1);
        assert_eq!(notification::redirect(&mut tx, id(1), &new).await?, 0);
    }

    async fn ard_044_a_service_level_counts_what_has_waited_too_long(store: &Store) {
        let mut tx = store.begin().await?;
        let (one, two) = (mail(1), NewNotification { template: MailTemplate::ArdisRegularisation, ..mail(2) });
        notification::insert(&mut tx, &[one.clone(), two]).await?;
        let (template, before) = (one.template, one.created_at);
        assert_eq!(notification::waiting_since(&mut tx, template, before).await?, 1);
        let earlier = one.created_at - chrono::TimeDelta::microseconds(1);
        assert_eq!(notification::waiting_since(&mut tx, template, earlier).await?, 0);
        notification::cancel(&mut tx, &[one.id], "test", before).await?;
        assert_eq!(notification::waiting_since(&mut tx, template, before).await?, 0);
    }

    async fn ard_056_what_inps_has_under_another_form_of_the_tax_code_stands_apart(store: &Store) {
        let mut tx = store.begin().await?;
        let (one, mut two) = (ardis::application(1), ardis::application(2));
        let code = one.application.student.clone();
        two.application.student = code.omocodia_form(0b1);
        application::insert(&mut tx, &[one, two, ardis::application(3)]).await?;
        let under = |own: u128, mask| NewAttestation { student: code.omocodia_form(mask), ..ardis::attestation(own, 1) };
        attestation::insert(&mut tx, &[under(50, 0), under(51, 0b1), under(52, 0b100_0000), ardis::attestation(53, 3)]).await?;
        let facts = application::facts(&mut tx, &[id(1), id(2), id(3)]).await?;
        let ids = |rows: &[campanella_domain::ardis::Attestation]| -> HashSet<Uuid> { rows.iter().map(|row| row.id).collect() };
        let split = |number: u128| (ids(&facts[&id(number)].attestations), ids(&facts[&id(number)].other_forms));
        assert_eq!(split(1), (HashSet::from([id(50)]), HashSet::from([id(51), id(52)])));
        assert_eq!(split(2), (HashSet::from([id(51)]), HashSet::from([id(50), id(52)])));
        assert_eq!(split(3), (HashSet::from([id(53)]), HashSet::new()));
    }
}
