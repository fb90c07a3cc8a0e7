// SPDX-License-Identifier: EUPL-1.2
//! What stands in the way of a list besides applications that are not decided: the lists that are out, the term for
//! observations, observations nobody has answered (ARD-082, ARD-087), exclusions nobody was told of (ARD-073).

use std::collections::HashSet;

use campanella_domain::{civil::term::Term, identity::InstanceNumber};
use campanella_store::{
    StoreError, Tx,
    ardis::{
        observation,
        published_list::{self, ListKind, PublishedList},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{newly_excluded, standing::Standing};

/// Why a list cannot be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The final list is out: it is the outcome (ARD-086).
    Finished {
        /// Since when.
        published_at: DateTime<Utc>,
    },
    /// A provisional list is out: another one would open its term anew.
    AlreadyOut {
        /// Its id.
        list: Uuid,
        /// Since when.
        published_at: DateTime<Utc>,
    },
    /// The list to correct is not the provisional list that counts: another one took its place.
    Corrected {
        /// The one that counts.
        list: Uuid,
        /// Since when.
        published_at: DateTime<Utc>,
    },
    /// A final list comes after a provisional one (ARD-084).
    NoProvisional,
    /// One can still object (ARD-082).
    TermRuns {
        /// Until when.
        term: Term,
    },
    /// Observations without an answer, or accepted and without effect (ARD-087): the numbers of the applications, one for each.
    Observations {
        /// Without an answer.
        unanswered: Vec<InstanceNumber>,
        /// Accepted, while no officer has decided anew and the application is not admitted (ARD-080).
        without_effect: Vec<InstanceNumber>,
    },
    /// A final list would exclude these for causes the newest provisional list did not tell them (ARD-073, ARD-087).
    NewlyExcluded(Vec<InstanceNumber>),
    /// Amounts were asked for, and the call has no maximum for the school level of these admitted applications (ARD-028).
    WithoutMaximum(Vec<InstanceNumber>),
    /// The last day for observations that was asked for has passed already (ARD-083).
    TermPast {
        /// That day.
        day: NaiveDate,
    },
    /// The last day for observations that was asked for is before one that was told already (ARD-083).
    TermShortened {
        /// That day.
        day: NaiveDate,
        /// What was told.
        told: Term,
    },
}

/// What stands in the way of a list of `kind` at `now` among the `lists` that are out; a provisional one may correct the one
/// that counts, named by `again`.
pub(crate) fn of_lists(
    kind: ListKind,
    again: Option<Uuid>,
    now: DateTime<Utc>,
    lists: &[PublishedList],
) -> Option<Obstacle> {
    if let Some(last) = lists.iter().find(|list| list.kind == ListKind::Final) {
        return Some(Obstacle::Finished { published_at: last.published_at });
    }
    match (kind, newest_provisional(lists)) {
        (ListKind::Provisional, Some(PublishedList { id: list, published_at, .. })) => {
            let (list, published_at) = (*list, *published_at);
            match again {
                None => Some(Obstacle::AlreadyOut { list, published_at }),
                Some(corrected) => (corrected != list).then_some(Obstacle::Corrected { list, published_at }),
            }
        }
        (ListKind::Provisional, None) => None,
        (ListKind::Final, None) => Some(Obstacle::NoProvisional),
        (ListKind::Final, Some(_)) => {
            let told = published_list::latest_promise(lists).and_then(|list| list.observations);
            let term = told.filter(|term| !term.has_passed(now));
            term.map(|term| Obstacle::TermRuns { term })
        }
    }
}

/// The provisional list that counts.
fn newest_provisional(lists: &[PublishedList]) -> Option<&PublishedList> {
    lists.iter().rfind(|list| list.kind == ListKind::Provisional)
}

/// What stands in the way of a list of `kind` that would say what `standing` says, in the order in which it is to be settled.
///
/// # Errors
/// Any [`StoreError`].
pub(crate) async fn of_applications(
    kind: ListKind,
    lists: &[PublishedList],
    standing: &Standing,
    tx: &mut Tx,
) -> Result<Vec<Obstacle>, StoreError> {
    let (ListKind::Final, Some(provisional)) = (kind, newest_provisional(lists)) else {
        return Ok(Vec::new());
    };
    let mut obstacles = Vec::new();
    let admitted: HashSet<Uuid> = standing.admitted.iter().map(|(_, id)| *id).collect();
    let unanswered = observation::unanswered(tx).await?;
    let not_reopened = observation::not_reopened(tx).await?;
    let without_effect: Vec<InstanceNumber> = not_reopened
        .into_iter()
        .filter(|one| !admitted.contains(&one.application))
        .map(|one| one.instance_number)
        .collect();
    if !unanswered.is_empty() || !without_effect.is_empty() {
        obstacles.push(Obstacle::Observations { unanswered, without_effect });
    }
    let new = newly_excluded::of(provisional.id, &standing.excluded, tx).await?;
    if !new.is_empty() {
        obstacles.push(Obstacle::NewlyExcluded(new));
    }
    Ok(obstacles)
}
