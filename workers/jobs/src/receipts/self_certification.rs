// SPDX-License-Identifier: EUPL-1.2
//! The receipt of a self-certification (ARD-018), or, where it is needed and the identity document is missing or expired, while
//! there is time, the request to complete it (ARD-019).

use std::collections::HashMap;

use campanella_domain::{
    ardis::{ApplicationFacts, CheckOutcome, Doubt, DoubtCode, IdentityDocument, evaluate},
    civil::term::Term,
    mail::MailTemplate,
};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    ardis::{
        application::{self, Recipient},
        self_certification::{self, NewSelfCertification},
    },
    notification::{NewNotification, Precondition},
};
use uuid::Uuid;

use crate::notify;

/// The receipts of what came for these applications.
pub(super) async fn receipts(
    applications: &[Uuid],
    work: &mut UnitOfWork<'_>,
) -> Result<Vec<NewNotification>, Failure> {
    let forms = self_certification::received(work.tx(), applications).await?;
    let concerned: Vec<Uuid> = forms.iter().map(|form| form.application).collect();
    let recipients = application::recipients(work.tx(), &concerned).await?;
    let recipients: HashMap<Uuid, Recipient> =
        recipients.into_iter().map(|recipient| (recipient.id, recipient)).collect();
    let facts = application::facts(work.tx(), &concerned).await?;
    let receipt = |form: &NewSelfCertification| {
        let recipient = recipients.get(&form.application)?.clone();
        let is_incomplete = is_incomplete(form, facts.get(&form.application)?, work);
        receipt(form, is_incomplete, recipient, work)
    };
    Ok(forms.iter().filter_map(receipt).collect())
}

/// Whether the document that has to come with it is still to come: no officer has refused the form, and the rules wait for a
/// document. They do not where nothing is to be regularised, or another form came with one.
fn is_incomplete(form: &NewSelfCertification, facts: &ApplicationFacts, work: &UnitOfWork<'_>) -> bool {
    let waits = |doubt: &Doubt| doubt.code == DoubtCode::IdentityDocumentNotValid;
    form.self_certification.outcome != CheckOutcome::Rejected
        && form.self_certification.identity_document != IdentityDocument::Valid
        && evaluate(facts, work.now(), work.ardis()).doubts.iter().any(waits)
}

/// One mail for each form and state of its document: a form completed later is acknowledged again.
fn receipt(
    form: &NewSelfCertification,
    is_incomplete: bool,
    recipient: Recipient,
    work: &UnitOfWork<'_>,
) -> Option<NewNotification> {
    let (number, received_at) = (recipient.instance_number, form.self_certification.received_at);
    let document = match form.self_certification.identity_document {
        IdentityDocument::Valid => "complete",
        IdentityDocument::Expired | IdentityDocument::Missing => "incomplete",
    };
    let key = format!("ardis:self-certification:{}:{document}", form.id);
    let term: Term = work.ardis().terms.regularisation;
    if is_incomplete && !term.has_passed(work.now()) {
        let parameters = serde_json::json!({
            "instance_number": number,
            "received_at": received_at,
            "deadline": term,
        });
        return Some(NewNotification {
            not_after: Some(term.instant()),
            precondition: Precondition::IseeAnnotated,
            subject_id: Some(recipient.id),
            ..notify::notification(
                key,
                MailTemplate::ArdisIdentityDocumentMissing,
                recipient.mailbox,
                &parameters,
                work.now(),
            )
        });
    }
    let parameters = serde_json::json!({ "instance_number": number, "received_at": received_at });
    let template = MailTemplate::ArdisSelfCertificationReceived;
    notify::receipt(key, template, recipient, &parameters, received_at, work)
}
