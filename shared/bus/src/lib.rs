// SPDX-License-Identifier: EUPL-1.2
//! Queues behind one port.
//!
//! - [`Bus`] publishes, consumes and counts; [`Subscription`] is one consumer of one queue.
//! - [`Topology`] says which queues there are and which topics each receives. It is built from the list of workers.
//! - [`EmbeddedBus`] keeps the queues in a SQLite file and works within one process.
//! - [`rabbitmq::RabbitBus`] keeps them on a RabbitMQ broker, for any number of processes.
//!
//! What holds on every implementation is the contract suite in `tests/it/contract`, which each of them runs:
//!
//! - A confirmed message survives `kill -9`. It is delivered until it is acknowledged, to one holder at a time.
//! - A message whose holder saw it and did not acknowledge it comes again marked as redelivered; one given back unseen
//!   comes again as it came.
//! - The order is not promised, and the same message id may be delivered more than once: the inbox drops it.
//! - A subscription never has more than its prefetch in hand. That is the only back-pressure.
//!
//! Deliberately absent: delays, priorities, retries and dead letters. They are rows of the database, where they survive
//! a change of broker and an operator can read them.

mod abandoned;
mod embedded;
mod error;
mod in_hand;
mod message;
mod outstanding;
mod port;
pub mod rabbitmq;
mod stats;
mod topology;

pub use abandoned::Abandoned;
pub use embedded::EmbeddedBus;
pub use error::BusError;
pub use message::{Delivery, Handled, Outgoing, Route};
pub use port::{Bus, Subscription};
pub use stats::QueueStats;
pub use topology::{QueueBinding, Topology};
