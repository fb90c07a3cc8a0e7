// SPDX-License-Identifier: EUPL-1.2
//! The three ways handling a message can fail.

use std::fmt::Write as _;

use campanella_bus::BusError;
use campanella_messages::EnvelopeError;
use campanella_store::StoreError;
use sha2::{Digest as _, Sha256};

/// Why a message was not handled. Texts carry identifiers at most, never personal data: they are logged and stored.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// May pass: tried again later, a limited number of times.
    #[error("{0}")]
    Retry(String),
    /// Trying again is useless: a dead letter at once. Always spelled out by the worker.
    #[error("{0}")]
    Permanent(String),
    /// Not the message's fault: database, broker or a remote service is down. Nothing is counted.
    #[error("{0}")]
    Unavailable(String),
    /// A deadlock or a serialization failure: the same work again, nothing is counted.
    #[error("{0}")]
    Rerun(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable(error.to_string()),
            StoreError::Rerun(_) => Self::Rerun(error.to_string()),
            _ => Self::Retry(error.to_string()),
        }
    }
}

impl From<BusError> for Failure {
    fn from(error: BusError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<EnvelopeError> for Failure {
    fn from(error: EnvelopeError) -> Self {
        Self::Permanent(error.to_string())
    }
}

/// Equal for errors that differ only in numbers and identifiers, so that a hundred of one kind read as one: the first
/// eight bytes, in hexadecimal, of the SHA-256 of the text with every digit run and identifier replaced.
#[must_use]
pub fn fingerprint(error: &str) -> String {
    let mut shape = String::with_capacity(error.len());
    for word in error.split_inclusive(|c: char| c.is_whitespace() || "\"'(),:;".contains(c)) {
        if word.contains(|c: char| c.is_ascii_digit()) { shape.push('#') } else { shape.push_str(word) }
    }
    Sha256::digest(shape.as_bytes()).iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_differ_in_an_identifier_have_one_fingerprint() {
        assert_eq!(fingerprint("period 0199-ab is gone"), fingerprint("period 0200-cd is gone"));
        assert_ne!(fingerprint("period 1 is gone"), fingerprint("student 1 is gone"));
    }

    #[test]
    fn a_store_that_is_down_is_not_the_messages_fault() {
        assert!(matches!(StoreError::Unavailable("x".into()).into(), Failure::Unavailable(_)));
        assert!(matches!(StoreError::Rerun("x".into()).into(), Failure::Rerun(_)));
        assert!(matches!(StoreError::Refused("x".into()).into(), Failure::Retry(_)));
    }
}
