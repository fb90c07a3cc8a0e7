// SPDX-License-Identifier: EUPL-1.2
//! How much is still to be done: a simulation is at rest when it is nothing.

use std::sync::atomic::{AtomicI64, Ordering};

/// Copies of messages on queues that are not acknowledged. Signed, because a copy whose publication ended in an error may
/// be there all the same and be acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Outstanding(AtomicI64);

impl Outstanding {
    /// Copies that are on queues, or about to be. Counted before they are published: a consumer may be quicker than
    /// the confirmation.
    pub(crate) fn add(&self, copies: usize) {
        self.0.fetch_add(count(copies), Ordering::SeqCst);
    }

    /// Copies that were acknowledged, or were not published after all.
    pub(crate) fn subtract(&self, copies: usize) {
        self.0.fetch_sub(count(copies), Ordering::SeqCst);
    }

    pub(crate) fn get(&self) -> u64 {
        u64::try_from(self.0.load(Ordering::SeqCst)).unwrap_or(0)
    }

    /// Counts copies that are about to be published; they are taken back unless [`Booked::keep`] says otherwise.
    pub(crate) fn book(&self, copies: usize) -> Booked<'_> {
        self.add(copies);
        Booked { outstanding: self, copies }
    }
}

/// Copies counted in advance. Dropped with a publication that failed or was given up, it takes them back.
#[derive(Debug)]
pub(crate) struct Booked<'a> {
    outstanding: &'a Outstanding,
    copies: usize,
}

impl Booked<'_> {
    /// So many of them were published.
    pub(crate) fn keep(mut self, copies: usize) {
        self.copies = self.copies.saturating_sub(copies);
    }
}

impl Drop for Booked<'_> {
    fn drop(&mut self) {
        self.outstanding.subtract(self.copies);
    }
}

fn count(copies: usize) -> i64 {
    i64::try_from(copies).unwrap_or(i64::MAX)
}
