// SPDX-License-Identifier: EUPL-1.2
//! What can go wrong with a bus, sorted by what the caller does about it.

use campanella_store::StoreError;

use crate::rabbitmq::Mark;

/// An error of the bus. It never quotes a message.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The bus cannot be reached, was closed, or its disk is full: wait, count nothing, try again.
    #[error("the bus is unavailable: {0}")]
    Unavailable(String),
    /// The bus will not do this however often it is asked: an unknown queue, a topology that makes no sense.
    #[error("the bus refused: {0}")]
    Refused(String),
    /// The virtual host of the broker is not, or not any more, the installation's: nothing is declared or taken there.
    #[error("the bus refused: {host}: {}", told(*.mark))]
    NotOurs {
        /// What was found in place of our mark: another's, or none.
        mark: Mark,
        /// Where.
        host: String,
    },
}

/// What a virtual host bears.
const fn told(mark: Mark) -> &'static str {
    match mark {
        Mark::Ours => "the virtual host bears the mark of this installation",
        Mark::Foreign => "the virtual host bears the mark of another installation",
        Mark::None => "the virtual host bears no mark: it is another one, or it was emptied",
    }
}

impl BusError {
    /// What happened, without what it means to the caller.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::Unavailable(text) | Self::Refused(text) => text.clone(),
            Self::NotOurs { mark, host } => format!("{host}: {}", told(*mark)),
        }
    }

    pub(crate) fn closed() -> Self {
        Self::Unavailable("it was closed".to_owned())
    }

    pub(crate) fn no_prefetch() -> Self {
        Self::Refused("a prefetch of zero would never deliver anything".to_owned())
    }

    pub(crate) fn unknown_queue(queue: &str) -> Self {
        Self::Refused(format!("there is no queue {queue}"))
    }
}

impl From<StoreError> for BusError {
    fn from(error: StoreError) -> Self {
        let text = format!("the queue file: {error}");
        match error {
            StoreError::Unavailable(_) | StoreError::Rerun(_) => Self::Unavailable(text),
            StoreError::Schema(_)
            | StoreError::Url(_)
            | StoreError::Certificates(_)
            | StoreError::Corrupt { .. }
            | StoreError::Refused(_) => Self::Refused(text),
        }
    }
}
