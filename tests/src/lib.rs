// SPDX-License-Identifier: EUPL-1.2
//! The test bench: an installation in a temporary folder, a clock that stands until it is moved, and helpers that read
//! like sentences.
//!
//! - [`World`] is an installation with everybody who works on it; [`Beginning`] says how it starts.
//! - [`Family`] and [`Isee`] are what ARDIS receives, [`Pupil`] what ARS receives; everything about them is invented.
//! - [`Fact`] is what is told of a family, to be recorded in any order.
//! - [`faults`] lets servers, connections and processes die under an installation at work, and takes account.
//! - [`fuzzing`] is what must hold of every parser.
//! - [`ApplicationFile`] is a file as large as an office's, some of its lines broken.
//! - [`Mail`] is a mail as its recipient's program reads it.
//! - [`Wiring`] tells the processes of a distributed installation where everything is.
//! - [`rules`] knows which tests prove which rule.

use campanella_domain::identity_key::IdentityKey;

mod application_file;
mod beginning;
mod civil;
mod desk;
mod fact;
mod family;
pub mod faults;
pub mod fuzzing;
mod isee;
mod mail;
mod pupil;
mod reading;
mod recording;
pub mod rules;
mod veneto;
mod wiring;
mod world;

pub use application_file::{ApplicationFile, CANARY};
pub use beginning::Beginning;
pub use civil::rome;
pub use fact::Fact;
pub use family::Family;
pub use isee::Isee;
pub use mail::Mail;
pub use pupil::Pupil;
pub use wiring::Wiring;
pub use world::World;

/// The key with which the ids of these tests' people are made.
pub const KEY: IdentityKey = IdentityKey::new([7; 32]);
