// SPDX-License-Identifier: EUPL-1.2
//! Life of a message: outbox, inbox, suspicion, dead letters, occurrences, bookmarks.

use std::collections::HashSet;

use campanella_domain::identity_key::IdentityKey;
use campanella_store::{
    Store, bookmark,
    dead_letter::{self, DeadLetter, Settlement},
    inbox::{self, InboxRow, Outcome},
    installation,
    occurrence::{self, OccurrenceRow},
    outbox::{self, OutboxRow},
    suspicion,
};
use chrono::{Duration, NaiveDate};
use uuid::Uuid;

use crate::world::{at, id};

const NOW: &str = "2025-11-20T23:00:00Z";

fn message(number: u128) -> OutboxRow {
    OutboxRow {
        id: id(number),
        due_at: at(NOW) + Duration::seconds(30),
        queue: None,
        envelope: r#"{"type":"mail.requested"}"#.to_owned(),
    }
}

fn handled(number: u128) -> InboxRow {
    InboxRow {
        message_id: id(number),
        kind: "ars.student.at-risk".to_owned(),
        correlation_id: Some(id(100)),
        causation_id: None,
        written_at: Some(at(NOW)),
    }
}

fn letter(number: u128) -> DeadLetter {
    DeadLetter {
        id: id(number),
        worker: "registry".to_owned(),
        message_id: id(1000 + number),
        kind: "?".to_owned(),
        body: "not json".to_owned(),
        error: "the body cannot be read".to_owned(),
        fingerprint: "a1b2".to_owned(),
        attempts: 3,
        state: "open".to_owned(),
        died_at: at(NOW),
        settled_at: None,
        reason: None,
    }
}

fn fired(schedule: &str, civil: &str) -> OccurrenceRow {
    let civil = civil.parse().unwrap();
    OccurrenceRow {
        schedule: schedule.to_owned(),
        civil: occurrence::civil_key(civil),
        due_at: campanella_domain::civil::zone::instant_of(civil),
        state: "fired".to_owned(),
        reason: None,
        decided_at: at(NOW),
    }
}

