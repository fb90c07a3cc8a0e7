// SPDX-License-Identifier: EUPL-1.2
//! M-ARD-03: to those who began an application and have not transmitted it (ARD-043), while the window is open (ARD-040).

use campanella_domain::mail::MailTemplate;
use campanella_messages::ReminderDue;
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    ardis::draft,
    notification::{NewNotification, Precondition},
};

use super::{Page, reminder};
use crate::PAGE;

/// The reminders of one page of drafts, and where the page ended; `None`: it was the last.
pub(super) async fn page(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    let (now, procedure) = (work.now(), work.ardis());
    let closes = procedure.window.closes;
    if closes.has_passed(now) {
        return Ok((None, Vec::new()));
    }
    let page = draft::not_transmitted(work.tx(), event.after, PAGE).await?;
    let last = page.last().map(|draft| draft.id);
    let reminders = page.into_iter().map(|draft| {
        let number = draft.instance_number;
        let parameters = serde_json::json!({
            "instance_number": number,
            "deadline": closes,
            "link": procedure.links.portal,
        });
        NewNotification {
            precondition: Precondition::DraftOpen,
            subject_id: Some(draft.id),
            ..reminder(
                format!("ardis:draft:{number}:{}", event.occurrence),
                MailTemplate::ArdisDraft,
                draft.mailbox,
                &parameters,
                closes,
                now,
            )
        }
    });
    Ok((last, reminders.collect()))
}
