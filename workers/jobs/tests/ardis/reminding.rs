// SPDX-License-Identifier: EUPL-1.2
//! Whom a reminder reaches while there is time.

use anyhow::Result;
use campanella_domain::{
    ardis::{Annotation, Declaration, Derogation, IdentityDocument},
    identity::Redacted,
};
use campanella_messages::ReminderDue;
use campanella_store::ardis::application::NewApplication;

use crate::{
    family::{annotated, application, attestation, conforming, form},
    world::World,
};

/// The numbers of the applications whose family is reminded.
async fn reminded(world: &World, campaign: &str, now: &str) -> Result<Vec<String>> {
    let due = ReminderDue { campaign: campaign.to_owned(), occurrence: now.to_owned(), after: None };
    world.tell(&due, now).await?;
    let keys = world.mails(&format!("ardis-{campaign}")).await?;
    Ok(keys.iter().filter_map(|key| key.split(':').nth(2)).map(str::to_owned).collect())
}

/// Widowed for three years and a little when applying: whether the derogation holds is an officer's question (OQ-B11).
fn widowhood_ended(number: u32) -> NewApplication {
    let mut new = application(number);
    let since = "2022-05-01".parse().ok();
    new.application.derogation = Redacted::new(Derogation::Widowed { since });
    new.application.declaration = Declaration::DsuByDeadline;
    new
}

#[tokio::test]
async fn ard_019_ard_020_who_can_still_regularise_is_reminded() -> Result<()> {
    let world = World::new().await?;
    let late = |number| {
        attestation(number, 2, "2025-10-01T10:00:00", "2025-12-01T10:00:00", Annotation::Discrepancy)
    };
    let mut all: Vec<_> = (1..=5).map(application).collect();
    all.push(widowhood_ended(6));
    world.apply(&all).await?;
    // 1 conforms; 2 is annotated; 3 conformed first; 4 and 5 sent a form, 4 without a valid document; 6 is annotated.
    world.attest(&[conforming(1), annotated(2), conforming(3), late(3)]).await?;
    world.attest(&[annotated(4), annotated(5), annotated(6)]).await?;
    world.self_certify(form(4, "2025-12-09T10:00:00", IdentityDocument::Expired, None)).await?;
    world.self_certify(form(5, "2025-12-09T10:00:00", IdentityDocument::Valid, None)).await?;
    let numbers = reminded(&world, "regularisation", "2025-12-11T09:00:00").await?;
    assert_eq!(numbers, ["2025-000002", "2025-000003", "2025-000004", "2025-000006"]);
    Ok(())
}

#[tokio::test]
async fn ard_009_who_undertook_to_sign_is_reminded_whatever_becomes_of_a_derogation() -> Result<()> {
    let world = World::new().await?;
    let mut promised = application(1);
    promised.application.declaration = Declaration::DsuByDeadline;
    let mut lifted = promised.clone();
    (lifted.id, lifted.application) = (application(2).id, application(2).application);
    lifted.application.declaration = Declaration::DsuByDeadline;
    lifted.application.derogation = Redacted::new(Derogation::ProtectedPath);
    world.apply(&[promised, lifted, widowhood_ended(3)]).await?;
    let numbers = reminded(&world, "dsu-missing", "2025-11-18T09:00:00").await?;
    assert_eq!(numbers, ["2025-000001", "2025-000003"]);
    Ok(())
}