fn ids(rows: &[OutboxRow]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

contract! {
    async fn an_outbox_row_is_born_claimed_and_taken_only_once_it_is_due(store: &Store) {
        let mut tx = store.begin().await?;
        let retry = OutboxRow { queue: Some("registry".to_owned()), ..message(1) };
        outbox::insert(&mut tx, &[message(2), retry.clone()]).await?;
        let born_until = at(NOW) + Duration::seconds(30);
        let stats = outbox::stats(&mut tx).await?;
        assert_eq!((stats.rows, stats.oldest_due_at), (2, Some(born_until)));
        let just_before = born_until - Duration::microseconds(1);
        assert_eq!(outbox::take_due(&mut tx, just_before, born_until, 10).await?, []);
        let until = born_until + Duration::minutes(1);
        let taken = outbox::take_due(&mut tx, born_until, until, 10).await?;
        assert_eq!(taken, [OutboxRow { due_at: until, ..retry }, OutboxRow { due_at: until, ..message(2) }]);
        let stats = outbox::stats(&mut tx).await?;
        assert_eq!((stats.oldest_due_at, stats.owed_since), (Some(until), Some(born_until)), "attempts move no age");
        let oldest = outbox::oldest(&mut tx).await?;
        assert_eq!((oldest.due_at, oldest.owed_since), (stats.oldest_due_at, stats.owed_since));
    }

    async fn a_taken_outbox_row_is_out_of_reach_until_its_time_comes_again(store: &Store) {
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, &[message(1), message(2), message(3)]).await?;
        let due = at(NOW) + Duration::seconds(30);
        let until = due + Duration::minutes(1);
        assert_eq!(ids(&outbox::take_due(&mut tx, due, until, 2).await?), [id(1), id(2)]);
        assert_eq!(ids(&outbox::take_due(&mut tx, due, until, 2).await?), [id(3)]);
        assert_eq!(outbox::take_due(&mut tx, due, until, 2).await?, []);
        assert_eq!(outbox::take_due(&mut tx, until, until + Duration::minutes(1), 10).await?.len(), 3);
    }

    async fn a_confirmed_message_leaves_the_outbox(store: &Store) {
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, &[message(1), message(2)]).await?;
        outbox::delete(&mut tx, &[id(1), id(9)]).await?;
        outbox::delete(&mut tx, &[]).await?;
        assert_eq!(outbox::stats(&mut tx).await?.rows, 1);
        outbox::delete(&mut tx, &[id(2)]).await?;
        let stats = outbox::stats(&mut tx).await?;
        assert_eq!((stats.rows, stats.oldest_due_at), (0, None));
    }

    async fn what_a_rolled_back_transaction_wrote_was_never_there(store: &Store) {
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, &[message(1)]).await?;
        tx.rollback().await?;
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, &[message(2)]).await?;
        drop(tx);
        assert_eq!(outbox::stats(&mut store.read().await?).await?.rows, 0);
    }

    async fn a_message_is_handled_once_by_each_worker(store: &Store) {
        let mut tx = store.begin().await?;
        let rows = [handled(1), handled(2)];
        let new = inbox::record(&mut tx, "registry", Outcome::Done, at(NOW), &rows).await?;
        assert_eq!(new, HashSet::from([id(1), id(2)]));
        let rows = [handled(2), handled(3)];
        assert_eq!(inbox::record(&mut tx, "registry", Outcome::Dead, at(NOW), &rows).await?, HashSet::from([id(3)]));
        let unreadable = InboxRow { correlation_id: None, written_at: None, ..handled(2) };
        let other = inbox::record(&mut tx, "cpi-assignment", Outcome::Retried, at(NOW), &[unreadable]).await?;
        assert_eq!(other, HashSet::from([id(2)]));
    }

    async fn the_inbox_forgets_what_is_old_enough_and_nothing_else(store: &Store) {
        let mut tx = store.begin().await?;
        let later = at(NOW) + Duration::days(90);
        let between = at(NOW) + Duration::days(1);
        inbox::record(&mut tx, "registry", Outcome::Done, between, &[handled(3)]).await?;
        inbox::record(&mut tx, "registry", Outcome::Done, at(NOW), &[handled(1)]).await?;
        inbox::record(&mut tx, "registry", Outcome::Done, later, &[handled(2)]).await?;
        assert_eq!(inbox::forget_before(&mut tx, later, 1).await?, 1, "a page");
        let again = inbox::record(&mut tx, "registry", Outcome::Done, between, &[handled(1), handled(3)]).await?;
        assert_eq!(again, HashSet::from([id(1)]), "the oldest first");
        assert_eq!(inbox::forget_before(&mut tx, later, 10).await?, 2);
        let again = inbox::record(&mut tx, "registry", Outcome::Done, later, &[handled(1), handled(2)]).await?;
        assert_eq!(again, HashSet::from([id(1)]));
    }

    async fn each_attempt_on_a_suspect_counts_until_it_is_forgotten(store: &Store) {
        let mut tx = store.begin().await?;
        assert_eq!(suspicion::count(&mut tx, "registry", id(1)).await?, 1);
        assert_eq!(suspicion::count(&mut tx, "registry", id(1)).await?, 2);
        assert_eq!(suspicion::count(&mut tx, "mailer", id(1)).await?, 1);
        suspicion::forget(&mut tx, "registry", id(1)).await?;
        assert_eq!(suspicion::count(&mut tx, "registry", id(1)).await?, 1);
        assert_eq!(suspicion::count(&mut tx, "mailer", id(1)).await?, 2);
    }

    async fn a_dead_letter_waits_for_one_decision(store: &Store) {
        let mut tx = store.begin().await?;
        dead_letter::insert(&mut tx, &letter(1)).await?;
        dead_letter::insert(&mut tx, &DeadLetter { id: id(2), ..letter(1) }).await?;
        dead_letter::insert(&mut tx, &letter(3)).await?;
        assert_eq!(dead_letter::list(&mut tx, false).await?, [letter(1), letter(3)]);
        assert_eq!(dead_letter::open_count(&mut tx).await?, 2);
        let later = at(NOW) + Duration::hours(1);
        let discarded = Settlement::Discarded("prova");
        assert_eq!(dead_letter::settle(&mut tx, &[id(1)], discarded, later).await?, 1);
        assert_eq!(dead_letter::settle(&mut tx, &[id(1), id(3)], Settlement::Retried, later).await?, 1);
        assert_eq!(dead_letter::list(&mut tx, false).await?, []);
        assert_eq!(dead_letter::open_count(&mut tx).await?, 0);
        assert_eq!(dead_letter::list(&mut tx, true).await?.len(), 2);
        let found = dead_letter::between(&mut tx, id(1), id(1), 2).await?;
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((found.state.as_str(), found.reason.as_deref()), ("discarded", Some("prova")));
        assert_eq!(found.settled_at, Some(later));
        assert_eq!(dead_letter::between(&mut tx, id(2), id(2), 1).await?, []);
    }

    async fn dead_letters_are_alike_by_worker_and_error_and_only_open_ones_are_taken(store: &Store) {
        let mut tx = store.begin().await?;
        let elsewhere = DeadLetter { worker: "mailer".to_owned(), ..letter(4) };
        let otherwise = DeadLetter { fingerprint: "c3d4".to_owned(), ..letter(5) };
        let older = DeadLetter { died_at: at(NOW) - Duration::hours(1), ..letter(6) };
        for letter in [letter(1), letter(2), letter(3), elsewhere, otherwise, older.clone()] {
            dead_letter::insert(&mut tx, &letter).await?;
        }
        dead_letter::settle(&mut tx, &[id(2)], Settlement::Retried, at(NOW)).await?;
        assert_eq!(dead_letter::open_alike(&mut tx, "registry", "a1b2").await?, [id(6), id(1), id(3)]);
        assert_eq!(dead_letter::take_open(&mut tx, &[id(6), id(2), id(1)]).await?, [letter(1), older]);
        assert_eq!(dead_letter::take_open(&mut tx, &[]).await?, []);
        let alike: Vec<_> = dead_letter::between(&mut tx, id(2), id(5), 2).await?;
        assert_eq!(alike.iter().map(|letter| letter.id).collect::<Vec<_>>(), [id(2), id(3)]);
    }

    async fn each_civil_time_of_a_schedule_happens_once(store: &Store) {
        let mut tx = store.begin().await?;
        let term = fired("ardis-dsu-term", "2025-11-21T00:00:00");
        let reminder = fired("dsu-missing", "2025-11-13T09:00:00");
        let new = occurrence::record(&mut tx, &[term.clone(), reminder.clone()]).await?;
        assert_eq!(new, [reminder.clone(), term.clone()]);
        let later = fired("dsu-missing", "2025-11-18T09:00:00");
        let new = occurrence::record(&mut tx, &[term.clone(), later.clone()]).await?;
        assert_eq!(new, std::slice::from_ref(&later));
        assert_eq!(occurrence::record(&mut tx, &[]).await?, []);
        let mut newest = occurrence::newest(&mut tx).await?;
        newest.sort();
        assert_eq!(newest, [
            ("ardis-dsu-term".to_owned(), "2025-11-21T00:00:00".to_owned()),
            ("dsu-missing".to_owned(), "2025-11-18T09:00:00".to_owned()),
        ]);
        assert_eq!(occurrence::list(&mut tx).await?, [reminder, later, term]);
    }

    async fn a_bookmark_keeps_its_last_value(store: &Store) {
        let mut tx = store.begin().await?;
        assert_eq!(bookmark::get(&mut tx, "position").await?, None);
        bookmark::set(&mut tx, "position", "1").await?;
        bookmark::set(&mut tx, "position", "2").await?;
        assert_eq!(bookmark::get(&mut tx, "position").await?.as_deref(), Some("2"));
    }

    async fn a_reader_sees_one_snapshot_and_cannot_write(store: &Store) {
        let mut reader = store.read().await?;
        assert_eq!(outbox::stats(&mut reader).await?.rows, 0);
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, &[message(1)]).await?;
        tx.commit().await?;
        assert_eq!(outbox::stats(&mut reader).await?.rows, 0);
        drop(reader);
        let mut reader = store.read().await?;
        assert_eq!(outbox::stats(&mut reader).await?.rows, 1);
        assert!(bookmark::set(&mut reader, "position", "1").await.is_err());
    }

    async fn a_time_finer_than_a_microsecond_is_cut_the_same_way_everywhere(store: &Store) {
        let mut tx = store.begin().await?;
        let fine = at("2025-11-20T22:59:59.123456789Z");
        outbox::insert(&mut tx, &[OutboxRow { due_at: fine, ..message(1) }]).await?;
        assert_eq!(outbox::stats(&mut tx).await?.oldest_due_at, Some(at("2025-11-20T22:59:59.123456Z")));
        assert_eq!(outbox::take_due(&mut tx, at(NOW), fine, 1).await?[0].due_at, at("2025-11-20T22:59:59.123456Z"));
    }

    async fn the_first_key_drawn_is_the_installations_for_good(store: &Store) {
        let mut tx = store.begin().await?;
        let (first, second) = (IdentityKey::new([1; 32]), IdentityKey::new([2; 32]));
        assert_eq!(installation::known_identity_key(&mut tx).await?, None);
        assert_eq!(installation::identity_key(&mut tx, &first).await?, first);
        tx.commit().await?;
        let mut tx = store.begin().await?;
        assert_eq!(installation::identity_key(&mut tx, &second).await?, first);
        assert_eq!(installation::known_identity_key(&mut tx).await?, Some(first));
    }

    async fn a_stored_civil_time_sorts_as_time_does(_store: &Store) {
        let day = |day| NaiveDate::from_ymd_opt(2025, 10, day).unwrap().and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(occurrence::civil_key(day(6)), "2025-10-06T02:30:00");
        assert!(occurrence::civil_key(day(6)) < occurrence::civil_key(day(26)));
    }
}

#[tokio::test]
async fn on_postgres_two_relays_take_different_rows_without_waiting() -> anyhow::Result<()> {
    let (_database, store) = crate::world::postgres().await?;
    let mut tx = store.begin().await?;
    outbox::insert(&mut tx, &[message(1), message(2), message(3)]).await?;
    tx.commit().await?;
    let due = at(NOW) + Duration::seconds(30);
    let (mut mine, mut theirs) = (store.begin().await?, store.begin().await?);
    assert_eq!(ids(&outbox::take_due(&mut mine, due, due, 2).await?), [id(1), id(2)]);
    assert_eq!(ids(&outbox::take_due(&mut theirs, due, due, 10).await?), [id(3)]);
    Ok(())
}
