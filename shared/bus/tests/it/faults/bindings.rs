// SPDX-License-Identifier: EUPL-1.2
//! What a queue received in an earlier release.

use anyhow::ensure;
use campanella_bus::{Bus as _, Route, Topology, rabbitmq::RabbitBus};

use crate::{
    contract::{
        Broker as _,
        bench::{AT_ONCE, ids_of, message, publish, stats_when, take, topology},
    },
    rabbitmq::RabbitBroker,
};

/// The next release: the mailer hears of `bell.rang` no more, and nobody of `mail.requested`, which is still published.
fn next_release() -> anyhow::Result<Topology> {
    let mut queues = topology()?.queues().to_vec();
    queues[1].topics.clear();
    Ok(Topology::new(queues)?.with_topics(["mail.requested".to_owned()])?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_gave_up_a_topic_receives_it_no_more() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let before = broker.open(topology()?).await?;
    let about = |number, topic: &str| message(number, Route::Topic(topic.to_owned()));
    publish(&*before, &[about(0, "bell.rang")]).await?;

    let bus = RabbitBus::open(&broker.settings()?, next_release()?).await?;
    // Twice: what is not bound can be unbound.
    bus.unbind_given_up().await?;
    bus.unbind_given_up().await?;
    publish(&bus, &[about(1, "bell.rang"), about(2, "mail.requested")]).await?;
    ensure!(bus.unrouted() == 1, "{}", bus.unrouted());
    stats_when(&bus, "registry", |stats| stats.waiting == 2).await?;
    let mut mailer = bus.consume("mailer", 10).await?;
    let came = take(&mut *mailer, 1).await?;
    ensure!(came.iter().map(|delivery| delivery.message_id).eq(ids_of(0..1)), "what it had stays");
    ensure!(mailer.receive(10, crate::contract::bench::GLANCE, AT_ONCE).await?.is_empty());
    Ok(())
}
