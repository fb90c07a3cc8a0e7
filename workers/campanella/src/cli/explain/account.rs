// SPDX-License-Identifier: EUPL-1.2
//! What is told about an application, before it is put into words.

use campanella_domain::{
    ardis::{Cause, CauseFinding, Doubt, FactRead, Outcome},
    civil::term::Term,
    identity::{InstanceNumber, RuleNumber},
    procedure::{ArdisProcedure, TermName},
};
use campanella_store::ardis::{
    decision::{Decision, Origin},
    observation::Observation,
    published_list::{Entry, PublishedList},
    review::ReviewRequest,
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::{
    list_account::ListAccount,
    observation_account::ObservationAccount,
    rules::{shown, tells_words},
};

/// Everything `explain` tells; the JSON form is this.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) instance_number: InstanceNumber,
    /// What the final list says: the outcome, whatever was decided since (ARD-086).
    pub(super) final_list: Option<ListAccount>,
    /// The newest decision; none before the first term.
    #[serde(flatten)]
    pub(super) newest: Option<Newest>,
    /// Oldest first.
    pub(super) history: Vec<Revision>,
    /// The lists that published one of the revisions, oldest first.
    pub(super) lists: Vec<ListAccount>,
    /// In the order in which they were received.
    pub(super) observations: Vec<ObservationAccount>,
}

/// All that is explained, as it is stored.
pub(super) struct Sources<'a> {
    /// Oldest first.
    pub(super) history: &'a [Decision],
    /// Oldest first.
    pub(super) lists: &'a [(PublishedList, Entry)],
    pub(super) observations: &'a [Observation],
    /// The request to look again at the newest decision.
    pub(super) review: Option<&'a ReviewRequest>,
}

#[derive(Debug, Serialize)]
pub(super) struct Newest {
    pub(super) outcome: Outcome,
    /// `worker` or `officer`.
    pub(super) origin: &'static str,
    /// The officer's, if officers' words are told ([`tells_words`]).
    pub(super) motivation: Option<String>,
    pub(super) revision: i64,
    pub(super) decided_at: DateTime<Utc>,
    /// The last term that had passed.
    pub(super) term: TermAccount,
    pub(super) causes: Vec<CauseAccount>,
    pub(super) doubts: Vec<Doubt>,
    pub(super) rules: Vec<RuleNumber>,
    pub(super) facts_read: Vec<FactRead>,
    /// What was known then.
    pub(super) evaluated_at: DateTime<Utc>,
    pub(super) procedure_version: String,
    /// What the rules say, when the officer decided otherwise.
    pub(super) overruled: Option<Overruled>,
    /// What the rules say since, when that is not what the officer decided on.
    pub(super) to_review: Option<ToReview>,
}

#[derive(Debug, Serialize)]
pub(super) struct CauseAccount {
    pub(super) cause: Cause,
    pub(super) citation: String,
    pub(super) reason: String,
    pub(super) rules: Vec<RuleNumber>,
    pub(super) facts: Vec<FactRead>,
    /// The term it hangs on.
    pub(super) term: Option<Term>,
}

/// A term by its name; its times only where the installed procedure is the one decided under.
#[derive(Debug, Serialize)]
pub(super) struct TermAccount {
    pub(super) name: String,
    pub(super) time: Option<Term>,
}

#[derive(Debug, Serialize)]
pub(super) struct Overruled {
    pub(super) outcome: Outcome,
    pub(super) causes: Vec<CauseAccount>,
}

#[derive(Debug, Serialize)]
pub(super) struct ToReview {
    /// When the difference was found.
    pub(super) found_at: DateTime<Utc>,
    pub(super) outcome: Outcome,
    pub(super) causes: Vec<CauseAccount>,
    pub(super) doubts: Vec<Doubt>,
}

#[derive(Debug, Serialize)]
pub(super) struct Revision {
    pub(super) revision: i64,
    pub(super) decided_at: DateTime<Utc>,
    pub(super) origin: &'static str,
    pub(super) term: String,
    pub(super) outcome: Outcome,
    pub(super) causes: Vec<Cause>,
    pub(super) procedure_version: String,
    pub(super) motivation: Option<String>,
}

