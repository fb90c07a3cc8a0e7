// SPDX-License-Identifier: EUPL-1.2
//! What a list would say if it were published now, and what stands in the way. Writes nothing.
//!
//! Stored proposals may be older than the facts. So every application is evaluated here as publishing would, and what an
//! officer has decided stands here as it does there.

use std::collections::HashSet;

use campanella_domain::{
    ardis::{Cause, Doubt, Evaluation, Outcome, evaluate},
    civil::term::Term,
    identity::{InstanceNumber, Money},
    procedure::{ArdisProcedure, TermName},
};
use campanella_store::{
    StoreError, Tx,
    ardis::{
        application,
        decision::{self, Counts, Decision, Origin},
        published_list::{self, ListKind},
        review,
    },
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    PAGE,
    amounts::{self, Amounts},
    isee_exclusions::{covers, last_passed},
    obstacle::{self, Obstacle},
    publication,
    standing::Standing,
};

/// A list that is not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// By outcome and cause.
    pub counts: Counts,
    /// Applications that are neither admitted nor excluded, in the order of their numbers.
    pub pending: Vec<Waiting>,
    /// Applications an officer has decided about and has to look at again.
    pub to_review: Vec<Waiting>,
    /// Exclusions are certain only once this term has passed (ARD-020).
    pub too_early: Option<Term>,
    /// Until when one could object, of a provisional list published now.
    pub observations: Option<Term>,
    /// What else stands in the way.
    pub obstacles: Vec<Obstacle>,
    /// Where funds were told.
    pub amounts: Option<Amounts>,
}

/// An application somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub instance_number: InstanceNumber,
    /// What the rules say of it now.
    pub outcome: Outcome,
    /// The causes they find.
    pub causes: Vec<Cause>,
    /// What they leave open.
    pub doubts: Vec<Doubt>,
}

impl Draft {
    /// Whether publishing would succeed on these facts.
    #[must_use]
    pub const fn is_publishable(&self) -> bool {
        self.pending.is_empty()
            && self.to_review.is_empty()
            && self.too_early.is_none()
            && self.obstacles.is_empty()
    }
}

/// The list of `kind` as it would be published at `now`, and with `funds` what it would spend.
///
/// # Errors
/// Any [`StoreError`].
pub async fn draft(
    kind: ListKind,
    funds: Option<Money>,
    now: DateTime<Utc>,
    procedure: &ArdisProcedure,
    tx: &mut Tx,
) -> Result<Draft, StoreError> {
    let lists = published_list::all(tx).await?;
    let early = last_passed(procedure, now) != Some(TermName::Regularisation);
    let mut draft = Draft {
        counts: Counts::default(),
        pending: Vec::new(),
        to_review: Vec::new(),
        too_early: early.then_some(procedure.terms.regularisation),
        observations: (kind == ListKind::Provisional)
            .then(|| publication::term(None, now, &lists, procedure).0),
        obstacles: obstacle::of_lists(kind, None, now, &lists).into_iter().collect(),
        amounts: None,
    };
    let (asked, mut standing) = (review::open_applications(tx).await?, Standing::default());
    let numbers = application::by_number(tx).await?;
    for page in numbers.chunks(usize::try_from(PAGE).unwrap_or(1)) {
        let ids: Vec<Uuid> = page.iter().map(|(_, id)| *id).collect();
        draft.add(&ids, &asked, now, procedure, &mut standing, tx).await?;
    }
    draft.obstacles.extend(obstacle::of_applications(kind, &lists, &standing, tx).await?);
    if let Some(funds) = funds {
        let due = amounts::of(&standing.admitted, procedure, tx).await?;
        draft.amounts = Some(Amounts::of(&due, funds, procedure));
        if !due.without_maximum.is_empty() {
            draft.obstacles.push(Obstacle::WithoutMaximum(due.without_maximum));
        }
    }
    Ok(draft)
}

impl Draft {
    /// Adds a page of applications, to what the list would say as well.
    async fn add(
        &mut self,
        ids: &[Uuid],
        asked: &HashSet<Uuid>,
        now: DateTime<Utc>,
        procedure: &ArdisProcedure,
        standing: &mut Standing,
        tx: &mut Tx,
    ) -> Result<(), StoreError> {
        let facts = application::facts(tx, ids).await?;
        let newest = decision::newest(tx, ids).await?;
        for (id, facts) in ids.iter().filter_map(|id| Some((*id, facts.get(id)?))) {
            let number = facts.application.instance_number;
            let evaluation = evaluate(facts, now, procedure);
            match newest.get(&id).filter(|newest| is_officers(newest)) {
                Some(word) => {
                    self.counts.add(word.outcome, &word.causes, 1);
                    let evaluation = evaluation.with_officers_causes(&word.causes, procedure);
                    if asked.contains(&id) || !covers(&word.evaluation, &evaluation) {
                        self.to_review.push(waiting(number, evaluation));
                    }
                    standing.add_word(number, word);
                }
                None => {
                    let causes: Vec<Cause> = evaluation.cause_codes().collect();
                    standing.add_proposal((number, id), evaluation.outcome, &causes);
                    self.proposed(number, &causes, evaluation);
                }
            }
        }
        Ok(())
    }

    fn proposed(&mut self, number: InstanceNumber, causes: &[Cause], evaluation: Evaluation) {
        let outcome = evaluation.outcome;
        self.counts.add(outcome, causes, 1);
        if outcome == Outcome::Pending {
            self.pending.push(waiting(number, evaluation));
        }
    }
}

const fn is_officers(decision: &Decision) -> bool {
    matches!(decision.origin, Origin::Officer { .. })
}

fn waiting(instance_number: InstanceNumber, evaluation: Evaluation) -> Waiting {
    let causes = evaluation.cause_codes().collect();
    Waiting { instance_number, outcome: evaluation.outcome, causes, doubts: evaluation.doubts }
}
