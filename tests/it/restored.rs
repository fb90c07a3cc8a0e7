// SPDX-License-Identifier: EUPL-1.2
//! A year that is backed up while it runs, and goes on from a backup when its disk is lost.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};
use campanella_domain::mail::MailTemplate;
use campanella_store::{Store, StoreSettings, notification};
use uuid::Uuid;

use crate::year::{Year, undisturbed, without_seconds};

/// When it is backed up: applications come in, a term has just passed, mails about a list go out. And when the disk is lost
/// again, once something was done anew.
const MOMENTS: [(&str, &str); 3] = [
    ("2025-10-22T00:00:00", ""),
    ("2025-11-20T23:00:00", "2025-11-24T00:00:00"),
    ("2025-12-22T00:00:00", "2026-01-20T00:00:00"),
];

/// `campanella backup` beside the running year.
fn back_up(year: &Year, number: usize) -> Result<PathBuf> {
    let folder = year.data().with_file_name(format!("backup-{number}"));
    let done = Command::new(env!("CARGO_BIN_EXE_command"))
        .arg("backup")
        .arg(&folder)
        .arg("--data")
        .arg(year.data())
        .output()?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(folder)
}

/// The mails a database says to have sent.
async fn accepted(database: &Path) -> Result<BTreeSet<Uuid>> {
    let store = Store::open_file(database, StoreSettings::default()).await?;
    let mut tx = store.read().await?;
    let mut accepted = BTreeSet::new();
    for &template in MailTemplate::ALL {
        let keys = notification::keys(&mut tx, template).await?;
        accepted.extend(keys.into_iter().filter(|(_, _, state)| state == "accepted").map(|(id, _, _)| id));
    }
    tx.rollback().await?;
    store.close().await;
    Ok(accepted)
}

/// The mails a folder holds: the name of each is that of its notification, of which its `Message-ID` is made.
fn sent(data: &Path) -> Result<BTreeSet<OsString>> {
    let files = fs::read_dir(data.join("mail"))?;
    let names = files.map(|file| Ok(file?.file_name())).collect::<Result<BTreeSet<OsString>>>()?;
    Ok(names.into_iter().filter(|name| Path::new(name).extension() == Some("eml".as_ref())).collect())
}

/// Puts a backup in the place of the folder. The mails of the lost folder that the backup knows of are put back too; what was
/// sent later is what nobody could know, and is sent again (`docs/operations.md`). Says what had been sent.
async fn restore(year: &Year, backup: &Path) -> Result<BTreeSet<OsString>> {
    let (data, lost) = (year.data(), year.data().with_file_name("lost"));
    let gone = sent(&data)?;
    fs::rename(&data, &lost)?;
    fs::rename(backup, &data)?;
    fs::create_dir(data.join("mail"))?;
    for id in accepted(&data.join("campanella.db")).await? {
        let name = format!("{id}.eml");
        fs::rename(lost.join("mail").join(&name), data.join("mail").join(&name))?;
    }
    fs::remove_dir_all(&lost)?;
    Ok(gone)
}

#[tokio::test]
async fn a_year_restored_from_backups_taken_while_it_ran_loses_nothing_and_does_nothing_twice() -> Result<()>
{
    let year = Year::named("backed-up")?;
    let mut running = year.begin()?;
    let mut backups = Vec::new();
    for (number, (moment, lost)) in MOMENTS.into_iter().enumerate() {
        ensure!(running.comes_to(moment)?, "the year ended before {moment}: see {}", year.log().display());
        backups.push((back_up(&year, number)?, lost));
    }
    running.kill()?;
    let mut gone = BTreeSet::new();
    // The newest first: what is done again after it is lost again with the older one.
    while let Some((backup, lost)) = backups.pop() {
        gone.append(&mut restore(&year, &backup).await?);
        if backups.is_empty() {
            break;
        }
        let mut running = year.resume()?;
        ensure!(running.comes_to(lost)?, "the year ended before {lost}: see {}", year.log().display());
        running.kill()?;
    }
    let report = without_seconds(year.finish(year.resume()?)?);
    assert_eq!((&report["lost"], &report["duplicates"]), (&0.into(), &0.into()));
    assert_eq!(report, undisturbed()?.report);
    // Whatever left twice left under one Message-ID, so that a relay's log and a mailbox can tell.
    let sent = sent(&year.data())?;
    let renamed: Vec<&OsString> = gone.difference(&sent).collect();
    assert!(renamed.is_empty() && !gone.is_empty(), "written again under other ids: {renamed:?}");
    year.remove()
}
