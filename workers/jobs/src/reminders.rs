// SPDX-License-Identifier: EUPL-1.2
//! Reminds those whose term comes near and from whom something is still missing; tells CPI each morning of what waits for them.
//!
//! In: `reminder.due`. Out: `mail.requested`, the next page of the sweep. Twice is harmless: one mail per recipient,
//! campaign and occurrence. A mail still queued when the term passes or the missing thing arrives is not sent.

mod centres;
mod drafts;
mod observations;
mod schools;

use campanella_domain::{
    ardis::{ApplicationFacts, Declaration, DoubtCode, evaluate},
    civil::term::Term,
    identity::EmailAddress,
    mail::MailTemplate,
    procedure::{ArdisProcedure, ReminderCampaign, UnknownCampaign},
};
use campanella_messages::{MailRequested, Message as _, ReminderDue};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::{
    ardis::application,
    notification::{NewNotification, Precondition},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use uuid::Uuid;

pub(crate) use schools::school_year_begins;

use crate::{PAGE, notify};

pub(crate) const WORKER: Worker = Worker {
    name: "reminders",
    summary: "ricorda le scadenze a famiglie e scuole, e ai CPI i casi che attendono",
    routes: &[Route::to::<Remind>()],
    emits: &[ReminderDue::TYPE, MailRequested::TYPE],
};

struct Remind;

impl Handler for Remind {
    type Message = ReminderDue;

    async fn handle(events: &[Event<'_, ReminderDue>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        for event in events {
            let (last, reminders) = page(event, work).await?;
            notify::queue(&reminders, Some(event.cause()), work).await?;
            if let Some(after) = last {
                let next = ReminderDue {
                    campaign: event.campaign.clone(),
                    occurrence: event.occurrence.clone(),
                    after: Some(after),
                };
                work.emit(&next, event.cause());
            }
        }
        Ok(())
    }
}

/// The last subject of a page, `None` where it was the last page, and the reminders to those on it.
type Page = (Option<Uuid>, Vec<NewNotification>);

async fn page(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    use ReminderCampaign as Due;
    let campaign: ReminderCampaign =
        event.campaign.parse().map_err(|error: UnknownCampaign| Failure::Permanent(error.to_string()))?;
    match campaign {
        Due::DsuMissing => applicants(event, &DSU_MISSING, work.ardis().terms.dsu, work).await,
        Due::Regularisation => {
            applicants(event, &REGULARISATION, work.ardis().terms.regularisation, work).await
        }
        Due::DraftNotTransmitted => drafts::page(event, work).await,
        Due::ObservationsEnding => observations::page(event, work).await,
        Due::IefpClassLists => schools::without_class_list(event, work).await,
        Due::IefpClassListsOverdue => schools::overdue(event, work).await,
        Due::FirstMonths => schools::first_months(event, work).await,
        Due::March15 => schools::march_15(event, work).await,
        Due::Outcomes => schools::outcomes(event, work).await,
        Due::ReturnsToEnter => schools::returns_to_enter(event, work).await,
        Due::CaseDigest => centres::case_digest(event, work).await,
        Due::StudentsOfAge => centres::students_of_age(event, work).await,
    }
}

/// The civil date of the occurrence.
fn date_of(event: &ReminderDue) -> Result<NaiveDate, Failure> {
    let civil: Result<NaiveDateTime, _> = event.occurrence.parse();
    civil
        .map(|civil| civil.date())
        .map_err(|_| Failure::Permanent(format!("{} is no occurrence", event.occurrence)))
}

/// A campaign to applicants: whom it is for, and what makes it void.
struct Campaign {
    name: &'static str,
    template: MailTemplate,
    /// The open questions of those it is for: one of them is enough.
    doubts: &'static [DoubtCode],
    /// The declaration of those it is for, if not everybody's (ARD-009).
    declaration: Option<Declaration>,
    precondition: Precondition,
}

impl Campaign {
    /// Whether the applicant has to be reminded now. Whatever else stands against the application: other causes can be
    /// overturned by observations, a term that has passed cannot.
    fn concerns(&self, facts: &ApplicationFacts, now: DateTime<Utc>, procedure: &ArdisProcedure) -> bool {
        self.declaration.is_none_or(|declaration| facts.application.declaration == declaration)
            && evaluate(facts, now, procedure).doubts.iter().any(|doubt| self.doubts.contains(&doubt.code))
    }
}

/// M-ARD-04: to those who undertook to sign the DSU by the term.
const DSU_MISSING: Campaign = Campaign {
    name: "dsu-missing",
    template: MailTemplate::ArdisDsuMissing,
    doubts: &[DoubtCode::WaitsForDsuTerm],
    declaration: Some(Declaration::DsuByDeadline),
    precondition: Precondition::IseeMissing,
};

/// M-ARD-06: to those whose annotations are not regularised yet, be it that an earlier attestation conforms (OQ-B5) or that
/// the self-certification came without a valid identity document, which can still be sent (ARD-019).
const REGULARISATION: Campaign = Campaign {
    name: "regularisation",
    template: MailTemplate::ArdisRegularisation,
    doubts: &[
        DoubtCode::WaitsForRegularisation,
        DoubtCode::ConformingThenAnnotated,
        DoubtCode::IdentityDocumentNotValid,
    ],
    declaration: None,
    precondition: Precondition::IseeAnnotated,
};

/// The reminders of one page of applications, and where the page ended; `None`: it was the last.
async fn applicants(
    event: &ReminderDue,
    campaign: &Campaign,
    term: Term,
    work: &mut UnitOfWork<'_>,
) -> Result<Page, Failure> {
    let page = application::page(work.tx(), event.after, PAGE).await?;
    let facts = application::facts(work.tx(), &page).await?;
    let (now, procedure) = (work.now(), work.ardis());
    let concerned: Vec<Uuid> = page
        .iter()
        .filter(|id| facts.get(id).is_some_and(|facts| campaign.concerns(facts, now, procedure)))
        .copied()
        .collect();
    let recipients = application::recipients(work.tx(), &concerned).await?;
    let reminders = recipients.into_iter().map(|recipient| {
        let number = recipient.instance_number;
        let parameters = serde_json::json!({ "instance_number": number, "deadline": term });
        NewNotification {
            precondition: campaign.precondition,
            subject_id: Some(recipient.id),
            ..reminder(
                format!("ardis:{}:{number}:{}", campaign.name, event.occurrence),
                campaign.template,
                recipient.mailbox,
                &parameters,
                term,
                now,
            )
        }
    });
    Ok((page.last().copied(), reminders.collect()))
}

/// A mail of a campaign; of no use any more once the term has passed.
fn reminder(
    dedupe_key: String,
    template: MailTemplate,
    mailbox: EmailAddress,
    parameters: &serde_json::Value,
    term: Term,
    now: DateTime<Utc>,
) -> NewNotification {
    NewNotification {
        priority: notify::CAMPAIGN,
        not_after: Some(term.instant()),
        ..notify::notification(dedupe_key, template, mailbox, parameters, now)
    }
}
