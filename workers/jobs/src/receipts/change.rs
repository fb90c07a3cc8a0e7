// SPDX-License-Identifier: EUPL-1.2
//! The receipt of a change of data (ARD-090), to the address in force. An address that is replaced hears of it once more:
//! otherwise whoever changes another person's address would cut that person off unnoticed (ARD-078). Both leave however late
//! the office records a change: only then does it take effect.

use campanella_domain::{identity::EmailAddress, mail::MailTemplate};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    ardis::{
        application::{self, Recipient},
        data_change::{self, DataChange},
    },
    notification::{self, NewNotification},
};
use uuid::Uuid;

use crate::notify;

/// Sends what has not left to the address in force, and returns the receipts of an application's changes.
pub(super) async fn receipts(id: Uuid, work: &mut UnitOfWork<'_>) -> Result<Vec<NewNotification>, Failure> {
    application::lock(work.tx(), &[id]).await?;
    let Some(transmitted) = application::known(work.tx(), &[id]).await?.remove(&id) else {
        return Err(Failure::Permanent(format!("application {id} is not there")));
    };
    let Some(recipient) = application::recipients(work.tx(), &[id]).await?.pop() else {
        return Ok(Vec::new());
    };
    let changes = data_change::of_application(work.tx(), id).await?;
    notification::redirect(work.tx(), id, &recipient.mailbox).await?;
    let mut receipts = Vec::new();
    let mut in_force = transmitted.applicant_email;
    for change in changes {
        receipts.extend(receipt(&change, recipient.clone(), work));
        if let Some(email) = change.email.clone().filter(|email| *email != in_force) {
            receipts.extend(farewell(&change, in_force, &recipient, work));
            in_force = email;
        }
    }
    Ok(receipts)
}

/// Which data changed, not to what.
fn receipt(change: &DataChange, recipient: Recipient, work: &UnitOfWork<'_>) -> Option<NewNotification> {
    let parameters = serde_json::json!({
        "instance_number": recipient.instance_number,
        "received_at": change.received_at,
        "email_changed": change.email.is_some(),
        "account_changed": change.iban.is_some(),
    });
    let key = format!("ardis:data-changed:{}", change.id);
    let template = MailTemplate::ArdisDataChanged;
    notify::receipt(key, template, recipient, &parameters, change.recorded_at, work)
}

/// The last mail to an address that was in force. Its subject is the change and not the application, whose mails follow the
/// change.
fn farewell(
    change: &DataChange,
    mailbox: EmailAddress,
    recipient: &Recipient,
    work: &UnitOfWork<'_>,
) -> Option<NewNotification> {
    let parameters = serde_json::json!({
        "instance_number": recipient.instance_number,
        "received_at": change.received_at,
    });
    let key = format!("ardis:address-replaced:{}", change.id);
    let recipient = Recipient { mailbox, ..recipient.clone() };
    let template = MailTemplate::ArdisAddressReplaced;
    let farewell = notify::receipt(key, template, recipient, &parameters, change.recorded_at, work)?;
    Some(NewNotification { subject_id: Some(change.id), ..farewell })
}
