// SPDX-License-Identifier: EUPL-1.2
//! Publishing a list (ARD-070, ARD-084): an officer's act, on what the rules say of the facts at hand at that very moment.
//!
//! A stored proposal may be older than a fact whose message still waits, is retried or died. So the decisions are brought
//! up to date in the transaction that publishes, and nobody can add a fact between the two.

use campanella_domain::{
    civil::{term::Term, zone::date_of},
    identity::{Money, Redacted},
    procedure::{ArdisProcedure, TermName},
};
use campanella_messages::{ArdisListPublished, Cause};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::ardis::published_list::{self, ListKind, Publication, PublishedList};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    amounts::{self, Due},
    isee_exclusions::{bring_up_to_date, last_passed},
    obstacle::{self, Obstacle},
    standing,
};

/// A list to publish, as an officer asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOrder {
    /// The id the list is to have: ordered twice, it is published once.
    pub id: Uuid,
    /// Provisional or final.
    pub kind: ListKind,
    /// Who publishes.
    pub officer: Redacted<String>,
    /// The last day for observations, where it is not that of the call (ARD-083). Of a provisional list only.
    pub observations_until: Option<NaiveDate>,
    /// The provisional list that this one corrects, which must be the one that counts: people have their ten days again.
    pub again: Option<Uuid>,
    /// What can be spent (ARD-032): a final list then tells amounts.
    pub funds: Option<Money>,
}

/// What came of the wish to publish a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a list that was not published must be told to the officer"]
pub enum Publishing {
    /// Nothing was published: exclusions are certain only once this term, that of the regularisation, has passed (ARD-020).
    TooEarly {
        /// The term.
        term: Term,
    },
    /// Nothing was published: this stands in the way.
    Refused(Obstacle),
    /// What the store made of it, with every decision up to date.
    Done(Publication),
}

impl ListOrder {
    /// The provisional list with the term of the call.
    #[must_use]
    pub const fn provisional(id: Uuid, officer: Redacted<String>) -> Self {
        let kind = ListKind::Provisional;
        Self { id, kind, officer, observations_until: None, again: None, funds: None }
    }

    /// The list as it would be published now, after `lists`.
    fn list(&self, lists: &[PublishedList], work: &UnitOfWork<'_>) -> PublishedList {
        let ordered = self.observations_until.map(|day| (Term::end_of_day(day), self.officer.clone()));
        let (term, observations_set_by) = term(ordered, work.now(), lists, work.ardis());
        let (officer, version) = (self.officer.clone(), work.ardis().version());
        let provisional = PublishedList::provisional(self.id, work.now(), term, officer, version);
        match self.kind {
            ListKind::Provisional => PublishedList { observations_set_by, ..provisional },
            ListKind::Final => {
                PublishedList { kind: ListKind::Final, observations: None, funds: self.funds, ..provisional }
            }
        }
    }
}

/// The term for observations on a provisional list published at `now` after `lists`, and the officer who set it in place of that
/// of the call: the one `ordered`, or else that of the call, but never before one that was told already.
pub(crate) fn term(
    ordered: Option<(Term, Redacted<String>)>,
    now: DateTime<Utc>,
    lists: &[PublishedList],
    procedure: &ArdisProcedure,
) -> (Term, Option<Redacted<String>>) {
    if let Some((term, officer)) = ordered {
        return (term, Some(officer));
    }
    let of_the_call = procedure.observations_until(date_of(now));
    let told = published_list::latest_promise(lists);
    told.and_then(|list| Some((list.observations?, list.observations_set_by.clone())))
        .filter(|(term, _)| term.instant() > of_the_call.instant())
        .unwrap_or((of_the_call, None))
}

/// Whether the last day an officer asks for has passed, or is before one that was told already (ARD-083).
fn unfit_day(order: &ListOrder, now: DateTime<Utc>, lists: &[PublishedList]) -> Option<Obstacle> {
    let day = order.observations_until?;
    if day < date_of(now) {
        return Some(Obstacle::TermPast { day });
    }
    let told = published_list::latest_promise(lists)?.observations?;
    (Term::end_of_day(day).instant() < told.instant()).then_some(Obstacle::TermShortened { day, told })
}

/// Publishes a list from decisions brought up to date in the same transaction, and tells the workers. Where nothing is
/// published, the proposals made on the way may be committed all the same: they show the officer what is in the way.
///
/// # Errors
/// Any store error.
pub async fn publish_list(order: &ListOrder, work: &mut UnitOfWork<'_>) -> Result<Publishing, Failure> {
    if last_passed(work.ardis(), work.now()) != Some(TermName::Regularisation) {
        return Ok(Publishing::TooEarly { term: work.ardis().terms.regularisation });
    }
    published_list::hold_still(work.tx()).await?;
    if published_list::find(work.tx(), order.id).await?.is_some() {
        return Ok(Publishing::Done(Publication::AlreadyPublished));
    }
    let (lists, now) = (published_list::all(work.tx()).await?, work.now());
    let in_the_way = obstacle::of_lists(order.kind, order.again, now, &lists);
    if let Some(obstacle) = in_the_way.or_else(|| unfit_day(order, now, &lists)) {
        return Ok(Publishing::Refused(obstacle));
    }
    bring_up_to_date(work).await?;
    let mut due = Due::default();
    if order.kind == ListKind::Final {
        let standing = standing::stored(work.tx()).await?;
        let obstacles = obstacle::of_applications(order.kind, &lists, &standing, work.tx()).await?;
        if let Some(obstacle) = obstacles.into_iter().next() {
            return Ok(Publishing::Refused(obstacle));
        }
        if order.funds.is_some() {
            due = amounts::of(&standing.admitted, work.ardis(), work.tx()).await?;
        }
        if !due.without_maximum.is_empty() {
            return Ok(Publishing::Refused(Obstacle::WithoutMaximum(due.without_maximum)));
        }
    }
    let list = order.list(&lists, work);
    let publication = published_list::publish(work.tx(), &list).await?;
    if let Publication::Published { .. } = publication {
        if let Some(funds) = list.funds {
            amounts::write(list.id, &due, funds, work).await?;
        }
        work.emit(&ArdisListPublished { list: list.id, after: None }, Cause::First);
    }
    Ok(Publishing::Done(publication))
}
