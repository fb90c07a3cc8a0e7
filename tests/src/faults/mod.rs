// SPDX-License-Identifier: EUPL-1.2
//! What befalls a distributed installation at work, and the account afterwards: nothing lost, nothing doubled.
//!
//! [`Servers`] are real: a private PostgreSQL and a private RabbitMQ. A [`Region`](region::Region) is an installation on them:
//! the processes of `campanella run`, a relay that takes the mails, facts of a few hundred families and students, and business
//! time of its own. [`story::tell`] gives it work, lets a [`Fault`] strike at a seeded moment once it is seen that there is
//! something in hand to lose, heals it, waits until nothing is left to do and compares every effect with those of a region nobody
//! disturbed: what was done, which mails left, which messages died. The one fault of an embedded installation, a full disk, has
//! a story of its own and the same account.

mod account;
mod clock;
mod database;
mod doom;
mod embedded;
mod facts;
mod fault;
mod full_disk;
mod hands;
mod in_hand;
mod post;
mod proxy;
mod region;
mod servers;
mod sink;
pub mod stage;
pub mod story;
mod tasted;
mod vanished;

pub use account::Effects;
pub use fault::Fault;
pub use post::Mails;
pub use servers::Servers;
pub use story::Outcome;
