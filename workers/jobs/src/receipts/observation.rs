// SPDX-License-Identifier: EUPL-1.2
//! The receipt of observations (ARD-080). Those of another way than the portal are kept, and whoever sent them is told how to
//! present them while that is possible (ARD-081).

use campanella_domain::{ardis::ObservationFlag, civil::term::Term, mail::MailTemplate};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    ardis::{
        application, observation,
        published_list::{self, ListKind},
    },
    notification::NewNotification,
};
use uuid::Uuid;

use crate::notify;

/// The receipt of an observation.
pub(super) async fn receipt(id: Uuid, work: &mut UnitOfWork<'_>) -> Result<Option<NewNotification>, Failure> {
    let Some(observation) = observation::find(work.tx(), id).await? else {
        return Err(Failure::Permanent(format!("observation {id} is not there")));
    };
    let recorded = observation.recorded;
    let Some(recipient) = application::recipients(work.tx(), &[recorded.application]).await?.pop() else {
        return Ok(None);
    };
    let lists = published_list::all(work.tx()).await?;
    // The outcome is known and stands (ARD-086): nothing is promised any more but that somebody looks.
    let final_is_out = lists.iter().any(|list| list.kind == ListKind::Final);
    // Whoever was not excluded, or is late, gains nothing by doing it again.
    let is_only_not_online = recorded.flags == [ObservationFlag::NotOnline];
    let term: Option<Term> = lists
        .iter()
        .find(|list| Some(list.id) == recorded.list)
        .and_then(|list| list.observations)
        .filter(|term| is_only_not_online && !final_is_out && !term.has_passed(work.now()));
    let parameters = serde_json::json!({
        "instance_number": recipient.instance_number,
        "received_at": recorded.received_at,
        "to_repeat_online": term.is_some(),
        "observations": term,
        "final_is_out": final_is_out,
    });
    let key = format!("ardis:observation:{id}");
    let template = MailTemplate::ArdisObservationReceived;
    let receipt = notify::receipt(key, template, recipient, &parameters, recorded.received_at, work);
    Ok(receipt.map(|receipt| NewNotification {
        // What it says of the term is true until the term.
        not_after: receipt.not_after.into_iter().chain(term.map(|term| term.instant())).min(),
        ..receipt
    }))
}
