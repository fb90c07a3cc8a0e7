// SPDX-License-Identifier: EUPL-1.2
//! The states of a mail.

use std::collections::HashSet;

use campanella_domain::mail::MailTemplate;
use campanella_store::{
    Store, Tx,
    notification::{
        self, Claimed, NewNotification, Precondition, Rendering, Resolution, Settlement, Verdict,
    },
};
use chrono::Duration;
use uuid::Uuid;

use crate::world::{at, id};

const NOON: &str = "2025-11-13T11:00:00Z";
const ME: Uuid = Uuid::from_u128(0xa);
const OTHER: Uuid = Uuid::from_u128(0xb);

pub(crate) fn mail(number: u128) -> NewNotification {
    NewNotification {
        id: id(number),
        dedupe_key: format!("ardis:dsu-missing:2025-{number:06}"),
        template: MailTemplate::ArdisDsuMissing,
        recipient: format!("famiglia{number}@posta.example").parse().unwrap(),
        parameters: r#"{"instance":"2025-000001"}"#.to_owned(),
        priority: 10,
        due_at: at(NOON),
        not_after: None,
        precondition: Precondition::None,
        subject_id: None,
        created_at: at(NOON),
    }
}

async fn claim(tx: &mut Tx, owner: Uuid) -> anyhow::Result<Vec<Claimed>> {
    Ok(notification::claim(tx, owner, at(NOON), at(NOON) + Duration::minutes(5), 100).await?.mails)
}

pub(crate) async fn state_of(tx: &mut Tx, number: u128) -> anyhow::Result<String> {
    let rows = notification::list(tx, None, 100).await?;
    Ok(rows.into_iter().find(|row| row.id == id(number)).unwrap().state)
}

pub(crate) fn settled(claimed: &Claimed, verdict: Verdict) -> Settlement {
    Settlement { id: claimed.id, attempt: claimed.attempt, verdict, answer: "250 2.0.0 ok".to_owned() }
}

/// Claims the one mail and begins to send it.
pub(crate) async fn sending(tx: &mut Tx, owner: Uuid) -> anyhow::Result<Claimed> {
    let claimed = claim(tx, owner).await?.remove(0);
    let started = notification::start_sending(tx, owner, &[(claimed.id, claimed.attempt)]).await?;
    assert_eq!(started, HashSet::from([claimed.id]));
    Ok(claimed)
}

