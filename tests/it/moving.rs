// SPDX-License-Identifier: EUPL-1.2
//! An installation grows out of its file into PostgreSQL, in the middle of a call.

use std::{
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use campanella::{
    cli::{self, Exit},
    import::import,
    installation::Installation,
    moved::MovedAway,
};
use campanella_bus::{Outgoing, Route};
use campanella_domain::mail::MailTemplate;
use campanella_formats::Kind;
use campanella_store::{
    Store, StoreSettings, bookmark,
    transfer::{copy::require_empty, mark},
};
use campanella_testkit::PrivatePostgres;
use campanella_tests::{Beginning, Family, World, rome};
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

const MOVED_ON: &str = "2025-11-12T09:00:00";
const AFTER_THE_DSU_TERM: &str = "2025-11-21T08:00:00";

/// What a command said and how it ended.
#[derive(Debug)]
struct Told {
    exit: Exit,
    out: String,
    complaint: String,
}

async fn type_in(data: &Path, arguments: &[&str]) -> Told {
    let data = data.display().to_string();
    let typed = ["campanella"].iter().chain(arguments).copied().chain(["--data", &data]);
    let (mut out, mut complaint) = (Vec::new(), Vec::new());
    let exit = cli::run(typed.map(str::to_owned).collect::<Vec<_>>(), &mut out, &mut complaint).await;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Told { exit, out: text(&out), complaint: text(&complaint) }
}

/// How many rows of a table a report says were copied.
fn rows(report: &Value, table: &str) -> Option<u64> {
    let mut tables = report["tables"].as_array()?.iter();
    tables.find(|one| one["name"] == table)?["rows"].as_u64()
}

/// A family with an attestation and one that will sign its DSU; confirmations sent, the terms ahead.
async fn in_the_middle_of_a_call() -> Result<(World, [Family; 2])> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let families = [Family::number(1)?, Family::number(2)?.that_will_sign_the_dsu()];
    for family in &families {
        world.receive_application(family).await?;
    }
    let attestation =
        families[0].dsu_signed_at("2025-03-03T10:00:00")?.issued_at("2025-03-10T10:00:00", "35.000,00")?;
    world.learn(&families[0], attestation).await?;
    world.advance_to(MOVED_ON).await?;
    assert_eq!(world.states("ardis-confirmation").await?, ["accepted", "accepted"]);
    Ok((world, families))
}

