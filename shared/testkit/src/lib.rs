// SPDX-License-Identifier: EUPL-1.2
//! What only tests need. A crate of the product names it under `[dev-dependencies]`, never under
//! `[dependencies]` (a test over `cargo metadata` checks it).

pub mod postgres;

pub use postgres::{PassingDatabase, PrivatePostgres};
