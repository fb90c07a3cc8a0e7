// SPDX-License-Identifier: EUPL-1.2
//! What only tests need. A crate of the product names it under `[dev-dependencies]`, never under
//! `[dependencies]` (a test over `cargo metadata` checks it).

mod account;
pub mod certificates;
mod crew;
mod durability;
mod guardian;
mod home;
mod ports;
pub mod postgres;
pub mod rabbitmq;
mod shell;

pub use crew::Crew;
pub use durability::Durability;
pub use ports::free_ports;
pub use postgres::{EncryptedPostgres, HeldTable, PassingDatabase, PrivatePostgres};
pub use rabbitmq::{PassingVhost, PrivateRabbit};
