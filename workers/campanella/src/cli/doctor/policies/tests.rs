// SPDX-License-Identifier: EUPL-1.2

use std::{
    fmt::Write as _, fs, fs::Permissions, os::unix::fs::PermissionsExt as _, path::Path, time::Duration,
};

use anyhow::{Context as _, ensure};
use campanella_bus::{
    Bus as _,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_testkit::{PrivateRabbit, certificates, free_ports};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::*;
use crate::{cli::doctor::finding::State, settings::Settings};

/// The virtual host of the shipped definitions.
const VHOST: &str = "campanella";
/// Who the private broker knows.
const USER: &str = "campanella";
const PASSWORD: &str = "rintocco";

/// Between two looks.
const GLANCE: Duration = Duration::from_millis(100);
/// A queue tells what holds for it every five seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A broker as it is shipped with `compose/`, with all our queues, and a management interface over TLS too.
struct Broker {
    rabbit: PrivateRabbit,
    url: String,
    tls: u16,
    /// Its certificate.
    _folder: TempDir,
}

impl Broker {
    async fn start() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let (folder, tls) = (tempfile::tempdir()?, *free_ports(1)?.first().context("no free port")?);
        // It runs under an account of its own, which may not be let into this folder.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let mut lines = format!("management.ssl.ip = 127.0.0.1\nmanagement.ssl.port = {tls}\n");
        for (option, file) in [
            ("certfile", certificates::server()),
            ("keyfile", certificates::server_key()),
            ("cacertfile", certificates::authority()),
        ] {
            let copy = folder.path().join(option);
            fs::copy(file, &copy)?;
            fs::set_permissions(&copy, Permissions::from_mode(0o644))?;
            writeln!(lines, "management.ssl.{option} = {}", copy.display())?;
        }
        let rabbit = PrivateRabbit::start_managed(&lines)?;
        let url = rabbit.lasting_vhost(VHOST)?;
        let definitions = root.join("compose/rabbitmq/definitions.json");
        rabbit.rabbitmqctl(&["import_definitions", definitions.to_str().context("path")?])?;
        let bus = RabbitBus::open(&RabbitSettings::new(&url)?, topology(WORKERS)?).await?;
        bus.close().await;
        Ok(Self { rabbit, url, tls, _folder: folder })
    }

    /// Settings with this address of the management interface.
    fn settings(&self, management: &str) -> Result<BrokerSettings> {
        let flags = [("broker.url", self.url.clone()), ("broker.management", management.to_owned())];
        Ok(Settings::load(None, &flags)?.broker)
    }

    /// What is said, by the user of `broker.url`, once it is `expected`: a broker applies a policy in its own time.
    async fn says(&self, expected: &[&str]) -> Result<Vec<Finding>> {
        let management = self.rabbit.management_url().context("no management interface")?;
        let settings = self.settings(&management.replace(&format!("{USER}:{PASSWORD}@"), ""))?;
        let until = Instant::now() + PATIENCE;
        loop {
            let findings = examine(&settings).await;
            let all = findings.iter().map(|finding| finding.says.as_str()).collect::<Vec<_>>().join("\n");
            if findings.len() == expected.len() && expected.iter().all(|expected| all.contains(expected)) {
                return Ok(findings);
            }
            ensure!(Instant::now() < until, "expected {expected:#?}, told {findings:#?}");
            sleep(GLANCE).await;
        }
    }

    fn policy(&self, arguments: &[&str]) -> Result<()> {
        let (act, rest) = arguments.split_first().context("no act")?;
        self.rabbit.rabbitmqctl(&[&[*act, "--vhost", VHOST], rest].concat()).map(drop)
    }
}

