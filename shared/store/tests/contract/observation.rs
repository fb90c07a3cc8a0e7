// SPDX-License-Identifier: EUPL-1.2
//! Observations on provisional lists, and the final list that follows.

use std::collections::HashSet;

use campanella_domain::{
    ardis::{Cause, Channel, ObservationFlag, Outcome},
    civil::term::Term,
    identity::{Money, Redacted},
};
use campanella_store::{
    Store, StoreError, Tx,
    ardis::{
        application,
        decision::{self, NewDecision, Origin},
        observation::{self, Answer, NewObservation, NotReopened},
        published_list::{self, ListKind, Publication, PublishedList},
    },
};
use uuid::Uuid;

use crate::{
    ardis::{applications, list, proposal},
    world::{at, execute, id},
};

fn an_observation(own: u128, number: u128) -> NewObservation {
    NewObservation {
        id: id(own),
        application: id(number),
        list: Some(id(99)),
        received_at: at("2026-04-20T08:00:00.5Z"),
        channel: Channel::Pec,
        reference: Some(Redacted::new("PROT-2026-0042".to_owned())),
        flags: vec![ObservationFlag::NotOnline],
        recorded_at: at("2026-04-20T09:00:00Z"),
    }
}

fn an_answer(accepted: bool) -> Answer {
    Answer {
        answered_at: at("2026-05-04T10:00:00Z"),
        accepted,
        officer: Redacted::new("la funzionaria".to_owned()),
        motivation: Redacted::new("La DSU è stata sottoscritta in tempo.".to_owned()),
    }
}

/// Three applications: excluded, admitted, excluded; the list says so.
async fn published(tx: &mut Tx) -> anyhow::Result<()> {
    applications(tx, 1..=3).await?;
    decision::append(
        tx,
        &[
            proposal(10, 1, Outcome::Excluded, &[Cause::E02])?,
            proposal(20, 2, Outcome::Admitted, &[])?,
            proposal(30, 3, Outcome::Excluded, &[Cause::E03])?,
        ],
    )
    .await?;
    assert_eq!(published_list::publish(tx, &list(99)).await?, Publication::Published { entries: 3 });
    Ok(())
}

/// The accepted observations without effect.
async fn without_effect(tx: &mut Tx) -> anyhow::Result<Vec<Uuid>> {
    let mut found = observation::not_reopened(tx).await?;
    found.retain(NotReopened::is_without_effect);
    Ok(found.into_iter().map(|one| one.observation).collect())
}

fn final_list() -> PublishedList {
    PublishedList {
        kind: ListKind::Final,
        observations: None,
        published_at: at("2026-05-20T08:00:00Z"),
        funds: Some(Money::from_cents(100_000)),
        ..list(100)
    }
}

