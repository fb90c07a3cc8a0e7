// SPDX-License-Identifier: EUPL-1.2
//! Whole databases: growing out of one machine, and copies one can go back to.
//!
//! - [`copy`] carries every table of a SQLite database into an empty PostgreSQL one, in one transaction, and compares row
//!   counts and checksums of both before anybody may commit it.
//! - [`mark`] is what the two databases then know of one another, so that only one of them is worked on.
//! - [`snapshot`] writes both files of an embedded installation as they stood at one moment, while it runs.
//!
//! Which tables there are is read from the catalogue of the migrated database, never from a list here: a table that a later
//! migration adds is carried over without a word in this module, and a column type it does not know is an error.
//!
//! Rejected: `pgloader` and dumps as text (types guessed, nothing compared), and copying through the structs of the other
//! modules (a column that a struct leaves out would be lost in silence).

mod catalogue;
mod cell;
mod fingerprint;

pub mod copy;
pub mod mark;
pub mod snapshot;

pub use copy::{CopiedTable, CopyError, copy};
pub use snapshot::{SnapshotFile, snapshot};
