// SPDX-License-Identifier: EUPL-1.2
//! A broker with a certificate of a private authority.

use anyhow::ensure;
use campanella_bus::{
    Bus as _, BusError,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_testkit::certificates;

use super::bench::Faulty;
use crate::contract::bench::{messages, publish, take, topology};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_authority_is_trusted_when_it_is_named_and_not_otherwise() -> anyhow::Result<()> {
    let faulty = Faulty::start().await?;
    let mut settings = RabbitSettings::new(&faulty.tls()?)?;
    let error = RabbitBus::open(&settings, topology()?).await.err();
    let told = matches!(&error, Some(BusError::Unavailable(text)) if text.contains("UnknownIssuer"));
    ensure!(told, "{error:?}");

    settings.certificate_authority = Some(certificates::authority());
    let bus = RabbitBus::open(&settings, topology()?).await?;
    publish(&bus, &messages(0..1)).await?;
    let mut registry = bus.consume("registry", 1).await?;
    let came = take(&mut *registry, 1).await?;
    registry.acknowledge(&came).await?;
    bus.close().await;

    settings.certificate_authority = Some(certificates::stranger());
    let error = RabbitBus::open(&settings, topology()?).await.err();
    let told = matches!(&error, Some(BusError::Unavailable(text)) if text.contains("UnknownIssuer"));
    ensure!(told, "{error:?}");

    settings.certificate_authority = Some(certificates::authority().with_file_name("nobody.pem"));
    let error = RabbitBus::open(&settings, topology()?).await.err();
    ensure!(matches!(&error, Some(BusError::Unavailable(text)) if text.contains("nobody.pem")), "{error:?}");
    Ok(())
}
