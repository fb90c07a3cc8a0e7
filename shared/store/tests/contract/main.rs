// SPDX-License-Identifier: EUPL-1.2
//! What every store function promises, on both databases: each test runs on a SQLite file and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "helpers of tests; a test ends where its set-up fails")]

#[macro_use]
mod world;

mod applicants;
mod ardis;
mod ars;
mod carried_over;
mod cases;
mod encrypted;
mod errors;
mod inbox;
mod known;
mod messages;
mod notification;
mod observation;
mod office_ars;
mod operator;
mod precondition;
mod process;
mod queue;
mod schema;
mod self_certification;
mod snapshot;
mod transfer;
