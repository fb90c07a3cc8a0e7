// SPDX-License-Identifier: EUPL-1.2
//! What the broker and the client library give at best, for `./dev bench pipeline`: publishing and consuming on a durable
//! quorum queue with nothing around it. Persistent messages, every one confirmed, up to 4,000 on their way; prefetch 2,000, 500
//! acknowledged at a time; the allocator of the product: as the product does it, so that what is told is the same broker's best.
//!
//! `ceiling URL MESSAGES BYTES` prints one JSON object of messages a second. Here, because only this crate knows lapin.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use futures_util::{StreamExt as _, future::try_join_all};
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
        QueueDeclareOptions, QueueDeleteOptions,
    },
    types::{AMQPValue, FieldTable},
};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const QUEUE: &str = "ceiling";
/// Written before the first is waited for.
const PUBLISHED: usize = 4_000;
const ACKNOWLEDGED: usize = 500;
const PREFETCH: u16 = 2_000;
/// How long nothing may come.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, messages, bytes] = arguments.as_slice() else { bail!("usage: ceiling URL MESSAGES BYTES") };
    let (messages, body) = (messages.parse()?, vec![b'x'; bytes.parse()?]);
    let (publishing, consuming) = (connect(url).await?, connect(url).await?);
    declare(&publishing).await?;

    let start = Instant::now();
    publish(&publishing, &body, messages).await?;
    let raw_publish = rate(messages, start);
    let start = Instant::now();
    consume(&consuming, messages).await?;
    let raw_consume = rate(messages, start);
    let start = Instant::now();
    tokio::try_join!(publish(&publishing, &body, messages), consume(&consuming, messages))?;
    let raw_both = rate(messages, start);

    let channel = publishing.create_channel().await?;
    channel.queue_delete(QUEUE.into(), QueueDeleteOptions::default()).await?;
    writeln!(
        std::io::stdout(),
        r#"{{"raw_publish": {raw_publish:.1}, "raw_consume": {raw_consume:.1}, "raw_both": {raw_both:.1}}}"#
    )?;
    Ok(())
}

/// A connection for one direction, as in the product.
async fn connect(url: &str) -> anyhow::Result<Connection> {
    Connection::connect(url, ConnectionProperties::default()).await.context("the broker cannot be reached")
}

fn rate(messages: usize, start: Instant) -> f64 {
    messages as f64 / start.elapsed().as_secs_f64()
}

async fn declare(connection: &Connection) -> anyhow::Result<()> {
    let channel = connection.create_channel().await?;
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    channel.queue_declare(QUEUE.into(), QueueDeclareOptions::durable(), arguments).await?;
    Ok(())
}

/// Publishes windows, each awaited before the next.
async fn publish(connection: &Connection, body: &[u8], messages: usize) -> anyhow::Result<()> {
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let mut left = messages;
    while left > 0 {
        let window = left.min(PUBLISHED);
        let confirms = try_join_all((0..window).map(|_| write(&channel, body))).await?;
        for confirm in confirms {
            ensure!(matches!(confirm.await?, Confirmation::Ack(None)), "a message was not taken");
        }
        left -= window;
    }
    Ok(())
}

async fn write(channel: &Channel, body: &[u8]) -> lapin::Result<lapin::PublisherConfirm> {
    let properties = BasicProperties::default().with_delivery_mode(2);
    channel.basic_publish("".into(), QUEUE.into(), BasicPublishOptions::default(), body, properties).await
}

/// Consumes so many messages, acknowledging each [`ACKNOWLEDGED`] with one word.
async fn consume(connection: &Connection, messages: usize) -> anyhow::Result<()> {
    let channel = connection.create_channel().await?;
    channel.basic_qos(PREFETCH, BasicQosOptions { global: false }).await?;
    let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
    let mut consumer = channel.basic_consume(QUEUE.into(), "".into(), options, arguments).await?;
    for taken in 1..=messages {
        let next = tokio::time::timeout(PATIENCE, consumer.next()).await?;
        let delivery = next.context("the consumer was cancelled")??;
        if taken % ACKNOWLEDGED == 0 || taken == messages {
            channel.basic_ack(delivery.delivery_tag, BasicAckOptions { multiple: true }).await?;
        }
    }
    channel.close(200, "OK".into()).await?;
    Ok(())
}
