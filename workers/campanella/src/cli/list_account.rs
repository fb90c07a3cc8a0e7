// SPDX-License-Identifier: EUPL-1.2
//! What the published lists say of an application, as `explain` and `applications show` tell it.

use campanella_domain::{
    ardis::{Cause, Outcome},
    civil::term::Term,
    identity::Money,
};
use campanella_store::ardis::{
    decision::Decision,
    published_list::{Entry, ListKind, PublishedList},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What a list says of an application, whatever was decided since.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ListAccount {
    pub(super) kind: ListKind,
    pub(super) published_at: DateTime<Utc>,
    /// The revision it published.
    pub(super) revision: i64,
    pub(super) outcome: Outcome,
    pub(super) causes: Vec<Cause>,
    /// Until when the excluded may object (`ARD-082`).
    pub(super) observations: Option<Term>,
    /// The contribution, where the list tells amounts (`ARD-032`).
    pub(super) amount: Option<Money>,
}

impl ListAccount {
    /// Of the lists an application stands in, in their order; `history` holds the decisions they cite.
    pub(super) fn all(lists: &[(PublishedList, Entry)], history: &[Decision]) -> Vec<Self> {
        let account = |(list, entry): &(PublishedList, Entry)| {
            let cited = history.iter().find(|one| one.id == entry.decision)?;
            Some(Self {
                kind: list.kind,
                published_at: list.published_at,
                revision: cited.revision,
                outcome: entry.outcome,
                causes: entry.causes.clone(),
                observations: list.observations,
                amount: entry.amount,
            })
        };
        lists.iter().filter_map(account).collect()
    }

    /// The final list among them: the outcome, whatever was decided since (ARD-086).
    pub(super) fn final_of(all: &[Self]) -> Option<&Self> {
        all.iter().find(|list| list.kind == ListKind::Final)
    }

    /// «, contributo 500,00 euro», or nothing.
    pub(super) fn contribution(&self) -> String {
        self.amount.map(|amount| format!(", contributo {amount}")).unwrap_or_default()
    }
}
