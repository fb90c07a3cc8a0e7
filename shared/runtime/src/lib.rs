// SPDX-License-Identifier: EUPL-1.2
//! What every worker runs on.
//!
//! - [`Worker`], [`Handler`], [`Event`], [`UnitOfWork`]: what a worker is written against.
//! - [`Runner`]: inbox, handler, outbox in one transaction; halving; suspects; [`Failure`] and what becomes of it.
//! - [`Outbound`]: workers that talk to the outside.
//! - [`Relay`]: from the outbox to the bus.
//! - [`process`] and its [`startup`], [`signals`], [`heartbeat`], [`standstill`]; [`clock`], [`Watchdog`], [`folder`], [`config`],
//!   [`telemetry`], [`metrics`], [`http`].
//!
//! Each of runner, relay and outbound has a *public single step*: `campanella run` loops over it in a task of its own, a
//! simulation and the tests call it until nothing is left.

mod backoff;
mod beat;
pub mod clock;
pub mod config;
pub mod crash;
mod failure;
pub mod folder;
mod hand;
mod handler;
pub mod heartbeat;
pub mod http;
pub mod metrics;
mod outbound;
pub mod process;
mod quarantine;
mod relay;
mod runner;
pub mod safety_net;
pub mod secret;
pub mod signals;
pub mod standstill;
pub mod startup;
mod suspects;
pub mod telemetry;
mod verdict;
mod watchdog;
mod work;

pub use backoff::Backoff;
pub use beat::Beat;
pub use failure::{Failure, fingerprint};
pub use handler::{Event, Handler, Route, Worker};
pub use outbound::Outbound;
pub use relay::{Relay, RelayHandle};
pub use runner::{Context, Runner, RunnerSettings};
pub use watchdog::{Guard, Watchdog};
pub use work::{BORN_CLAIMED, Procedures, UnitOfWork};

/// What a single step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was there.
    Idle,
    /// So many messages, rows or mails were brought to their end.
    Worked(usize),
}

impl Progress {
    /// Whether something was done.
    #[must_use]
    pub const fn worked(self) -> bool {
        matches!(self, Self::Worked(_))
    }
}
