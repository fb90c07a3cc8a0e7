// SPDX-License-Identifier: EUPL-1.2
//! From the provisional list over observations to the final one; and a list that waits for whoever is at work.

use anyhow::{Result, ensure};
use campanella::cli::{self, Exit};
use campanella_domain::ardis::Outcome;
use campanella_jobs::{Obstacle, Publishing};
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::ardis::{
    application,
    published_list::{self, ListKind, Publication},
};
use campanella_testkit::PrivatePostgres;
use campanella_tests::{Beginning, Family, World};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// Two families have applied: nothing stands against the second, the first has no DSU and is excluded for it.
async fn applied(world: &mut World) -> Result<[Family; 2]> {
    let families = [Family::number(1)?.that_will_sign_the_dsu(), Family::number(2)?];
    for family in &families {
        world.receive_application(family).await?;
    }
    let attested =
        families[1].dsu_signed_at("2025-03-03T10:00:00")?.issued_at("2025-03-10T10:00:00", "12.000,00")?;
    world.learn(&families[1], attested).await?;
    Ok(families)
}

/// What the lists said of a family, oldest first.
async fn said(world: &World, family: &Family) -> Result<Vec<(ListKind, Outcome)>> {
    let lists = published_list::of_application(&mut world.read().await?, family.id()).await?;
    Ok(lists.into_iter().map(|(list, entry)| (list.kind, entry.outcome)).collect())
}

/// The texts of the mails about observations that reached a family.
fn receipts(world: &World, family: &Family) -> Result<Vec<String>> {
    let mut mails = world.mails()?;
    mails.retain(|mail| mail.to == family.mailbox() && mail.subject.starts_with("Osservazioni ricevute"));
    Ok(mails.into_iter().map(|mail| mail.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}

#[tokio::test]
async fn ard_080_ard_086_an_accepted_observation_is_in_the_final_list_and_a_later_one_changes_nothing()
-> Result<()> {
    let published = Publishing::Done(Publication::Published { entries: 2 });
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let [family, other] = applied(&mut world).await?;
    world.advance_to("2026-04-15T10:00:00").await?;
    assert_eq!(world.publish().await?, published);
    assert_eq!(said(&world, &family).await?, [(ListKind::Provisional, Outcome::Excluded)]);

    world.advance_to("2026-04-20T10:00:00").await?;
    let observation = world.observe(&family).await?;
    let told = receipts(&world, &family)?;
    ensure!(told.len() == 1 && told[0].contains("si conosce con gli elenchi definitivi"), "{told:?}");

    // The final list waits for the term, for the answer, and for the decision that follows from it.
    assert!(matches!(world.publish_final().await?, Publishing::Refused(Obstacle::TermRuns { .. })));
    world.advance_to("2026-05-04T10:00:00").await?;
    for accepted in [true, false] {
        let refused = world.publish_final().await?;
        assert!(matches!(refused, Publishing::Refused(Obstacle::Observations { .. })), "{refused:?}");
        if accepted {
            world.answer(observation, true).await?;
        }
    }
    world.officer_admits(&family).await?;
    assert_eq!(world.publish_final().await?, published);
    let lists = [(ListKind::Provisional, Outcome::Excluded), (ListKind::Final, Outcome::Admitted)];
    assert_eq!(said(&world, &family).await?, lists);
    assert_eq!(said(&world, &other).await?.last(), Some(&(ListKind::Final, Outcome::Admitted)));

    world.advance_to("2026-06-01T10:00:00").await?;
    world.observe(&other).await?;
    let told = receipts(&world, &other)?;
    ensure!(told.len() == 1 && told[0].contains("sono conservate con la domanda"), "{told:?}");
    assert_eq!(said(&world, &other).await?.len(), 2);
    assert_eq!(world.dead_letters().await?, []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ard_071_a_list_is_dated_after_the_act_it_waited_for() -> Result<()> {
    const DATABASE: &str = "list_that_waits";
    const WAITING: &str =
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE NOT granted AND datname = current_database()";
    let postgres = PrivatePostgres::shared()?;
    let database = postgres.create_database(DATABASE)?;
    let at = "2025-11-10T12:00:00".to_owned();
    let beginning = Beginning { at, database: Some(database.clone()), ..Beginning::default() };
    let mut world = World::begin(beginning).await?;
    let [family, _] = applied(&mut world).await?;

    // Somebody at work on an application, while an officer publishes.
    let mut act = world.installation.store.begin().await?;
    application::lock(&mut act, &[family.id()]).await?;
    let data = world.installation.folder.path().display().to_string();
    let line = ["campanella", "lists", "publish", "--officer", "addetta", "--json"];
    let line = [&line[..], &["--data", &data, "--database", &database]].concat();
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let line = line.into_iter().map(str::to_owned);
    let mut publishing = Box::pin(cli::run(line, &mut out, &mut complaints));
    let acting = async {
        while postgres.run_sql(DATABASE, WAITING)?.trim() == "0" {
            tokio::task::yield_now().await;
        }
        let acted_at = SystemClock.now();
        act.commit().await?;
        anyhow::Ok(acted_at)
    };
    let acted_at = tokio::select! {
        exit = &mut publishing => anyhow::bail!("it waited for nobody: {exit:?}"),
        acted_at = acting => acted_at?,
    };
    let exit = publishing.await;
    ensure!(exit == Exit::Done, "{}", String::from_utf8_lossy(&complaints));
    let published_at: DateTime<Utc> =
        serde_json::from_slice::<Value>(&out)?["published_at"].as_str().unwrap_or_default().parse()?;
    assert!(published_at >= acted_at, "the list is older than the act it waited for");
    Ok(())
}
