// SPDX-License-Identifier: EUPL-1.2
//! Mails to an SMTP relay (RFC 5321).
//!
//! The library's own transport is not used: cancelling one of its sends shifts later answers by one mail, its timeout covers
//! connecting only, and it does not say at which step a delivery failed. Here every step has its timeout and its name, and a
//! connection about which there is any doubt is dropped.

mod answer;
mod session;

use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use uuid::Uuid;

use super::{Delivery, Proof, RelayUrl, Transport, Unavailable};
use crate::mail::OutgoingMail;
use session::{Attempt, Session};

/// Mails in doubt on one connection, at most, when a process dies.
pub const MAILS_PER_CONNECTION: usize = 2;

/// How long each step may take (RFC 5321, 4.5.3.2 names minutes; a relay of one's own needs less).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// TCP, TLS, greeting, EHLO and AUTH together.
    pub connect: Duration,
    /// Each command.
    pub command: Duration,
    /// The mail itself and the answer to it.
    pub body: Duration,
}

/// An SMTP relay and the connections to it.
#[derive(Debug)]
pub struct Smtp {
    relay: RelayUrl,
    timeouts: Timeouts,
    hello_name: String,
    /// One lane a connection; `None` while it has none.
    lanes: Vec<Option<Session>>,
}

impl Smtp {
    /// A relay reached by up to `connections` connections, to which this machine says it is `hello_name`.
    #[must_use]
    pub fn new(relay: RelayUrl, connections: usize, hello_name: String, timeouts: Timeouts) -> Self {
        let lanes = std::iter::repeat_with(|| None).take(connections.max(1)).collect();
        Self { relay, timeouts, hello_name, lanes }
    }
}

/// What a lane needs to open its connection.
#[derive(Debug, Clone, Copy)]
struct Door<'a> {
    relay: &'a RelayUrl,
    timeouts: Timeouts,
    hello_name: &'a str,
}

impl Door<'_> {
    async fn open(self) -> Result<Session, Unavailable> {
        Session::open(self.relay, self.hello_name, self.timeouts).await
    }
}

/// Delivers one mail on a lane. A connection the relay closed since its last mail is replaced once: nothing was lost by it.
///
/// The connection is out of its lane meanwhile: if this future is dropped, it is dropped with it, and no later mail reads the
/// answer to this one.
async fn deliver_one(lane: &mut Option<Session>, door: Door<'_>, mail: &OutgoingMail) -> Delivery {
    if let Some(mut used) = lane.take()
        && let Attempt::Settled { delivery, keep } = used.deliver(mail).await
    {
        *lane = keep.then_some(used);
        return delivery;
    }
    let mut fresh = match door.open().await {
        Ok(fresh) => fresh,
        Err(Unavailable(reason)) => return Delivery::Unavailable { reason },
    };
    match fresh.deliver(mail).await {
        Attempt::Settled { delivery, keep } => {
            *lane = keep.then_some(fresh);
            delivery
        }
        // Even a fresh connection breaks before the mail begins: perhaps because of this mail, so this attempt counts.
        Attempt::Stale => Delivery::Deferred { answer: "the relay closed the connection".to_owned() },
    }
}

async fn deliver_lane(lane: &mut Option<Session>, door: Door<'_>, mails: &[OutgoingMail]) -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = Vec::with_capacity(mails.len());
    for mail in mails {
        // What is down stays down for the rest of the lane.
        let delivery = match deliveries.last() {
            Some(down @ Delivery::Unavailable { .. }) => down.clone(),
            _ => deliver_one(lane, door, mail).await,
        };
        deliveries.push(delivery);
    }
    deliveries
}

#[async_trait]
impl Transport for Smtp {
    fn group(&self) -> usize {
        self.lanes.len() * MAILS_PER_CONNECTION
    }

    async fn prepare(&mut self) -> Result<(), Unavailable> {
        if self.lanes.iter().all(Option::is_none)
            && let Some(lane) = self.lanes.first_mut()
        {
            let door = Door { relay: &self.relay, timeouts: self.timeouts, hello_name: &self.hello_name };
            *lane = Some(door.open().await?);
        }
        Ok(())
    }

    async fn deliver(&mut self, mails: &[OutgoingMail]) -> Vec<Delivery> {
        let share = mails.len().div_ceil(self.lanes.len()).max(1);
        let door = Door { relay: &self.relay, timeouts: self.timeouts, hello_name: &self.hello_name };
        let lanes = self.lanes.iter_mut().zip(mails.chunks(share));
        join_all(lanes.map(|(lane, mails)| deliver_lane(lane, door, mails))).await.concat()
    }

    async fn proof(&mut self, _id: Uuid) -> Proof {
        // A relay cannot be asked what it took.
        Proof::Unknown
    }

    async fn rest(&mut self) {
        for lane in &mut self.lanes {
            if let Some(session) = lane.take() {
                session.quit().await;
            }
        }
    }
}