const WELL: &str = "su tutte le code vale quella consigliata";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doctor_names_the_policies_that_are_missing_changed_or_overridden() -> Result<()> {
    let broker = Broker::start().await?;
    assert!(broker.says(&[WELL]).await?[0].is_good());

    let changed = r#"{"delivery-limit":3,"dead-letter-exchange":"campanella.abandoned","dead-letter-strategy":"at-least-once","overflow":"reject-publish","max-length":5000000}"#;
    let pattern = "^[a-z][a-z-]*$";
    let workers = ["--apply-to", "queues", "campanella-workers", pattern];
    broker.policy(&[&["set_policy", "--priority", "10"], &workers[..], &[changed]].concat())?;
    broker.policy(&["clear_policy", "campanella-abandoned"])?;
    let findings = broker
        .says(&[
            "su tutte le code dei worker delivery-limit è 3 invece di 100: un worker che cade spesso",
            "sulla coda campanella.abandoned non vale nessuna policy: «campanella-abandoned» manca",
            "manca delivery-limit = 1000000: RabbitMQ 4 butta",
        ])
        .await?;
    assert!(findings.iter().all(|finding| finding.state == State::Notice), "{findings:?}");

    // What is said to do is done: all is well again.
    for remedy in findings.iter().map(|finding| &finding.remedy).filter(|remedy| !remedy.is_empty()) {
        let command = remedy.strip_prefix("«rabbitmqctl ").and_then(|rest| rest.strip_suffix('»'));
        let words: Vec<_> =
            command.context("a command")?.split(' ').map(|word| word.trim_matches('\'')).collect();
        broker.rabbit.rabbitmqctl(&words)?;
    }
    broker.says(&[WELL]).await?;

    let theirs = ["set_policy", "--priority", "50", "regione", "^registry$", r#"{"message-ttl":60000}"#];
    broker.policy(&theirs)?;
    let overridden =
        "su registry vale «regione» (priorità 50) al posto di «campanella-workers» (priorità 10)";
    let lacks = "su registry manca overflow = reject-publish";
    let harms = "su registry c'è message-ttl = 60000";
    let keys = ["delivery-limit", "dead-letter-exchange", "dead-letter-strategy", "max-length"];
    let keys = keys.map(|key| format!("su registry manca {key} = "));
    let all: Vec<_> = [overridden, lacks, harms].into_iter().chain(keys.iter().map(String::as_str)).collect();
    broker.says(&all).await?;

    // The least a user of the interface may.
    broker.rabbit.rabbitmqctl(&["set_user_tags", USER, "management"])?;
    broker.says(&all).await?;
    broker.policy(&["clear_policy", "regione"])?;
    broker.says(&[WELL]).await?;

    a_door_that_stays_shut_is_worth_a_look_and_tells_no_password(&broker).await?;
    over_tls_the_server_proves_itself(&broker).await
}

async fn a_door_that_stays_shut_is_worth_a_look_and_tells_no_password(broker: &Broker) -> Result<()> {
    let open = broker.rabbit.management_url().context("no management interface")?;
    let closed = free_ports(1)?[0];
    for (management, told) in [
        (open.replace(PASSWORD, "segreta"), "non accoglie l'utente"),
        (format!("http://u:segreta@127.0.0.1:{closed}"), "non risponde"),
        (format!("{open}/altrove"), "non conosce il virtual host"),
        (format!("http://u:segreta@127.0.0.1:{}", broker.rabbit.node(0).port()), "non risponde"),
    ] {
        let findings = examine(&broker.settings(&management)?).await;
        let [Finding { state: State::Notice, says, remedy, .. }] = findings.as_slice() else {
            anyhow::bail!("{findings:?}");
        };
        ensure!(says.contains(told) && !remedy.is_empty(), "{findings:?}");
        let all = format!("{says}{remedy}");
        ensure!(!all.contains("segreta") && !all.contains(PASSWORD), "{all}");
    }
    Ok(())
}

async fn over_tls_the_server_proves_itself(broker: &Broker) -> Result<()> {
    let mut settings = broker.settings(&format!("https://127.0.0.1:{}", broker.tls))?;
    let told = examine(&settings).await;
    ensure!(told[0].says.contains("UnknownIssuer"), "{told:?}");
    settings.ca_file = certificates::authority();
    let told = examine(&settings).await;
    ensure!(told[0].is_good(), "{told:?}");
    settings.ca_file = "nobody.pem".into();
    let told = examine(&settings).await;
    ensure!(told[0].state == State::Notice && told[0].says.contains("nobody.pem"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_doctor_who_is_not_shown_the_policies_says_how_to_show_them() -> Result<()> {
    let flags = [("broker.url", "amqp://u:segreta@127.0.0.1:1".to_owned())];
    let findings = examine(&Settings::load(None, &flags)?.broker).await;
    let [Finding { state: State::Unknown, remedy, .. }] = findings.as_slice() else {
        anyhow::bail!("{findings:?}");
    };
    assert!(remedy.contains("broker.management"), "{remedy}");
    Ok(())
}
