// SPDX-License-Identifier: EUPL-1.2
//! What every store function promises, on both databases: each test runs on a SQLite file and on PostgreSQL.

#[macro_use]
mod world;

mod notification;
