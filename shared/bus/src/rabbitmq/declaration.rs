// SPDX-License-Identifier: EUPL-1.2
//! What has to be on a broker: made when it is not there, on every new connection.
//!
//! Arguments of a queue cannot be changed later without deleting it. Only what must hold without any policy is one: that
//! it is a quorum queue, and where it puts what the broker gives up on, for RabbitMQ 4 gives up by default after 20
//! deliveries and would drop it. Everything else (limits, strategies) is left to a policy, also how often the net itself may be
//! delivered: one more argument, and the nets that are there would be refused (ADR 12).

use lapin::{
    Channel, Connection, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, ShortString},
};

use crate::Topology;

/// The exchange all topics are published to: a direct one, for a topic is matched whole, and one look finds its queues
/// where a topic exchange walks it word by word (ADR 15).
pub(super) const EXCHANGE: &str = "campanella.topics";
/// The safety net: exchange and queue for what the broker gives up on.
pub const ABANDONED: &str = "campanella.abandoned";

/// Declares exchanges, queues and bindings. What is there already stays as it is.
pub(super) async fn declare(connection: &Connection, topology: &Topology) -> lapin::Result<()> {
    let channel = connection.create_channel().await?;
    exchange(&channel, EXCHANGE, ExchangeKind::Direct).await?;
    exchange(&channel, ABANDONED, ExchangeKind::Fanout).await?;
    queue(&channel, ABANDONED, &[("x-queue-type", "quorum")]).await?;
    bind(&channel, ABANDONED, ABANDONED, "").await?;
    for binding in topology.queues() {
        let arguments = [("x-queue-type", "quorum"), ("x-dead-letter-exchange", ABANDONED)];
        queue(&channel, &binding.queue, &arguments).await?;
        for topic in &binding.topics {
            bind(&channel, &binding.queue, EXCHANGE, topic).await?;
        }
    }
    channel.close(200, "OK".into()).await
}

/// Takes away the bindings of topics their queue does not receive (any more). One that is not there is none to take away.
pub(super) async fn unbind(connection: &Connection, topology: &Topology) -> lapin::Result<()> {
    let channel = connection.create_channel().await?;
    for binding in topology.queues() {
        for topic in topology.topics_not_for(binding) {
            let (queue, arguments) = (binding.queue.as_str().into(), FieldTable::default());
            channel.queue_unbind(queue, EXCHANGE.into(), topic.into(), arguments).await?;
        }
    }
    channel.close(200, "OK".into()).await
}

async fn exchange(channel: &Channel, name: &str, kind: ExchangeKind) -> lapin::Result<()> {
    let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(name.into(), kind, options, FieldTable::default()).await
}

async fn queue(channel: &Channel, name: &str, arguments: &[(&str, &str)]) -> lapin::Result<()> {
    let mut table = FieldTable::default();
    for (key, value) in arguments {
        table.insert(ShortString::from(*key), AMQPValue::LongString((*value).into()));
    }
    channel.queue_declare(name.into(), QueueDeclareOptions::durable(), table).await?;
    Ok(())
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, topic: &str) -> lapin::Result<()> {
    let (options, arguments) = (QueueBindOptions::default(), FieldTable::default());
    channel.queue_bind(queue.into(), exchange.into(), topic.into(), options, arguments).await
}
