// SPDX-License-Identifier: EUPL-1.2
//! Confirms the transmission of an application with its number (M-ARD-01, ARD-044 to ARD-046). What came by another way than
//! the portal was not transmitted: whoever sent it is told, while there is time, how to do so (ARD-038).
//!
//! In: `ardis.application.recorded`. Out: `mail.requested`. Twice is harmless: one mail an application. A portal may hand over
//! what it took only once the window has closed: until some days after that everything is confirmed. Later it would only
//! surprise.

use campanella_domain::{ardis::Channel, mail::MailTemplate};
use campanella_messages::{ArdisApplicationRecorded, MailRequested, Message as _};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::{
    ardis::application::{self, Recipient},
    notification::{NewNotification, Precondition},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::notify;

pub(crate) const WORKER: Worker = Worker {
    name: "confirmation",
    summary: "conferma la trasmissione della domanda con il numero dell'istanza",
    routes: &[Route::to::<Confirm>()],
    emits: &[MailRequested::TYPE],
};

struct Confirm;

impl Handler for Confirm {
    type Message = ArdisApplicationRecorded;

    async fn handle(
        events: &[Event<'_, ArdisApplicationRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let ids: Vec<Uuid> = events.iter().map(|event| event.application).collect();
        let applications = application::known(work.tx(), &ids).await?;
        let recipients = application::recipients(work.tx(), &ids).await?;
        let notices: Vec<NewNotification> = recipients
            .into_iter()
            .filter_map(|recipient| Some((applications.get(&recipient.id)?, recipient)))
            .filter_map(|(application, recipient)| match application.channel {
                Channel::Online => confirmation(application.submitted_at, recipient, work),
                Channel::Paper | Channel::Email | Channel::Pec => not_online(recipient, work),
            })
            .collect();
        notify::queue(&notices, events.first().map(Event::cause), work).await
    }
}

/// The number, and when it was transmitted.
fn confirmation(
    submitted_at: DateTime<Utc>,
    recipient: Recipient,
    work: &UnitOfWork<'_>,
) -> Option<NewNotification> {
    let number = recipient.instance_number;
    let awaited_since = submitted_at.max(work.ardis().window.closes.instant());
    let parameters = serde_json::json!({ "instance_number": number, "submitted_at": submitted_at });
    let receipt = notify::receipt(
        format!("ardis:confirmation:{number}"),
        MailTemplate::ArdisConfirmation,
        recipient,
        &parameters,
        awaited_since,
        work,
    )?;
    Some(NewNotification { priority: notify::CONFIRMATION, ..receipt })
}

/// How to transmit it, as long as the window is open.
fn not_online(recipient: Recipient, work: &UnitOfWork<'_>) -> Option<NewNotification> {
    let (procedure, now) = (work.ardis(), work.now());
    let closes = procedure.window.closes;
    if closes.has_passed(now) {
        return None;
    }
    let number = recipient.instance_number;
    let parameters = serde_json::json!({
        "instance_number": number,
        "deadline": closes,
        "link": procedure.links.portal,
    });
    let key = format!("ardis:not-online:{number}");
    Some(NewNotification {
        not_after: Some(closes.instant()),
        precondition: Precondition::OnlineMissing,
        subject_id: Some(recipient.id),
        ..notify::notification(key, MailTemplate::ArdisNotOnline, recipient.mailbox, &parameters, now)
    })
}
