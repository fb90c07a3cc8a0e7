// SPDX-License-Identifier: EUPL-1.2
//! Notifications as workers write them.

use campanella_domain::{identity::EmailAddress, mail::MailTemplate};
use campanella_messages::{Cause, MailRequested};
use campanella_runtime::{Failure, UnitOfWork, secret};
use campanella_store::{
    ardis::application::Recipient,
    notification::{self, NewNotification, Precondition},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Priority of the confirmation of a transmission: it goes before all others (ARD-044).
pub(crate) const CONFIRMATION: i64 = 10;
/// Priority of a mail that belongs to a campaign: it goes after confirmations and notices of cases.
pub(crate) const CAMPAIGN: i64 = 100;
/// Priority of a mail about one case.
const CASE: i64 = 50;

/// A notification without term and precondition; [`queue`] gives it its id. The keys of the parameters are in the order of the
/// alphabet, so that the id does not depend on the order in which they were named.
pub(crate) fn notification(
    dedupe_key: String,
    template: MailTemplate,
    recipient: EmailAddress,
    parameters: &serde_json::Value,
    now: DateTime<Utc>,
) -> NewNotification {
    NewNotification {
        id: Uuid::nil(),
        dedupe_key,
        template,
        recipient,
        parameters: parameters.to_string(),
        priority: CASE,
        due_at: now,
        not_after: None,
        precondition: Precondition::None,
        subject_id: None,
        created_at: now,
    }
}

/// The confirmation or receipt of what came at `instant`; none when that was so long ago that it would only surprise.
pub(crate) fn receipt(
    dedupe_key: String,
    template: MailTemplate,
    recipient: Recipient,
    parameters: &serde_json::Value,
    instant: DateTime<Utc>,
    work: &UnitOfWork<'_>,
) -> Option<NewNotification> {
    let not_after = work.ardis().receipt_not_after(instant);
    (work.now() < not_after).then(|| NewNotification {
        not_after: Some(not_after),
        subject_id: Some(recipient.id),
        ..notification(dedupe_key, template, recipient.mailbox, parameters, work.now())
    })
}

/// Queues notifications and wakes the mailer once for all of them. Each has the id that follows from its business key, recipient
/// and parameters: written again after a restore, it is the same mail if it says the same to the same (`IdentityKey::mail`).
///
/// # Errors
/// Any store error.
pub(crate) async fn queue(
    notifications: &[NewNotification],
    cause: Option<Cause<'_>>,
    work: &mut UnitOfWork<'_>,
) -> Result<(), Failure> {
    if notifications.is_empty() {
        return Ok(());
    }
    let key = secret::identity_key(work.tx()).await?;
    let mail = |new: &NewNotification| NewNotification {
        id: key.mail(&new.dedupe_key, &new.recipient, &new.parameters),
        ..new.clone()
    };
    let mails: Vec<NewNotification> = notifications.iter().map(mail).collect();
    let new = notification::insert(work.tx(), &mails).await?;
    if !new.is_empty() {
        work.emit(&MailRequested {}, cause.unwrap_or(Cause::First));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_in_which_parameters_are_named_is_not_part_of_a_mail() {
        let of = |parameters| {
            let recipient = "anna@posta.example".parse().unwrap();
            let template = MailTemplate::ArdisConfirmation;
            notification(String::new(), template, recipient, &parameters, DateTime::UNIX_EPOCH).parameters
        };
        let mut named = json!({ "instance_number": "2025-000001" });
        named["deadline"] = json!({ "instant": 2, "day": 1 });
        let other_way = json!({ "deadline": { "day": 1, "instant": 2 }, "instance_number": "2025-000001" });
        assert_eq!(of(named), of(other_way));
    }
}
