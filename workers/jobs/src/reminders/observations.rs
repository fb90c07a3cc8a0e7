// SPDX-License-Identifier: EUPL-1.2
//! M-ARD-08: to the excluded of the provisional list who have not objected, a few days before they no longer can (ARD-082,
//! ARD-083).
//!
//! The term hangs on a publication and not on a date of the procedure: every day it is asked whether the day has come. The key
//! names the list and not the day, so that a day on which nobody ran is made up for once.

use campanella_domain::{
    ardis::Outcome,
    civil::{term::Term, zone::date_of},
    mail::MailTemplate,
};
use campanella_messages::ReminderDue;
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    ardis::{
        application, observation,
        published_list::{self, ListKind},
    },
    notification::{NewNotification, Precondition},
};
use chrono::Days;
use uuid::Uuid;

use super::{Page, reminder};
use crate::PAGE;

/// The reminders of one page of the list, and where the page ended; `None`: it was the last, or the day has not come.
pub(super) async fn page(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    let Some((list, term)) = ending(work).await? else { return Ok((None, Vec::new())) };
    let (now, procedure) = (work.now(), work.ardis());
    let entries = published_list::entries(work.tx(), list, event.after, PAGE).await?;
    let last = entries.last().map(|entry| entry.application);
    let excluded: Vec<Uuid> = entries
        .iter()
        .filter(|entry| entry.outcome == Outcome::Excluded)
        .map(|entry| entry.application)
        .collect();
    let heard = observation::applications_heard(work.tx(), list, &excluded).await?;
    let silent: Vec<Uuid> = excluded.into_iter().filter(|id| !heard.contains(id)).collect();
    let recipients = application::recipients(work.tx(), &silent).await?;
    let reminders = recipients.into_iter().map(|recipient| {
        let number = recipient.instance_number;
        let parameters = serde_json::json!({
            "instance_number": number,
            "link": procedure.links.lists,
            "observations": term,
        });
        NewNotification {
            precondition: Precondition::ObservationMissing,
            subject_id: Some(recipient.id),
            ..reminder(
                format!("ardis:observations-ending:{list}:{number}"),
                MailTemplate::ArdisObservationsEnding,
                recipient.mailbox,
                &parameters,
                term,
                now,
            )
        }
    });
    Ok((last, reminders.collect()))
}

/// The newest provisional list, if its term ends within the days of the procedure and has not passed.
async fn ending(work: &mut UnitOfWork<'_>) -> Result<Option<(Uuid, Term)>, Failure> {
    let (now, days) = (work.now(), Days::new(u64::from(work.ardis().observations.reminder_days)));
    let lists = published_list::all(work.tx()).await?;
    let newest = lists.into_iter().rfind(|list| list.kind == ListKind::Provisional);
    Ok(newest.and_then(|list| Some((list.id, list.observations?))).filter(|(_, term)| {
        let begins = term.last_day().checked_sub_days(days);
        !term.has_passed(now) && begins.is_some_and(|first| first <= date_of(now))
    }))
}
