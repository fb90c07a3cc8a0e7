// SPDX-License-Identifier: EUPL-1.2
//! Facts and messages in any order, in batches of any size, some of them twice: the same newest decisions.
//!
//! That the rules give one answer for one set of facts is tested in the domain. Here the facts go through database, queue
//! and worker, which see them piecemeal.

use anyhow::Result;
use campanella_domain::ardis::{
    Annotation, ApplicationFacts, Attestation, CheckOutcome, Evaluation, IdentityDocument, IseeKind,
    SelfCertification, evaluate,
};
use campanella_domain::{identity::Money, procedure::ArdisProcedure};
use campanella_messages::{ArdisApplicationRecorded, ArdisIseeRecorded, ArdisTermReached};
use campanella_tests::{Fact, Family, World, rome};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

/// When everybody has told everything; both terms have passed.
const TOLD: &str = "2026-01-15T12:00:00";
/// Enough for two of each sort.
const FAMILIES: usize = 8;

/// An instant at or near a term, as exactly as both databases keep it.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let edge = select(vec![
        "2025-03-03T10:00:00",
        "2025-11-21T00:00:00",
        "2025-11-21T00:00:00",
        "2025-12-19T00:00:00",
    ]);
    let offset = prop_oneof![
        Just(TimeDelta::zero()),
        Just(TimeDelta::microseconds(-1)),
        (-2_000_000..0_i64).prop_map(TimeDelta::seconds),
    ];
    (edge, offset).prop_map(|(edge, offset)| rome(edge).unwrap_or_default() + offset)
}

fn attestation() -> impl Strategy<Value = Attestation> {
    let annotation = select(vec![Annotation::None, Annotation::Omission]);
    let cents = select(vec![1_200_000, 3_500_000, 3_500_001]);
    let issue = prop::option::weighted(0.8, (instant(), cents));
    (any::<u128>(), instant(), issue, annotation, 0..50_i64).prop_map(
        |(id, signed, issue, annotation, days)| Attestation {
            id: Uuid::from_u128(id),
            kind: IseeKind::Ordinary,
            dsu_signed_at: signed,
            issued_at: issue.map(|(issued, _)| issued.max(signed)),
            valid_year: 2025,
            isee: issue.map(|(_, cents)| Money::from_cents(cents)),
            annotation: if issue.is_some() { annotation } else { Annotation::None },
            available_at: signed + TimeDelta::days(days),
        },
    )
}

fn form() -> impl Strategy<Value = SelfCertification> {
    let document = select(vec![IdentityDocument::Valid, IdentityDocument::Missing]);
    let outcome = select(vec![CheckOutcome::Accepted, CheckOutcome::Rejected]);
    (instant(), document, outcome).prop_map(|(received_at, identity_document, outcome)| SelfCertification {
        received_at,
        identity_document,
        outcome,
        checked_at: Some(received_at),
    })
}

/// What there is to know of one family.
fn known() -> impl Strategy<Value = (Vec<Attestation>, Option<SelfCertification>)> {
    (prop::collection::vec(attestation(), 0..4), prop::option::of(form()))
}

/// What happens: facts told, in batches; everybody works in between or not; messages that come again.
#[derive(Debug, Clone)]
struct Course {
    /// The facts, by index, in the order in which they are told.
    order: Vec<usize>,
    /// How many are told at once, in turn.
    batches: Vec<usize>,
    /// Whether everybody works after a batch, in turn.
    works: Vec<bool>,
    /// Messages about families that come again at the end, out of order.
    again: Vec<usize>,
}

fn course(facts: usize) -> impl Strategy<Value = Course> {
    let order = Just((0..facts).collect::<Vec<_>>()).prop_shuffle();
    let batches = prop::collection::vec(1..6_usize, 1..4);
    let works = prop::collection::vec(any::<bool>(), 1..4);
    let again = prop::collection::vec(0..FAMILIES, 0..12);
    (order, batches, works, again).prop_map(|(order, batches, works, again)| Course {
        order,
        batches,
        works,
        again,
    })
}