#[tokio::test]
async fn what_was_begun_on_a_file_ends_on_postgres_and_nobody_is_told_twice() -> Result<()> {
    let (world, families) = in_the_middle_of_a_call().await?;
    let (source, _folder) = world.at_rest().await;
    source.store.close().await;
    let url = PrivatePostgres::shared()?.fresh_database()?;
    let data = source.folder.path();
    let told = type_in(data, &["copy", "--to", &url, "--json"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    let report: Value = serde_json::from_str(&told.out)?;
    assert_eq!(
        ["application", "attestation", "notification"].map(|table| rows(&report, table)),
        [Some(2), Some(1), Some(2)]
    );

    let beginning = Beginning { at: MOVED_ON.to_owned(), database: Some(url), ..Beginning::default() };
    let mut world = World::begin(beginning).await?;
    world.advance_to(AFTER_THE_DSU_TERM).await?;
    assert_eq!(world.verdict(&families[0]).await?, "admitted");
    assert_eq!(world.verdict(&families[1]).await?, "excluded E02");
    assert_eq!(world.states("ardis-confirmation").await?, ["accepted", "accepted"]);
    // The new installation has sent none of what the old one had.
    let sent = std::fs::read_dir(world.installation.folder.path().join("mail")).map_or(0, Iterator::count);
    let mut accepted = 0;
    for template in MailTemplate::ALL {
        accepted += world.states(template.name()).await?.iter().filter(|state| *state == "accepted").count();
    }
    assert_eq!(sent + 2, accepted, "the two confirmations were sent before the move");
    assert!(sent > 0, "the reminder of the DSU was not");
    Ok(())
}

#[tokio::test]
async fn a_moved_installation_is_refused_by_every_command_until_the_move_is_taken_back() -> Result<()> {
    let (world, _) = in_the_middle_of_a_call().await?;
    let (source, _folder) = world.at_rest().await;
    let (data, server) = (source.folder.path(), PrivatePostgres::shared()?);
    let (url, elsewhere) = (server.fresh_database()?, server.fresh_database()?);
    let told = type_in(data, &["copy", "--to", &url]).await;
    assert!(told.out.contains("Trasferimento riuscito") && told.out.contains("notification"), "{told:?}");

    let file = data.join("bozze.csv").display().to_string();
    std::fs::write(&file, "instance_number;applicant_email;started_at\n")?;
    for command in [&["queues"][..], &["import", "drafts", &file], &["lists", "draft"]] {
        let refused = type_in(data, command).await;
        assert_eq!(refused.exit, Exit::Usage, "{command:?}: {refused:?}");
        assert!(refused.complaint.contains("questa installazione è stata trasferita in"), "{refused:?}");
        assert!(refused.complaint.contains("campanella copy --undo"), "{refused:?}");
    }
    let again = type_in(data, &["copy", "--to", &url]).await;
    assert!(again.exit == Exit::Done && again.out.contains("era già riuscito"), "{again:?}");
    let other = type_in(data, &["copy", "--to", &elsewhere]).await;
    assert!(other.exit == Exit::Usage && other.complaint.contains("è stata trasferita"), "{other:?}");

    let undone = type_in(data, &["copy", "--undo"]).await;
    assert!(undone.exit == Exit::Done && undone.out.contains("annullato"), "{undone:?}");
    assert_eq!(type_in(data, &["queues"]).await.exit, Exit::Done);
    assert_eq!(type_in(data, &["copy", "--undo"]).await.exit, Exit::NotFound);
    Ok(())
}

#[tokio::test]
async fn what_is_at_work_or_has_messages_on_the_queue_is_not_moved() -> Result<()> {
    let world = World::at("2025-11-10T12:00:00").await?;
    let url = PrivatePostgres::shared()?.fresh_database()?;
    let message = Outgoing {
        id: Uuid::from_u128(1),
        route: Route::Queue("registry".to_owned()),
        body: "{}".to_owned(),
    };
    assert_eq!(world.workforce.bus.publish(&[message]).await?.len(), 1);
    let data = world.installation.folder.path().to_owned();
    let busy = type_in(&data, &["copy", "--to", &url]).await;
    assert!(busy.exit == Exit::Unavailable && busy.complaint.contains("è in uso"), "{busy:?}");
    let (_source, _folder) = world.at_rest().await;
    let refused = type_in(&data, &["copy", "--to", &url]).await;
    assert_eq!(refused.exit, Exit::Failed, "{refused:?}");
    assert!(refused.complaint.contains("nella coda dell'installazione"), "{refused:?}");
    // Nothing was done, and nothing is marked.
    assert_eq!(type_in(&data, &["queues"]).await.exit, Exit::Done);
    Ok(())
}

/// An installation at rest in the middle of a call, and a new database for it to move into.
async fn ready_to_move(database: &str) -> Result<(Installation, TempDir, String, Store)> {
    let (world, _) = in_the_middle_of_a_call().await?;
    let (source, folder) = world.at_rest().await;
    let url = PrivatePostgres::shared()?.create_database(database)?;
    let target = Store::open(&url, StoreSettings::default()).await?;
    target.migrate().await?;
    Ok((source, folder, url, target))
}

async fn is_marked(source: &Installation) -> Result<bool> {
    Ok(mark::moved(&mut source.store.read().await?).await?.is_some())
}

/// A `campanella copy` that has come so far, and waits because somebody is writing.
async fn copy_in_hand(data: &Path, url: &str, so_far: impl AsyncFn() -> Result<bool>) -> Result<Child> {
    let mut copy = Command::new(env!("CARGO_BIN_EXE_command"))
        .args(["copy", "--to", url, "--data"])
        .arg(data)
        .spawn()?;
    while !so_far().await? {
        ensure!(copy.try_wait()?.is_none(), "the copy has ended and did not come so far");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(copy)
}

#[tokio::test]
async fn a_copy_killed_between_mark_and_commit_is_typed_again_and_an_import_beside_it_writes_nothing()
-> Result<()> {
    let (source, _folder, url, target) = ready_to_move("typed_again").await?;
    let data = source.folder.path();
    let mut in_the_way = target.begin().await?;
    bookmark::set(&mut in_the_way, "somebody", "writes").await?;

    // Opened while the installation was still here.
    let beside = Installation::beside(data, source.settings.clone()).await?;
    let file = data.join("bozze.csv");
    std::fs::write(
        &file,
        "instance_number;applicant_email;started_at\n2025-000009;ada@posta.example;2025-11-01\n",
    )?;
    let mut copy = copy_in_hand(data, &url, async || is_marked(&source).await).await?;
    let import = import(Kind::Drafts, &file, &beside, rome(MOVED_ON)?, |_| {});
    let killed = async {
        copy.kill()?;
        copy.wait()?;
        in_the_way.rollback().await?;
        anyhow::Ok(())
    };
    let (imported, killed) = tokio::join!(import, killed);
    killed?;
    let refused = imported.err().context("a line was written into what was being moved")?;
    assert!(refused.downcast_ref::<MovedAway>().is_some(), "{refused:#}");

    // Nobody works here, and nobody has to know what happened: the same command again.
    let queues = type_in(data, &["queues"]).await;
    assert!(queues.exit == Exit::Usage && queues.complaint.contains("ripetere lo stesso"), "{queues:?}");
    source.store.close().await;
    beside.store.close().await;
    let again = type_in(data, &["copy", "--to", &url, "--json"]).await;
    assert_eq!(again.exit, Exit::Done, "{again:?}");
    let report: Value = serde_json::from_str(&again.out)?;
    assert_eq!(report["already_copied"], false);
    assert_eq!(
        ["application", "application_draft", "notification"].map(|table| rows(&report, table)),
        [Some(2), Some(0), Some(2)]
    );
    assert_eq!(type_in(data, &["queues"]).await.exit, Exit::Usage);
    Ok(())
}

#[tokio::test]
async fn a_copy_killed_between_mark_and_commit_can_be_taken_back() -> Result<()> {
    let (source, _folder, url, target) = ready_to_move("taken_back").await?;
    let data = source.folder.path();
    let mut in_the_way = target.begin().await?;
    bookmark::set(&mut in_the_way, "somebody", "writes").await?;
    let mut copy = copy_in_hand(data, &url, async || is_marked(&source).await).await?;
    copy.kill()?;
    copy.wait()?;
    in_the_way.rollback().await?;
    assert_eq!(type_in(data, &["copy", "--undo"]).await.exit, Exit::Done);
    assert_eq!(type_in(data, &["queues"]).await.exit, Exit::Done);
    require_empty(&mut target.begin().await?).await?;
    Ok(())
}

#[tokio::test]
async fn a_database_that_goes_away_before_anything_is_copied_leaves_the_source_unmarked() -> Result<()> {
    let (source, _folder, url, target) = ready_to_move("goes_away").await?;
    let (data, server) = (source.folder.path(), PrivatePostgres::shared()?);
    target.close().await;
    // Somebody writes in the source, so that the copy waits right before the mark.
    let writing = source.store.begin().await?;
    // One that lasts: the copy has looked before whether the new database is empty, in a transaction that begins the same.
    let begun = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'goes_away' AND query LIKE 'BEGIN%' \
        AND query LIKE '%READ COMMITTED%' AND state = 'idle in transaction' \
        AND state_change < clock_timestamp() - interval '1 second'";
    let mut copy = copy_in_hand(data, &url, async || Ok(server.run_sql("postgres", begun)? == "1")).await?;
    assert!(!is_marked(&source).await?);
    server.run_sql("postgres", "DROP DATABASE goes_away WITH (FORCE)")?;
    writing.rollback().await?;
    assert!(!copy.wait()?.success());
    assert_eq!(type_in(data, &["queues"]).await.exit, Exit::Done);
    Ok(())
}

#[tokio::test]
async fn a_database_that_holds_rows_is_left_alone_and_the_source_stays_what_it_was() -> Result<()> {
    let url = PrivatePostgres::shared()?.fresh_database()?;
    let (one, _) = in_the_middle_of_a_call().await?;
    let (one, _one) = one.at_rest().await;
    assert_eq!(type_in(one.folder.path(), &["copy", "--to", &url]).await.exit, Exit::Done);
    let (two, _) = in_the_middle_of_a_call().await?;
    let (two, _two) = two.at_rest().await;
    let refused = type_in(two.folder.path(), &["copy", "--to", &url]).await;
    assert_eq!(refused.exit, Exit::Failed);
    assert!(refused.complaint.contains("il nuovo database non è vuoto"), "{refused:?}");
    Installation::beside(two.folder.path(), two.settings.clone()).await?;

    // As `campanella run` opens it.
    let moved = Installation::open(one.folder.path(), one.settings.clone()).await.map(drop);
    let moved = moved.err().context("a moved installation is opened")?;
    assert!(moved.downcast_ref::<MovedAway>().is_some(), "{moved:#}");
    let file = two.folder.path().join("altro.db");
    let sideways =
        type_in(two.folder.path(), &["copy", "--to", &format!("sqlite://{}", file.display())]).await;
    assert!(sideways.exit == Exit::Usage && sideways.complaint.contains("PostgreSQL"), "{sideways:?}");
    assert!(!file.exists(), "a file is made of what was refused");
    Ok(())
}
