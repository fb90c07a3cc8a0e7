// SPDX-License-Identifier: EUPL-1.2
//! The mailer's process killed at each of its crash points, then started again.

use std::{
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, ExitStatus},
    sync::Arc,
};

use anyhow::Context as _;
use campanella_mailer::{MailSettings, Mailer};
use campanella_runtime::{Outbound as _, Progress, clock::SimulatedClock, crash};
use campanella_store::{Store, StoreSettings, notification};

use crate::{
    bench::{NOON, queued, settings, states},
    relay::Relay,
    support::{at, letterheads},
};

/// Two groups of a relay with two connections, one of a folder.
const MAILS: u128 = 5;
const SIGABRT: i32 = 6;
const FOLDER: &str = "CAMPANELLA_TEST_FOLDER";
const TRANSPORT: &str = "CAMPANELLA_TEST_TRANSPORT";

async fn store(folder: &Path) -> anyhow::Result<Store> {
    let store = Store::open_file(&folder.join("campanella.db"), StoreSettings::default()).await?;
    store.migrate().await?;
    Ok(store)
}

/// Not a test of its own: the process that is killed. Without its variables it does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn child() -> anyhow::Result<()> {
    let (Some(folder), Some(transport)) = (std::env::var_os(FOLDER), std::env::var_os(TRANSPORT)) else {
        return Ok(());
    };
    let folder = Path::new(&folder);
    let settings = MailSettings {
        transport: transport.to_str().context("the transport is text")?.parse()?,
        ..settings()?
    };
    let mut mailer = Mailer::new(
        store(folder).await?,
        Arc::new(SimulatedClock::at(at(NOON))),
        settings.open(folder),
        letterheads(),
        settings,
    )?;
    mailer.recover().await?;
    while mailer.step().await? != Progress::Idle {}
    Ok(())
}

fn run_child(folder: &Path, transport: &str, crash: Option<&str>) -> anyhow::Result<ExitStatus> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["killed::child", "--exact"]).env(FOLDER, folder).env(TRANSPORT, transport);
    if let Some(crash) = crash {
        command.env("CAMPANELLA_CRASH", crash);
    }
    Ok(command.output()?.status)
}

/// Kills the child at a point, starts it again, and says how the mails stand.
async fn end_after(folder: &Path, transport: &str, crash: &str) -> anyhow::Result<String> {
    let store = store(folder).await?;
    let mut tx = store.begin().await?;
    notification::insert(&mut tx, &(1..=MAILS).map(queued).collect::<Vec<_>>()).await?;
    tx.commit().await?;
    if crash.contains("resolution") {
        // Whoever is not sure died while it was sending.
        assert!(!run_child(folder, transport, Some("mailer.after-data:1"))?.success());
    }
    let killed = run_child(folder, transport, Some(crash))?;
    assert_eq!(killed.signal(), Some(SIGABRT), "{crash} was not passed");
    assert!(run_child(folder, transport, None)?.success());
    states(&store).await
}

fn points() -> impl Iterator<Item = &'static str> {
    crash::OF_A_YEAR.into_iter().filter(|point| point.starts_with("mailer."))
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_point_every_mail_is_one_file() -> anyhow::Result<()> {
    for point in points() {
        let place = tempfile::tempdir()?;
        let states = end_after(place.path(), "folder:mail", &format!("{point}:1")).await?;
        assert_eq!(states, "accepted 5", "{point}");
        let files = std::fs::read_dir(place.path().join("mail"))?.count();
        assert_eq!(files, 5, "{point}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_point_a_relay_gets_no_mail_twice_and_doubts_are_few() -> anyhow::Result<()> {
    let visits = points().flat_map(|point| match point {
        // Once in each group; everything else once.
        _ if point.ends_with("sending") || point.ends_with("data") => {
            vec![format!("{point}:1"), format!("{point}:2")]
        }
        _ => vec![format!("{point}:1")],
    });
    for visit in visits {
        let (address, relay) = Relay::start();
        let place = tempfile::tempdir()?;
        let states = end_after(place.path(), &format!("smtp://{address}"), &visit).await?;
        let counts = relay.count_by_recipient();
        assert!(counts.values().all(|count| *count == 1), "{visit}: {counts:?}");
        let (accepted, uncertain) = match states.split_once(", uncertain ") {
            Some((accepted, uncertain)) => (accepted.to_owned(), uncertain.parse::<usize>()?),
            None => (states, 0),
        };
        assert_eq!(accepted, format!("accepted {}", 5 - uncertain), "{visit}");
        assert!(uncertain <= 4, "two a connection: {visit}");
        // What the relay has and we are not sure of is in doubt; what we are sure of it has.
        assert!((5 - uncertain..=5).contains(&counts.len()), "{visit}: {} arrived", counts.len());
    }
    Ok(())
}
