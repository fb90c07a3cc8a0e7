// SPDX-License-Identifier: EUPL-1.2
//! `kill -9` loses nothing that was confirmed and brings back nothing that was acknowledged.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, ensure};
use uuid::Uuid;

use super::{
    Broker,
    bench::{GLANCE, PATIENCE, topology},
    victim::{BATCH, Deed, IN_HAND, Victim},
};

#[derive(Debug, Default)]
struct Deeds {
    confirmed: BTreeSet<Uuid>,
    acknowledged: BTreeSet<Uuid>,
    held: BTreeSet<Uuid>,
}

impl Deeds {
    fn add(&mut self, deed: Deed) {
        match deed {
            Deed::Confirmed(id) => self.confirmed.insert(id),
            Deed::Acknowledged(id) => self.acknowledged.insert(id),
            Deed::Held(id) => self.held.insert(id),
        };
    }
}

pub(crate) async fn what_was_confirmed_survives_a_kill(broker: &dyn Broker) -> anyhow::Result<()> {
    let mut deeds = Deeds::default();
    let mut victim = Victim::start(broker)?;
    let in_hand = usize::from(IN_HAND);
    // It publishes on and on: wherever it is when it dies, it is in the middle of something.
    while deeds.held.len() < in_hand || deeds.confirmed.len() < 1000 {
        deeds.add(victim.next_deed()?.context("it ended by itself")?);
    }
    victim.kill()?;
    while let Some(deed) = victim.next_deed()? {
        deeds.add(deed);
    }
    ensure!(deeds.acknowledged.len() == in_hand && deeds.held.len() == in_hand);

    let bus = broker.open(topology()?).await?;
    let mut registry = bus.consume("registry", 1000).await?;
    let mut came: BTreeMap<Uuid, bool> = BTreeMap::new();
    let must_come = deeds.confirmed.len() - deeds.acknowledged.len();
    loop {
        let patience = if came.len() < must_come { PATIENCE } else { GLANCE * 10 };
        let deliveries = registry.receive(1000, patience, GLANCE).await?;
        if deliveries.is_empty() {
            break;
        }
        registry.acknowledge(&deliveries).await?;
        for delivery in deliveries {
            let earlier = came.insert(delivery.message_id, delivery.redelivered);
            ensure!(earlier.is_none(), "{delivery:?} came twice");
        }
    }
    for id in &deeds.confirmed {
        ensure!(came.contains_key(id) != deeds.acknowledged.contains(id), "{id} was lost or came back");
    }
    for (id, marked) in &came {
        ensure!(*marked == deeds.held.contains(id), "{id} is marked: {marked}");
    }
    // What was under way when it died may be there, whole or not at all.
    let unconfirmed = came.keys().filter(|id| !deeds.confirmed.contains(id)).count();
    ensure!(u64::try_from(unconfirmed)? <= BATCH, "{unconfirmed}");
    Ok(())
}
