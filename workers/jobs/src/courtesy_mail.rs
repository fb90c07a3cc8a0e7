// SPDX-License-Identifier: EUPL-1.2
//! Tells every applicant that a list is out: of the provisional one (M-ARD-02, ARD-076) the number, the link and the last day
//! for observations; of the final one (M-ARD-09) number and link, where the office wants it (OQ-B23).
//!
//! In: `ardis.list.published`. Out: `mail.requested`, the next page of the sweep. Twice is harmless: one mail per list
//! and application. The mail is a courtesy (ARD-077): whatever happens to it, no term moves. It is promised (ARD-076), so it is
//! sent after the term as well, and then says so. A list that was published again is told of no more: its term is another one.

use campanella_domain::mail::MailTemplate;
use campanella_messages::{ArdisListPublished, MailRequested, Message as _};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::{
    ardis::{
        application,
        published_list::{self, ListKind, PublishedList},
    },
    notification::{NewNotification, Precondition},
};
use uuid::Uuid;

use crate::{PAGE, notify};

pub(crate) const WORKER: Worker = Worker {
    name: "courtesy-mail",
    summary: "avvisa ogni richiedente della pubblicazione degli elenchi",
    routes: &[Route::to::<TellApplicants>()],
    emits: &[ArdisListPublished::TYPE, MailRequested::TYPE],
};

struct TellApplicants;

impl Handler for TellApplicants {
    type Message = ArdisListPublished;

    async fn handle(
        events: &[Event<'_, ArdisListPublished>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        for event in events {
            let Some(list) = published_list::find(work.tx(), event.list).await? else {
                return Err(Failure::Permanent(format!("list {} was never published", event.list)));
            };
            if list.kind == ListKind::Final && !work.ardis().decisions.final_list_courtesy {
                continue;
            }
            if is_superseded(&list, work).await? {
                continue;
            }
            let entries = published_list::entries(work.tx(), list.id, event.after, PAGE).await?;
            let page: Vec<Uuid> = entries.iter().map(|entry| entry.application).collect();
            let recipients = application::recipients(work.tx(), &page).await?;
            let notices: Vec<NewNotification> =
                recipients.into_iter().map(|recipient| notice(&list, recipient, work)).collect();
            notify::queue(&notices, Some(event.cause()), work).await?;
            if let Some(last) = page.last() {
                work.emit(&ArdisListPublished { list: list.id, after: Some(*last) }, event.cause());
            }
        }
        Ok(())
    }
}

/// Whether a list of its kind was published after it (ARD-083).
async fn is_superseded(list: &PublishedList, work: &mut UnitOfWork<'_>) -> Result<bool, Failure> {
    let lists = published_list::all(work.tx()).await?;
    let newest = lists.iter().rfind(|other| other.kind == list.kind);
    Ok(newest.is_some_and(|newest| newest.id != list.id))
}

/// Number and link, of a provisional list the last day as well: no outcome, no reason, no name.
fn notice(list: &PublishedList, recipient: application::Recipient, work: &UnitOfWork<'_>) -> NewNotification {
    let number = recipient.instance_number;
    let (kind, id) = (list.kind.as_str(), list.id);
    let mut parameters = serde_json::json!({ "instance_number": number, "link": work.ardis().links.lists });
    let (template, precondition) = match list.kind {
        ListKind::Provisional => {
            let is_over = list.observations.is_some_and(|term| term.has_passed(work.now()));
            parameters["observations"] = serde_json::json!(list.observations);
            parameters["observations_over"] = serde_json::json!(is_over);
            (MailTemplate::ArdisProvisionalList, Precondition::ProvisionalListNewest)
        }
        // There is one only.
        ListKind::Final => (MailTemplate::ArdisFinalList, Precondition::None),
    };
    NewNotification {
        priority: notify::CAMPAIGN,
        precondition,
        subject_id: Some(recipient.id),
        ..notify::notification(
            format!("ardis:{kind}-list:{id}:{number}"),
            template,
            recipient.mailbox,
            &parameters,
            work.now(),
        )
    }
}
