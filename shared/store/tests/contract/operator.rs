// SPDX-License-Identifier: EUPL-1.2
//! What an operator finds of the mails and decides about them.

use campanella_store::{
    Store, Tx,
    notification::{self, NewNotification, Search, Verdict},
};
use chrono::Duration;
use uuid::Uuid;

use crate::{
    notification::{mail, sending, settled, state_of},
    world::{at, id},
};

const NOON: &str = "2025-11-13T11:00:00Z";
const ME: Uuid = Uuid::from_u128(0xa);

/// Queues the mail and brings it to an end.
async fn ended(tx: &mut Tx, new: NewNotification, verdict: Verdict) -> anyhow::Result<()> {
    notification::insert(tx, &[new]).await?;
    let claimed = sending(tx, ME).await?;
    notification::record(tx, ME, &[settled(&claimed, verdict)], at(NOON)).await?;
    Ok(())
}

contract! {
    async fn mails_are_found_newest_first_by_state_template_and_subject(store: &Store) {
        let mut tx = store.begin().await?;
        let older = NewNotification { created_at: at(NOON) - Duration::days(1), ..mail(3) };
        let about = NewNotification { subject_id: Some(id(77)), ..mail(2) };
        notification::insert(&mut tx, &[mail(1), older, about]).await?;
        notification::cancel(&mut tx, &[id(1)], "precondition", at(NOON)).await?;
        let all = notification::search(&mut tx, Search::default(), 10).await?;
        assert_eq!(all.iter().map(|mail| mail.id).collect::<Vec<_>>(), [id(2), id(1), id(3)]);
        assert_eq!(all[0].recipient.expose(), "famiglia2@posta.example");
        assert_eq!(notification::search(&mut tx, Search::default(), 1).await?.len(), 1);
        for (search, found) in [
            (Search { state: Some("cancelled"), ..Search::default() }, vec![id(1)]),
            (Search { subject: Some(id(77)), ..Search::default() }, vec![id(2)]),
            (Search { template: Some("ars-new-case"), ..Search::default() }, vec![]),
        ] {
            let rows = notification::search(&mut tx, search, 10).await?;
            assert_eq!(rows.iter().map(|mail| mail.id).collect::<Vec<_>>(), found);
            let counts = notification::search_counts(&mut tx, search).await?;
            assert_eq!(counts.iter().map(|count| count.count).sum::<i64>(), i64::try_from(found.len())?);
        }
        let between = notification::between(&mut tx, id(1), id(2), 10).await?;
        assert_eq!(between.iter().map(|mail| mail.id).collect::<Vec<_>>(), [id(1), id(2)]);
        assert!(between[0].text.is_none());
    }

    async fn only_what_was_refused_or_is_uncertain_is_queued_anew_and_only_in_time(store: &Store) {
        let mut tx = store.begin().await?;
        let late = NewNotification { not_after: Some(at(NOON) + Duration::hours(1)), ..mail(4) };
        ended(&mut tx, mail(1), Verdict::Refused).await?;
        ended(&mut tx, mail(2), Verdict::Uncertain).await?;
        ended(&mut tx, mail(3), Verdict::Accepted).await?;
        ended(&mut tx, late, Verdict::Refused).await?;
        let later = at(NOON) + Duration::hours(1);
        for (number, expected) in [(1, true), (2, true), (3, false), (4, false), (5, false)] {
            assert_eq!(notification::retry(&mut tx, id(number), later).await?, expected, "{number}");
        }
        assert_eq!(state_of(&mut tx, 1).await?, "queued");
        let again = notification::claim(&mut tx, ME, later, later, 10).await?.mails;
        // The fence goes on; what may still be tried is counted from here.
        let told: Vec<_> = again.iter().map(|mail| (mail.id, mail.attempt, mail.attempts_before)).collect();
        assert_eq!(told, [(id(1), 2, 1), (id(2), 2, 1)]);
    }

    async fn all_that_were_refused_are_queued_anew_at_once_if_it_is_not_too_late(store: &Store) {
        let mut tx = store.begin().await?;
        let late = NewNotification { not_after: Some(at(NOON) + Duration::hours(1)), ..mail(4) };
        for (new, verdict) in [
            (mail(1), Verdict::Refused),
            (mail(2), Verdict::Uncertain),
            (mail(3), Verdict::Refused),
            (late, Verdict::Refused),
        ] {
            ended(&mut tx, new, verdict).await?;
        }
        let later = at(NOON) + Duration::hours(1);
        let after = Some(at(NOON) + Duration::microseconds(1));
        assert!(notification::retry_refused(&mut tx, after, later).await?.is_empty(), "refused before");
        assert_eq!(notification::refused_too_late(&mut tx, after, later).await?, 0);
        assert_eq!(notification::refused_too_late(&mut tx, Some(at(NOON)), later).await?, 1);
        assert_eq!(notification::refused_too_late(&mut tx, None, later).await?, 1);
        let mut queued = notification::retry_refused(&mut tx, Some(at(NOON)), later).await?;
        queued.sort();
        assert_eq!(queued, [id(1), id(3)]);
        assert_eq!((state_of(&mut tx, 2).await?, state_of(&mut tx, 4).await?), ("uncertain".into(), "refused".into()));
        let again = notification::claim(&mut tx, ME, later, later, 10).await?.mails;
        assert_eq!(again.iter().map(|mail| (mail.attempt, mail.attempts_before)).collect::<Vec<_>>(), [(2, 1), (2, 1)]);
        assert!(notification::retry_refused(&mut tx, None, later).await?.is_empty());
    }

    async fn ard_090_what_was_refused_or_is_uncertain_goes_to_the_new_address_when_it_is_retried(store: &Store) {
        let mut tx = store.begin().await?;
        let about = |number| NewNotification { subject_id: Some(id(77)), ..mail(number) };
        ended(&mut tx, about(1), Verdict::Refused).await?;
        ended(&mut tx, about(2), Verdict::Uncertain).await?;
        ended(&mut tx, about(3), Verdict::Accepted).await?;
        let new = "nuova@posta.example".parse()?;
        assert_eq!(notification::redirect(&mut tx, id(77), &new).await?, 2);
        assert_eq!(state_of(&mut tx, 1).await?, "refused");
        for number in 1..=2 {
            assert!(notification::retry(&mut tx, id(number), at(NOON)).await?);
        }
        let claimed = notification::claim(&mut tx, ME, at(NOON), at(NOON), 10).await?.mails;
        assert_eq!(claimed.iter().map(|mail| mail.recipient.clone()).collect::<Vec<_>>(), [new.clone(), new]);
        // Where it went stays on record.
        let sent = notification::between(&mut tx, id(3), id(3), 1).await?.remove(0);
        assert_eq!(sent.recipient.expose(), "famiglia3@posta.example");
    }

    async fn ard_090_whoever_held_a_mail_when_the_address_changed_does_not_send_it_to_the_old_one(store: &Store) {
        let mut tx = store.begin().await?;
        let (mine, others) = (ME, Uuid::from_u128(0xb));
        notification::insert(&mut tx, &[NewNotification { subject_id: Some(id(77)), ..mail(1) }]).await?;
        let held = notification::claim(&mut tx, mine, at(NOON), at(NOON), 10).await?.mails.remove(0);
        let new = "nuova@posta.example".parse()?;
        assert_eq!(notification::redirect(&mut tx, id(77), &new).await?, 1);
        assert!(notification::start_sending(&mut tx, mine, &[(held.id, held.attempt)]).await?.is_empty());
        let again = notification::claim(&mut tx, others, at(NOON), at(NOON), 10).await?.mails.remove(0);
        assert_eq!((again.attempt, &again.recipient), (2, &new));
        // What is on its way goes where it was to go; put off, it goes to the address in force.
        notification::start_sending(&mut tx, others, &[(again.id, again.attempt)]).await?;
        let newest = "ultima@posta.example".parse()?;
        assert_eq!(notification::redirect(&mut tx, id(77), &newest).await?, 1);
        let put_off = settled(&again, Verdict::Deferred(at(NOON)));
        assert_eq!(notification::record(&mut tx, others, &[put_off], at(NOON)).await?, 1);
        let last = notification::claim(&mut tx, mine, at(NOON), at(NOON), 10).await?.mails.remove(0);
        assert_eq!(last.recipient, newest);
    }

    async fn what_is_doubted_is_sent_by_nobody_until_a_person_says_so(store: &Store) {
        let mut tx = store.begin().await?;
        ended(&mut tx, mail(1), Verdict::Accepted).await?;
        ended(&mut tx, mail(2), Verdict::Deferred(at(NOON))).await?;
        notification::insert(&mut tx, &[mail(3)]).await?;
        let held = sending(&mut tx, ME).await?;
        notification::insert(&mut tx, &[mail(4)]).await?;
        assert_eq!(notification::doubt(&mut tx, "ripristino", at(NOON)).await?, 3);
        assert_eq!(notification::doubt(&mut tx, "ripristino", at(NOON)).await?, 0);
        assert_eq!(state_of(&mut tx, 1).await?, "accepted");
        assert_eq!(notification::claim(&mut tx, ME, at(NOON), at(NOON), 10).await?.mails, []);
        assert_eq!(notification::recover_others(&mut tx, Uuid::from_u128(0xb)).await?.doubtful, []);
        // Whoever had it in hand says nothing about it any more.
        assert_eq!(notification::record(&mut tx, ME, &[settled(&held, Verdict::Accepted)], at(NOON)).await?, 0);
        assert!(notification::retry(&mut tx, held.id, at(NOON)).await?);
        assert_eq!(notification::claim(&mut tx, ME, at(NOON), at(NOON), 10).await?.mails.len(), 1);
    }

    async fn only_an_uncertain_mail_is_taken_as_accepted(store: &Store) {
        let mut tx = store.begin().await?;
        ended(&mut tx, mail(1), Verdict::Uncertain).await?;
        ended(&mut tx, mail(2), Verdict::Refused).await?;
        assert!(notification::confirm(&mut tx, id(1), "log del relay", at(NOON)).await?);
        assert!(!notification::confirm(&mut tx, id(1), "ancora", at(NOON)).await?);
        assert!(!notification::confirm(&mut tx, id(2), "log del relay", at(NOON)).await?);
        let found = notification::between(&mut tx, id(1), id(1), 1).await?.remove(0);
        assert_eq!((found.state.as_str(), found.answer.as_deref()), ("accepted", Some("log del relay")));
    }
}
