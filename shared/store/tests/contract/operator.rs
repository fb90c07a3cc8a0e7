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
        assert_eq!(again.iter().map(|mail| (mail.id, mail.attempt)).collect::<Vec<_>>(), [(id(1), 2), (id(2), 2)]);
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
