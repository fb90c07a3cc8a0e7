// SPDX-License-Identifier: EUPL-1.2
//! A mail as it must stand at the end of the year: a row alone does not say that somebody was told.

use campanella_domain::identity::EmailAddress;

/// How a mail must have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailEnd {
    /// Handed over: its recipient was told.
    Accepted,
    /// What it was about was settled before it could leave.
    Cancelled,
    /// It could not leave while it was of use.
    Expired,
}

impl MailEnd {
    /// As the store writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// A mail that must have been written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedMail {
    /// Whom it must have been for.
    pub recipient: EmailAddress,
    /// How it must have ended.
    pub end: MailEnd,
}
