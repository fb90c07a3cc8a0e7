// SPDX-License-Identifier: EUPL-1.2
//! The safety net: what the broker gave up on, until it is written down as dead.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use lapin::{
    Channel,
    options::{BasicAckOptions, BasicGetOptions},
};
use tokio::sync::Mutex;

use super::{
    declaration::ABANDONED,
    fault::{fault, within},
    office::Office,
    wire::abandoned,
};
use crate::{Abandoned, BusError};

/// What was taken out of the net and is not yet settled.
#[derive(Debug, Default)]
pub(super) struct Net {
    hand: Mutex<Option<Hand>>,
}

#[derive(Debug)]
struct Hand {
    channel: Channel,
    tags: BTreeSet<u64>,
}

impl Net {
    /// Takes what is in the net. What was taken before and not settled goes back first.
    pub(super) async fn take(&self, office: &Office, at_most: usize) -> Result<Vec<Abandoned>, BusError> {
        let mut hand = self.hand.lock().await;
        let taking = async {
            if let Some(Hand { channel, .. }) = hand.take().filter(|hand| hand.channel.status().connected()) {
                channel.close(200, "OK".into()).await?;
            }
            let session = office.consuming.session();
            let Ok(session) = session else { return Ok(session.err()) };
            let channel = session.connection.create_channel().await?;
            *hand = Some(Hand { channel, tags: BTreeSet::new() });
            Ok(None)
        };
        if let Some(error) =
            within(office.settings.call_timeout, taking).await.map_err(|error| failed(&error))?
        {
            return Err(error);
        }
        let mut found = Vec::new();
        let Some(Hand { channel, tags }) = hand.as_mut() else { return Ok(found) };
        // One by one: there is as a rule none.
        while found.len() < at_most {
            let get = channel.basic_get(ABANDONED.into(), BasicGetOptions { no_ack: false });
            match within(office.settings.call_timeout, get).await.map_err(|error| failed(&error))? {
                Some(message) => found.push(abandoned(message.delivery)),
                None => break,
            }
        }
        tags.extend(found.iter().map(|abandoned| abandoned.tag));
        Ok(found)
    }

    /// Ends what was written down.
    pub(super) async fn settle(&self, office: &Office, abandoned: &[Abandoned]) -> Result<(), BusError> {
        let mut hand = self.hand.lock().await;
        let Some(Hand { channel, tags }) = hand.as_mut() else { return Ok(()) };
        let settled: Vec<u64> =
            abandoned.iter().map(|abandoned| abandoned.tag).filter(|tag| tags.remove(tag)).collect();
        let acknowledge = |tag| channel.basic_ack(tag, BasicAckOptions { multiple: false });
        let acknowledging = try_join_all(settled.into_iter().map(acknowledge));
        within(office.settings.call_timeout, acknowledging).await.map_err(|error| failed(&error))?;
        Ok(())
    }
}

fn failed(error: &lapin::Error) -> BusError {
    fault("looking after what the broker gave up on", error)
}
