// SPDX-License-Identifier: EUPL-1.2
//! What a subscription has in hand, wherever its queue is kept.

use std::collections::{BTreeSet, VecDeque};

use crate::Delivery;

/// What a subscription has in hand: never more than its prefetch.
#[derive(Debug)]
pub(crate) struct InHand {
    prefetch: usize,
    /// Taken off the queue and not yet given to anybody, the oldest first.
    unseen: VecDeque<Delivery>,
    /// Tags of what was given out and not yet settled.
    seen: BTreeSet<u64>,
}

impl InHand {
    pub(crate) fn new(prefetch: u16) -> Self {
        Self { prefetch: prefetch.into(), unseen: VecDeque::new(), seen: BTreeSet::new() }
    }

    /// How many of `at_most` there is room for beside what is out.
    pub(crate) fn room(&self, at_most: usize) -> usize {
        at_most.min(self.prefetch.saturating_sub(self.seen.len()))
    }

    /// Seen and unseen.
    pub(crate) fn len(&self) -> usize {
        self.unseen.len() + self.seen.len()
    }

    /// Whether it has all it may have.
    pub(crate) fn is_full(&self) -> bool {
        self.len() >= self.prefetch
    }

    /// Those not yet given to anybody.
    pub(crate) const fn unseen(&self) -> &VecDeque<Delivery> {
        &self.unseen
    }

    /// Tags of those that are out.
    pub(crate) const fn seen(&self) -> &BTreeSet<u64> {
        &self.seen
    }

    /// Takes deliveries off the queue.
    pub(crate) fn take(&mut self, deliveries: impl IntoIterator<Item = Delivery>) {
        self.unseen.extend(deliveries);
    }

    /// Gives out the oldest, up to `at_most`.
    pub(crate) fn give(&mut self, at_most: usize) -> Vec<Delivery> {
        let given: Vec<Delivery> = self.unseen.drain(..at_most.min(self.unseen.len())).collect();
        self.seen.extend(given.iter().map(|delivery| delivery.tag));
        given
    }

    /// Tags of those deliveries that are out.
    pub(crate) fn given(&self, deliveries: &[Delivery]) -> BTreeSet<u64> {
        let tags = deliveries.iter().map(|delivery| delivery.tag);
        tags.filter(|tag| self.seen.contains(tag)).collect()
    }

    /// Forgets what is settled.
    pub(crate) fn settle(&mut self, tags: &BTreeSet<u64>) {
        for tag in tags {
            self.seen.remove(tag);
        }
    }
}