contract! {
    async fn the_same_purpose_is_queued_once_within_a_batch_and_after_it(store: &Store) {
        let mut tx = store.begin().await?;
        let repeated = NewNotification { id: id(9), ..mail(1) };
        let new = notification::insert(&mut tx, &[mail(1), repeated, mail(2)]).await?;
        assert_eq!(new, HashSet::from([id(1), id(2)]));
        let again = notification::insert(&mut tx, &[mail(1), mail(3)]).await?;
        assert_eq!(again, HashSet::from([id(3)]));
        assert_eq!(notification::insert(&mut tx, &[]).await?, HashSet::new());
    }

    async fn a_claim_goes_by_priority_then_by_age_and_counts_the_attempt(store: &Store) {
        let mut tx = store.begin().await?;
        let confirmation = NewNotification { priority: 1, ..mail(3) };
        let older = NewNotification { due_at: at(NOON) - Duration::milliseconds(1), ..mail(2) };
        let not_yet = NewNotification { due_at: at(NOON) + Duration::microseconds(1), ..mail(4) };
        notification::insert(&mut tx, &[mail(1), older, confirmation, not_yet]).await?;
        let claimed = claim(&mut tx, ME).await?;
        assert_eq!(claimed.iter().map(|mail| mail.id).collect::<Vec<_>>(), [id(3), id(2), id(1)]);
        assert!(claimed.iter().all(|mail| mail.attempt == 1 && mail.rendering.is_none()));
        assert_eq!(claimed[2].recipient.expose(), "famiglia1@posta.example");
        assert_eq!(claim(&mut tx, OTHER).await?, []);
        assert_eq!(notification::next_due(&mut tx).await?, Some(at(NOON) + Duration::microseconds(1)));
    }

    async fn at_not_after_it_is_too_late(store: &Store) {
        let mut tx = store.begin().await?;
        let late = NewNotification { not_after: Some(at(NOON)), ..mail(1) };
        let in_time = NewNotification { not_after: Some(at(NOON) + Duration::microseconds(1)), ..mail(2) };
        notification::insert(&mut tx, &[late, in_time]).await?;
        assert_eq!(notification::expire(&mut tx, at(NOON)).await?, 1);
        assert_eq!(state_of(&mut tx, 1).await?, "expired");
        assert_eq!(claim(&mut tx, ME).await?[0].id, id(2));
    }

    async fn what_was_rendered_first_is_what_is_sent_again(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        let rendering = |subject: &str| Rendering {
            id: id(1), subject: subject.to_owned(), text: "testo".to_owned(), html: "<p>testo</p>".to_owned(),
        };
        notification::render_once(&mut tx, &[rendering("prima")]).await?;
        notification::render_once(&mut tx, &[rendering("dopo")]).await?;
        assert_eq!(claim(&mut tx, ME).await?[0].rendering, Some(rendering("prima")));
    }

    async fn only_the_holder_of_the_attempt_begins_to_send(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        let claimed = claim(&mut tx, ME).await?.remove(0);
        let none = HashSet::new();
        assert_eq!(notification::start_sending(&mut tx, OTHER, &[(claimed.id, 1)]).await?, none);
        assert_eq!(notification::start_sending(&mut tx, ME, &[(claimed.id, 2)]).await?, none);
        assert_eq!(notification::start_sending(&mut tx, ME, &[(claimed.id, 1)]).await?, HashSet::from([id(1)]));
        assert_eq!(notification::start_sending(&mut tx, ME, &[(claimed.id, 1)]).await?, none);
    }

    async fn a_result_counts_once_and_from_the_holder_alone(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        let claimed = sending(&mut tx, ME).await?;
        let accepted = [settled(&claimed, Verdict::Accepted)];
        assert_eq!(notification::record(&mut tx, OTHER, &accepted, at(NOON)).await?, 0);
        assert_eq!(notification::record(&mut tx, ME, &accepted, at(NOON)).await?, 1);
        assert_eq!(notification::record(&mut tx, ME, &accepted, at(NOON)).await?, 0);
        let row = notification::list(&mut tx, None, 10).await?.remove(0);
        assert_eq!((row.state.as_str(), row.settled_at), ("accepted", Some(at(NOON))));
        assert_eq!(row.answer.as_deref(), Some("250 2.0.0 ok"));
    }

    async fn a_mail_nobody_began_to_send_cannot_have_been_accepted(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        let claimed = claim(&mut tx, ME).await?.remove(0);
        for verdict in [Verdict::Accepted, Verdict::Uncertain] {
            assert_eq!(notification::record(&mut tx, ME, &[settled(&claimed, verdict)], at(NOON)).await?, 0);
        }
        assert_eq!(notification::record(&mut tx, ME, &[settled(&claimed, Verdict::Refused)], at(NOON)).await?, 1);
    }

    async fn a_deferred_mail_comes_again_when_it_is_due(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        let claimed = sending(&mut tx, ME).await?;
        let later = at(NOON) + Duration::hours(1);
        let deferred = [settled(&claimed, Verdict::Deferred(later))];
        assert_eq!(notification::record(&mut tx, ME, &deferred, at(NOON)).await?, 1);
        assert_eq!(notification::next_due(&mut tx).await?, Some(later));
        assert_eq!(claim(&mut tx, ME).await?, []);
        let again = notification::claim(&mut tx, OTHER, later, later, 10).await?.mails;
        assert_eq!((again[0].id, again[0].attempt), (id(1), 2));
    }

    async fn what_is_given_back_unsent_keeps_its_place_and_its_attempts(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        let claimed = claim(&mut tx, ME).await?.remove(0);
        assert_eq!(notification::release(&mut tx, OTHER, &[(claimed.id, 1)]).await?, 0);
        assert_eq!(notification::release(&mut tx, ME, &[(claimed.id, 1)]).await?, 1);
        let again = sending(&mut tx, OTHER).await?;
        assert_eq!(again.attempt, 1);
        assert_eq!(notification::release(&mut tx, OTHER, &[(again.id, 1)]).await?, 1, "marked, but it did not leave");
        assert_eq!(claim(&mut tx, ME).await?[0].attempt, 1);
    }

    async fn a_mail_is_cancelled_until_it_is_being_sent(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1), mail(2)]).await?;
        let claimed = claim(&mut tx, ME).await?;
        notification::start_sending(&mut tx, ME, &[(id(2), claimed[1].attempt)]).await?;
        notification::insert(&mut tx, &[mail(3)]).await?;
        let cancelled = notification::cancel(&mut tx, &[id(1), id(2), id(3)], "precondition", at(NOON)).await?;
        assert_eq!(cancelled, 2);
        assert_eq!(state_of(&mut tx, 2).await?, "sending");
        let counts = notification::counts(&mut tx).await?;
        let counts: Vec<_> = counts.iter().map(|count| (count.state.as_str(), count.count)).collect();
        assert_eq!(counts, [("cancelled", 2), ("sending", 1)]);
    }

    async fn mails_are_told_by_recipient_and_state(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1), mail(2)]).await?;
        notification::cancel(&mut tx, &[id(2)], "precondition", at(NOON)).await?;
        let mut found = notification::addressed(&mut tx, MailTemplate::ArdisDsuMissing).await?;
        found.sort_by(|one, other| one.dedupe_key.cmp(&other.dedupe_key));
        let told: Vec<_> =
            found.iter().map(|mail| (&mail.dedupe_key, &mail.recipient, mail.state.as_str())).collect();
        let (one, two) = (mail(1), mail(2));
        assert_eq!(told, [(&one.dedupe_key, &one.recipient, "queued"), (&two.dedupe_key, &two.recipient, "cancelled")]);
        assert_eq!(notification::addressed(&mut tx, MailTemplate::ArsNewCase).await?, []);
    }

    async fn a_claim_whose_lease_is_over_is_queued_again_and_its_holder_fenced_out(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        claim(&mut tx, ME).await?;
        let over = at(NOON) + Duration::minutes(5);
        assert_eq!(notification::recover(&mut tx, over - Duration::seconds(1)).await?.requeued, 0);
        assert_eq!(notification::recover(&mut tx, over).await?.requeued, 1);
        assert_eq!(notification::start_sending(&mut tx, ME, &[(id(1), 1)]).await?, HashSet::new());
        assert_eq!(claim(&mut tx, ME).await?[0].attempt, 2);
        assert_eq!(notification::start_sending(&mut tx, ME, &[(id(1), 1)]).await?, HashSet::new());
    }

    async fn what_a_dead_holder_was_sending_is_never_sent_again_without_proof(store: &Store) {
        for (number, resolution, state) in [
            (1, Resolution::Uncertain, "uncertain"),
            (2, Resolution::Accepted, "accepted"),
            (3, Resolution::Queued, "queued"),
        ] {
            let mut tx = store.begin().await?;
            notification::insert(&mut tx, &[mail(number)]).await?;
            let claimed = sending(&mut tx, ME).await?;
            let recovered = notification::recover(&mut tx, at(NOON) + Duration::minutes(5)).await?;
            assert_eq!(recovered.requeued, 0);
            assert_eq!(recovered.doubtful.len(), 1);
            let found = recovered.doubtful[0];
            assert_eq!((found.id, found.attempt, found.owner), (id(number), 1, ME));
            assert_eq!(claim(&mut tx, OTHER).await?, []);
            let resolved = [(found, resolution)];
            assert_eq!(notification::resolve_doubtful(&mut tx, &resolved, at(NOON)).await?, 1);
            assert_eq!(notification::resolve_doubtful(&mut tx, &resolved, at(NOON)).await?, 0);
            assert_eq!(state_of(&mut tx, number).await?, state);
            let late = [settled(&claimed, Verdict::Accepted)];
            assert_eq!(notification::record(&mut tx, ME, &late, at(NOON)).await?, 0);
            tx.commit().await?;
        }
    }

    async fn the_only_process_takes_over_whatever_others_left(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        sending(&mut tx, OTHER).await?;
        notification::insert(&mut tx, &[mail(2)]).await?;
        claim(&mut tx, OTHER).await?;
        notification::insert(&mut tx, &[mail(3)]).await?;
        claim(&mut tx, ME).await?;
        let recovered = notification::recover_others(&mut tx, ME).await?;
        assert_eq!(recovered.requeued, 1);
        assert_eq!(recovered.doubtful.iter().map(|mail| mail.id).collect::<Vec<_>>(), [id(1)]);
        assert_eq!(state_of(&mut tx, 3).await?, "claimed");
    }

    async fn a_list_goes_page_by_page(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(3), mail(1), mail(2)]).await?;
        let first = notification::list(&mut tx, None, 2).await?;
        assert_eq!(first.iter().map(|row| row.id).collect::<Vec<_>>(), [id(1), id(2)]);
        let second = notification::list(&mut tx, Some(id(2)), 2).await?;
        assert_eq!(second.iter().map(|row| row.id).collect::<Vec<_>>(), [id(3)]);
        assert_eq!(second[0].due_at, at(NOON));
    }
}

#[tokio::test]
async fn two_transactions_on_postgres_claim_different_mails_without_waiting() -> anyhow::Result<()> {
    let (_database, store) = crate::world::postgres().await?;
    let mut tx = store.begin().await?;
    notification::insert(&mut tx, &[mail(1), mail(2), mail(3)]).await?;
    tx.commit().await?;
    let (mut mine, mut theirs) = (store.begin().await?, store.begin().await?);
    let until = at(NOON);
    let first = notification::claim(&mut mine, ME, at(NOON), until, 2).await?.mails;
    let rest = notification::claim(&mut theirs, OTHER, at(NOON), until, 100).await?.mails;
    assert_eq!(first.iter().map(|mail| mail.id).collect::<Vec<_>>(), [id(1), id(2)]);
    assert_eq!(rest.iter().map(|mail| mail.id).collect::<Vec<_>>(), [id(3)]);
    Ok(())
}
