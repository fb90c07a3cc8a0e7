// SPDX-License-Identifier: EUPL-1.2
//! The sweeps at the two terms, and facts learned after them.

use anyhow::{Context as _, Result};
use campanella_domain::ardis::{Annotation, Cause, CheckOutcome, Evaluation, IdentityDocument, Outcome};
use campanella_messages::{ArdisApplicationRecorded, ArdisIseeRecorded, ArdisTermReached};
use campanella_runtime::Failure;
use campanella_store::ardis::{
    decision::{self, NewDecision},
    review,
};

use crate::{
    family::{admitted_by_officer, annotated, application, attestation, conforming, form, id},
    lists::{APRIL, LIST, published},
    world::{World, rome},
};

const AFTER_THE_DSU_TERM: &str = "2025-11-21T00:00:00";
const AFTER_THE_REGULARISATION: &str = "2025-12-19T00:00:00";

fn reached(term: &str) -> ArdisTermReached {
    ArdisTermReached { term: term.to_owned(), after: None }
}

#[tokio::test]
async fn ard_056_without_a_dsu_at_the_term_e02_is_proposed_once() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2)]).await?;
    world.attest(&[conforming(2)]).await?;
    for _twice in 0..2 {
        world.tell(&reached("dsu"), AFTER_THE_DSU_TERM).await?;
    }
    let (without, with) = (world.newest(id(1)).await?, world.newest(id(2)).await?);
    assert_eq!((without.outcome, without.causes, without.revision), (Outcome::Excluded, vec![Cause::E02], 1));
    assert_eq!((with.outcome, with.revision), (Outcome::Admitted, 1));
    Ok(())
}

#[tokio::test]
async fn ard_056_a_dsu_signed_in_time_and_learned_later_revises_the_proposal() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.tell(&reached("dsu"), AFTER_THE_DSU_TERM).await?;
    world
        .attest(&[attestation(1, 1, "2025-11-20T23:59:59", "2025-11-27T10:00:00", Annotation::None)])
        .await?;
    world.tell(&ArdisIseeRecorded { application: id(1) }, "2025-11-28T12:00:00").await?;
    let newest = world.newest(id(1)).await?;
    assert_eq!((newest.outcome, newest.revision), (Outcome::Admitted, 2));
    Ok(())
}

#[tokio::test]
async fn ard_020_regularised_in_the_last_second_and_learned_the_day_after_counts() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    world.tell(&reached("regularisation"), AFTER_THE_REGULARISATION).await?;
    assert_eq!(world.newest(id(1)).await?.causes, [Cause::E03]);
    world
        .attest(&[attestation(1, 2, "2025-12-10T10:00:00", "2025-12-18T23:59:59", Annotation::None)])
        .await?;
    world.tell(&ArdisIseeRecorded { application: id(1) }, "2025-12-20T06:00:00").await?;
    assert_eq!(world.newest(id(1)).await?.outcome, Outcome::Admitted);
    Ok(())
}

#[tokio::test]
async fn ard_020_a_sweep_told_by_a_clock_that_is_ahead_is_tried_again_until_the_term_has_passed() -> Result<()>
{
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    for (term, just_before, passed) in [
        ("dsu", "2025-11-20T23:59:59.980", AFTER_THE_DSU_TERM),
        ("regularisation", "2025-12-18T23:59:59.980", AFTER_THE_REGULARISATION),
    ] {
        let early = world.tell(&reached(term), just_before).await.err().context("too early")?;
        assert!(matches!(early.downcast_ref(), Some(Failure::Retry(_))), "{early:?}");
        world.work_off(passed).await?;
        assert_eq!(world.newest(id(1)).await?.term, term);
    }
    assert_eq!(world.newest(id(1)).await?.causes, [Cause::E03]);
    let unknown =
        world.tell(&reached("march_15"), AFTER_THE_REGULARISATION).await.err().context("unknown")?;
    assert!(matches!(unknown.downcast_ref(), Some(Failure::Permanent(_))), "{unknown:?}");
    Ok(())
}

#[tokio::test]
async fn ard_020_a_fact_recorded_by_a_host_whose_clock_is_ahead_revises_the_proposal() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    world.tell(&reached("regularisation"), AFTER_THE_REGULARISATION).await?;
    let regularised = attestation(1, 2, "2025-12-10T10:00:00", "2025-12-18T10:00:00", Annotation::None);
    assert_eq!(regularised.attestation.available_at, rome("2025-12-19T10:00:00"));
    world.attest(&[regularised]).await?;
    let recorded = ArdisIseeRecorded { application: id(1) };
    world.tell_between(&recorded, "2025-12-19T10:00:00", "2025-12-19T09:59:59").await?;
    assert_eq!(world.newest(id(1)).await?.outcome, Outcome::Admitted);
    Ok(())
}

#[tokio::test]
async fn ard_020_what_becomes_known_to_a_clock_behind_the_term_is_decided_at_the_next_one_or_for_a_list()
-> Result<()> {
    for by_a_list in [false, true] {
        let world = World::new().await?;
        world.apply(&[application(1)]).await?;
        world.tell(&reached("dsu"), AFTER_THE_DSU_TERM).await?;
        // The sweep is over, and the clock of the host that handles the next one was set back an hour.
        world.apply(&[application(2)]).await?;
        world.tell(&ArdisApplicationRecorded { application: id(2) }, "2025-11-20T23:30:00").await?;
        assert!(world.newest(id(2)).await.is_err(), "by that clock the term has not passed");
        assert_eq!(world.newest(id(1)).await?.causes, [Cause::E02], "what is decided stays");
        world
            .attest(&[attestation(2, 1, "2025-11-20T10:00:00", "2025-11-27T10:00:00", Annotation::None)])
            .await?;
        if by_a_list {
            assert_eq!(world.publish(LIST, APRIL).await?, published(2));
        } else {
            world.tell(&reached("regularisation"), AFTER_THE_REGULARISATION).await?;
        }
        assert_eq!(world.newest(id(2)).await?.outcome, Outcome::Admitted);
    }
    Ok(())
}

