// SPDX-License-Identifier: EUPL-1.2
//! What must hold of every parser, whatever bytes it is given.
//!
//! One function a parser, shared by two drivers: libFuzzer, guided by coverage (`./dev fuzz`, targets in `tests/fuzz`),
//! and a few thousand mutations of the same seeds in `./dev test`. Besides «no panic, no hang» each asserts what its
//! parser promises: what was read is written and read again as the same; a refusal quotes nothing that was given.
//!
//! A function panics where a promise is broken; that is how both drivers are told.

mod civil;
mod configuration;
mod csv;
mod edited;
mod envelope;
mod identity;
mod procedure;

pub use civil::{civil, cron};
pub use configuration::{settings, transport};
pub use csv::csv;
pub use envelope::envelope;
pub use identity::{codes, email_address, iban, instance_number, money, tax_code};
pub use procedure::{ardis_procedure, ars_procedure};

/// What seeds hold where a file holds personal data: no message of ours contains it by itself.
const CANARY: &str = "CANARINO";

/// Fails if what somebody is told repeats what was given.
#[track_caller]
fn assert_quotes_nothing(told: &str) {
    assert!(!told.to_uppercase().contains(CANARY), "{told}");
}

/// A parser of text is given text.
fn text(input: &[u8]) -> Option<&str> {
    std::str::from_utf8(input).ok()
}
