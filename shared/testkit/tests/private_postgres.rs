// SPDX-License-Identifier: EUPL-1.2
//! The private PostgreSQL starts, keeps databases apart, and leaves nothing behind however its owner ends.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use campanella_testkit::PrivatePostgres;
use campanella_testkit::postgres::Durability;

/// The folder of a server, out of the URL of one of its databases.
fn folder(url: &str) -> anyhow::Result<PathBuf> {
    let (_, rest) = url.split_once("host=").context("no host")?;
    let (folder, _) = rest.split_once('&').context("no end of host")?;
    Ok(PathBuf::from(folder))
}

fn wait_until_gone(folder: &Path) -> anyhow::Result<()> {
    let patience = Instant::now() + Duration::from_secs(60);
    while folder.exists() {
        anyhow::ensure!(Instant::now() < patience, "{} is still there", folder.display());
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

#[test]
fn every_database_of_the_shared_server_is_a_world_of_its_own() -> anyhow::Result<()> {
    let server = PrivatePostgres::shared()?;
    server.create_database("model")?;
    server.run_sql("model", "CREATE TABLE bell (tone text); INSERT INTO bell VALUES ('la')")?;
    let first = server.fresh_copy_of("model")?;
    let second = server.fresh_copy_of("model")?;
    let empty = server.fresh_database()?;
    assert_ne!(first.url(), second.url());

    let name = |url: &str| -> anyhow::Result<String> {
        let (_, rest) = url.split_once(":///").context("no database")?;
        Ok(rest.split('?').next().context("no database")?.to_owned())
    };
    server.run_sql(&name(first.url())?, "INSERT INTO bell VALUES ('si')")?;
    assert_eq!(server.run_sql(&name(first.url())?, "SELECT count(*), max(tone) FROM bell")?, "2|si");
    assert_eq!(server.run_sql(&name(second.url())?, "SELECT count(*), max(tone) FROM bell")?, "1|la");
    let missing = server.run_sql(&name(&empty)?, "SELECT * FROM bell").unwrap_err();
    let gone = name(first.url())?;
    drop(first);
    assert!(server.run_sql(&gone, "SELECT 1").is_err());
    assert!(missing.to_string().contains("\"bell\" does not exist"), "{missing}");
    Ok(())
}

#[test]
fn a_held_table_is_read_and_not_written_until_it_is_let_go() -> anyhow::Result<()> {
    let server = PrivatePostgres::shared()?;
    server.create_database("held")?;
    server.run_sql("held", "CREATE TABLE bell (tone text)")?;
    assert!(server.hold_table("held", "gong").is_err());
    let held = server.hold_table("held", "bell")?;
    assert_eq!(server.run_sql("held", "SELECT count(*) FROM bell")?, "0");
    let write = "SET lock_timeout = '100ms'; INSERT INTO bell VALUES ('la')";
    let refused = server.run_sql("held", write).unwrap_err();
    assert!(refused.to_string().contains("lock timeout"), "{refused}");
    drop(held);
    server.run_sql("held", "INSERT INTO bell VALUES ('la')")?;
    Ok(())
}

#[test]
fn a_name_that_is_not_plain_is_refused() -> anyhow::Result<()> {
    let server = PrivatePostgres::shared()?;
    for name in ["", "Capital", "x\"; DROP DATABASE postgres; --"] {
        assert!(server.create_database(name).is_err(), "{name:?}");
    }
    Ok(())
}

#[test]
fn only_a_server_asked_for_durability_waits_for_the_disk() -> anyhow::Result<()> {
    let show = |server: &PrivatePostgres| server.run_sql("postgres", "SHOW fsync");
    assert_eq!(show(PrivatePostgres::shared()?)?, "off");
    assert_eq!(show(&PrivatePostgres::start_with(Durability::Full)?)?, "on");
    Ok(())
}

#[test]
fn dropping_a_server_leaves_nothing_behind() -> anyhow::Result<()> {
    let server = PrivatePostgres::start()?;
    let folder = folder(&server.url("postgres"))?;
    assert!(folder.join("data/postmaster.pid").exists());
    drop(server);
    assert!(!folder.exists());
    Ok(())
}

#[test]
fn a_killed_test_process_leaves_nothing_behind() -> anyhow::Result<()> {
    let mut owner = Command::new(env!("CARGO_BIN_EXE_private-postgres"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    BufReader::new(owner.stdout.take().context("no stdout")?).read_line(&mut url)?;
    let folder = folder(&url)?;
    assert!(folder.join("data/postmaster.pid").exists());
    owner.kill()?;
    owner.wait()?;
    wait_until_gone(&folder)
}

#[test]
fn data_of_a_kept_folder_are_taken_up_again() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    // The server's account walks through it, to a folder of its own.
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let kept = folder.path().join("postgres");
    let first = PrivatePostgres::start_in(&kept)?;
    first.create_database("bells")?;
    first.run_sql("bells", "CREATE TABLE bell (tone text); INSERT INTO bell VALUES ('la')")?;
    let second = std::thread::scope(|scope| {
        // It waits until the first has ended.
        let second = scope.spawn(|| PrivatePostgres::start_in(&kept));
        drop(first);
        second.join().map_err(|_| anyhow::anyhow!("the second panicked"))?
    })?;
    assert_eq!(second.run_sql("bells", "SELECT tone FROM bell")?, "la");
    Ok(())
}