#[tokio::test]
async fn ard_020_a_sweep_that_comes_after_the_next_term_decides_as_of_that_one() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    for term in ["dsu", "regularisation", "dsu"] {
        world.tell(&reached(term), AFTER_THE_REGULARISATION).await?;
    }
    let newest = world.newest(id(1)).await?;
    assert_eq!((newest.term.as_str(), newest.revision), ("regularisation", 1));
    Ok(())
}

#[tokio::test]
async fn ard_010_the_sweep_loses_nobody_at_the_boundary_of_a_page() -> Result<()> {
    let world = World::new().await?;
    let all: Vec<_> = (1..=501).map(application).collect();
    world.apply(&all).await?;
    world.tell(&reached("dsu"), AFTER_THE_DSU_TERM).await?;
    let mut tx = world.store.read().await?;
    let counts = decision::counts(&mut tx).await?;
    assert_eq!((counts.excluded, counts.undecided), (501, 0));
    Ok(())
}

#[tokio::test]
async fn ard_010_before_the_first_term_nothing_is_decided() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[conforming(1)]).await?;
    world.tell(&ArdisIseeRecorded { application: id(1) }, "2025-11-20T23:59:59").await?;
    assert!(world.newest(id(1)).await.is_err());
    Ok(())
}

#[tokio::test]
async fn ard_070_an_officers_decision_stands_and_a_fact_learned_later_is_put_before_the_officer() -> Result<()>
{
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    world.tell(&reached("regularisation"), AFTER_THE_REGULARISATION).await?;
    let word = admitted_by_officer(&world.newest(id(1)).await?, "2026-02-01T10:00:00");
    world.append(word.clone()).await?;
    let recorded = ArdisIseeRecorded { application: id(1) };
    world.tell(&recorded, "2026-02-02T10:00:00").await?;
    let mut tx = world.store.read().await?;
    assert_eq!(review::of_decision(&mut tx, word.id).await?, None, "nothing new was learned");
    tx.rollback().await?;
    world
        .attest(&[attestation(1, 2, "2025-12-20T10:00:00", "2025-12-29T10:00:00", Annotation::None)])
        .await?;
    for now in ["2026-02-03T10:00:00", "2026-02-04T10:00:00"] {
        world.tell(&recorded, now).await?;
    }
    assert_eq!(world.newest(id(1)).await?.id, word.id);
    let mut tx = world.store.read().await?;
    let review = review::of_decision(&mut tx, word.id).await?.context("nobody was asked to look again")?;
    assert_eq!(
        (review.evaluation.outcome, review.found_at),
        (Outcome::Excluded, rome("2026-02-03T10:00:00"))
    );
    assert_eq!(review::open(&mut tx).await?, 1);
    tx.rollback().await?;
    // What the rules say since is told as it is by now, not as it was first found.
    world
        .attest(&[attestation(1, 3, "2025-12-10T10:00:00", "2025-12-18T10:00:00", Annotation::None)])
        .await?;
    world.tell(&recorded, "2026-02-05T10:00:00").await?;
    let mut tx = world.store.read().await?;
    let review = review::of_decision(&mut tx, word.id).await?.context("the request")?;
    assert_eq!(
        (review.evaluation.outcome, review.found_at),
        (Outcome::Admitted, rome("2026-02-05T10:00:00"))
    );
    assert_eq!(review::open(&mut tx).await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_an_earlier_release_decided_without_its_terms_is_neither_decided_nor_looked_at_again()
-> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2)]).await?;
    world.attest(&[annotated(1), annotated(2)]).await?;
    world.tell(&reached("regularisation"), AFTER_THE_REGULARISATION).await?;
    for number in [1, 2] {
        let newest = world.newest(id(number)).await?;
        assert!(newest.evaluation.terms.is_some());
        let evaluation = Evaluation { terms: None, ..newest.evaluation.clone() };
        let word = admitted_by_officer(&newest, "2026-02-01T10:00:00");
        let proposal =
            NewDecision::proposal(word.id, id(number), &newest.term, evaluation, newest.decided_at);
        let origin = if number == 1 { proposal.origin.clone() } else { word.origin };
        world.append(NewDecision { origin, ..proposal }).await?;
    }
    for application in [id(1), id(2)] {
        world.tell(&ArdisIseeRecorded { application }, "2026-02-02T10:00:00").await?;
        assert_eq!(world.newest(application).await?.revision, 2);
    }
    assert_eq!(review::open(&mut world.store.read().await?).await?, 0);
    Ok(())
}

#[tokio::test]
async fn ard_017_a_form_accepted_after_the_term_regularises() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    let form = |checked| form(1, "2025-12-18T23:59:59", IdentityDocument::Valid, checked);
    world.self_certify(form(None)).await?;
    world.tell(&reached("regularisation"), AFTER_THE_REGULARISATION).await?;
    assert_eq!(world.newest(id(1)).await?.outcome, Outcome::Pending);
    world.self_certify(form(Some((CheckOutcome::Accepted, "2025-12-22T09:00:00")))).await?;
    world.tell(&ArdisIseeRecorded { application: id(1) }, "2025-12-22T18:00:00").await?;
    assert_eq!(world.newest(id(1)).await?.outcome, Outcome::Admitted);
    Ok(())
}
