// SPDX-License-Identifier: EUPL-1.2
//! Faulty messages end as dead letters, each on its own, and spoil no other.

use std::collections::BTreeMap;

use anyhow::ensure;
use campanella_messages::{Cause, Envelope, MailRequested, Message as _};
use campanella_runtime::clock::{Clock as _, new_id};
use uuid::Uuid;

use crate::{
    probe::{ALWAYS, Deed, PROBE, Probe, Seen, TAX_CODE},
    world::{SETTINGS, World, probes, stories},
};

/// A message of each kind that cannot be handled, and how its error begins.
fn faulty(world: &World) -> Vec<(Uuid, String, &'static str)> {
    let wrap = |deed| world.wrap(&Probe::new(deed));
    let (mut shapeless, mut new) = (wrap(Deed::Apply), wrap(Deed::Apply));
    shapeless.data = serde_json::json!({ "id": 7 });
    new.dataversion = 2;
    let stranger = Envelope::wrap(new_id(), world.clock.now(), &MailRequested {}, Cause::First);
    let mut nul = wrap(Deed::Apply);
    nul.kind = "bell\0rang".to_owned();
    let sound = [
        (wrap(Deed::Permanent), "never"),
        (wrap(Deed::Retry(ALWAYS)), "not yet"),
        (wrap(Deed::Panic), "the handler panicked"),
        (wrap(Deed::Refused), "the database refused a statement"),
        (shapeless, "test.probe.sent: the data is not of this type"),
        (new, "test.probe.sent: version 2 is unknown here"),
        (stranger, "probe does not take mail.requested"),
        (nul, "probe does not take bell"),
    ];
    let mut all: Vec<_> =
        sound.iter().map(|(envelope, error)| (envelope.originid, envelope.to_json(), *error)).collect();
    all.extend(
        ["", "{}", "\0\u{feff} not JSON"].map(|body| (new_id(), body.to_owned(), "not a message envelope")),
    );
    all
}

/// By the first message of each chain of attempts: the body tells it, if it can be read.
pub(crate) fn origin(message: Uuid, body: &str) -> Uuid {
    Envelope::from_json(body).map_or(message, |envelope| envelope.originid)
}

stories! {
    async fn k_faulty_messages_among_n_end_as_k_dead_letters_and_the_others_are_applied_once(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?];
        let sound = probes(200, Deed::Apply);
        let mut bodies: Vec<_> = sound
            .iter()
            .map(|probe| world.wrap(probe))
            .map(|envelope| (envelope.id, envelope.to_json()))
            .collect();
        let faulty = faulty(world);
        for (place, (id, body, _)) in faulty.iter().enumerate() {
            // Neighbours as well as far apart, at both ends of a batch and within.
            bodies.insert((place * place * 3) % bodies.len(), (*id, body.clone()));
        }
        world.put(&PROBE, &bodies).await?;
        world.run_to_the_end(&mut runners).await?;

        world.expect(PROBE.name, &sound, 1).await?;
        let letters = world.dead_letters().await?;
        let errors: BTreeMap<Uuid, &str> =
            letters.iter().map(|letter| (origin(letter.message_id, &letter.body), letter.error.as_str())).collect();
        ensure!(letters.len() == faulty.len() && errors.len() == faulty.len(), "{letters:#?}");
        for (id, _, expected) in &faulty {
            let error = errors.get(id).copied().unwrap_or_default();
            ensure!(error.starts_with(expected), "{expected}: {error}");
        }
        ensure!(world.queue(&PROBE).await? == (0, 0));
        ensure!(world.outbox().await?.rows == 0);
    }

    async fn a_faulty_message_leaves_no_effect(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?];
        let faulty = [Deed::Permanent, Deed::Panic, Deed::Refused, Deed::Retry(ALWAYS)].map(Probe::new);
        world.emit(&faulty).await?;
        world.run_to_the_end(&mut runners).await?;
        world.expect(PROBE.name, &faulty, 0).await?;
        ensure!(world.dead_letters().await?.len() == 4);
    }

    async fn errors_of_the_database_and_panics_bring_no_personal_data_into_a_dead_letter(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?];
        world.emit(&[Probe::new(Deed::Refused), Probe::new(Deed::Panic)]).await?;
        world.run_to_the_end(&mut runners).await?;
        let letters = world.dead_letters().await?;
        ensure!(letters.len() == 2);
        for letter in &letters {
            ensure!(!format!("{letter:?}").contains(TAX_CODE), "{letter:?}");
        }
        ensure!(!world.context.metrics.render().contains(TAX_CODE));
    }

    async fn a_permanent_failure_is_a_dead_letter_at_once(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?];
        let probe = Probe::new(Deed::Permanent);
        world.emit(std::slice::from_ref(&probe)).await?;
        world.run(&mut runners).await?;
        let letters = world.dead_letters().await?;
        ensure!(letters.len() == 1 && letters[0].attempts == 1 && letters[0].kind == Probe::TYPE, "{letters:?}");
        ensure!(letters[0].died_at == world.clock.now() && letters[0].state == "open");
        ensure!(Seen::of(&probe).batches == [1]);
    }
}