impl Account {
    /// What is stored, told under `procedure`, the installed one.
    pub(super) fn of(
        instance_number: InstanceNumber,
        sources: &Sources<'_>,
        procedure: &ArdisProcedure,
    ) -> Self {
        let Sources { history, lists, observations, review } = sources;
        let lists = ListAccount::all(lists, history);
        let evaluations = history.iter().map(|decision| &decision.evaluation);
        let words = tells_words(evaluations.chain(review.map(|review| &review.evaluation)));
        let observation = |observation| ObservationAccount::of(observation, words);
        let newest = |decision| newest(decision, *review, procedure, words);
        Self {
            instance_number,
            final_list: ListAccount::final_of(&lists).cloned(),
            newest: history.last().map(newest),
            history: history.iter().map(|decision| revision(decision, words)).collect(),
            lists,
            observations: observations.iter().map(observation).collect(),
        }
    }
}

/// `words`: whether the officer's are told.
fn newest(
    decision: &Decision,
    review: Option<&ReviewRequest>,
    procedure: &ArdisProcedure,
    words: bool,
) -> Newest {
    let evaluation = &decision.evaluation;
    // The times of another version are not known here, and guessing them would mislead.
    let same = decision.procedure_version == procedure.version();
    let term = |cause| if same { term_of(cause, procedure) } else { None };
    let found = |finding: &CauseFinding| CauseAccount {
        cause: finding.cause,
        citation: finding.citation.clone(),
        reason: finding.reason.clone(),
        rules: shown(&finding.rules),
        facts: finding.facts.clone(),
        term: term(finding.cause),
    };
    let cause = |cause: &Cause| {
        let finding = evaluation.causes.iter().find(|finding| finding.cause == *cause);
        finding.map_or_else(|| by_officer(*cause, procedure, term(*cause)), found)
    };
    let differs = evaluation.outcome != decision.outcome
        || !evaluation.cause_codes().eq(decision.causes.iter().copied());
    let (origin, motivation) = origin(&decision.origin, words);
    Newest {
        outcome: decision.outcome,
        origin,
        motivation,
        revision: decision.revision,
        decided_at: decision.decided_at,
        term: TermAccount {
            name: decision.term.clone(),
            time: if same { term_named(&decision.term, procedure) } else { None },
        },
        causes: decision.causes.iter().map(cause).collect(),
        doubts: evaluation.doubts.iter().map(doubt).collect(),
        rules: shown(&evaluation.rules),
        facts_read: evaluation.facts_read.clone(),
        evaluated_at: evaluation.evaluated_at,
        procedure_version: decision.procedure_version.clone(),
        overruled: differs.then(|| Overruled {
            outcome: evaluation.outcome,
            causes: evaluation.causes.iter().map(found).collect(),
        }),
        to_review: review.map(|request| ToReview {
            found_at: request.found_at,
            outcome: request.evaluation.outcome,
            causes: request.evaluation.causes.iter().map(found).collect(),
            doubts: request.evaluation.doubts.iter().map(doubt).collect(),
        }),
    }
}

/// A cause the officer found and the rules did not.
fn by_officer(cause: Cause, procedure: &ArdisProcedure, term: Option<Term>) -> CauseAccount {
    let text = procedure.causes.of(cause);
    CauseAccount {
        cause,
        citation: text.citation.clone(),
        reason: text.reason.clone(),
        rules: vec![text.rule],
        facts: Vec::new(),
        term,
    }
}

fn doubt(doubt: &Doubt) -> Doubt {
    Doubt { rules: shown(&doubt.rules), ..doubt.clone() }
}

fn revision(decision: &Decision, words: bool) -> Revision {
    let (origin, motivation) = origin(&decision.origin, words);
    Revision {
        revision: decision.revision,
        decided_at: decision.decided_at,
        origin,
        term: decision.term.clone(),
        outcome: decision.outcome,
        causes: decision.causes.clone(),
        procedure_version: decision.procedure_version.clone(),
        motivation,
    }
}

fn origin(origin: &Origin, words: bool) -> (&'static str, Option<String>) {
    match origin {
        Origin::Worker => ("worker", None),
        Origin::Officer { motivation, .. } => ("officer", words.then(|| motivation.expose().clone())),
    }
}

/// The term a cause hangs on.
fn term_of(cause: Cause, procedure: &ArdisProcedure) -> Option<Term> {
    match cause {
        Cause::E02 => Some(procedure.terms.dsu),
        Cause::E03 => Some(procedure.terms.regularisation),
        Cause::E06 => Some(procedure.window.closes),
        _ => None,
    }
}

fn term_named(name: &str, procedure: &ArdisProcedure) -> Option<Term> {
    let known = [TermName::Dsu, TermName::Regularisation].into_iter().find(|term| term.as_str() == name);
    known.and_then(|term| procedure.terms.of(term))
}
