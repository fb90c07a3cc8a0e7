// SPDX-License-Identifier: EUPL-1.2
//! Communications in any order and batch through database, queue and worker: the register ends as the fold of all of them.
//!
//! The worker writes over what it wrote before, on fewer facts; what no longer holds must not stay.

use std::collections::BTreeMap;

use anyhow::Result;
use campanella_domain::ars::{CommunicationKind, DropOutPeriod, Ending, StudentFacts, StudentState, fold};
use campanella_domain::ids;
use campanella_messages::ArsCommunicationRecorded;
use campanella_store::ars::{
    communication::NewCommunication,
    finding, ownership,
    period::{Period, PeriodState},
};
use campanella_tests::{Pupil, World};
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

/// When everything is told.
const TOLD: &str = "2026-06-01T12:00:00";
const PUPILS: usize = 6;

/// One communication about one of the pupils.
fn communication(pupils: Vec<Pupil>) -> impl Strategy<Value = NewCommunication> {
    let kinds = prop_oneof![
        4 => Just("enrolment-confirmation"),
        4 => Just("informal-abandonment"),
        3 => Just("return-by-school"),
        3 => select(vec![
            "not-present-at-start", "withdrawal-before-15-march", "home-education", "ordinary-transfer",
            "negative-outcome-continuing", "non so",
        ]),
    ];
    let flags = prop::array::uniform3(prop::bool::weighted(0.85));
    (select(pupils), kinds, 0..25_u64, 0..10_u64, flags).prop_map(
        |(mut pupil, kind, day, delay, [complete, agreed, own])| {
            if !own {
                pupil.school = "VESF000001".parse().unwrap_or(pupil.school);
            }
            let on = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap_or_default() + Days::new(day);
            let received_at = (on + Days::new(delay)).and_time(NaiveTime::MIN).and_utc();
            let mut new = pupil.communication(CommunicationKind::from(kind), on, received_at);
            new.communication.class = complete.then(|| "2".to_owned());
            new.communication.agreement = agreed;
            new.communication.id = ids::communication(new.student, &new.communication, None);
            new
        },
    )
}

/// Communications, some sent again days later, and how many are told at once, and whether everybody works after that; in
/// two orders.
fn course() -> impl Strategy<Value = (Vec<NewCommunication>, Vec<NewCommunication>, Vec<(usize, bool)>)> {
    let pupils: Vec<Pupil> = (1..).map_while(|number| Pupil::number(number).ok()).take(PUPILS).collect();
    let batches = prop::collection::vec((1..5_usize, any::<bool>()), 1..4);
    let again = prop::collection::vec((any::<Index>(), 0..20_i64), 0..12);
    (prop::collection::vec(communication(pupils), 10..50), again).prop_flat_map(move |(mut all, again)| {
        for (place, days) in again {
            let mut sent = place.get(&all).clone();
            sent.communication.received_at += TimeDelta::days(days);
            sent.communication.receipts = [sent.communication.received_at].into();
            all.push(sent);
        }
        (Just(all.clone()), Just(all).prop_shuffle(), batches.clone())
    })
}

/// A period as the fold sees it: where its case stands is the CPI's affair.
type Seen = (u32, Uuid, NaiveDate, String, Option<Ending>, Option<NaiveDate>, Option<bool>);

fn stored(period: &Period) -> Seen {
    assert_eq!(period.state == PeriodState::Closed, period.ending.is_some());
    (
        period.ordinal,
        period.opened_by,
        period.opened_on,
        period.kind.clone(),
        period.ending,
        period.closed_on,
        period.agreed,
    )
}

fn folded(state: &StudentState) -> Vec<Seen> {
    let seen = |period: &DropOutPeriod| {
        let closed = period.closed.as_ref();
        (
            period.ordinal,
            period.opened_by,
            period.opened_on,
            period.kind.code().to_owned(),
            closed.map(|closure| closure.ending),
            closed.map(|closure| closure.on),
            closed.map(|closure| closure.agreed),
        )
    };
    state.periods.iter().map(seen).collect()
}

/// Tells all communications and compares the register with the fold of all of them.
async fn told(all: &[NewCommunication], batches: &[(usize, bool)]) -> Result<()> {
    let mut world = World::at(TOLD).await?;
    world.settle_veneto().await?;
    let pupils: Vec<Pupil> =
        (1..=PUPILS).map(|number| Pupil::number(u32::try_from(number)?)).collect::<Result<_>>()?;
    world.enter(&pupils).await?;
    let mut rest = all;
    for (size, works) in batches.iter().cycle() {
        let (batch, later) = rest.split_at((*size).min(rest.len()));
        world.tell_of_students(batch).await?;
        if *works {
            world.work_off().await?;
        }
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    // Every message once more.
    let again: Vec<_> =
        pupils.iter().map(|pupil| ArsCommunicationRecorded { student: pupil.student.id }).collect();
    world.send(&again).await?;
    anyhow::ensure!(world.dead_letters().await?.is_empty(), "a message died");
    let mut findings: BTreeMap<String, i64> = BTreeMap::new();
    for pupil in &pupils {
        let facts = StudentFacts { birth_date: *pupil.student.student.birth_date.expose() };
        let about = all.iter().filter(|new| new.student == pupil.student.id);
        let mut communications: Vec<_> = about.map(|new| new.communication.clone()).collect();
        // One that was sent several times is one, with all its receipts.
        communications.sort_by_key(|communication| communication.id);
        communications.dedup_by(|again, communication| {
            let same = again.id == communication.id;
            if same {
                communication.was_also_received(again);
            }
            same
        });
        let state = fold(&facts, &communications, &world.installation.procedures.ars.rules);
        for finding in &state.findings {
            *findings.entry(finding.kind.action().code().to_owned()).or_default() += 1;
        }
        let periods = world.periods(pupil).await?;
        let (annulled, live): (Vec<&Period>, Vec<&Period>) =
            periods.iter().partition(|period| period.ending == Some(Ending::Annulled));
        let live: Vec<Seen> = live.into_iter().map(stored).collect();
        anyhow::ensure!(live == folded(&state), "{live:?}\n{:?}", folded(&state));
        anyhow::ensure!(annulled.iter().all(|period| period.ordinal as usize > live.len()), "{annulled:?}");
        let owner = ownership::of_students(&mut world.read().await?, &[pupil.student.id]).await?;
        anyhow::ensure!(owner.get(&pupil.student.id) == state.owner.as_ref(), "{owner:?}, {:?}", state.owner);
    }
    let counted: BTreeMap<String, i64> =
        finding::counts(&mut world.read().await?).await?.into_iter().collect();
    anyhow::ensure!(counted == findings, "{counted:?}\n{findings:?}");
    Ok(())
}

#[test]
fn ars_010_ars_036_whatever_order_communications_come_in_the_register_is_the_fold_of_all_of_them()
-> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let config = Config { failure_persistence: None, max_shrink_iters: 60, ..Config::with_cases(12) };
    let outcome = TestRunner::new(config).run(&course(), |(one, other, batches)| {
        for order in [one, other] {
            let told = runtime.block_on(told(&order, &batches));
            told.map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
        }
        Ok(())
    });
    outcome.map_err(|failure| anyhow::anyhow!("{failure}"))
}