/// The stories of all families, as facts.
fn told(families: &[Family], known: &[(Vec<Attestation>, Option<SelfCertification>)]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (family, (attestations, form)) in families.iter().zip(known) {
        facts.push(Fact::Application(family.clone()));
        facts.extend(attestations.iter().map(|row| Fact::Isee(family.clone(), row.clone())));
        facts.extend(form.iter().map(|form| Fact::SelfCertification(family.clone(), form.clone())));
    }
    facts
}

/// A form cannot be kept before its application: it is told right after it.
fn in_order(facts: &[Fact], order: &[usize]) -> Vec<Fact> {
    let (mut told, mut waiting): (Vec<Fact>, Vec<&Fact>) = (Vec::new(), Vec::new());
    for fact in order.iter().map(|index| &facts[*index]) {
        let is_there = |told: &[Fact]| {
            told.iter().any(|it| matches!(it, Fact::Application(one) if one.id() == fact.family().id()))
        };
        match fact {
            Fact::SelfCertification(..) if !is_there(&told) => waiting.push(fact),
            Fact::Application(family) => {
                told.push(fact.clone());
                let (now, later) = waiting.into_iter().partition(|it| it.family().id() == family.id());
                waiting = later;
                told.extend(Vec::<&Fact>::into_iter(now).cloned());
            }
            _ => told.push(fact.clone()),
        }
    }
    told
}

/// What was decided of every family in the end.
async fn decided(facts: &[Fact], families: &[Family], course: &Course) -> Result<Vec<Option<Evaluation>>> {
    let mut world = World::at(TOLD).await?;
    let mut rest = in_order(facts, &course.order);
    let (mut sizes, mut works) = (course.batches.iter().cycle(), course.works.iter().cycle());
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(1).min(rest.len());
        let batch: Vec<Fact> = rest.drain(..size).collect();
        world.tell(&batch).await?;
        if works.next().copied().unwrap_or_default() {
            world.work_off().await?;
        }
    }
    let again = || course.again.iter().map(|index| families[*index].id());
    let isee: Vec<_> = again().map(|application| ArdisIseeRecorded { application }).collect();
    let applications: Vec<_> =
        again().rev().map(|application| ArdisApplicationRecorded { application }).collect();
    world.send(&isee).await?;
    world.send(&applications).await?;
    world.send(&[ArdisTermReached { term: "regularisation".to_owned(), after: None }]).await?;
    anyhow::ensure!(world.dead_letters().await?.is_empty(), "a message died");
    let mut decided = Vec::new();
    for family in families {
        let decision = world.decision(family).await?;
        decided.push(decision.map(|decision| decision.evaluation));
    }
    Ok(decided)
}

#[test]
fn ard_064_whatever_order_facts_and_messages_come_in_the_newest_decision_is_the_same() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let families: Vec<Family> =
        (1..=FAMILIES).map(|number| Family::number(u32::try_from(number)?)).collect::<Result<_>>()?;
    let strategy = prop::collection::vec(known(), FAMILIES).prop_flat_map(|known| {
        let facts: usize = known
            .iter()
            .map(|(attestations, form)| 1 + attestations.len() + usize::from(form.is_some()))
            .sum();
        (Just(known), course(facts), course(facts))
    });
    let config = Config { failure_persistence: None, max_shrink_iters: 30, ..Config::with_cases(4) };
    let outcome = TestRunner::new(config).run(&strategy, |(known, one, other)| {
        let facts = told(&families, &known);
        let decided = |course| {
            let decided = runtime.block_on(decided(&facts, &families, course));
            decided.map_err(|error| TestCaseError::fail(format!("{error:#}")))
        };
        let first = decided(&one)?;
        prop_assert_eq!(&first, &decided(&other)?);
        // And it is what the rules say of all facts at once.
        let procedure = ArdisProcedure::embedded().unwrap();
        for ((family, (attestations, form)), decided) in families.iter().zip(known).zip(first) {
            let facts = ApplicationFacts {
                application: family.application.clone(),
                attestations,
                other_forms: Vec::new(),
                self_certifications: form.into_iter().collect(),
                duplicate_since: None,
            };
            prop_assert_eq!(Some(evaluate(&facts, rome(TOLD).unwrap(), &procedure)), decided);
        }
        Ok(())
    });
    outcome.map_err(|failure| anyhow::anyhow!("{failure}"))
}
