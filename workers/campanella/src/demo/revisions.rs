// SPDX-License-Identifier: EUPL-1.2
//! The decisions on record: each says something the one before did not. A message that comes again appends none.

use anyhow::Result;
use campanella_domain::ardis::Evaluation;
use campanella_store::{
    Tx,
    ardis::{
        application,
        decision::{self, Decision},
    },
};
use chrono::{DateTime, Utc};

use super::expectation::Comparison;

/// Applications whose decisions are read at once.
const PAGE: i64 = 500;

/// What is on record.
#[derive(Debug, Default)]
pub(super) struct Revisions {
    /// All decisions about all applications.
    pub(super) count: usize,
    /// Numbers that are missing among them, and those that repeat what the one before said.
    pub(super) comparison: Comparison,
}

impl Revisions {
    /// All of a database.
    ///
    /// # Errors
    /// Any store error.
    pub(super) async fn of(tx: &mut Tx) -> Result<Self> {
        let (mut revisions, mut after) = (Self::default(), None);
        loop {
            let page = application::page(tx, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(revisions) };
            after = Some(*last);
            revisions.add(&decision::histories(tx, &page).await?);
        }
    }

    /// Whole histories of applications, each oldest first.
    fn add(&mut self, history: &[Decision]) {
        self.count += history.len();
        let mut before: Option<&Decision> = None;
        for decision in history {
            let name = || format!("ardis:decision:{}:{}", decision.application, decision.revision);
            let previous = before.filter(|before| before.application == decision.application);
            if decision.revision != previous.map_or(1, |previous| previous.revision + 1) {
                self.comparison.lost.push(name());
            }
            if previous.is_some_and(|previous| says_the_same(previous, decision)) {
                self.comparison.duplicates.push(name());
            }
            before = Some(decision);
        }
    }
}

/// Spelled here apart from the workers.
fn says_the_same(one: &Decision, other: &Decision) -> bool {
    let evaluation = |decision: &Decision| Evaluation {
        evaluated_at: DateTime::<Utc>::MIN_UTC,
        ..decision.evaluation.clone()
    };
    (&one.term, &one.origin, one.outcome, &one.causes)
        == (&other.term, &other.origin, other.outcome, &other.causes)
        && evaluation(one) == evaluation(other)
}

#[cfg(test)]
mod tests {
    use campanella_domain::{
        ardis::{Outcome, evaluate},
        procedure::ArdisProcedure,
    };
    use campanella_store::ardis::decision::Origin;
    use uuid::Uuid;

    use super::*;
    use crate::cli::fixture::{application as form, facts, rome};

    /// The application was evaluated at a civil time.
    fn revision(application: u128, revision: i64, evaluated_at: &str) -> Decision {
        let facts = facts(form("2025-000001"), Vec::new());
        let evaluation = evaluate(&facts, rome(evaluated_at), &ArdisProcedure::embedded().unwrap());
        Decision {
            id: Uuid::from_u128(application << 64 | u128::from(revision.unsigned_abs())),
            application: Uuid::from_u128(application),
            term: "dsu".to_owned(),
            revision,
            origin: Origin::Worker,
            outcome: evaluation.outcome,
            causes: evaluation.cause_codes().collect(),
            procedure_version: evaluation.procedure_version.clone(),
            decided_at: evaluation.evaluated_at,
            evaluation,
        }
    }

    fn compared(history: &[Decision]) -> Comparison {
        let mut revisions = Revisions::default();
        revisions.add(history);
        assert_eq!(revisions.count, history.len());
        revisions.comparison
    }

    #[test]
    fn a_decision_that_repeats_the_one_before_is_doubled_and_a_missing_number_is_lost() {
        let (before, after) = ("2025-11-19T10:00:00", "2025-11-21T10:00:00");
        let mut history = vec![revision(1, 1, before), revision(1, 2, after), revision(2, 1, after)];
        assert_eq!(history[1].outcome, Outcome::Excluded);
        assert!(compared(&history).is_clean());
        // On the same facts a week later.
        history.insert(2, revision(1, 3, "2025-11-28T10:00:00"));
        let name = |number: usize| format!("ardis:decision:{}:{number}", Uuid::from_u128(1));
        assert_eq!(compared(&history).duplicates, [name(3)]);
        history.remove(1);
        assert_eq!(compared(&history).lost, [name(3)]);
    }
}
