// SPDX-License-Identifier: EUPL-1.2
//! What can never be published is set apart for an operator and holds nothing up.

use anyhow::ensure;
use campanella_messages::{Cause, Envelope};
use campanella_runtime::{Progress, UnitOfWork, clock::Clock as _};
use campanella_store::outbox::{self, OutboxRow};
use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    probe::{Deed, PROBE, Probe},
    world::{World, probes, stories},
};

/// A row only a hand in the database can have written.
pub(crate) async fn put_in_the_outbox(
    world: &World,
    id: u128,
    queue: Option<&str>,
    body: String,
) -> anyhow::Result<()> {
    let row = OutboxRow {
        id: Uuid::from_u128(id),
        due_at: world.clock.now(),
        queue: queue.map(str::to_owned),
        envelope: body,
    };
    let mut tx = world.store.begin().await?;
    outbox::insert(&mut tx, &[row]).await?;
    Ok(tx.commit().await?)
}

/// Probes that a dead process left behind.
pub(crate) async fn leave_behind(world: &World, count: usize) -> anyhow::Result<Vec<Envelope>> {
    let mut work = UnitOfWork::begin(&world.store, world.clock.now(), &world.context.procedures).await?;
    let left: Vec<Envelope> = probes(count, Deed::Apply).iter().map(|probe| world.wrap(probe)).collect();
    for envelope in &left {
        work.emit_to(PROBE.name, envelope, world.clock.now());
    }
    work.commit(&world.context.relay).await?;
    Ok(left)
}

stories! {
    async fn a_row_that_is_no_message_is_a_dead_letter_of_the_relay_and_holds_nothing_up(world: &mut World) {
        put_in_the_outbox(world, 1, None, "{\"no\": \"type\"}".to_owned()).await?;
        leave_behind(world, 3).await?;
        ensure!(world.relay.poll().await? == Progress::Worked(4));
        world.relay_all().await?;
        ensure!(world.queue(&PROBE).await? == (3, 0) && world.outbox().await?.rows == 0);
        let letters = world.dead_letters().await?;
        let told: Vec<_> = letters.iter()
            .map(|letter| (letter.worker.as_str(), letter.kind.as_str(), letter.error.as_str(), letter.message_id))
            .collect();
        ensure!(told == [("relay", "?", "it is not a message", Uuid::from_u128(1))], "{told:?}");
        ensure!(letters[0].body == "{\"no\": \"type\"}");
        let metrics = world.context.metrics.render();
        ensure!(metrics.contains(r#"messages_handled_total{worker="relay",outcome="dead"} 1"#), "{metrics}");
    }

    async fn a_body_larger_than_a_broker_takes_is_not_even_tried(world: &mut World) {
        let body = format!(r#"{{"type":"probe","pad":"{}"}}"#, "x".repeat(1 << 20));
        put_in_the_outbox(world, 1, None, body).await?;
        world.relay_all().await?;
        let letters = world.dead_letters().await?;
        ensure!(letters.len() == 1 && letters[0].error == "it is larger than a broker takes");
        ensure!(world.outbox().await?.rows == 0);
    }

    async fn one_message_the_bus_refuses_is_found_among_many_and_the_others_go_out(world: &mut World) {
        let left = leave_behind(world, 9).await?;
        *world.faults.refused() = Some(left[6].id);
        ensure!(world.relay.poll().await? == Progress::Worked(8));
        world.relay_all().await?;
        ensure!(world.queue(&PROBE).await? == (8, 0) && world.outbox().await?.rows == 0);
        let letters = world.dead_letters().await?;
        ensure!(letters.len() == 1 && letters[0].message_id == left[6].id, "{letters:?}");
        // It was for one worker: a retry is, too.
        ensure!(letters[0].worker == PROBE.name && letters[0].error.contains("not this one"));
    }

    async fn a_queue_may_be_missing_for_an_hour_before_its_messages_are_set_apart(world: &mut World) {
        let stranger = world.wrap(&Probe::new(Deed::Apply));
        put_in_the_outbox(world, 1, Some("not-yet-installed"), stranger.to_json()).await?;
        leave_behind(world, 2).await?;
        world.relay_all().await?;
        ensure!(world.queue(&PROBE).await? == (2, 0), "the others are not held up");
        world.pass(TimeDelta::minutes(59));
        world.relay_all().await?;
        ensure!(world.outbox().await?.rows == 1 && world.dead_letters().await?.is_empty());
        world.pass(TimeDelta::minutes(1));
        world.relay_all().await?;
        let letters = world.dead_letters().await?;
        ensure!(world.outbox().await?.rows == 0 && letters.len() == 1, "{letters:?}");
        ensure!(letters[0].worker == "not-yet-installed" && letters[0].error == "its queue does not exist");
    }

    async fn a_message_to_its_topic_can_be_sent_again_after_a_refusal(world: &mut World) {
        let envelope = Envelope::wrap(Uuid::from_u128(9), world.clock.now(), &Probe::new(Deed::Apply), Cause::First);
        let mut work = UnitOfWork::begin(&world.store, world.clock.now(), &world.context.procedures).await?;
        work.emit_again(&envelope, world.clock.now());
        work.commit(&world.context.relay).await?;
        world.relay_all().await?;
        ensure!(world.queue(&PROBE).await? == (1, 0));
    }
}
