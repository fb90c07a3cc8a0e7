// SPDX-License-Identifier: EUPL-1.2
//! What stands in the way of a list besides applications that are not decided: the lists that are out, the term for
//! observations, and observations nobody has answered (ARD-082, ARD-087).

use campanella_domain::civil::term::Term;
use campanella_store::{
    StoreError, Tx,
    ardis::{
        observation::{self, Open},
        published_list::{self, ListKind},
    },
};
use chrono::{DateTime, NaiveDate, Utc};

/// Why a list cannot be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The final list is out: it is the outcome (ARD-086).
    Finished {
        /// Since when.
        published_at: DateTime<Utc>,
    },
    /// A provisional list is out: another one would open its term anew.
    AlreadyOut {
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
    /// Observations without an answer, or accepted and without effect (ARD-087).
    Observations(Open),
    /// The last day for observations that was asked for has passed already (ARD-083).
    TermPast {
        /// That day.
        day: NaiveDate,
    },
}

/// What stands in the way of a list of `kind` at `now`.
///
/// # Errors
/// Any [`StoreError`].
pub(crate) async fn of(
    kind: ListKind,
    now: DateTime<Utc>,
    tx: &mut Tx,
) -> Result<Option<Obstacle>, StoreError> {
    let lists = published_list::all(tx).await?;
    if let Some(last) = lists.iter().find(|list| list.kind == ListKind::Final) {
        return Ok(Some(Obstacle::Finished { published_at: last.published_at }));
    }
    let provisional = lists.iter().rfind(|list| list.kind == ListKind::Provisional);
    match (kind, provisional) {
        (ListKind::Provisional, Some(list)) => {
            Ok(Some(Obstacle::AlreadyOut { published_at: list.published_at }))
        }
        (ListKind::Provisional, None) => Ok(None),
        (ListKind::Final, None) => Ok(Some(Obstacle::NoProvisional)),
        (ListKind::Final, Some(list)) => {
            if let Some(term) = list.observations.filter(|term| !term.has_passed(now)) {
                return Ok(Some(Obstacle::TermRuns { term }));
            }
            let open = observation::open(tx).await?;
            Ok((open != Open::default()).then_some(Obstacle::Observations(open)))
        }
    }
}
