// SPDX-License-Identifier: EUPL-1.2
//! Certificates for private servers that speak TLS. They are files of this crate, valid until 2126, and nobody trusts them who
//! is not told to.
//!
//! Rejected: making them in each test (a crate or a program for it, and a clock that is wrong would fail in another way).

use std::path::{Path, PathBuf};

/// The certificate of a server, for `localhost` and `127.0.0.1` and no other name (PEM).
#[must_use]
pub fn server() -> PathBuf {
    file("server.pem")
}

/// The key of [`server`] (PEM).
#[must_use]
pub fn server_key() -> PathBuf {
    file("server.key")
}

/// The authority that signed [`server`] (PEM).
#[must_use]
pub fn authority() -> PathBuf {
    file("authority.pem")
}

/// An authority that signed nothing (PEM).
#[must_use]
pub fn stranger() -> PathBuf {
    file("stranger.pem")
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("certificates").join(name)
}
