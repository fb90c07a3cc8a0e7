// SPDX-License-Identifier: EUPL-1.2
//! What a bus and its subscriptions share.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::future::{join_all, try_join_all};
use lapin::{Channel, Connection, Queue, options::QueueDeclareOptions, types::FieldTable};
use tokio::{runtime::Handle, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::warn;

use super::{
    Claim, RabbitSettings,
    declaration::declare,
    desk::Desk,
    dialer::Dialer,
    fault::{fault, is_not_found, within},
    link::Link,
    publisher::Publisher,
};
use crate::{BusError, QueueStats, Topology, outstanding::Outstanding};

/// What a bus and its subscriptions share.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) settings: Arc<RabbitSettings>,
    pub(super) topology: Arc<Topology>,
    /// A connection of its own: a broker that raised an alarm reads nothing from one that publishes, acknowledgements
    /// included.
    pub(super) publisher: Publisher,
    pub(super) consuming: Link,
    pub(super) outstanding: Arc<Outstanding>,
    /// For each queue what the subscriptions of this bus have in hand.
    held: BTreeMap<String, Arc<AtomicU64>>,
    /// The subscriptions there are.
    desks: Mutex<Vec<Weak<Desk>>>,
    /// Cancelled when the bus closes: nobody waits any longer.
    pub(super) closing: CancellationToken,
    /// Cancelled when all is given back: the connections go.
    ending: CancellationToken,
    /// The keepers of the connections.
    keepers: TaskTracker,
    /// What gives back the messages of dropped subscriptions.
    pub(super) givers: TaskTracker,
    /// Where they run, also when a subscription is dropped outside of it.
    pub(super) runtime: Handle,
}

impl Office {
    pub(super) async fn open(
        settings: &RabbitSettings,
        topology: Topology,
        claim: Option<Claim>,
    ) -> Result<Self, BusError> {
        let (settings, topology) = (Arc::new(settings.clone()), Arc::new(topology));
        let (ending, keepers) = (CancellationToken::new(), TaskTracker::new());
        let link = async |purpose, claim| {
            let dialer = Dialer::new(&settings, &topology, claim, purpose);
            Link::open(dialer, ending.clone(), &keepers).await
        };
        // One after the other: what is wrong is told once, and the queues are declared by one of them.
        let consuming = link("consuming", claim).await?;
        // Two hosts that are no cluster must not both become ours.
        let publishing = link("publishing", claim.map(Claim::held)).await.inspect_err(|_| ending.cancel())?;
        let outstanding = Arc::default();
        let publisher = Publisher::new(&settings, &topology, publishing, &outstanding);
        let held = topology.queues().iter().map(|binding| (binding.queue.clone(), Arc::default())).collect();
        Ok(Self {
            settings,
            topology,
            publisher,
            consuming,
            outstanding,
            held,
            desks: Mutex::default(),
            closing: CancellationToken::new(),
            ending,
            keepers,
            givers: TaskTracker::new(),
            runtime: Handle::current(),
        })
    }

    /// An error once the bus is closing.
    pub(super) fn check_open(&self) -> Result<(), BusError> {
        if self.closing.is_cancelled() { Err(BusError::closed()) } else { Ok(()) }
    }

    /// What subscriptions of a queue count in hand.
    pub(super) fn held(&self, queue: &str) -> Option<&Arc<AtomicU64>> {
        self.held.get(queue)
    }

    /// Remembers a subscription, to have it give back what it has when the bus closes.
    pub(super) fn register(&self, desk: &Arc<Desk>) {
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.retain(|desk| desk.strong_count() > 0);
        desks.push(Arc::downgrade(desk));
    }

    /// How full the queues are, as the broker tells.
    pub(super) async fn depths(&self) -> Result<Vec<QueueStats>, BusError> {
        let queues: Vec<&str> = self.held.keys().map(String::as_str).collect();
        let depths = self.look(&queues).await?;
        let stats = |(depth, (queue, held)): (Queue, (&String, &Arc<AtomicU64>))| QueueStats {
            queue: queue.clone(),
            waiting: depth.message_count().into(),
            held: held.load(Ordering::SeqCst),
            oldest: None,
            consumers: depth.consumer_count(),
        };
        Ok(depths.into_iter().zip(&self.held).map(stats).collect())
    }

    /// How many messages of a queue nobody holds.
    pub(super) async fn waiting(&self, queue: &str) -> Result<u64, BusError> {
        Ok(self.look(&[queue]).await?.iter().map(|depth| u64::from(depth.message_count())).sum())
    }

    /// Looks at queues, and makes them anew when somebody deleted one.
    async fn look(&self, queues: &[&str]) -> Result<Vec<Queue>, BusError> {
        let connection = self.consuming.session()?.connection;
        let failed = |error| fault("looking at the queues", &error);
        match within(self.settings.call_timeout, look(&connection, queues)).await {
            Err(error) if is_not_found(&error) => {
                self.redeclare(&connection).await.map_err(failed)?;
                within(self.settings.call_timeout, look(&connection, queues)).await.map_err(failed)
            }
            looked => looked.map_err(failed),
        }
    }

    pub(super) async fn redeclare(&self, connection: &Connection) -> lapin::Result<()> {
        warn!("a queue is gone: all are declared again");
        within(self.settings.call_timeout, declare(connection, &self.topology)).await
    }

    /// Ends all waiting, has everything in hand given back, and closes the connections.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        let desks = std::mem::take(&mut *self.desks.lock().unwrap_or_else(PoisonError::into_inner));
        let giving = async {
            join_all(
                desks.iter().filter_map(Weak::upgrade).map(|desk| async move { desk.give_back(self).await }),
            )
            .await;
            self.givers.close();
            self.givers.wait().await;
        };
        if timeout(self.settings.close_timeout, giving).await.is_err() {
            warn!("not everything was given back in time: the broker does it, and marks it");
        }
        self.ending.cancel();
        self.keepers.close();
        self.keepers.wait().await;
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // The keepers of the connections hold on to them otherwise.
        self.ending.cancel();
    }
}

/// On a channel of its own, which the broker closes when there is no such queue.
async fn look(connection: &Connection, queues: &[&str]) -> lapin::Result<Vec<Queue>> {
    let channel = connection.create_channel().await?;
    try_join_all(queues.iter().map(|queue| declared(&channel, queue))).await
}

async fn declared(channel: &Channel, queue: &str) -> lapin::Result<Queue> {
    channel.queue_declare(queue.into(), QueueDeclareOptions::durable().passive(), FieldTable::default()).await
}
