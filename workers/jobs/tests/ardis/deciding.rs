// SPDX-License-Identifier: EUPL-1.2
//! The officer's word, and the list as it would be published now.

use anyhow::Result;
use campanella_domain::{
    ardis::{Annotation, Cause, Outcome},
    identity::Redacted,
    procedure::ArdisProcedure,
};
use campanella_jobs::{
    Deciding, Draft, Obstacle, OfficerVerdict, OfficerWord, Publishing, decide_by_officer, draft,
};
use campanella_messages::{ArdisIseeRecorded, ArdisTermReached};
use campanella_runtime::RelayHandle;
use campanella_store::ardis::{
    decision::{self, Origin},
    published_list::{ListKind, Publication},
    review,
};

use crate::{
    family::{annotated, application, attestation, conforming, id},
    lists::{APRIL, LIST, MAY, final_list, officer, published},
    world::{World, rome},
};

const JANUARY: &str = "2026-01-20T10:00:00";

/// The officer has looked at what is on record.
async fn decide(world: &World, number: u32, verdict: OfficerVerdict, now: &str) -> Result<Deciding> {
    let revision = world.newest(id(number)).await.map_or(0, |newest| newest.revision);
    decide_having_seen(world, number, revision, verdict, now).await
}

async fn decide_having_seen(
    world: &World,
    number: u32,
    revision: i64,
    verdict: OfficerVerdict,
    now: &str,
) -> Result<Deciding> {
    let mut work = world.work(now).await?;
    let word = OfficerWord {
        application: id(number),
        revision,
        verdict,
        officer: officer(),
        motivation: Redacted::new("Documenti visti allo sportello.".to_owned()),
    };
    let deciding = decide_by_officer(&word, &mut work).await?;
    work.commit(&RelayHandle::detached()).await?;
    Ok(deciding)
}

async fn drafted(world: &World, kind: ListKind, funds: Option<&str>, now: &str) -> Result<Draft> {
    let funds = funds.map(str::parse).transpose()?;
    Ok(draft(kind, funds, rome(now), world.procedure(), &mut world.store.read().await?).await?)
}

/// The first family has annotations nobody regularised, the second an attestation that conforms.
async fn decided() -> Result<World> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2)]).await?;
    world.attest(&[annotated(1), conforming(2)]).await?;
    let term = ArdisTermReached { term: "regularisation".to_owned(), after: None };
    world.tell(&term, "2025-12-19T00:00:00").await?;
    Ok(world)
}

#[tokio::test]
async fn an_officers_word_overrules_and_keeps_what_the_rules_said_of_all_facts() -> Result<()> {
    let world = decided().await?;
    assert_eq!(world.newest(id(1)).await?.causes, [Cause::E03]);
    // Of a fact whose message has not come yet the officer knows nothing: it is put on record, to be looked at first.
    world
        .attest(&[attestation(1, 2, "2025-12-10T10:00:00", "2025-12-18T10:00:00", Annotation::None)])
        .await?;
    let word = OfficerVerdict::Excluded(vec![Cause::E09, Cause::E05, Cause::E09]);
    assert_eq!(decide(&world, 1, word.clone(), JANUARY).await?, Deciding::Changed { revision: 2 });
    let recorded = Deciding::Recorded { revision: 3, proposed: Outcome::Admitted };
    assert_eq!(decide(&world, 1, word, JANUARY).await?, recorded);
    let newest = world.newest(id(1)).await?;
    assert_eq!(
        (newest.outcome, newest.causes.as_slice()),
        (Outcome::Excluded, [Cause::E05, Cause::E09].as_slice())
    );
    assert_eq!((newest.evaluation.outcome, newest.term.as_str()), (Outcome::Admitted, "regularisation"));
    let Origin::Officer { motivation, .. } = newest.origin else { anyhow::bail!("the officer's") };
    assert_eq!(motivation.expose(), "Documenti visti allo sportello.");
    Ok(())
}

/// The embedded file as a next version, with one text changed.
fn next_version(now: &str, then: &str) -> Result<ArdisProcedure> {
    let embedded = ArdisProcedure::EMBEDDED;
    assert!(embedded.contains(now), "{now}");
    Ok(ArdisProcedure::from_toml(&embedded.replace("2025-26.1", "2025-26.2").replace(now, then))?)
}

