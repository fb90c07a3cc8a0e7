// SPDX-License-Identifier: EUPL-1.2
//! What totals, checks and timeline of a finished year all go by, read once.

use anyhow::Result;
use campanella_store::{
    Store,
    ardis::published_list::Entry,
    occurrence::{self, OccurrenceRow},
};

use super::{publication, revisions::Revisions};

/// What is on record.
#[derive(Debug)]
pub(super) struct Record {
    /// The decisions.
    pub(super) revisions: Revisions,
    /// The final list.
    pub(super) concluded: Vec<Entry>,
    /// The calendar's, oldest first.
    pub(super) occurrences: Vec<OccurrenceRow>,
}

impl Record {
    /// All of a database.
    ///
    /// # Errors
    /// Any store error.
    pub(super) async fn of(store: &Store) -> Result<Self> {
        let mut tx = store.read().await?;
        Ok(Self {
            revisions: Revisions::of(&mut tx).await?,
            concluded: publication::entries(&mut tx, publication::FINAL_LIST).await?,
            occurrences: occurrence::list(&mut tx).await?,
        })
    }
}
