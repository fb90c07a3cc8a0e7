// SPDX-License-Identifier: EUPL-1.2
//! What the promises are tried with: a topology, messages, and patience.

use std::{future::Future, time::Duration};

use anyhow::ensure;
use campanella_bus::{
    Bus, Delivery, Handled, Outgoing, QueueBinding, QueueStats, Route, Subscription, Topology,
};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::{Builder, Uuid};

/// How long something that must happen may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How long to look for something that must not happen.
pub(crate) const GLANCE: Duration = Duration::from_millis(50);
/// Take what is there and go.
pub(crate) const AT_ONCE: Duration = Duration::ZERO;

/// Two queues; both hear of `bell.rang`, only the mailer of `mail.requested`.
pub(crate) fn topology() -> anyhow::Result<Topology> {
    let binding = |queue: &str, topics: &[&str]| QueueBinding {
        queue: queue.to_owned(),
        topics: topics.iter().map(|&topic| topic.to_owned()).collect(),
    };
    let queues =
        vec![binding("registry", &["bell.rang"]), binding("mailer", &["bell.rang", "mail.requested"])];
    Ok(Topology::new(queues)?)
}

/// The id of the `number`th message, written `number` milliseconds after the start of the school year 2025-26.
pub(crate) fn id(number: u64) -> Uuid {
    let mut distinct = [0; 10];
    distinct[2..].copy_from_slice(&number.to_be_bytes());
    Builder::from_unix_timestamp_millis(1_756_677_600_000 + number, &distinct).into_uuid()
}

/// Numbered messages for the queue `registry`.
pub(crate) fn messages(numbers: impl IntoIterator<Item = u64>) -> Vec<Outgoing> {
    numbers.into_iter().map(|number| message(number, Route::Queue("registry".to_owned()))).collect()
}

/// A numbered message.
pub(crate) fn message(number: u64, route: Route) -> Outgoing {
    Outgoing { id: id(number), route, body: format!("{{\"number\":{number}}}") }
}

/// Publishes, and expects every message to be confirmed.
pub(crate) async fn publish(bus: &dyn Bus, batch: &[Outgoing]) -> anyhow::Result<()> {
    let confirmed = bus.publish(batch).await?;
    ensure!(confirmed == batch.iter().map(|message| message.id).collect::<Vec<_>>(), "not all are confirmed");
    Ok(())
}

/// The ids, sorted.
pub(crate) fn ids(deliveries: &[Delivery]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = deliveries.iter().map(|delivery| delivery.message_id).collect();
    ids.sort_unstable();
    ids
}

/// The ids of numbered messages.
pub(crate) fn ids_of(numbers: impl IntoIterator<Item = u64>) -> Vec<Uuid> {
    numbers.into_iter().map(id).collect()
}

/// Receives until there are `count` deliveries.
pub(crate) async fn take(from: &mut dyn Subscription, count: usize) -> anyhow::Result<Vec<Delivery>> {
    let until = Instant::now() + PATIENCE;
    let mut taken = Vec::new();
    while taken.len() < count {
        let more = timeout_at(until, from.receive(count - taken.len(), PATIENCE, AT_ONCE)).await??;
        ensure!(!more.is_empty(), "{} of {count} came", taken.len());
        taken.extend(more);
    }
    Ok(taken)
}

/// Has `to` take what `from` gives back, marked. A broker pushes: it may give it to `from` again, which has room for it.
pub(crate) async fn hand_over(
    from: &mut dyn Subscription,
    to: &mut dyn Subscription,
    count: usize,
) -> anyhow::Result<Vec<Delivery>> {
    let until = Instant::now() + PATIENCE;
    let mut taken = Vec::new();
    while taken.len() < count {
        ensure!(Instant::now() < until, "{} of {count} came", taken.len());
        taken.extend(to.receive(count - taken.len(), GLANCE, AT_ONCE).await?);
        if taken.len() < count {
            let returned = from.receive(count, GLANCE, AT_ONCE).await?;
            from.release(&returned, Handled::Seen).await?;
        }
    }
    Ok(taken)
}

/// Nothing comes.
pub(crate) async fn expect_nothing(from: &mut dyn Subscription) -> anyhow::Result<()> {
    let came = from.receive(100, GLANCE, AT_ONCE).await?;
    ensure!(came.is_empty(), "{} came", came.len());
    Ok(())
}

/// The stats of one queue, once they are as expected: a broker may count late.
pub(crate) async fn stats_when(
    bus: &dyn Bus,
    queue: &str,
    expected: impl Fn(&QueueStats) -> bool,
) -> anyhow::Result<QueueStats> {
    eventually(|| async {
        let stats = bus.stats().await?;
        Ok(stats.into_iter().find(|stats| stats.queue == queue && expected(stats)))
    })
    .await
}

async fn eventually<T, Looking>(look: impl Fn() -> Looking) -> anyhow::Result<T>
where
    Looking: Future<Output = anyhow::Result<Option<T>>>,
{
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        ensure!(Instant::now() < until, "it did not come about");
        sleep(Duration::from_millis(5)).await;
    }
}
