// SPDX-License-Identifier: EUPL-1.2

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use anyhow::bail;
use campanella_bus::{Outgoing, Route};
use campanella_messages::{ArdisApplicationRecorded, Cause};
use campanella_runtime::{
    Failure, UnitOfWork,
    clock::{Clock, SimulatedClock, SystemClock},
    safety_net::SafetyNet,
};
use campanella_store::{
    ardis::application::{self, NewApplication},
    dead_letter, notification,
    queue::{Put, QueueFile},
};
use campanella_testkit::{
    PrivatePostgres,
    rabbitmq::{PassingVhost, PrivateRabbit},
};
use tempfile::TempDir;

use super::*;
use crate::{
    bus,
    cli::{
        Exit,
        fixture::{application, rome, type_in},
    },
    settings::Settings,
    workforce::{Workforce, names},
};

/// An installation on a PostgreSQL of its own; its folders go with it.
struct Office {
    folder: TempDir,
    database: String,
}

impl Office {
    async fn new() -> Result<Self> {
        let office =
            Self { folder: tempfile::tempdir()?, database: PrivatePostgres::shared()?.fresh_database()? };
        office.at("", "dati").await?.store.migrate().await?;
        Ok(office)
    }

    /// The installation as a process with this folder and this broker (empty: a queue file) sees it.
    async fn at(&self, broker: &str, folder: &str) -> Result<Installation> {
        let mail = format!("folder:{}", self.mail().display());
        let flags = [
            ("database.url", self.database.clone()),
            ("broker.url", broker.to_owned()),
            ("mail.transport", mail),
        ];
        Installation::open_unchecked(&self.folder.path().join(folder), Settings::load(None, &flags)?).await
    }

    /// Where all of its mailers write.
    fn mail(&self) -> PathBuf {
        self.folder.path().join("posta")
    }
}

fn vhost() -> Result<PassingVhost<'static>> {
    PrivateRabbit::shared()?.vhost()
}

async fn start(installation: &Installation) -> Result<Workforce, Option<StrangeQueue>> {
    let started = Workforce::assemble(installation, Arc::new(SystemClock), &[]).await;
    started.map_err(|error| {
        let known = error.downcast::<StrangeQueue>();
        known.inspect_err(|error| eprintln!("{error:#}")).ok()
    })
}

async fn refused(installation: &Installation) -> Option<StrangeQueue> {
    start(installation).await.err().flatten()
}

#[tokio::test]
async fn processes_share_a_broker_and_other_virtual_hosts_and_installations_are_refused() -> Result<()> {
    let (ours, other) = (vhost()?, vhost()?);
    let office = Office::new().await?;
    let first = office.at(ours.url(), "dati").await?;
    let _working = start(&first).await.expect("the first process");
    let _beside = start(&first).await.expect("a second one on the same folder");
    let _elsewhere = start(&office.at(ours.url(), "altrove").await?).await.expect("one on another machine");

    assert_eq!(refused(&office.at(other.url(), "dati").await?).await, Some(StrangeQueue::Unmarked));
    assert_eq!(refused(&office.at("", "dati").await?).await, Some(StrangeQueue::Broker));
    let stranger = Office::new().await?;
    let stranger = stranger.at(ours.url(), "dati").await?;
    assert_eq!(refused(&stranger).await, Some(StrangeQueue::Foreign));
    assert!(adopt(&stranger).await.is_err(), "another installation's queues are never taken");

    // The old broker is lost for good, says an operator.
    let moved = office.at(other.url(), "dati").await?;
    adopt(&moved).await?;
    let _working = start(&moved).await.expect("the new virtual host");
    assert_eq!(refused(&first).await, Some(StrangeQueue::Foreign), "the old one is ours no more");
    assert_eq!(not_adopted(&first).await, Some(StrangeQueue::Foreign));
    Ok(())
}

async fn not_adopted(installation: &Installation) -> Option<StrangeQueue> {
    bus::adopt(installation).await.err().and_then(|error| error.downcast().ok())
}

#[tokio::test]
async fn a_broker_takes_over_a_queue_file_with_every_message_in_it() -> Result<()> {
    let vhost = vhost()?;
    let office = Office::new().await?;
    let embedded = office.at("", "dati").await?;
    let workforce = start(&embedded).await.expect("the queue file");
    let outgoing = |number| Outgoing {
        id: Uuid::from_u128(number),
        route: Route::Queue("registry".to_owned()),
        body: format!("{{\"number\":{number}}}"),
    };
    let messages: Vec<Outgoing> = (1..=1_200).map(outgoing).collect();
    workforce.bus.publish(&messages).await?;
    workforce.bus.close().await;
    drop(workforce);

    let distributed = office.at(vhost.url(), "dati").await?;
    let told = refused(&distributed).await;
    assert_eq!(told, Some(StrangeQueue::File(Some(1_200))), "nothing is left behind unasked");
    bus::adopt(&distributed).await?;
    assert_eq!(not_adopted(&distributed).await, Some(StrangeQueue::Nothing));
    let bus = bus::open(&distributed, topology(WORKERS)?).await?;
    assert_eq!(bus.outstanding(), 1_200);
    let left = queue_file::held_by_a_file(&distributed).await;
    assert_eq!(left, StrangeQueue::File(Some(0)));
    Ok(())
}

