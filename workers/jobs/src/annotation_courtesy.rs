// SPDX-License-Identifier: EUPL-1.2
//! Tells an applicant that the attestation which decides has omissions or discrepancies (M-ARD-05). To look is the
//! applicant's duty (ARD-015): the mail is a courtesy, which a call can do without (OQ-B8).
//!
//! In: `ardis.isee.recorded`, `ardis.application.recorded`. Out: `mail.requested`. Twice is harmless: one mail an attestation
//! and application. Whoever has regularised before it leaves does not get it.

use std::collections::BTreeSet;

use campanella_domain::{
    ardis::{ApplicationFacts, DoubtCode, FactName, evaluate},
    mail::MailTemplate,
    procedure::ArdisProcedure,
};
use campanella_messages::{ArdisApplicationRecorded, ArdisIseeRecorded, Cause, MailRequested, Message as _};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::{
    ardis::application,
    notification::{NewNotification, Precondition},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{known::known_at, notify};

pub(crate) const WORKER: Worker = Worker {
    name: "annotation-courtesy",
    summary: "avvisa, per cortesia, che l'attestazione ISEE riporta omissioni o difformità",
    routes: &[Route::to::<OnIsee>(), Route::to::<OnApplication>()],
    emits: &[MailRequested::TYPE],
};

/// Something about the ISEE became known.
struct OnIsee;

impl Handler for OnIsee {
    type Message = ArdisIseeRecorded;

    async fn handle(
        events: &[Event<'_, ArdisIseeRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let applications = events.iter().map(|event| event.application).collect();
        warn(applications, known_at(events), events.first().map(Event::cause), work).await
    }
}

/// An application became known, perhaps after the attestation.
struct OnApplication;

impl Handler for OnApplication {
    type Message = ArdisApplicationRecorded;

    async fn handle(
        events: &[Event<'_, ArdisApplicationRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let applications = events.iter().map(|event| event.application).collect();
        warn(applications, known_at(events), events.first().map(Event::cause), work).await
    }
}

async fn warn(
    applications: BTreeSet<Uuid>,
    known_at: Option<DateTime<Utc>>,
    cause: Option<Cause<'_>>,
    work: &mut UnitOfWork<'_>,
) -> Result<(), Failure> {
    let (now, procedure) = (work.now(), work.ardis());
    let term = procedure.terms.regularisation;
    if !procedure.decisions.annotation_courtesy || term.has_passed(now) {
        return Ok(());
    }
    let applications: Vec<Uuid> = applications.into_iter().collect();
    let facts = application::facts(work.tx(), &applications).await?;
    let at = known_at.map_or(now, |known| now.max(known));
    let annotated = |id: &Uuid| to_regularise(facts.get(id)?, at, procedure);
    let concerned: Vec<Uuid> = applications.into_iter().filter(|id| annotated(id).is_some()).collect();
    let recipients = application::recipients(work.tx(), &concerned).await?;
    let notices: Vec<NewNotification> = recipients
        .into_iter()
        .filter_map(|recipient| {
            let (number, attestation) = (recipient.instance_number, annotated(&recipient.id)?);
            let parameters = serde_json::json!({ "instance_number": number, "deadline": term });
            let key = format!("ardis:annotation:{attestation}:{number}");
            Some(NewNotification {
                not_after: Some(term.instant()),
                precondition: Precondition::IseeAnnotated,
                subject_id: Some(recipient.id),
                ..notify::notification(
                    key,
                    MailTemplate::ArdisAnnotation,
                    recipient.mailbox,
                    &parameters,
                    now,
                )
            })
        })
        .collect();
    notify::queue(&notices, cause, work).await
}

/// The attestation that decides, if it has annotations which nothing has regularised yet. Whatever else stands against the
/// application: other causes can be overturned by observations, a term that has passed cannot.
fn to_regularise(facts: &ApplicationFacts, at: DateTime<Utc>, procedure: &ArdisProcedure) -> Option<String> {
    const OPEN: [DoubtCode; 2] = [DoubtCode::WaitsForRegularisation, DoubtCode::ConformingThenAnnotated];
    let evaluation = evaluate(facts, at, procedure);
    let is_open = evaluation.doubts.iter().any(|doubt| OPEN.contains(&doubt.code));
    let read = evaluation.facts_read.iter().find(|fact| is_open && fact.name == FactName::Attestation)?;
    Some(read.value.to_string())
}
