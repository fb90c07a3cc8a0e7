// SPDX-License-Identifier: EUPL-1.2
//! Brokers that are not there, and those that will not have us.

use anyhow::{Context as _, ensure};
use campanella_bus::{
    Bus as _, BusError, Route,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_testkit::rabbitmq::PrivateRabbit;
use lapin::{Connection, ConnectionProperties, options::QueueDeclareOptions, types::FieldTable};
use tokio::task::block_in_place;

use crate::{
    contract::{
        Broker as _,
        bench::{message, messages, publish, topology},
    },
    rabbitmq::RabbitBroker,
};

/// Nobody listens there.
const NOBODY: &str = "127.0.0.1:1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_down_is_passed_over() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let (user, rest) = broker.address().split_once('@').map(owned).context("no user")?;
    let settings = RabbitSettings::new(&format!("{user}@{NOBODY},{rest}"))?;
    let bus = RabbitBus::open(&settings, topology()?).await?;
    publish(&bus, &messages(0..1)).await?;
    bus.close().await;

    let error = RabbitBus::open(&RabbitSettings::new(&format!("{user}@{NOBODY}"))?, topology()?).await.err();
    let told = matches!(&error, Some(BusError::Unavailable(text)) if text.contains(NOBODY));
    ensure!(told, "{error:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_will_not_have_us_says_why() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let (_, hosts) = broker.address().split_once('@').map(owned).context("no user")?;
    let vhost = format!("/{}", broker.vhost());
    for (address, why) in [
        (format!("amqp://campanella:dingdong@{hosts}"), "ACCESS_REFUSED"),
        (broker.address().replace(&vhost, "/belfry"), "NOT_ALLOWED"),
    ] {
        let error = RabbitBus::open(&RabbitSettings::new(&address)?, topology()?).await.err();
        let told = matches!(&error, Some(BusError::Refused(text)) if text.contains(why) && !text.contains("dingdong"));
        ensure!(told, "{why}: {error:?}");
    }

    let connection = Connection::connect(&broker.address(), ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.queue_declare("registry".into(), QueueDeclareOptions::durable(), FieldTable::default()).await?;
    let error = RabbitBus::open(&broker.settings()?, topology()?).await.err();
    let told = matches!(&error, Some(BusError::Refused(text)) if text.contains("PRECONDITION_FAILED"));
    ensure!(told, "a queue of another kind: {error:?}");
    Ok(())
}

/// After a crash the broker counts the connections of the dead, until it misses their heartbeats.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_whose_limit_of_connections_is_reached_is_one_to_wait_for() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let (_, hosts) = broker.address().split_once('@').map(owned).context("no user")?;
    let (vhost, guest) = (broker.vhost(), format!("guest-of-{}", broker.vhost()));
    let ctl =
        |arguments: &[&str]| block_in_place(|| PrivateRabbit::shared()?.rabbitmqctl(arguments)).map(drop);
    ctl(&["add_user", &guest, "dingdong"])?;
    ctl(&["set_permissions", "--vhost", vhost, &guest, ".*", ".*", ".*"])?;
    let settings = RabbitSettings::new(&format!("amqp://{guest}:dingdong@{hosts}"))?;
    let none = r#"{"max-connections": 0}"#;
    for (limit, lifted) in [
        (
            ["set_vhost_limits", "--vhost", vhost, none].as_slice(),
            ["clear_vhost_limits", "--vhost", vhost].as_slice(),
        ),
        (&["set_user_limits", &guest, none], &["clear_user_limits", &guest, "all"]),
    ] {
        ctl(limit)?;
        let error = RabbitBus::open(&settings, topology()?).await.err();
        let told = matches!(&error, Some(BusError::Unavailable(text)) if text.contains("limit"));
        ensure!(told, "{limit:?}: {error:?}");
        ctl(lifted)?;
    }
    let bus = RabbitBus::open(&settings, topology()?).await?;
    bus.close().await;
    ctl(&["delete_user", &guest])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_for_a_name_too_long_for_the_broker_is_refused_and_costs_no_other() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let bus = broker.open(topology()?).await?;
    let long = "x".repeat(256);
    for route in [Route::Topic(long.clone()), Route::Queue(long)] {
        let refused = bus.publish(&[message(1, route)]).await;
        ensure!(matches!(refused, Err(BusError::Refused(_))), "{refused:?}");
    }
    publish(&*bus, &messages(2..3)).await
}

fn owned((before, after): (&str, &str)) -> (String, String) {
    (before.to_owned(), after.to_owned())
}
