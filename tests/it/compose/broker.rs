// SPDX-License-Identifier: EUPL-1.2
//! What is shipped for the broker, given to a broker.

use std::collections::BTreeMap;

use anyhow::Context as _;
use campanella::workforce;
use campanella_bus::{
    Bus as _,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_jobs::WORKERS;
use campanella_testkit::PrivateRabbit;
use campanella_tests::rules::root;

use super::file::{Compose, text};

/// The virtual host of `compose.yaml`.
const VHOST: &str = "campanella";

#[test]
fn the_policies_are_for_the_virtual_host_the_broker_makes() -> anyhow::Result<()> {
    let definitions: serde_json::Value = serde_json::from_str(&text("rabbitmq/definitions.json")?)?;
    let policies = definitions["policies"].as_array().context("no policies")?;
    assert!(policies.iter().all(|policy| policy["vhost"] == VHOST));
    let compose = Compose::read()?;
    assert_eq!(compose.services["rabbitmq"].environment["RABBITMQ_DEFAULT_VHOST"], VHOST);
    for (name, service) in compose.own() {
        assert!(service.environment["CAMPANELLA_BROKER__URL"].ends_with("@rabbitmq/campanella"), "{name}");
    }
    // Users have passwords, and these are nobody else's business.
    assert!(definitions.get("users").is_none());
    Ok(())
}

#[tokio::test]
async fn a_broker_takes_the_configuration_and_its_policies_fall_on_every_queue() -> anyhow::Result<()> {
    let rabbit = PrivateRabbit::start_configured(&text("rabbitmq/rabbitmq.conf")?)?;
    let url = rabbit.lasting_vhost(VHOST)?;
    let definitions = root().join("compose/rabbitmq/definitions.json");
    rabbit.rabbitmqctl(&["import_definitions", definitions.to_str().context("path")?])?;
    let topology = workforce::topology(WORKERS)?;
    let bus = RabbitBus::open(&RabbitSettings::new(&url)?, topology.clone()).await?;
    bus.close().await;

    let columns = ["name", "policy", "type"];
    let listed = rabbit
        .rabbitmqctl(&[&["list_queues", "--vhost", VHOST, "--no-table-headers"], &columns[..]].concat())?;
    let policies: BTreeMap<_, _> = listed.lines().filter_map(|line| line.split_once('\t')).collect();
    let wanted = topology.queues().iter().map(|queue| (queue.queue.as_str(), "campanella-workers\tquorum"));
    let wanted = wanted.chain([("campanella.abandoned", "campanella-abandoned\tquorum")]);
    assert_eq!(policies, wanted.collect());
    Ok(())
}
