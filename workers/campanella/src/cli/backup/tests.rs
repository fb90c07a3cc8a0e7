// SPDX-License-Identifier: EUPL-1.2

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Arc};

use anyhow::Result;
use campanella_runtime::clock::SystemClock;
use campanella_store::ardis::application as applications;

use crate::{
    cli::{
        Exit,
        fixture::{Desk, application, type_in},
    },
    installation::Installation,
    workforce::Workforce,
};

#[tokio::test]
async fn a_backup_beside_a_running_process_takes_the_place_of_its_folder() -> Result<()> {
    let desk = Desk::new().await?;
    desk.apply(&application("2025-004217")).await?;
    let _working = Workforce::assemble(&desk.installation, Arc::new(SystemClock), &[]).await?;
    let elsewhere = tempfile::tempdir()?;
    let folder = elsewhere.path().join("copie/oggi");
    let told = desk.type_in(&["backup", &folder.to_string_lossy()]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    for expected in ["campanella.db", "queue.db", "Copia di sicurezza scritta e verificata in"] {
        assert!(told.out.contains(expected), "{told:?}");
    }
    assert_eq!(fs::metadata(&folder)?.permissions().mode() & 0o777, 0o700, "it holds personal data");
    assert_eq!(fs::read_dir(elsewhere.path().join("copie"))?.count(), 1, "nothing is left beside it");

    let restored = Installation::beside(&folder, desk.installation.settings.clone()).await?;
    let mut tx = restored.store.read().await?;
    assert_eq!(applications::count(&mut tx).await?, 1);
    tx.rollback().await?;
    // The queue is the one the database knows.
    Workforce::assemble(&restored, Arc::new(SystemClock), &[]).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_there_is_not_overwritten_and_an_empty_folder_is_taken() -> Result<()> {
    let desk = Desk::new().await?;
    let folder = tempfile::tempdir()?;
    let target = folder.path().to_string_lossy().into_owned();
    let told = desk.type_in(&["backup", &target]).await;
    assert!(told.exit == Exit::Done && told.out.contains("non c'è una coda da copiare"), "{told:?}");
    let again = desk.type_in(&["backup", &target]).await;
    assert_eq!(again.exit, Exit::Usage);
    assert!(again.complaint.contains("c'è già e non viene sovrascritta"), "{again:?}");
    Ok(())
}

#[tokio::test]
async fn postgres_has_its_own_tools_and_nothing_is_no_installation() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let target = folder.path().join("copia").to_string_lossy().into_owned();
    let told = type_in(&["backup", &target, "--database", "postgres://campanella@db.example/x"]).await;
    assert!(told.exit == Exit::Usage && told.complaint.contains("pg_dump --format=custom"), "{told:?}");
    let missing = folder.path().join("nulla").to_string_lossy().into_owned();
    let told = type_in(&["backup", &target, "--data", &missing]).await;
    assert_eq!(told.exit, Exit::NotFound, "{told:?}");
    Ok(())
}
