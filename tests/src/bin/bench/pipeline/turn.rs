// SPDX-License-Identifier: EUPL-1.2
//! All that is compared, measured one after the other: what the machine gives moves from one minute to the next, for one as
//! for the other.

use std::fmt;

use super::{
    ceiling::{self, Ceiling},
    child::{Outcome, Task},
    peers::{self, Peers},
    servers::Servers,
};
use crate::{embedded, place};

/// Messages of each measurement: some seconds' worth.
const RAW: u32 = 100_000;
pub(super) const SET_BASED: u32 = 100_000;
pub(super) const PER_MESSAGE: u32 = 30_000;

/// What one turn found.
pub(super) struct Turn {
    pub(super) raw: Ceiling,
    pub(super) set: Outcome,
    pub(super) row: Outcome,
    /// Messages a second.
    pub(super) embedded: f64,
    /// None if they are not asked for.
    pub(super) peers: Option<Peers>,
}

impl Turn {
    pub(super) fn take(servers: &Servers, with_peers: bool) -> anyhow::Result<Self> {
        Ok(Self {
            raw: ceiling::measure(servers, RAW)?,
            set: servers.measure(Task::SetBased, SET_BASED)?,
            peers: with_peers.then(|| peers::measure(servers)).transpose()?,
            row: servers.measure(Task::PerMessage, PER_MESSAGE)?,
            embedded: embedded_rate(0)?,
        })
    }
}

/// For whoever waits: the rates that are compared, in messages a second.
impl fmt::Display for Turn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { raw, set, row, embedded, peers } = self;
        let (set, row) = (set.value, row.value);
        write!(
            formatter,
            "raw {:.0}, set-based {set:.0}, per message {row:.0}, embedded {embedded:.0}",
            raw.both
        )?;
        let Some(Peers { celery, graphile, node }) = peers else { return Ok(()) };
        write!(formatter, ", Celery {celery:.0}, graphile_worker {graphile:.0}, Node {node:.0}")
    }
}

/// Messages a second on the disk the servers are on, while so many wait; with none told, as many as are measured.
pub(super) fn embedded_rate(waiting: usize) -> anyhow::Result<f64> {
    let folder = place::folder()?;
    place::runtime()?.block_on(embedded::whole_path(folder.path(), SET_BASED, waiting))
}
