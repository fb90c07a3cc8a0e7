// SPDX-License-Identifier: EUPL-1.2
//! What is told about an application, before it is put into words.

use campanella_domain::{
    ardis::{Cause, CauseFinding, Doubt, Evaluation, FactRead, Outcome, TermsApplied},
    civil::term::Term,
    identity::{InstanceNumber, RuleNumber},
    procedure::{ArdisProcedure, CauseText},
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
    /// None where only an officer found the cause, under an earlier release, which did not keep its texts, and another procedure
    /// than the installed one.
    pub(super) citation: Option<String>,
    /// As the citation.
    pub(super) reason: Option<String>,
    pub(super) rules: Vec<RuleNumber>,
    pub(super) facts: Vec<FactRead>,
    /// The term it hangs on.
    pub(super) term: Option<Term>,
}

/// A term by its name, with its times as they were kept with the decision.
#[derive(Debug, Serialize)]
pub(super) struct TermAccount {
    pub(super) name: String,
    /// None where an earlier release decided, which did not keep them, under another procedure than the installed one.
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
    let terms = terms_of(evaluation, procedure);
    let installed = decision.procedure_version == procedure.version();
    let cause = |&cause: &Cause| match evaluation.told_of(cause) {
        Some(finding) => found(finding, terms),
        // Its texts name dates: those of another procedure would contradict the term.
        None => by_officer(cause, installed.then(|| procedure.causes.of(cause)), terms),
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
            time: terms.and_then(|terms| terms.named(&decision.term)),
        },
        causes: decision.causes.iter().map(cause).collect(),
        doubts: evaluation.doubts.iter().map(doubt).collect(),
        rules: shown(&evaluation.rules),
        facts_read: evaluation.facts_read.clone(),
        evaluated_at: evaluation.evaluated_at,
        procedure_version: decision.procedure_version.clone(),
        overruled: differs
            .then(|| Overruled { outcome: evaluation.outcome, causes: all_found(evaluation, procedure) }),
        to_review: review.map(|request| ToReview {
            found_at: request.found_at,
            outcome: request.evaluation.outcome,
            causes: all_found(&request.evaluation, procedure),
            doubts: request.evaluation.doubts.iter().map(doubt).collect(),
        }),
    }
}

/// The terms an evaluation went by, as they were kept with it. An earlier release did not keep them: they are those of the
/// installed procedure if that is the one, and unknown otherwise, as guessing them would mislead.
fn terms_of(evaluation: &Evaluation, procedure: &ArdisProcedure) -> Option<TermsApplied> {
    let installed = evaluation.procedure_version == procedure.version();
    evaluation.terms.or_else(|| installed.then(|| TermsApplied::of(procedure)))
}

/// What the rules found.
fn all_found(evaluation: &Evaluation, procedure: &ArdisProcedure) -> Vec<CauseAccount> {
    let terms = terms_of(evaluation, procedure);
    evaluation.causes.iter().map(|finding| found(finding, terms)).collect()
}

fn found(finding: &CauseFinding, terms: Option<TermsApplied>) -> CauseAccount {
    CauseAccount {
        cause: finding.cause,
        citation: Some(finding.citation.clone()),
        reason: Some(finding.reason.clone()),
        rules: shown(&finding.rules),
        facts: finding.facts.clone(),
        term: terms.and_then(|terms| terms.of_cause(finding.cause)),
    }
}

/// A cause that an officer found and the rules did not, under an earlier release, which did not keep its texts.
fn by_officer(cause: Cause, text: Option<&CauseText>, terms: Option<TermsApplied>) -> CauseAccount {
    CauseAccount {
        cause,
        citation: text.map(|text| text.citation.clone()),
        reason: text.map(|text| text.reason.clone()),
        rules: text.map(|text| text.rule).into_iter().collect(),
        facts: Vec::new(),
        term: terms.and_then(|terms| terms.of_cause(cause)),
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