#[tokio::test]
async fn ard_070_a_new_version_of_the_file_asks_officers_again_only_where_it_changes_what_they_decided_on()
-> Result<()> {
    for (now, then, asked) in [
        ("0432 245750", "0432 245751", 0),
        // The first is excluded by the rules for E03, the second only by the officer, for E05.
        ("non regolarizzate entro il 18 dicembre 2025", "non regolarizzate", 1),
        (
            "Studente non iscritto e frequentante alla data",
            "Studente né iscritto né frequentante alla data",
            1,
        ),
    ] {
        let mut world = decided().await?;
        let _ = decide(&world, 1, OfficerVerdict::Admitted, JANUARY).await?;
        let _ = decide(&world, 2, OfficerVerdict::Excluded(vec![Cause::E05]), JANUARY).await?;
        let before = [world.newest(id(1)).await?, world.newest(id(2)).await?];
        world.install(next_version(now, then)?);
        let shown = drafted(&world, ListKind::Provisional, None, APRIL).await?;
        assert_eq!((shown.to_review.len(), shown.is_publishable()), (asked, asked == 0), "{then}");
        for number in [1, 2] {
            world.tell(&ArdisIseeRecorded { application: id(number) }, "2026-02-02T10:00:00").await?;
        }
        assert_eq!([world.newest(id(1)).await?, world.newest(id(2)).await?], before, "{then}");
        assert_eq!(review::open(&mut world.store.read().await?).await?, i64::try_from(asked)?, "{then}");
        if asked == 0 {
            assert_eq!(world.publish(LIST, APRIL).await?, published(2));
        }
    }
    Ok(())
}

#[tokio::test]
async fn ard_064_ard_071_the_citation_of_a_cause_only_the_officer_found_is_kept_with_the_decision()
-> Result<()> {
    let world = decided().await?;
    let _ = decide(&world, 1, OfficerVerdict::Excluded(vec![Cause::E09, Cause::E03]), JANUARY).await?;
    let newest = world.newest(id(1)).await?;
    let findings = decision::findings(&mut world.store.read().await?, &[newest.id]).await?;
    let found = findings.get(&newest.id).map(Vec::as_slice).unwrap_or_default();
    assert_eq!(found.iter().map(|finding| finding.cause).collect::<Vec<_>>(), newest.causes);
    for finding in found {
        let text = world.procedure().causes.of(finding.cause);
        assert_eq!((&finding.citation, &finding.reason), (&text.citation, &text.reason));
    }
    Ok(())
}

#[tokio::test]
async fn a_request_to_look_again_is_settled_by_the_next_word() -> Result<()> {
    let world = decided().await?;
    let _ = decide(&world, 1, OfficerVerdict::Admitted, JANUARY).await?;
    world
        .attest(&[attestation(1, 2, "2025-12-10T10:00:00", "2025-12-18T10:00:00", Annotation::None)])
        .await?;
    // A draft sees it before any worker does, and after.
    let in_february = "2026-02-02T10:00:00";
    let before = drafted(&world, ListKind::Provisional, None, in_february).await?;
    assert_eq!((before.to_review.len(), before.to_review[0].outcome), (1, Outcome::Admitted));
    world.tell(&ArdisIseeRecorded { application: id(1) }, in_february).await?;
    let after = drafted(&world, ListKind::Provisional, None, in_february).await?;
    assert_eq!((after.to_review.len(), after.is_publishable()), (1, false));
    let _ = decide(&world, 1, OfficerVerdict::Admitted, in_february).await?;
    assert!(drafted(&world, ListKind::Provisional, None, in_february).await?.is_publishable());
    Ok(())
}

#[tokio::test]
async fn an_officers_word_never_covers_what_the_officer_has_not_seen() -> Result<()> {
    let world = decided().await?;
    for not_the_newest in [0, 2] {
        let deciding =
            decide_having_seen(&world, 1, not_the_newest, OfficerVerdict::Admitted, JANUARY).await?;
        assert_eq!(deciding, Deciding::Changed { revision: 1 });
    }
    let _ = decide(&world, 1, OfficerVerdict::Admitted, JANUARY).await?;
    // Of what was learned since nobody has asked the officer yet: the first try asks, and the next is a word on it.
    world
        .attest(&[attestation(1, 2, "2025-12-10T10:00:00", "2025-12-18T10:00:00", Annotation::None)])
        .await?;
    let again = async |now| decide(&world, 1, OfficerVerdict::Admitted, now).await;
    assert_eq!(again("2026-02-02T10:00:00").await?, Deciding::Changed { revision: 2 });
    let recorded = Deciding::Recorded { revision: 3, proposed: Outcome::Admitted };
    assert_eq!(again("2026-02-02T10:05:00").await?, recorded);
    Ok(())
}

