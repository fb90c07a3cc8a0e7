// SPDX-License-Identifier: EUPL-1.2
//! Publishing a list (ARD-070): an officer's act, on what the rules say of the facts at hand at that very moment.
//!
//! A stored proposal may be older than a fact whose message still waits, is retried or died. So the decisions are brought
//! up to date in the transaction that publishes, and nobody can add a fact between the two.

use campanella_domain::{civil::term::Term, procedure::TermName};
use campanella_messages::{ArdisListPublished, Cause};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::ardis::published_list::{self, Publication, PublishedList};

use crate::isee_exclusions::{bring_up_to_date, last_passed};

/// What came of the wish to publish a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a list that was not published must be told to the officer"]
pub enum Publishing {
    /// Nothing was published: exclusions are certain only once this term, that of the regularisation, has passed (ARD-020).
    TooEarly {
        /// The term.
        term: Term,
    },
    /// What the store made of it, with every decision up to date.
    Done(Publication),
}

/// Publishes `list` from decisions brought up to date in the same transaction, and tells the workers. Where nothing is
/// published, the proposals made on the way may be committed all the same: they show the officer what is in the way.
///
/// # Errors
/// Any store error.
pub async fn publish_list(list: &PublishedList, work: &mut UnitOfWork<'_>) -> Result<Publishing, Failure> {
    if last_passed(work.ardis(), work.now()) != Some(TermName::Regularisation) {
        return Ok(Publishing::TooEarly { term: work.ardis().terms.regularisation });
    }
    published_list::hold_still(work.tx()).await?;
    bring_up_to_date(work).await?;
    let publication = published_list::publish(work.tx(), list).await?;
    if let Publication::Published { .. } = publication {
        work.emit(&ArdisListPublished { list: list.id, after: None }, Cause::First);
    }
    Ok(Publishing::Done(publication))
}
