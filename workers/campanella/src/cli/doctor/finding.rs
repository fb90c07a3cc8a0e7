// SPDX-License-Identifier: EUPL-1.2
//! What was looked at, how it is, and what to do.

use std::fmt;

use serde::Serialize;

use super::super::mask;

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// As it should be.
    Good,
    /// It works, and somebody should have a look.
    Notice,
    /// It does not work.
    Bad,
    /// It cannot be seen from here.
    Unknown,
}

impl State {
    /// As a person sees it at a glance.
    pub(super) const fn mark(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Notice => "!",
            Self::Bad => "✗",
            Self::Unknown => "?",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) subject: &'static str,
    pub(super) state: State,
    pub(super) says: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) remedy: String,
}

impl Finding {
    pub(super) fn good(subject: &'static str, says: impl Into<String>) -> Self {
        Self { subject, state: State::Good, says: says.into(), remedy: String::new() }
    }

    pub(super) fn notice(subject: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { subject, state: State::Notice, says: says.into(), remedy: remedy.into() }
    }

    pub(super) fn bad(subject: &'static str, says: impl fmt::Display, remedy: impl Into<String>) -> Self {
        // An error may quote an address.
        Self { subject, state: State::Bad, says: mask::urls(&says.to_string()), remedy: remedy.into() }
    }

    pub(super) fn unknown(subject: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { subject, state: State::Unknown, says: says.into(), remedy: remedy.into() }
    }

    pub(super) fn is_good(&self) -> bool {
        self.state == State::Good
    }
}
