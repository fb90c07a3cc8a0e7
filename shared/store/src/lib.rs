// SPDX-License-Identifier: EUPL-1.2
//! Facts, effects and the outbox, on SQLite or PostgreSQL: the only crate that knows sqlx.
//!
//! - [`Store`] opens a database by its URL and begins transactions; [`Tx`] is an open one.
//! - One module a table or a pair of tables; `ars` and `ardis` hold those of the two procedures. A function runs one SQL
//!   text on either driver (`on!`); where the texts must differ, `sql!` builds both from one, so that they cannot drift.
//! - Lists are bound as one JSON parameter ([`sql::rows`]): one statement a batch, never one a row.
//! - [`transfer`] is about whole databases: a copy on another engine, a snapshot of an embedded installation.
//! - No clock: business and machine time are parameters. No personal data in errors: [`StoreError`] names tables and
//!   constraints, never values.
//! - Every function has a contract test that runs on both databases.
//!
//! Rejected: two crates with the same texts (they drift), `sqlx::Any` (no timestamps), an ORM (a second query language).

mod column;
mod error;
#[macro_use]
mod sql;
mod link;
mod migrate;
mod server;
mod settings;
mod store;

pub mod ardis;
pub mod ars;
pub mod bookmark;
pub mod dead_letter;
pub mod inbox;
pub mod installation;
pub mod notification;
pub mod occurrence;
pub mod outbox;
pub mod process;
pub mod queue;
pub mod suspicion;
pub mod transfer;

pub use error::{Code, StoreError};
pub use link::Link;
pub use migrate::SchemaState;
pub use server::{Server, Setting};
pub use settings::StoreSettings;
pub use store::{Store, Tx};
