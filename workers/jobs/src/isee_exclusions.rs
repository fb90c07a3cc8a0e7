// SPDX-License-Identifier: EUPL-1.2
//! Works out admissions and exclusions (E01–E09) when a term passes, and again when a fact turns up later.
//!
//! In: `ardis.term.reached`, `ardis.application.recorded`, `ardis.isee.recorded`. Out: the next page of the sweep.
//! Twice is harmless: decisions are append-only and an equal one is not appended; an officer's decision stands,
//! and a request to look at it again is made once.
//!
//! A decision is a *proposal with its reasons and the facts it read*; it becomes public when an officer publishes a list.

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
    review::{self, ReviewRequest},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::PAGE;

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
            let passed = passed_with(term, work.ardis(), work.now())?;
            let page = application::page(work.tx(), event.after, PAGE).await?;
            decide(&page, passed, work).await?;
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
        decide_late(events.iter().map(|event| event.application).collect(), work).await
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
        decide_late(events.iter().map(|event| event.application).collect(), work).await
    }
}

/// Before the first term nothing is decided: the sweep at the term will see the fact.
async fn decide_late(mut applications: Vec<Uuid>, work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    let Some(passed) = last_passed(work.ardis(), work.now()) else {
        return Ok(());
    };
    applications.sort_unstable();
    applications.dedup();
    // A second application for one student makes the first one doubtful as well (OQ-B19).
    let applications = application::with_same_student(work.tx(), &applications).await?;
    decide(&applications, passed, work).await
}

/// Brings the decisions on all applications up to date, on the facts this transaction sees, whatever messages still wait:
/// what a list may be published from. Does nothing before the first term has passed.
///
/// # Errors
/// Any store error.
pub async fn bring_up_to_date(work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    let Some(passed) = last_passed(work.ardis(), work.now()) else {
        return Ok(());
    };
    let mut after = None;
    loop {
        let page = application::page(work.tx(), after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(*last);
        decide(&page, passed, work).await?;
    }
}

/// Appends what the rules say of applications now, where it differs from what was said last. What an officer has decided
/// stands; that the rules say something else since is put before the officer again.
async fn decide(applications: &[Uuid], passed: TermName, work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    application::lock(work.tx(), applications).await?;
    let facts = application::facts(work.tx(), applications).await?;
    let newest = decision::newest(work.tx(), applications).await?;
    let (mut proposals, mut reviews) = (Vec::new(), Vec::new());
    for (id, facts) in applications.iter().filter_map(|id| Some((*id, facts.get(id)?))) {
        let evaluation = evaluate(facts, work.now(), work.ardis());
        match newest.get(&id) {
            Some(newest) if matches!(newest.origin, Origin::Officer { .. }) => {
                reviews.extend(look_again(newest, evaluation, work.now()));
            }
            newest => proposals.extend(propose(id, evaluation, newest, passed, work.now())),
        }
    }
    decision::append(work.tx(), &proposals).await?;
    review::request(work.tx(), &reviews).await?;
    Ok(())
}

/// What an officer decided on another evaluation has to be looked at again.
fn look_again(newest: &Decision, evaluation: Evaluation, now: DateTime<Utc>) -> Option<ReviewRequest> {
    let (decision, application) = (newest.id, newest.application);
    (!same(&newest.evaluation, &evaluation)).then_some(ReviewRequest {
        decision,
        application,
        evaluation,
        found_at: now,
    })
}

fn propose(
    application: Uuid,
    evaluation: Evaluation,
    newest: Option<&Decision>,
    passed: TermName,
    now: DateTime<Utc>,
) -> Option<NewDecision> {
    let stands =
        newest.is_some_and(|newest| newest.term == passed.as_str() && same(&newest.evaluation, &evaluation));
    let id = clock::new_id();
    (!stands).then(|| NewDecision::proposal(id, application, passed.as_str(), evaluation, now))
}

/// Whether two evaluations say the same on the same facts, whenever they were made.
pub(crate) fn same(one: &Evaluation, other: &Evaluation) -> bool {
    let at = other.evaluated_at;
    Evaluation { evaluated_at: at, ..one.clone() } == *other
}

/// The last of the two terms that has passed, once the term `name` has. The host whose scheduler sent the message may be
/// ahead of this one: swept before its time, an exclusion the term brings would be lost (ARD-020).
fn passed_with(name: &str, procedure: &ArdisProcedure, now: DateTime<Utc>) -> Result<TermName, Failure> {
    let Some((_, term)) = terms(procedure).into_iter().find(|(known, _)| known.as_str() == name) else {
        return Err(Failure::Permanent(format!("nothing is decided at the term {name}")));
    };
    let passed = last_passed(procedure, now).filter(|_| term.has_passed(now));
    passed.ok_or_else(|| Failure::Retry(format!("the term {name} has not passed yet by this host's clock")))
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
