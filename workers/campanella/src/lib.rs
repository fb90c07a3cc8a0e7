// SPDX-License-Identifier: EUPL-1.2
//! The command line, the wiring and the demo.
//!
//! - [`settings`]: what can be set; `defaults.toml` documents it and is embedded.
//! - [`cli`]: the command line.
//! - [`mod@import`]: the files of an office, into the database.
//! - [`installation`]: folder, settings, procedures and database of an installation.
//! - [`queue_file`]: which queue file serves a database.
//! - `bus`: the queues of an installation, in a file or on a broker; `broker`: which broker serves a database; `pouring`:
//!   from a file to a broker.
//! - `management`: the broker's management interface, which `doctor` reads.
//! - [`moved`]: whether an installation went elsewhere.
//! - `lists`: the published lists as files.
//! - `wording`: instants, ages, counts and outcomes as people read them.
//! - [`workforce`]: relay, workers, scheduler and mailer around one bus.
//! - [`demo`]: an invented school year, and what must come of it.

pub mod cli;
pub mod demo;
pub mod import;
pub mod installation;
pub mod moved;
pub mod queue_file;
pub mod settings;
pub mod workforce;

mod broker;
mod bus;
mod lists;
mod management;
mod pouring;
mod wording;
