// SPDX-License-Identifier: EUPL-1.2
//! The officer publishes the provisional list.

use anyhow::{Result, bail};
use campanella_domain::identity::Redacted;
use campanella_jobs::{ListOrder, Publishing, publish_list};
use campanella_runtime::UnitOfWork;
use campanella_store::ardis::published_list::Publication;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::population::calendar::{PUBLICATION, at};

/// 10:00:00, in seconds of the day.
const HOUR: u32 = 10 * 3600;
/// The demo's one list: publishing it again changes nothing.
pub(super) const LIST: Uuid = Uuid::from_u128(0x5ca1_ab1e_0000_4000_8000_0000_0000_2026);

/// When the list is published (ARD-070).
pub(super) fn moment() -> DateTime<Utc> {
    at(PUBLICATION, HOUR)
}

/// Publishes the list and tells the workers, in one transaction, on decisions brought up to date in it.
///
/// # Errors
/// When an application is still pending, or the regularisation term has not passed: nothing may be published.
pub(super) async fn publish(work: &mut UnitOfWork<'_>) -> Result<()> {
    let officer = Redacted::new("Ufficio diritto allo studio (demo)".to_owned());
    match publish_list(&ListOrder::provisional(LIST, officer), work).await? {
        Publishing::Done(Publication::Published { .. } | Publication::AlreadyPublished) => Ok(()),
        Publishing::Done(Publication::NotYet { pending, undecided, to_review }) => {
            bail!(
                "the list cannot be published: {pending} applications are pending, {undecided} undecided, an officer has to \
                look again at {to_review}"
            )
        }
        Publishing::Refused(obstacle) => bail!("the list cannot be published: {obstacle:?}"),
        Publishing::TooEarly { term } => bail!("the list cannot be published before this has passed: {term}"),
    }
}
