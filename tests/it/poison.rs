// SPDX-License-Identifier: EUPL-1.2
//! Messages nobody can handle, among many that somebody can. (Those that hang or kill the process: `campanella-runtime`.)

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use campanella_bus::{Outgoing, Route as Destination};
use campanella_domain::mail::MailTemplate;
use campanella_messages::{ArsPeriodClosed, Cause, Envelope};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker, clock};
use campanella_store::notification::{self, NewNotification, Precondition};
use campanella_tests::{Beginning, World};
use uuid::Uuid;

const NAME: &str = "taster";
/// No other worker of that world writes this one.
const EFFECT: MailTemplate = MailTemplate::ArsNewCase;
const WORKER: Worker =
    Worker { name: NAME, summary: "assaggia i messaggi", routes: &[Route::to::<Taste>()], emits: &[] };

/// What a message does to its handler is written in its identifier.
struct Taste;

impl Handler for Taste {
    type Message = ArsPeriodClosed;

    async fn handle(events: &[Event<'_, ArsPeriodClosed>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        for event in events {
            match event.period.as_u128() % 10 {
                3 => return Err(Failure::Permanent("this one is never right".to_owned())),
                5 => return Err(Failure::Retry("this one may pass, and never does".to_owned())),
                7 => panic!("this one takes its handler down"),
                _ => {
                    let effect = effect(event.period, work.now())?;
                    notification::insert(work.tx(), &[effect]).await?;
                }
            }
        }
        Ok(())
    }
}

/// An effect that would be there twice if its message were handled twice: no key holds it back.
fn effect(period: Uuid, now: chrono::DateTime<chrono::Utc>) -> Result<NewNotification, Failure> {
    let recipient = "nessuno@posta.example".parse();
    Ok(NewNotification {
        id: clock::new_id(),
        dedupe_key: format!("{} {}", period.as_u128(), clock::new_id()),
        template: EFFECT,
        recipient: recipient.map_err(|_| Failure::Permanent("no address".to_owned()))?,
        parameters: "{}".to_owned(),
        priority: 1,
        due_at: now,
        not_after: None,
        precondition: Precondition::None,
        subject_id: None,
        created_at: now,
    })
}

/// Bodies that are no message, or not of this release.
fn undecodable(now: chrono::DateTime<chrono::Utc>) -> Result<Vec<Outgoing>> {
    let good = |number| {
        let period = Uuid::from_u128(number);
        Envelope::wrap(clock::new_id(), now, &ArsPeriodClosed { period }, Cause::First)
    };
    let mut of_the_future = good(1_000);
    of_the_future.dataversion = 2;
    let mut with_other_data = good(1_001);
    with_other_data.data = serde_json::json!({ "period": 12 });
    let mut of_another_topic = good(1_002);
    of_another_topic.kind = "ars.nobody.knows".to_owned();
    let torn = good(1_004).to_json();
    let torn = torn.get(..40).ok_or_else(|| anyhow!("an envelope is longer"))?.to_owned();
    let bodies = [
        of_the_future.to_json(),
        with_other_data.to_json(),
        of_another_topic.to_json(),
        torn,
        String::new(),
        "\0".to_owned(),
    ];
    let outgoing = |body| Outgoing { id: clock::new_id(), route: Destination::Queue(NAME.to_owned()), body };
    Ok(bodies.into_iter().map(outgoing).collect())
}

#[tokio::test]
async fn k_poison_messages_among_n_are_k_dead_letters_and_all_others_are_applied_once() -> Result<()> {
    let beginning = Beginning { workers: vec![WORKER], ..Beginning::default() };
    let mut world = World::begin(beginning).await?.without(&["mailer"]).await?;
    let undecodable = undecodable(world.now())?;
    world.workforce.bus.publish(&undecodable).await?;
    let messages: Vec<_> =
        (0..200).map(|number| ArsPeriodClosed { period: Uuid::from_u128(number) }).collect();
    world.send(&messages).await?;
    // Everything that is tried again is tried to its end.
    world.advance_to("2025-09-03T00:00:00").await?;

    let mut effects: BTreeMap<u128, usize> = BTreeMap::new();
    for row in world.notifications(EFFECT.name()).await? {
        let number = row.dedupe_key.split(' ').next().unwrap_or_default().parse()?;
        *effects.entry(number).or_default() += 1;
    }
    let good = (0..200).filter(|number| ![3, 5, 7].contains(&(number % 10)));
    assert_eq!(effects, good.map(|number| (number, 1)).collect());

    let letters = world.dead_letters().await?;
    assert_eq!(letters.len(), 60 + undecodable.len());
    let fingerprints = letters.iter().fold(BTreeMap::new(), |mut counts, letter| {
        *counts.entry(letter.fingerprint.as_str()).or_insert(0) += 1;
        counts
    });
    assert_eq!(fingerprints.values().filter(|count| **count == 20).count(), 3, "one error reads as one");
    let tried_again = letters.iter().filter(|letter| letter.attempts == 5).count();
    assert_eq!(tried_again, 40, "those that may pass are tried five times");
    Ok(())
}