#[tokio::test]
async fn a_broker_takes_over_nothing_where_messages_would_stay_behind() -> Result<()> {
    let vhost = vhost()?;
    let office = Office::new().await?;
    let embedded = office.at("", "dati").await?;
    let workforce = start(&embedded).await.expect("the queue file");
    workforce.bus.close().await;
    drop(workforce);
    let adopted = async |folder: &str| -> Result<Option<StrangeQueue>> {
        let refused = bus::adopt(&office.at(vhost.url(), folder).await?).await.err();
        Ok(refused.and_then(|error| error.downcast().ok()))
    };

    let elsewhere = office.at(vhost.url(), "altrove").await?.folder.queue();
    assert_eq!(adopted("altrove").await?, Some(StrangeQueue::Elsewhere(elsewhere.clone())));
    assert!(!elsewhere.exists(), "nothing is made where nothing is moved");
    let file = QueueFile::open(&embedded.folder.queue()).await?;
    let put = |queue, number| Put { queue, message_id: Uuid::from_u128(number), body: "{}" };
    file.put(&[put("registry", 1), put("retired", 2), put("retired", 3)]).await?;
    drop(file);
    assert_eq!(adopted("dati").await?, Some(StrangeQueue::Orphans("retired (2)".to_owned())));

    assert_ne!(queue_file::served_by(&embedded).await?.as_deref(), Some(BROKER), "the file serves it still");
    assert_eq!(
        queue_file::held_by_a_file(&embedded).await,
        StrangeQueue::File(Some(3)),
        "every message is where it was"
    );
    assert_eq!(declared_in(&vhost)?, "", "and nothing is on the broker");
    Ok(())
}

