// SPDX-License-Identifier: EUPL-1.2
//! An officer's word on an application: it overrules what the rules propose, with a motivation that stays on record.
//!
//! What the rules say of all facts at that moment is stored with it. So a request to look again is settled by the next word,
//! and a fact that turns up later is told apart from what the officer knew.

use campanella_domain::{
    ardis::{Cause, Outcome, evaluate},
    civil::term::Term,
    identity::Redacted,
};
use campanella_runtime::{Failure, UnitOfWork, clock};
use campanella_store::ardis::{
    application,
    decision::{self, NewDecision, Origin},
    published_list::{self, ListKind},
    review,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::isee_exclusions::{self, last_passed, not_before};

/// What an officer says of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerWord {
    /// The application.
    pub application: Uuid,
    /// The revision the officer has looked at.
    pub revision: i64,
    /// Admitted, or excluded for at least one of the nine causes: a list must tell the reason (ARD-064, ARD-071).
    pub verdict: OfficerVerdict,
    /// Who.
    pub officer: Redacted<String>,
    /// Why.
    pub motivation: Redacted<String>,
}

/// The outcomes an officer can decide: never *pending*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficerVerdict {
    /// Admitted.
    Admitted,
    /// Excluded for these causes, in any order.
    Excluded(Vec<Cause>),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a word that was not recorded must be told to the officer"]
pub enum Deciding {
    /// It stands, as this revision.
    Recorded {
        /// 1, 2, … over all decisions on the application.
        revision: i64,
        /// What the rules say: equal to the verdict, or overruled.
        proposed: Outcome,
    },
    /// Nothing is decided before the first term has passed.
    TooEarly {
        /// The DSU term.
        term: Term,
    },
    /// The final list is out: it is the outcome (ARD-086).
    Finished {
        /// Since when.
        published_at: DateTime<Utc>,
    },
    /// Something else is on record than what the officer has looked at, or was put there just now. It may be committed, so that
    /// the officer can look.
    Changed {
        /// The newest revision.
        revision: i64,
    },
    /// An exclusion without a cause.
    NoCause,
    /// There is no such application.
    Unknown,
}

/// Records an officer's word with what the rules say now, in the transaction given. A word covers what its officer has seen:
/// where something else is on record, or is put there now because the rules say it of facts learned since, nothing is decided.
///
/// # Errors
/// Any store error.
pub async fn decide_by_officer(word: &OfficerWord, work: &mut UnitOfWork<'_>) -> Result<Deciding, Failure> {
    if last_passed(work.ardis(), work.now()).is_none() {
        return Ok(Deciding::TooEarly { term: work.ardis().terms.dsu });
    }
    let (outcome, mut causes) = match &word.verdict {
        OfficerVerdict::Admitted => (Outcome::Admitted, Vec::new()),
        OfficerVerdict::Excluded(causes) if causes.is_empty() => return Ok(Deciding::NoCause),
        OfficerVerdict::Excluded(causes) => (Outcome::Excluded, causes.clone()),
    };
    causes.sort_unstable();
    causes.dedup();
    // Whoever publishes waits for this, or this for the list: a word never falls between the two.
    application::lock(work.tx(), &[word.application]).await?;
    let lists = published_list::all(work.tx()).await?;
    if let Some(last) = lists.iter().find(|list| list.kind == ListKind::Final) {
        return Ok(Deciding::Finished { published_at: last.published_at });
    }
    let changed = isee_exclusions::decide(&[word.application], work).await?;
    let Some(seen) = decision::newest(work.tx(), &[word.application]).await?.remove(&word.application) else {
        return Ok(Deciding::Unknown);
    };
    if seen.revision != word.revision || !changed.is_empty() {
        return Ok(Deciding::Changed { revision: seen.revision });
    }
    let facts = application::facts(work.tx(), &[word.application]).await?;
    let Some(facts) = facts.get(&word.application) else { return Ok(Deciding::Unknown) };
    let asked = review::of_decision(work.tx(), seen.id).await?;
    let at = not_before(Some(&seen), asked.as_ref(), work.now());
    let evaluation = evaluate(facts, at, work.ardis()).with_officers_causes(&causes, work.ardis());
    let proposed = evaluation.outcome;
    let decision = NewDecision {
        id: clock::new_id(),
        application: word.application,
        term: last_passed(work.ardis(), at).map_or(seen.term, |passed| passed.as_str().to_owned()),
        origin: Origin::Officer { officer: word.officer.clone(), motivation: word.motivation.clone() },
        outcome,
        causes,
        evaluation,
        decided_at: at,
    };
    let revisions = decision::append(work.tx(), std::slice::from_ref(&decision)).await?;
    Ok(Deciding::Recorded { revision: revisions.get(&decision.id).copied().unwrap_or_default(), proposed })
}