contract! {
    async fn ard_080_an_observation_is_kept_once_and_as_it_came(store: &Store) {
        let mut tx = store.begin().await?;
        published(&mut tx).await?;
        let new = an_observation(50, 1);
        assert!(observation::insert(&mut tx, &new).await?);
        let again = NewObservation { flags: Vec::new(), ..new.clone() };
        assert!(!observation::insert(&mut tx, &again).await?);
        let found = observation::find(&mut tx, id(50)).await?.unwrap();
        assert_eq!((&found.recorded, found.instance_number, &found.answer), (&new, "2025-000001".parse()?, &None));
        let unlisted = NewObservation { list: None, reference: None, received_at: at("2026-04-01T08:00:00Z"), ..an_observation(51, 2) };
        assert!(observation::insert(&mut tx, &unlisted).await?);
        let all = observation::all(&mut tx).await?;
        assert_eq!(all.iter().map(|one| one.recorded.id).collect::<Vec<_>>(), [id(51), id(50)]);
        assert_eq!(observation::of_application(&mut tx, id(1)).await?, [found]);
        let heard = observation::applications_heard(&mut tx, id(99), &[id(1), id(2), id(3)]).await?;
        assert_eq!(heard, HashSet::from([id(1)]));
        assert_eq!(observation::find(&mut tx, id(52)).await?, None);
    }

    async fn an_observation_about_an_unknown_application_is_refused(store: &Store) {
        let mut tx = store.begin().await?;
        let refused = observation::insert(&mut tx, &an_observation(50, 7)).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    }

    async fn ard_082_the_list_that_was_out_tells_outcome_and_term(store: &Store) {
        let mut tx = store.begin().await?;
        published(&mut tx).await?;
        let observed = observation::observed(&mut tx, id(1), at("2026-04-15T08:00:00Z")).await?;
        let (found, entry) = observed.unwrap();
        assert_eq!((found, entry.outcome, Some(entry.term)), (id(99), Outcome::Excluded, list(99).observations));
        assert_eq!(observation::observed(&mut tx, id(1), at("2026-04-15T07:59:59Z")).await?, None);
        // A later provisional list takes its place, a final one does not.
        let second = PublishedList { published_at: at("2026-04-22T08:00:00Z"), ..list(98) };
        published_list::publish(&mut tx, &second).await?;
        published_list::publish(&mut tx, &final_list()).await?;
        for (instant, expected) in [("2026-04-21T08:00:00Z", id(99)), ("2026-06-01T08:00:00Z", id(98))] {
            let observed = observation::observed(&mut tx, id(1), at(instant)).await?;
            assert_eq!(observed.map(|(list, _)| list), Some(expected));
        }
    }

    async fn ard_083_the_latest_term_that_was_told_counts_for_who_objects(store: &Store) {
        let mut tx = store.begin().await?;
        published(&mut tx).await?;
        let earlier = Term::end_of_day("2026-04-23".parse()?);
        let second = PublishedList { published_at: at("2026-04-22T08:00:00Z"), observations: Some(earlier), ..list(98) };
        published_list::publish(&mut tx, &second).await?;
        let observed = observation::observed(&mut tx, id(1), at("2026-04-24T08:00:00Z")).await?;
        let (found, entry) = observed.unwrap();
        assert_eq!((found, Some(entry.term)), (id(98), list(99).observations));
    }

    async fn ard_087_an_observation_is_answered_once_with_a_motivation_that_stays(store: &Store) {
        let mut tx = store.begin().await?;
        published(&mut tx).await?;
        observation::insert(&mut tx, &an_observation(50, 1)).await?;
        observation::insert(&mut tx, &an_observation(51, 3)).await?;
        assert_eq!(observation::unanswered(&mut tx).await?, ["2025-000001".parse()?, "2025-000003".parse()?]);
        assert_eq!(observation::not_reopened(&mut tx).await?, []);
        assert!(observation::answer(&mut tx, id(50), &an_answer(true)).await?);
        assert!(!observation::answer(&mut tx, id(50), &an_answer(false)).await?);
        assert!(!observation::answer(&mut tx, id(52), &an_answer(false)).await?);
        assert_eq!(observation::find(&mut tx, id(50)).await?.unwrap().answer, Some(an_answer(true)));
        // Accepted, and still excluded by the very decision that was published.
        assert_eq!(observation::unanswered(&mut tx).await?, ["2025-000003".parse()?]);
        assert_eq!(without_effect(&mut tx).await?, [id(50)]);
        assert!(observation::answer(&mut tx, id(51), &an_answer(false)).await?);
        decision::append(&mut tx, &[proposal(11, 1, Outcome::Admitted, &[])?]).await?;
        assert_eq!(observation::unanswered(&mut tx).await?, []);
        assert!(without_effect(&mut tx).await?.is_empty());
    }

    async fn ard_080_a_workers_proposal_alone_gives_no_effect_to_an_accepted_observation(store: &Store) {
        let mut tx = store.begin().await?;
        published(&mut tx).await?;
        // One on the list, one that came before any list was out.
        let unlisted = NewObservation { list: None, ..an_observation(51, 3) };
        for new in [an_observation(50, 1), unlisted] {
            observation::insert(&mut tx, &new).await?;
            assert!(observation::answer(&mut tx, new.id, &an_answer(true)).await?);
        }
        let anew = [proposal(11, 1, Outcome::Excluded, &[Cause::E03])?, proposal(31, 3, Outcome::Excluded, &[Cause::E02])?];
        decision::append(&mut tx, &anew).await?;
        assert_eq!(without_effect(&mut tx).await?, [id(50), id(51)]);
        // Only an officer says that it stays so.
        for (own, number) in [(12, 1), (32, 3)] {
            let officer = Origin::Officer {
                officer: Redacted::new("la funzionaria".to_owned()),
                motivation: Redacted::new("Resta esclusa.".to_owned()),
            };
            let word = NewDecision {
                origin: officer,
                decided_at: at("2026-05-05T10:00:00Z"),
                ..proposal(own, number, Outcome::Excluded, &[Cause::E03])?
            };
            decision::append(&mut tx, &[word]).await?;
        }
        assert!(without_effect(&mut tx).await?.is_empty());
    }

    async fn ard_086_a_final_list_has_no_term_and_tells_funds_and_amounts(store: &Store) {
        let mut tx = store.begin().await?;
        published(&mut tx).await?;
        published_list::publish(&mut tx, &final_list()).await?;
        assert_eq!(published_list::find(&mut tx, id(100)).await?, Some(final_list()));
        published_list::set_amounts(&mut tx, id(100), &[(id(2), Money::from_cents(99_999))]).await?;
        let amounts = async |tx: &mut Tx, list: Uuid| -> anyhow::Result<Vec<Option<Money>>> {
            Ok(published_list::entries(tx, list, None, 9).await?.into_iter().map(|entry| entry.amount).collect())
        };
        assert_eq!(amounts(&mut tx, id(100)).await?, [None, Some(Money::from_cents(99_999)), None]);
        assert_eq!(amounts(&mut tx, id(99)).await?, [None, None, None]);
        let counts = published_list::counts(&mut tx, id(100)).await?;
        assert_eq!((counts.admitted, counts.excluded, counts.by_cause[&Cause::E03]), (1, 2, 1));
    }

    async fn ard_083_who_set_a_different_term_stays_on_record(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=1).await?;
        decision::append(&mut tx, &[proposal(10, 1, Outcome::Excluded, &[Cause::E02])?]).await?;
        let set = PublishedList { observations_set_by: Some(Redacted::new("m.rossi".to_owned())), ..list(99) };
        published_list::publish(&mut tx, &set).await?;
        assert_eq!(published_list::all(&mut tx).await?, [set]);
    }

    async fn applications_are_listed_by_their_numbers_as_numbers(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=3).await?;
        let mut long = crate::ardis::application(4);
        long.application.instance_number = "2025-1000000".parse()?;
        let mut older = crate::ardis::application(5);
        older.application.instance_number = "2024-000009".parse()?;
        application::insert(&mut tx, &[long, older]).await?;
        let numbers = application::by_number(&mut tx).await?;
        assert_eq!(numbers.iter().map(|(_, id)| *id).collect::<Vec<_>>(), [id(5), id(1), id(2), id(3), id(4)]);
    }

    async fn ard_061_what_came_by_another_way_is_no_second_application_beside_one_of_the_portal(store: &Store) {
        let mut tx = store.begin().await?;
        let by = |number, channel| {
            let mut new = crate::ardis::application(number);
            new.application.student = crate::ardis::application(1).application.student;
            new.application.channel = channel;
            new
        };
        let all = [id(1), id(2), id(3)];
        application::insert(&mut tx, &[by(1, Channel::Paper), by(2, Channel::Online)]).await?;
        for facts in [application::facts(&mut tx, &all).await?, application::facts_from_submission(&mut tx, &all).await?] {
            assert!(facts.values().all(|facts| facts.duplicate_since.is_none()));
        }
        application::insert(&mut tx, &[by(3, Channel::Online)]).await?;
        for facts in [application::facts(&mut tx, &all).await?, application::facts_from_submission(&mut tx, &all).await?] {
            assert_eq!(all.map(|id| facts[&id].duplicate_since.is_some()), [false, true, true]);
        }
    }

    async fn ard_036_a_preview_knows_a_second_application_from_its_submission(store: &Store) {
        let mut tx = store.begin().await?;
        let first = crate::ardis::application(1);
        let mut second = crate::ardis::application(2);
        second.application.student = first.application.student.clone();
        second.recorded_at = at("2026-03-01T08:00:00Z");
        application::insert(&mut tx, &[first, second.clone()]).await?;
        let recorded = application::facts(&mut tx, &[id(1)]).await?;
        assert_eq!(recorded[&id(1)].duplicate_since, Some(second.recorded_at));
        let submitted = application::facts_from_submission(&mut tx, &[id(1)]).await?;
        assert_eq!(submitted[&id(1)].duplicate_since, Some(second.application.submitted_at));
    }
}

#[tokio::test]
async fn ard_070_on_postgres_nobody_writes_a_fact_a_word_or_an_observation_while_a_list_is_published()
-> anyhow::Result<()> {
    const WRITES: [&str; 5] = [
        "LOCK TABLE application IN ROW SHARE MODE NOWAIT",
        "LOCK TABLE attestation IN ROW EXCLUSIVE MODE NOWAIT",
        "LOCK TABLE self_certification IN ROW EXCLUSIVE MODE NOWAIT",
        "LOCK TABLE decision IN ROW EXCLUSIVE MODE NOWAIT",
        "LOCK TABLE observation IN ROW EXCLUSIVE MODE NOWAIT",
    ];
    let (_database, store) = crate::world::postgres().await?;
    let mut publishing = store.begin().await?;
    published_list::hold_still(&mut publishing).await?;
    for write in WRITES {
        assert!(execute(&mut store.begin().await?, write).await.is_err(), "{write}");
    }
    publishing.commit().await?;
    for write in WRITES {
        execute(&mut store.begin().await?, write).await?;
    }
    Ok(())
}
