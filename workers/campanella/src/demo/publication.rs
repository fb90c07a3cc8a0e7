// SPDX-License-Identifier: EUPL-1.2
//! The officer publishes the provisional list, and later the final one.

use anyhow::{Result, bail};
use campanella_domain::identity::{Money, Redacted};
use campanella_jobs::{ListOrder, Publishing, publish_list};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError, Tx,
    ardis::published_list::{self, Entry, ListKind, Publication},
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::population::calendar::{FINAL_PUBLICATION, PUBLICATION, at};

/// 10:00:00, in seconds of the day.
const HOUR: u32 = 10 * 3600;
/// The demo's provisional list: publishing it again changes nothing.
pub(super) const LIST: Uuid = Uuid::from_u128(0x5ca1_ab1e_0000_4000_8000_0000_0000_2026);
/// The demo's final list.
pub(super) const FINAL_LIST: Uuid = Uuid::from_u128(0x5ca1_ab1e_0000_4000_8000_0001_0000_2026);
/// What the office can spend (ARD-032): less than what all admitted could have.
pub(super) const FUNDS: Money = Money::from_cents(200_000_000);

/// A list the officer means to publish.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    kind: ListKind,
    day: NaiveDate,
}

/// The lists of the year, in order.
pub(super) const PLANNED: [Planned; 2] = [
    Planned { kind: ListKind::Provisional, day: PUBLICATION },
    Planned { kind: ListKind::Final, day: FINAL_PUBLICATION },
];

/// All that a list says.
///
/// # Errors
/// Any store error.
pub(super) async fn entries(tx: &mut Tx, list: Uuid) -> Result<Vec<Entry>, StoreError> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map(|entry| entry.application);
        let page = published_list::entries(tx, list, after, 1_000).await?;
        if page.is_empty() {
            return Ok(entries);
        }
        entries.extend(page);
    }
}

/// When the provisional list is published (ARD-070).
pub(super) fn moment() -> DateTime<Utc> {
    at(PUBLICATION, HOUR)
}

/// When the final list is published (ARD-084).
pub(super) fn final_moment() -> DateTime<Utc> {
    at(FINAL_PUBLICATION, HOUR)
}

impl Planned {
    /// When it is published.
    pub(super) fn moment(self) -> DateTime<Utc> {
        at(self.day, HOUR)
    }

    /// Publishes it and tells the workers, in one transaction, on decisions brought up to date in it.
    ///
    /// # Errors
    /// When an application is still pending, or something else stands in the way: nothing may be published.
    pub(super) async fn publish(self, work: &mut UnitOfWork<'_>) -> Result<()> {
        let officer = Redacted::new("Ufficio diritto allo studio (demo)".to_owned());
        let order = match self.kind {
            ListKind::Provisional => ListOrder::provisional(LIST, officer),
            ListKind::Final => ListOrder {
                kind: ListKind::Final,
                funds: Some(FUNDS),
                ..ListOrder::provisional(FINAL_LIST, officer)
            },
        };
        match publish_list(&order, work).await? {
            Publishing::Done(Publication::Published { .. } | Publication::AlreadyPublished) => Ok(()),
            Publishing::Done(Publication::NotYet { pending, undecided, to_review }) => {
                bail!(
                    "the list cannot be published: {pending} applications are pending, {undecided} undecided, an officer \
                    has to look again at {to_review}"
                )
            }
            Publishing::Refused(obstacle) => bail!("the list cannot be published: {obstacle:?}"),
            Publishing::TooEarly { term } => {
                bail!("the list cannot be published before this has passed: {term}")
            }
        }
    }
}
