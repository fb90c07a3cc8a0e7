// SPDX-License-Identifier: EUPL-1.2
//! An installation restored from a backup writes the mails of the lost time again.

use anyhow::Result;
use campanella_domain::{identity_key::IdentityKey, mail::MailTemplate};
use campanella_messages::ArdisApplicationRecorded;
use campanella_store::{installation, notification};
use uuid::Uuid;

use crate::{
    family::{application, id},
    lists::{APRIL, LIST, MAY},
    world::World,
};

/// The ids of the confirmations that two applications get in an installation of a key, whichever comes first.
async fn confirmations(key: IdentityKey, order: [u32; 2], now: &str) -> Result<Vec<(String, Uuid)>> {
    let world = of_key(&key).await?;
    world.apply(&[application(1), application(2)]).await?;
    for number in order {
        world.tell(&ArdisApplicationRecorded { application: id(number) }, now).await?;
    }
    ids(&world, MailTemplate::ArdisConfirmation).await
}

/// An installation that holds nothing but its key, as the same one before what it lost.
async fn of_key(key: &IdentityKey) -> Result<World> {
    let world = World::new().await?;
    let mut tx = world.store.begin().await?;
    installation::identity_key(&mut tx, key).await?;
    tx.commit().await?;
    Ok(world)
}

/// The business keys of a template's mails with their ids.
async fn ids(world: &World, template: MailTemplate) -> Result<Vec<(String, Uuid)>> {
    let mut tx = world.store.read().await?;
    let mails = notification::keys(&mut tx, template).await?;
    let mut mails: Vec<(String, Uuid)> = mails.into_iter().map(|(id, key, _)| (key, id)).collect();
    mails.sort();
    Ok(mails)
}

#[tokio::test]
async fn a_mail_written_again_after_a_restore_has_the_id_it_had_and_another_installation_has_others()
-> Result<()> {
    let key = IdentityKey::new([7; 32]);
    let before = confirmations(key.clone(), [1, 2], "2025-10-20T11:00:02").await?;
    let again = confirmations(key.clone(), [2, 1], "2025-10-22T09:30:00").await?;
    assert_eq!(before, again);
    assert_eq!(before.len(), 2);
    let elsewhere = confirmations(IdentityKey::new([8; 32]), [1, 2], "2025-10-20T11:00:02").await?;
    assert!(elsewhere.iter().all(|(_, id)| before.iter().all(|(_, known)| known != id)));
    Ok(())
}

#[tokio::test]
async fn ard_083_a_list_published_again_after_a_restore_with_another_term_is_told_in_another_mail()
-> Result<()> {
    let mut told = Vec::new();
    for published_at in [APRIL, APRIL, MAY] {
        let world = of_key(&IdentityKey::new([7; 32])).await?;
        world.apply(&[application(1)]).await?;
        let _ = world.publish(LIST, published_at).await?;
        world.work_off(published_at).await?;
        told.push(ids(&world, MailTemplate::ArdisProvisionalList).await?);
    }
    assert_eq!((told[0].len(), &told[0]), (1, &told[1]));
    assert_eq!(told[0][0].0, told[2][0].0, "one business key");
    assert_ne!(told[0][0].1, told[2][0].1);
    Ok(())
}

#[tokio::test]
async fn a_mail_written_again_after_a_restore_to_another_address_has_another_id() -> Result<()> {
    let mut told = Vec::new();
    for address in ["anna@posta.example", "anna@nuova.example"] {
        let world = of_key(&IdentityKey::new([7; 32])).await?;
        let mut said = application(1);
        said.application.applicant_email = address.parse()?;
        world.apply(&[said]).await?;
        world.tell(&ArdisApplicationRecorded { application: id(1) }, "2025-10-20T11:00:02").await?;
        told.extend(ids(&world, MailTemplate::ArdisConfirmation).await?);
    }
    assert!(told[0].0 == told[1].0 && told[0].1 != told[1].1, "{told:?}");
    Ok(())
}

#[tokio::test]
async fn an_installation_that_never_had_a_key_draws_one_for_its_first_mail() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.tell(&ArdisApplicationRecorded { application: id(1) }, "2025-10-20T11:00:02").await?;
    let mut tx = world.store.read().await?;
    let Some(key) = installation::known_identity_key(&mut tx).await? else {
        anyhow::bail!("no key was drawn");
    };
    tx.rollback().await?;
    let mails = ids(&world, MailTemplate::ArdisConfirmation).await?;
    let with_that_key = confirmations(key, [1, 2], "2025-10-20T11:00:02").await?;
    assert_eq!(mails, with_that_key[..1]);
    Ok(())
}
