// SPDX-License-Identifier: EUPL-1.2
//! Works out admissions and exclusions (E01–E09) when a term passes, and again when a fact turns up later.
//!
//! In: `ardis.term.reached`, `ardis.application.recorded`, `ardis.isee.recorded`. Out: the next page of the sweep.
//! Twice is harmless: decisions are append-only and an equal one is not appended; an officer's decision stands,
//! and a request to look at it again is written anew only when the rules say something else again.
//!
//! A decision is a *proposal with its reasons and the facts it read*; it becomes public when an officer publishes a list.

use std::collections::{HashMap, HashSet};

use campanella_domain::{
    ardis::{Evaluation, evaluate},
    civil::term::Term,
    procedure::{ArdisProcedure, TermName},
};
use campanella_messages::{ArdisApplicationRecorded, ArdisIseeRecorded, ArdisTermReached, Message as _};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker, clock};
use campanella_store::ardis::{
    application,
    decision::{self, Decision, NewDecision, Origin},
    published_list::{self, ListKind},
    review::{self, ReviewRequest},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{PAGE, known::known_at};

pub(crate) const WORKER: Worker = Worker {
    name: "isee-exclusions",
    summary: "propone ammissioni ed esclusioni (E01–E09) alla scadenza dei termini e quando arriva un fatto nuovo",
    routes: &[Route::to::<AtTerm>(), Route::to::<OnIsee>(), Route::to::<OnApplication>()],
    emits: &[ArdisTermReached::TYPE],
};

/// A term has passed: every application, a page a message.
struct AtTerm;

impl Handler for AtTerm {
    type Message = ArdisTermReached;

    async fn handle(
        events: &[Event<'_, ArdisTermReached>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        for event in events {
            let term = &event.term;
            has_passed(term, work.ardis(), work.now())?;
            let page = application::page(work.tx(), event.after, PAGE).await?;
            decide(&page, work).await?;
            if let Some(last) = page.last() {
                work.emit(&ArdisTermReached { term: term.clone(), after: Some(*last) }, event.cause());
            }
        }
        Ok(())
    }
}

/// A DSU, an attestation or a self-certification became known: a decision taken without it may change.
struct OnIsee;

impl Handler for OnIsee {
    type Message = ArdisIseeRecorded;

    async fn handle(
        events: &[Event<'_, ArdisIseeRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        decide_late(events.iter().map(|event| event.application).collect(), known_at(events), work).await
    }
}

/// An application became known: late, by another channel, or simply recorded after the term.
struct OnApplication;

impl Handler for OnApplication {
    type Message = ArdisApplicationRecorded;

    async fn handle(
        events: &[Event<'_, ArdisApplicationRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        decide_late(events.iter().map(|event| event.application).collect(), known_at(events), work).await
    }
}

/// Before the first term nothing is decided: the sweep at the term will see the fact. What is decided already shows that the term
/// has passed, whatever this host's clock says: the sweep will not come again (ARD-020).
async fn decide_late(
    mut applications: Vec<Uuid>,
    known_at: Option<DateTime<Utc>>,
    work: &mut UnitOfWork<'_>,
) -> Result<(), Failure> {
    if last_passed(work.ardis(), work.now()).is_none() {
        let decided = decision::newest(work.tx(), &applications).await?;
        applications.retain(|application| decided.contains_key(application));
        if applications.is_empty() {
            return Ok(());
        }
    }
    applications.sort_unstable();
    applications.dedup();
    // A second application for one student makes the first one doubtful as well (OQ-B19).
    let applications = application::with_same_student(work.tx(), &applications).await?;
    decide_knowing(&applications, known_at, work).await?;
    Ok(())
}

/// Brings the decisions on all applications up to date, on the facts this transaction sees, whatever messages still wait:
/// what a list may be published from. Does nothing before the first term has passed.
///
/// # Errors
/// Any store error.
pub async fn bring_up_to_date(work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    if last_passed(work.ardis(), work.now()).is_none() {
        return Ok(());
    }
    let mut after = None;
    loop {
        let page = application::page(work.tx(), after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(*last);
        decide(&page, work).await?;
    }
}

/// Appends what the rules say of applications now, where it differs from what was said last. What an officer has decided
/// stands; that the rules say something else since is put before the officer again. Returns the applications on which
/// something new was written. After the final list nothing is: it is the outcome, and nobody could close what is opened
/// (ARD-086).
pub(crate) async fn decide(
    applications: &[Uuid],
    work: &mut UnitOfWork<'_>,
) -> Result<HashSet<Uuid>, Failure> {
    decide_knowing(applications, None, work).await
}

/// [`decide`] on what was known at a time that may lie ahead of this host's clock.
async fn decide_knowing(
    applications: &[Uuid],
    known_at: Option<DateTime<Utc>>,
    work: &mut UnitOfWork<'_>,
) -> Result<HashSet<Uuid>, Failure> {
    application::lock(work.tx(), applications).await?;
    if published_list::all(work.tx()).await?.iter().any(|list| list.kind == ListKind::Final) {
        return Ok(HashSet::new());
    }
    let facts = application::facts(work.tx(), applications).await?;
    let newest = decision::newest(work.tx(), applications).await?;
    let asked = review::of_decisions(work.tx(), &officers(&newest)).await?;
    let (mut proposals, mut reviews) = (Vec::new(), Vec::new());
    for (id, facts) in applications.iter().filter_map(|id| Some((*id, facts.get(id)?))) {
        let newest = newest.get(&id);
        let asked = newest.and_then(|newest| asked.get(&newest.id));
        let at = not_before(newest, asked, work.now());
        // Another's clock makes a fact known, but brings no term forward.
        let ahead =
            known_at.filter(|known| last_passed(work.ardis(), *known) == last_passed(work.ardis(), at));
        let at = ahead.map_or(at, |known| at.max(known));
        let Some(passed) = last_passed(work.ardis(), at) else { continue };
        let evaluation = evaluate(facts, at, work.ardis());
        match newest {
            Some(newest) if matches!(newest.origin, Origin::Officer { .. }) => {
                reviews.extend(look_again(newest, asked, evaluation, work.ardis()));
            }
            newest => proposals.extend(propose(id, evaluation, newest, passed)),
        }
    }
    decision::append(work.tx(), &proposals).await?;
    review::request(work.tx(), &reviews).await?;
    let proposed = proposals.iter().map(|proposal| proposal.application);
    Ok(proposed.chain(reviews.iter().map(|request| request.application)).collect())
}

/// The time to evaluate at. Whoever waited for the lock has read the clock before whoever held it, and hosts differ: a later
/// revision never knows less than the one before.
pub(crate) fn not_before(
    newest: Option<&Decision>,
    asked: Option<&ReviewRequest>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let newest = newest.map(|newest| newest.evaluation.evaluated_at);
    newest.into_iter().chain(asked.map(|request| request.evaluation.evaluated_at)).fold(now, DateTime::max)
}

fn officers(newest: &HashMap<Uuid, Decision>) -> Vec<Uuid> {
    let officers = newest.values().filter(|newest| newest.origin != Origin::Worker);
    officers.map(|newest| newest.id).collect()
}

/// What an officer decided on another evaluation has to be looked at again; a request on record tells what the rules say
/// since.
fn look_again(
    newest: &Decision,
    asked: Option<&ReviewRequest>,
    evaluation: Evaluation,
    procedure: &ArdisProcedure,
) -> Option<ReviewRequest> {
    let (decision, application) = (newest.id, newest.application);
    let on_record = asked.map_or(&newest.evaluation, |request| &request.evaluation);
    let evaluation = evaluation.with_officers_causes(&newest.causes, procedure);
    let found_at = evaluation.evaluated_at;
    (!covers(on_record, &evaluation)).then_some(ReviewRequest { decision, application, evaluation, found_at })
}

/// Whether who decided on what is on record has decided on what is said now: outcome, causes with their texts, doubts, facts and
/// terms. Which version of the file says it is no difference: it may have a telephone number corrected, and asking the
/// office again about every decision would only teach it to answer without looking.
pub(crate) fn covers(on_record: &Evaluation, now: &Evaluation) -> bool {
    // An earlier release did not keep the officer's causes: they are known to be told alike as long as the version is the same.
    let kept = !on_record.officers_causes.is_empty() || on_record.procedure_version != now.procedure_version;
    let officers_causes = if kept { &on_record.officers_causes } else { &now.officers_causes }.clone();
    let procedure_version = now.procedure_version.clone();
    same(&Evaluation { officers_causes, procedure_version, ..on_record.clone() }, now)
}

fn propose(
    application: Uuid,
    evaluation: Evaluation,
    newest: Option<&Decision>,
    passed: TermName,
) -> Option<NewDecision> {
    let stands =
        newest.is_some_and(|newest| newest.term == passed.as_str() && same(&newest.evaluation, &evaluation));
    let (id, at) = (clock::new_id(), evaluation.evaluated_at);
    (!stands).then(|| NewDecision::proposal(id, application, passed.as_str(), evaluation, at))
}

/// Whether what is on record and what the rules say now is the same on the same facts, whenever it was said, under the same
/// version of the procedure. That an earlier release did not keep the terms is no difference.
fn same(on_record: &Evaluation, now: &Evaluation) -> bool {
    let terms = on_record.terms.or(now.terms);
    Evaluation { evaluated_at: now.evaluated_at, terms, ..on_record.clone() } == *now
}

/// The term `name` must have passed before applications are swept for it. The host whose scheduler sent the message may be
/// ahead of this one: swept too early, an exclusion the term brings would be lost (ARD-020).
fn has_passed(name: &str, procedure: &ArdisProcedure, now: DateTime<Utc>) -> Result<(), Failure> {
    match terms(procedure).into_iter().find(|(known, _)| known.as_str() == name) {
        None => Err(Failure::Permanent(format!("nothing is decided at the term {name}"))),
        Some((_, term)) if term.has_passed(now) => Ok(()),
        Some(_) => Err(Failure::Retry(format!("the term {name} has not passed yet by this host's clock"))),
    }
}

/// The last of the two terms that has passed.
pub(crate) fn last_passed(procedure: &ArdisProcedure, now: DateTime<Utc>) -> Option<TermName> {
    terms(procedure).into_iter().find_map(|(name, term)| term.has_passed(now).then_some(name))
}

/// The terms at which decisions are taken, the last one first.
fn terms(procedure: &ArdisProcedure) -> [(TermName, Term); 2] {
    let terms = &procedure.terms;
    [(TermName::Regularisation, terms.regularisation), (TermName::Dsu, terms.dsu)]
}

#[cfg(test)]
mod tests {
    use campanella_domain::ardis::{Cause, Outcome};

    use super::*;

    #[test]
    fn ard_070_a_decision_that_kept_no_citation_of_the_officers_cause_covers_the_same_version_alone() {
        let procedure = ArdisProcedure::embedded().unwrap();
        let on_record = Evaluation {
            outcome: Outcome::Excluded,
            causes: Vec::new(),
            doubts: Vec::new(),
            rules: Vec::new(),
            facts_read: Vec::new(),
            evaluated_at: DateTime::UNIX_EPOCH,
            procedure_version: procedure.version().to_owned(),
            terms: None,
            officers_causes: Vec::new(),
        };
        let now = on_record.clone().with_officers_causes(&[Cause::E09], &procedure);
        assert!(covers(&on_record, &now));
        let later = Evaluation { procedure_version: "a later one".to_owned(), ..now };
        assert!(!covers(&on_record, &later), "its text may be another");
        let nobody_overruled = Evaluation { officers_causes: Vec::new(), ..later };
        assert!(covers(&on_record, &nobody_overruled));
    }
}