#[tokio::test]
async fn ard_086_after_the_final_list_workers_propose_and_request_nothing() -> Result<()> {
    let world = decided().await?;
    let _ = decide(&world, 1, OfficerVerdict::Admitted, JANUARY).await?;
    let _ = world.publish(LIST, APRIL).await?;
    let _ = world.order(&final_list(), MAY).await?;
    let before = [world.newest(id(1)).await?, world.newest(id(2)).await?];
    let late =
        |number| attestation(number, 2, "2025-12-10T10:00:00", "2025-12-18T10:00:00", Annotation::Omission);
    world.attest(&[late(1), late(2)]).await?;
    for number in [1, 2] {
        world.tell(&ArdisIseeRecorded { application: id(number) }, "2026-06-01T10:00:00").await?;
    }
    assert_eq!([world.newest(id(1)).await?, world.newest(id(2)).await?], before);
    assert_eq!(review::open(&mut world.store.read().await?).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_worker_whose_clock_is_behind_knows_no_less_than_the_revision_before() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    let term = |name: &str| ArdisTermReached { term: name.to_owned(), after: None };
    world.tell(&term("regularisation"), "2025-12-19T00:00:01").await?;
    let excluded = world.newest(id(1)).await?;
    world.tell(&ArdisIseeRecorded { application: id(1) }, "2025-12-18T23:59:59.990").await?;
    assert_eq!(world.newest(id(1)).await?, excluded);
    world
        .attest(&[attestation(1, 2, "2025-12-10T10:00:00", "2025-12-17T10:00:00", Annotation::None)])
        .await?;
    world.tell(&ArdisIseeRecorded { application: id(1) }, "2025-12-18T23:59:59.995").await?;
    let admitted = world.newest(id(1)).await?;
    assert_eq!((admitted.outcome, admitted.term.as_str()), (Outcome::Admitted, "regularisation"));
    assert_eq!(admitted.evaluation.evaluated_at, excluded.evaluation.evaluated_at);
    Ok(())
}

#[tokio::test]
async fn ard_071_an_exclusion_without_a_cause_is_refused() -> Result<()> {
    let world = decided().await?;
    assert_eq!(decide(&world, 2, OfficerVerdict::Excluded(Vec::new()), JANUARY).await?, Deciding::NoCause);
    assert_eq!(decide(&world, 9, OfficerVerdict::Admitted, JANUARY).await?, Deciding::Unknown);
    let term = world.procedure().terms.dsu;
    let early = decide(&world, 2, OfficerVerdict::Admitted, "2025-11-20T23:59:59").await?;
    assert_eq!(early, Deciding::TooEarly { term });
    Ok(())
}

#[tokio::test]
async fn ard_086_nothing_is_decided_after_the_final_list() -> Result<()> {
    let world = decided().await?;
    let _ = world.publish(LIST, APRIL).await?;
    assert_eq!(world.order(&final_list(), MAY).await?, published(2));
    let finished = Deciding::Finished { published_at: rome(MAY) };
    assert_eq!(decide(&world, 1, OfficerVerdict::Admitted, "2026-05-21T10:00:00").await?, finished);
    Ok(())
}

#[tokio::test]
async fn ard_070_a_draft_tells_what_would_be_published_and_what_is_in_the_way() -> Result<()> {
    let world = World::new().await?;
    let mut twin = application(3);
    twin.application.student = application(2).application.student;
    world.apply(&[application(1), application(2), twin]).await?;
    world.attest(&[annotated(1), conforming(2)]).await?;
    let early = drafted(&world, ListKind::Provisional, None, "2025-12-18T23:59:59").await?;
    assert_eq!(early.too_early, Some(world.procedure().terms.regularisation));
    let draft = drafted(&world, ListKind::Provisional, None, APRIL).await?;
    assert_eq!((draft.counts.excluded, draft.counts.pending, draft.too_early), (1, 2, None));
    let waiting: Vec<String> =
        draft.pending.iter().map(|waiting| waiting.instance_number.to_string()).collect();
    assert_eq!(waiting, ["2025-000002", "2025-000003"]);
    assert!(draft.pending[0].doubts[0].explanation.contains("altra domanda"), "{draft:?}");
    // Nothing was written, and publishing finds the same.
    let refused = Publishing::Done(Publication::NotYet { pending: 2, undecided: 0, to_review: 0 });
    assert_eq!(world.publish(LIST, APRIL).await?, refused);
    let last = drafted(&world, ListKind::Final, None, APRIL).await?;
    assert_eq!(last.obstacles, [Obstacle::NoProvisional]);
    Ok(())
}

#[tokio::test]
async fn ard_032_a_draft_tells_need_and_what_the_funds_allow() -> Result<()> {
    let world = decided().await?;
    let whole = drafted(&world, ListKind::Final, Some("2000.00"), APRIL).await?.amounts;
    let whole = whole.ok_or_else(|| anyhow::anyhow!("amounts"))?;
    assert_eq!((whole.beneficiaries, whole.need, whole.spent), (1, "1545.00".parse()?, "1545.00".parse()?));
    let reduced = drafted(&world, ListKind::Final, Some("1000.00"), APRIL).await?.amounts;
    assert_eq!(reduced.map(|amounts| amounts.spent), Some("1000.00".parse()?));
    Ok(())
}
