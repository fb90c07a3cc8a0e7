// SPDX-License-Identifier: EUPL-1.2

use std::collections::BTreeMap;

use campanella_bus::{
    Bus as _, Outgoing, Route,
    rabbitmq::{Claim, RabbitBus, RabbitSettings},
};
use campanella_domain::{ardis::Cause, procedure::ArdisProcedure};
use campanella_jobs::WORKERS;
use campanella_runtime::{clock::new_id, folder::Folder};
use campanella_testkit::PrivateRabbit;

use super::*;
use crate::{
    cli::fixture::{Desk, application, type_in},
    demo::{Check, Contributions, Moment, Published, Report},
    workforce::topology,
};

fn finished() -> Finished {
    Finished {
        report: Report {
            applications: 2_000,
            admitted: 1_700,
            excluded: BTreeMap::from([(Cause::E01, 150), (Cause::E03, 70)]),
            pending: 100,
            published: Published { admitted: 1_760, excluded: 240 },
            concluded: Published { admitted: 1_770, excluded: 230 },
            contributions: Contributions::default(),
            revisions: 0,
            notifications: BTreeMap::from([(
                "ardis-dsu-missing".to_owned(),
                BTreeMap::from([("accepted".to_owned(), 1_234)]),
            )]),
            cases: BTreeMap::from([("unassigned".to_owned(), 4)]),
            occurrences: BTreeMap::from([("fired".to_owned(), 10)]),
            dead_letters: 0,
            duplicates: 0,
            lost: 0,
            seconds: 12.34,
            checks: Vec::new(),
        },
        timeline: vec![Moment {
            at: "2025-11-20T23:00:00Z".parse().unwrap(),
            says: "è passato il termine per la DSU".to_owned(),
        }],
        lists: Vec::new(),
        mails: "demo/mail".into(),
        summary: "demo/riepilogo.json".into(),
    }
}

#[test]
fn the_year_is_told_in_italian_with_where_to_look() {
    let mut buffer = Vec::new();
    let mut out = Output::new(&mut buffer, false);
    let procedure = ArdisProcedure::embedded().unwrap();
    text::write(&finished(), Path::new("demo"), &procedure, &mut out).unwrap();
    let told = String::from_utf8(buffer).unwrap();
    for expected in [
        "venerdì 21 novembre 2025  è passato il termine per la DSU",
        "Domande di contributo (ARDIS): 2.000",
        "1.700 ammesse, 200 escluse, 100 in sospeso",
        "E01        150  ISEE superiore a 35.000,00 euro",
        "1.770 ammesse, 230 escluse",
        "manca la DSU",
        "inviata",
        "1.234",
        "4 senza CPI competente",
        "Simulato in 12,3 s.",
        " explain NUMERO --data demo",
    ] {
        assert!(told.contains(expected), "«{expected}» is missing:\n{told}");
    }
}

#[tokio::test]
async fn numbers_that_make_no_population_are_refused_with_what_to_write() {
    for (flag, value, remedy) in [("--scale", "0", "da 1 in su"), ("--seed", "-1", "da 0 in su")] {
        let told = type_in(&["demo", &format!("{flag}={value}")]).await;
        assert_eq!(told.exit, Exit::Usage);
        assert!(told.complaint.contains(value) && told.complaint.contains(remedy), "{told:?}");
    }
}

#[test]
fn a_failed_check_is_a_failure_that_names_it() {
    let check = |holds| Check { says: "le code sono vuote".to_owned(), holds, evidence: Vec::new() };
    let mut finished = finished();
    finished.report.checks = vec![check(true)];
    assert_eq!(verdict(&finished).unwrap(), Exit::Done);
    finished.report.checks.push(check(false));
    let (exit, text) = crate::cli::report(&verdict(&finished).unwrap_err());
    assert_eq!(exit, Exit::Failed);
    assert!(text.contains("1 verifica non riuscita: le code sono vuote"), "{text}");
}

#[tokio::test]
async fn a_demo_writes_in_no_database_that_holds_something_and_nobody_works_in_a_demos() {
    let desk = Desk::new().await.unwrap();
    desk.apply(&application("2025-000001")).await.unwrap();
    let url = format!("sqlite://{}", desk.installation.folder.database().display());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let told = type_in(&["demo", "--data", &path("demo"), "--database", &url]).await;
    assert_eq!(told.exit, Exit::Usage, "{told:?}");
    assert!(told.complaint.contains("il database non è vuoto"), "{told:?}");

    let mut tx = desk.installation.store.begin().await.unwrap();
    campanella_store::bookmark::set(&mut tx, "demo.population", "[1,1]").await.unwrap();
    tx.commit().await.unwrap();
    std::fs::write(path("ufficio.toml"), "[http]\nlisten = \"\"\n").unwrap();
    let told =
        type_in(&["run", "--data", &path("dati"), "--config", &path("ufficio.toml"), "--database", &url])
            .await;
    assert_eq!(told.exit, Exit::Usage, "{told:?}");
    assert!(told.complaint.contains("contiene una demo"), "{told:?}");
}

#[tokio::test]
async fn the_lists_of_an_earlier_year_stay_where_a_new_one_is_refused_for_its_queues() -> Result<()> {
    let (vhost, folder) = (PrivateRabbit::shared()?.vhost()?, tempfile::tempdir()?);
    let (broker, topology) = (RabbitSettings::new(vhost.url())?, topology(WORKERS)?);
    Folder::open_demo(folder.path())?;
    let list = folder.path().join("elenco.csv");
    std::fs::write(&list, "")?;
    let refused = async || {
        let told =
            type_in(&["demo", "--data", &folder.path().to_string_lossy(), "--broker", vhost.url()]).await;
        assert_eq!(told.exit, Exit::Usage, "{told:?}");
        assert!(list.is_file() && !folder.path().join("campanella.db").exists(), "{told:?}");
        told.complaint
    };
    let bus = RabbitBus::open(&broker, topology.clone()).await?;
    let route = Route::Queue("registry".to_owned());
    bus.publish(&[Outgoing { id: new_id(), route, body: "{}".to_owned() }]).await?;
    bus.close().await;
    let told = refused().await;
    assert!(told.contains("le code del broker non sono vuote") && told.contains("virtual host"), "{told}");

    RabbitBus::claim(&broker, topology, Claim::New(new_id())).await?.close().await;
    let told = refused().await;
    assert!(told.contains("serve già un'installazione") && told.contains("--resume"), "{told}");
    Ok(())
}
