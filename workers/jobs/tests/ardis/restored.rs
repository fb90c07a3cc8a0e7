// SPDX-License-Identifier: EUPL-1.2
//! An installation restored from a backup writes the mails of the lost time again.

use anyhow::Result;
use campanella_domain::{identity_key::IdentityKey, mail::MailTemplate};
use campanella_messages::ArdisApplicationRecorded;
use campanella_store::{installation, notification};
use uuid::Uuid;

use crate::{
    family::{application, id},
    world::World,
};

/// The ids of the confirmations that two applications get in an installation of a key, whichever comes first.
async fn confirmations(key: IdentityKey, order: [u32; 2], now: &str) -> Result<Vec<(String, Uuid)>> {
    let world = World::new().await?;
    let mut tx = world.store.begin().await?;
    installation::identity_key(&mut tx, &key).await?;
    tx.commit().await?;
    world.apply(&[application(1), application(2)]).await?;
    for number in order {
        world.tell(&ArdisApplicationRecorded { application: id(number) }, now).await?;
    }
    let mut tx = world.store.read().await?;
    let mails = notification::keys(&mut tx, MailTemplate::ArdisConfirmation).await?;
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
    for (dedupe_key, id) in &before {
        assert_eq!(*id, key.mail(dedupe_key));
    }
    let elsewhere = confirmations(IdentityKey::new([8; 32]), [1, 2], "2025-10-20T11:00:02").await?;
    assert!(elsewhere.iter().all(|(_, id)| before.iter().all(|(_, known)| known != id)));
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
    let mails = notification::keys(&mut tx, MailTemplate::ArdisConfirmation).await?;
    assert!(mails.len() == 1 && mails.iter().all(|(id, dedupe_key, _)| *id == key.mail(dedupe_key)));
    Ok(())
}