/// Queues and exchanges of ours in a virtual host.
fn declared_in(vhost: &PassingVhost<'_>) -> Result<String> {
    let list = |what| {
        let listing = [what, "--vhost", vhost.name(), "--no-table-headers", "name"];
        PrivateRabbit::shared()?.rabbitmqctl(&listing)
    };
    let all = format!("{}\n{}", list("list_queues")?, list("list_exchanges")?);
    let own = all.lines().map(str::trim).filter(|name| !name.is_empty() && !name.starts_with("amq."));
    Ok(own.collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn a_doctor_and_queues_leave_nothing_in_the_virtual_host_of_another_installation() -> Result<()> {
    let theirs = vhost()?;
    let (settings, nothing) = (RabbitSettings::new(theirs.url())?, Topology::new(Vec::new())?);
    let stranger = RabbitBus::claim(&settings, nothing, Claim::New(Uuid::from_u128(7))).await?;
    let before = declared_in(&theirs)?;
    let office = Office::new().await?;
    // With and without an installation that could be looked at.
    for folder in ["dati", "nessuna"] {
        let data = office.folder.path().join(folder);
        let data = data.to_string_lossy();
        let flags = ["--data", &data, "--database", &office.database, "--broker", theirs.url()];
        for (command, exit) in [("doctor", Exit::Failed), ("queues", Exit::Usage)] {
            if command == "queues" && folder == "nessuna" {
                continue;
            }
            let told = type_in(&[&[command][..], &flags].concat()).await;
            assert_eq!(told.exit, exit, "{told:?}");
            let all = format!("{}{}", told.out, told.complaint);
            assert!(all.contains("il virtual host"), "{command}: {told:?}");
            assert_eq!(declared_in(&theirs)?, before, "{command} in {folder}");
        }
    }
    stranger.close().await;
    Ok(())
}

/// One turn of everybody, as their loops would do it.
async fn turn(workforce: &mut Workforce) -> Result<(), Failure> {
    if let Some(scheduler) = &mut workforce.scheduler {
        scheduler.step().await?;
    }
    workforce.relay.poll().await?;
    workforce.relay.step().await?;
    for runner in &mut workforce.runners {
        runner.step(Duration::from_millis(1)).await?;
    }
    if let Some((mailer, wake)) = &mut workforce.mailer {
        let messages = wake.receive(100, Duration::from_millis(1), Duration::ZERO).await?;
        wake.acknowledge(&messages).await?;
        mailer.recover().await?;
        mailer.step().await?;
    }
    Ok(())
}

async fn accepted(installation: &Installation) -> Result<i64> {
    let mut tx = installation.store.read().await?;
    let counts = notification::counts(&mut tx).await?;
    let accepted = counts.iter().filter(|count| count.state == "accepted");
    Ok(accepted.map(|count| count.count).sum())
}

#[tokio::test]
async fn two_of_everybody_do_each_thing_once() -> Result<()> {
    const APPLICATIONS: i64 = 60;
    let vhost = vhost()?;
    let office = Office::new().await?;
    let clock: Arc<dyn Clock> = Arc::new(SimulatedClock::at(rome("2025-10-20T12:00:00")));
    let (one, two) = (office.at(vhost.url(), "uno").await?, office.at(vhost.url(), "due").await?);
    let mut first = Workforce::assemble(&one, Arc::clone(&clock), &[]).await?;
    let mut second = Workforce::assemble(&two, Arc::clone(&clock), &[]).await?;
    let mut work = UnitOfWork::begin(&one.store, clock.now(), &one.procedures).await?;
    for number in 1..=APPLICATIONS {
        let application = application(&format!("2025-{number:06}"));
        let id = campanella_domain::ids::application(application.instance_number);
        let recorded_at = application.submitted_at;
        application::insert(work.tx(), &[NewApplication { id, application, recorded_at }]).await?;
        work.emit(&ArdisApplicationRecorded { application: id }, Cause::First);
    }
    work.commit(&first.handle).await?;

    let finished = async {
        while accepted(&one).await? < APPLICATIONS {
            let (one, two) = tokio::join!(turn(&mut first), turn(&mut second));
            one.and(two)?;
        }
        // Whatever is still on its way comes to its end as well.
        for _ in 0..20 {
            let (one, two) = tokio::join!(turn(&mut first), turn(&mut second));
            one.and(two)?;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(300), finished).await??;
    assert_eq!(accepted(&one).await?, APPLICATIONS, "one confirmation each");
    let files: BTreeSet<_> =
        std::fs::read_dir(office.mail())?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
    assert_eq!(files.len(), usize::try_from(APPLICATIONS)?, "one mail each");
    let mut tx = one.store.read().await?;
    assert_eq!(dead_letter::open_count(&mut tx).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_the_broker_gives_up_on_is_a_dead_letter_once() -> Result<()> {
    let (vhost, rabbit) = (vhost()?, PrivateRabbit::shared()?);
    let office = Office::new().await?;
    let installation = office.at(vhost.url(), "dati").await?;
    let bus = bus::open(&installation, topology(WORKERS)?).await?;
    let impatient = r#"{"message-ttl":0}"#;
    rabbit.rabbitmqctl(&["set_policy", "--vhost", vhost.name(), "impatient", "^registry$", impatient])?;
    let message = Outgoing {
        id: Uuid::from_u128(1),
        route: Route::Queue("registry".to_owned()),
        body: "not an envelope".to_owned(),
    };
    bus.publish(&[message.clone(), message]).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut net = SafetyNet::new(installation.store.clone(), Arc::clone(&bus), clock);
    let drained = async {
        let mut drained = 0;
        while drained < 2 {
            if let campanella_runtime::Progress::Worked(messages) = net.step().await? {
                drained += messages;
            }
        }
        Ok::<_, Failure>(())
    };
    tokio::time::timeout(Duration::from_secs(60), drained).await??;
    let mut tx = installation.store.read().await?;
    let letters = dead_letter::list(&mut tx, true).await?;
    let [letter] = letters.as_slice() else { bail!("{letters:?}") };
    assert_eq!((letter.worker.as_str(), letter.kind.as_str()), ("registry", "?"));
    assert!(letter.error.contains("the broker gave up on it: expired"), "{}", letter.error);
    Ok(())
}

#[tokio::test]
async fn a_doctor_and_queues_look_at_a_broker_without_tying_anything_to_it() -> Result<()> {
    let vhost = vhost()?;
    let office = Office::new().await?;
    let installation = office.at(vhost.url(), "dati").await?;
    let data = installation.folder.path().to_string_lossy();
    let flags = ["--data", &data, "--database", &office.database, "--broker", vhost.url(), "--json"];
    let told = type_in(&[&["doctor"][..], &flags].concat()).await;
    let report: serde_json::Value = serde_json::from_str(&told.out)?;
    let state = |subject: &str| {
        let findings = report["findings"].as_array().into_iter().flatten();
        findings
            .filter(|finding| finding["subject"] == subject)
            .map(|finding| finding["state"].clone())
            .next()
    };
    assert_eq!(state("code"), Some("good".into()), "{report}");
    assert_eq!(state("policy del broker"), Some("unknown".into()), "AMQP does not show it: {report}");
    // The tests' PostgreSQL forgets at a power cut: a doctor has to say so.
    assert_eq!(state("durevolezza del database"), Some("bad".into()), "{report}");

    let told = type_in(&[&["queues"][..], &flags].concat()).await;
    let queues: serde_json::Value = serde_json::from_str(&told.out)?;
    assert!(queues["queues"].as_array().is_some_and(|queues| queues.len() == names().len() - 1), "{queues}");
    assert_eq!(queue_file::served_by(&installation).await?, None, "nothing is tied by looking");
    assert_eq!(declared_in(&vhost)?, "", "and nothing declared");
    Ok(())
}

#[path = "broker_upgrade_tests.rs"]
mod upgrade;
