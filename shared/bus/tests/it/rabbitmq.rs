// SPDX-License-Identifier: EUPL-1.2
//! The bus on a private RabbitMQ, with a virtual host for each test.

use std::sync::Arc;

use async_trait::async_trait;
use campanella_bus::{
    Bus, Topology,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_testkit::rabbitmq::{PassingVhost, PrivateRabbit};

use crate::contract::{self, Broker};

/// The address of a broker begins with this.
pub(crate) const SCHEME: &str = "amqp:";

/// A virtual host.
#[derive(Debug)]
pub(crate) struct RabbitBroker {
    url: String,
    /// Removed with the broker; none in a process that was given the address.
    vhost: Option<PassingVhost<'static>>,
}

impl RabbitBroker {
    pub(crate) fn fresh() -> anyhow::Result<Self> {
        let vhost = PrivateRabbit::shared()?.vhost()?;
        Ok(Self { url: vhost.url().to_owned(), vhost: Some(vhost) })
    }

    pub(crate) fn at(url: &str) -> Self {
        Self { url: url.to_owned(), vhost: None }
    }

    /// The name of the virtual host, for `rabbitmqctl`.
    pub(crate) fn vhost(&self) -> &str {
        self.vhost.as_ref().map_or("/", PassingVhost::name)
    }

    pub(crate) fn settings(&self) -> anyhow::Result<RabbitSettings> {
        Ok(RabbitSettings::new(&self.url)?)
    }
}

#[async_trait]
impl Broker for RabbitBroker {
    async fn open(&self, topology: Topology) -> anyhow::Result<Arc<dyn Bus>> {
        Ok(Arc::new(RabbitBus::open(&self.settings()?, topology).await?))
    }

    fn address(&self) -> String {
        self.url.clone()
    }
}

contract::for_broker!(RabbitBroker::fresh());
