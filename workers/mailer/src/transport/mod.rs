// SPDX-License-Identifier: EUPL-1.2
//! How mails leave: into a folder, or to an SMTP relay.

mod folder;
pub mod smtp;
mod url;

use async_trait::async_trait;
use uuid::Uuid;

pub use folder::Folder;
pub use smtp::Smtp;
pub use url::{Encryption, RelayUrl, TransportUrl, TransportUrlError};

use crate::mail::OutgoingMail;

/// The step of a delivery at which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reaching the relay: TCP, TLS, greeting, EHLO, AUTH.
    Connect,
    /// `MAIL FROM`: about the sender, that is, us.
    Mail,
    /// `RCPT TO`: about the recipient.
    Rcpt,
    /// `DATA`, before the first byte of the mail.
    Data,
    /// The mail itself and the answer to it: from here on the relay may have it.
    Body,
}

/// What became of one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The transport took it.
    Accepted {
        /// Its answer, without addresses.
        answer: String,
    },
    /// Not now.
    Deferred {
        /// Its answer, without addresses.
        answer: String,
    },
    /// Never.
    Refused {
        /// Its answer, without addresses.
        answer: String,
    },
    /// It may have been taken, or not.
    Uncertain {
        /// Where the doubt arose.
        stage: Stage,
    },
    /// It certainly did not leave, and not for a reason of its own.
    Unavailable {
        /// Why, without addresses.
        reason: String,
    },
}

/// What a transport knows of a mail that was being sent when a process died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It was delivered.
    Delivered,
    /// It was not.
    NotDelivered,
    /// Nobody can tell.
    Unknown,
}

/// The transport cannot be used now. It quotes no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mail transport is unavailable: {0}")]
pub struct Unavailable(pub String);

/// A way out for mails.
#[async_trait]
pub trait Transport: Send + Sync + std::fmt::Debug {
    /// How many mails may be in doubt at once: they are marked as being sent together.
    fn group(&self) -> usize;

    /// Makes sure mails can leave, before any is taken from the queue.
    ///
    /// # Errors
    /// [`Unavailable`].
    async fn prepare(&mut self) -> Result<(), Unavailable>;

    /// Delivers up to [`Transport::group`] mails and says of each, in their order, what became of it.
    async fn deliver(&mut self, mails: &[OutgoingMail]) -> Vec<Delivery>;

    /// What is known of a mail whose sender died.
    async fn proof(&mut self, id: Uuid) -> Proof;

    /// Nothing to do for a while: connections are closed in good order.
    async fn rest(&mut self);
}
