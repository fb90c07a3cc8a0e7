// SPDX-License-Identifier: EUPL-1.2
//! What the mailer promises: to people who receive a mail, to the relay, and to whoever kills it.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails; the lint knows only test functions"
)]

mod ars_samples;
mod bench;
mod folder;
mod footers;
#[cfg(feature = "crash-points")]
mod killed;
mod mailer;
mod message;
mod relay;
mod smtp;
mod support;
mod templates;
