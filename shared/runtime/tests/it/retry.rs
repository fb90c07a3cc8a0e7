// SPDX-License-Identifier: EUPL-1.2
//! A failure that may pass is tried again: later, by this worker alone, so many times.

use anyhow::ensure;
use campanella_bus::{Bus as _, Handled};
use campanella_messages::Envelope;
use campanella_runtime::clock::Clock as _;
use chrono::TimeDelta;
use std::time::Duration;

use crate::{
    probe::{ALWAYS, Deed, PROBE, Probe, Seen, WITNESS},
    world::{SETTINGS, World, stories},
};

stories! {
    async fn a_retry_waits_for_its_business_time(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?];
        let probe = Probe::new(Deed::Retry(1));
        world.emit(std::slice::from_ref(&probe)).await?;
        world.run(&mut runners).await?;
        let outbox = world.outbox().await?;
        let due = outbox.oldest_due_at.unwrap_or_default();
        let delay = due - world.clock.now();
        ensure!(outbox.rows == 1 && (10..=20).contains(&delay.num_seconds()), "{outbox:?}");

        world.clock.advance_to(due - TimeDelta::microseconds(1));
        world.run(&mut runners).await?;
        ensure!(Seen::of(&probe).batches.len() == 1 && world.outbox().await? == outbox, "too early");
        world.clock.advance_to(due);
        world.run(&mut runners).await?;
        world.expect(PROBE.name, &[probe], 1).await?;
        ensure!(world.outbox().await?.rows == 0);
    }

    async fn a_retry_is_a_new_message_to_this_worker_alone(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?, world.runner(WITNESS, SETTINGS).await?];
        let probe = Probe::new(Deed::Retry(1));
        let first = world.wrap(&probe);
        world.put(&PROBE, &[(first.id, first.to_json())]).await?;
        world.put(&WITNESS, &[(first.id, first.to_json())]).await?;
        world.run(&mut runners).await?;
        world.clock.advance_to(world.outbox().await?.oldest_due_at.unwrap_or_default());
        world.relay_all().await?;
        ensure!(world.queue(&PROBE).await? == (1, 0) && world.queue(&WITNESS).await? == (0, 0));

        let mut looking = world.bus.consume(PROBE.name, 10).await?;
        let deliveries = looking.receive(10, Duration::ZERO, Duration::ZERO).await?;
        let second = Envelope::from_json(&deliveries[0].body)?;
        ensure!(second.id == deliveries[0].message_id && second.id != first.id);
        ensure!((second.originid, second.attempt) == (first.id, 2));
        ensure!((second.correlationid, second.causationid) == (first.correlationid, Some(first.id)));
        ensure!(second.data == first.data);

        looking.release(&deliveries, Handled::Unseen).await?;
        world.run_to_the_end(&mut runners).await?;
        world.expect(PROBE.name, std::slice::from_ref(&probe), 1).await?;
        world.expect(WITNESS.name, &[probe], 1).await?;
    }

    async fn used_up_attempts_are_one_dead_letter(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?, world.runner(WITNESS, SETTINGS).await?];
        let (last_but_one, never) = (Probe::new(Deed::Retry(2)), Probe::new(Deed::Retry(ALWAYS)));
        world.emit(&[last_but_one.clone(), never.clone()]).await?;
        world.run_to_the_end(&mut runners).await?;
        world.expect(PROBE.name, &[last_but_one], 1).await?;
        let letters = world.dead_letters().await?;
        ensure!(letters.len() == 1 && letters[0].worker == PROBE.name && letters[0].attempts == 3, "{letters:?}");
        // Alone or with the other: three attempts, the first of them once more when the batch was split.
        ensure!(Seen::of(&never).batches.iter().filter(|size| **size == 1).count() == 3);
        world.expect(WITNESS.name, &[never], 1).await?;
    }
}
