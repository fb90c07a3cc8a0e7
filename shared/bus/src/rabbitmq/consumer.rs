// SPDX-License-Identifier: EUPL-1.2
//! A consumer on a session: it lasts no longer than the channel it is on.

use std::{
    collections::BTreeSet,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _, future::try_join_all};
use lapin::{
    Channel,
    options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions},
    types::FieldTable,
};
use tokio::time::sleep;

use super::{link::Session, wire::delivery};
use crate::{Delivery, in_hand::InHand};

/// Why a consumer is of no use any more.
#[derive(Debug)]
pub(super) struct Lost(pub(super) String);

impl From<lapin::Error> for Lost {
    fn from(error: lapin::Error) -> Self {
        Self(error.to_string())
    }
}

/// What is told of messages in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settling {
    /// They are done.
    Acknowledge,
    /// They go back, and come again marked.
    Requeue,
}

/// A consumer on a session.
#[derive(Debug)]
pub(super) struct Consumer {
    session: Session,
    channel: Channel,
    stream: lapin::Consumer,
    /// The broker counts its tags anew on every channel. Ours is this much more, so that one of an earlier channel is not
    /// taken for one of this.
    offset: u64,
    /// The greatest tag so far.
    last_tag: u64,
    /// The tags of the seen are smaller than those of the unseen.
    in_hand: InHand,
    /// Seen and unseen of all consumers of the queue.
    held: Arc<AtomicU64>,
}

impl Consumer {
    /// Begins to consume.
    pub(super) async fn begin(
        session: &Session,
        queue: &str,
        prefetch: u16,
        last_tag: u64,
        held: &Arc<AtomicU64>,
    ) -> lapin::Result<Self> {
        let channel = session.connection.create_channel().await?;
        // Not global: for this consumer. It is the only bound on what lapin buffers.
        channel.basic_qos(prefetch, BasicQosOptions { global: false }).await?;
        let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
        let stream = channel.basic_consume(queue.into(), "".into(), options, arguments).await?;
        let (session, held) = (session.clone(), Arc::clone(held));
        let in_hand = InHand::new(prefetch);
        Ok(Self { session, channel, stream, offset: last_tag, last_tag, in_hand, held })
    }

    /// The greatest tag so far, where the next consumer goes on.
    pub(super) const fn last_tag(&self) -> u64 {
        self.last_tag
    }

    /// What it has in hand.
    pub(super) const fn in_hand(&self) -> &InHand {
        &self.in_hand
    }

    /// See [`Subscription::receive`](crate::Subscription::receive). May be dropped at any moment.
    pub(super) async fn receive(
        &mut self,
        enough: usize,
        patience: Duration,
        linger: Duration,
    ) -> Result<Vec<Delivery>, Lost> {
        if !self.session.lasts() {
            return Err(Lost("the connection to the broker was lost".to_owned()));
        }
        self.take_ready(enough)?;
        self.wait(1, enough, patience).await?;
        if !self.in_hand.unseen().is_empty() && !linger.is_zero() {
            self.wait(enough, enough, linger).await?;
        }
        Ok(self.in_hand.give(enough))
    }

    /// Waits until `wanted` deliveries are there, taking up to `enough`, or the time is up.
    async fn wait(&mut self, wanted: usize, enough: usize, time: Duration) -> Result<(), Lost> {
        let mut until = pin!(sleep(time));
        while self.in_hand.unseen().len() < wanted {
            tokio::select! {
                biased;
                item = self.stream.next() => self.take(item)?,
                () = self.session.over.cancelled() => {
                    return Err(Lost("the connection to the broker was lost".to_owned()));
                }
                () = &mut until => break,
            }
            self.take_ready(enough)?;
        }
        Ok(())
    }

    /// Takes what has come, without waiting.
    fn take_ready(&mut self, enough: usize) -> Result<(), Lost> {
        while self.in_hand.unseen().len() < enough
            && let Some(item) = self.stream.next().now_or_never()
        {
            self.take(item)?;
        }
        Ok(())
    }

    fn take(&mut self, item: Option<lapin::Result<lapin::message::Delivery>>) -> Result<(), Lost> {
        let raw = item.ok_or_else(|| Lost("the broker cancelled the subscription".to_owned()))??;
        self.last_tag = self.offset + raw.delivery_tag;
        self.in_hand.take([delivery(raw, self.last_tag)]);
        self.held.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Settles deliveries that are out: with one word as far as they are the oldest, which is the rule, and one by one
    /// for the rest.
    pub(super) async fn settle(&mut self, tags: &BTreeSet<u64>, how: Settling) -> lapin::Result<()> {
        let together = tags.iter().zip(self.in_hand.seen()).take_while(|(tag, seen)| tag == seen).last();
        let together = together.map(|(tag, _)| *tag);
        let single = tags.iter().copied().filter(|tag| Some(*tag) > together);
        let words: Vec<(u64, bool)> =
            together.map(|tag| (tag, true)).into_iter().chain(single.map(|tag| (tag, false))).collect();
        // Before anything is said: saying it twice would cost the channel.
        self.in_hand.settle(tags);
        self.held.fetch_sub(tags.len() as u64, Ordering::SeqCst);
        try_join_all(words.into_iter().map(|(tag, multiple)| self.tell(tag, multiple, how))).await?;
        Ok(())
    }

    async fn tell(&self, tag: u64, multiple: bool, how: Settling) -> lapin::Result<()> {
        let tag = tag - self.offset;
        match how {
            Settling::Acknowledge => self.channel.basic_ack(tag, BasicAckOptions { multiple }).await,
            Settling::Requeue => {
                self.channel.basic_nack(tag, BasicNackOptions { multiple, requeue: true }).await
            }
        }
    }

    /// Waits for one more to come.
    pub(super) async fn one_more(&mut self, patience: Duration) -> Result<(), Lost> {
        self.wait(self.in_hand.unseen().len() + 1, usize::MAX, patience).await
    }

    /// Lets nothing more come. What has come already is given out as unseen: the seen were known to the caller.
    pub(super) async fn stop(&mut self) -> Result<Vec<Delivery>, Lost> {
        self.channel.basic_cancel(self.stream.tag(), BasicCancelOptions::default()).await?;
        while let Some(item) = self.stream.next().await {
            self.take(Some(item))?;
        }
        Ok(self.in_hand.give(usize::MAX))
    }

    /// Closes the channel; the broker puts back what is still in hand, and marks it.
    pub(super) async fn end(self) -> lapin::Result<()> {
        self.channel.close(200, "OK".into()).await
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.held.fetch_sub(self.in_hand.len() as u64, Ordering::SeqCst);
    }
}
