// SPDX-License-Identifier: EUPL-1.2
//! The servers regions work on, one region after the other.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use campanella_testkit::{Durability, PrivatePostgres, PrivateRabbit};

/// A PostgreSQL and a RabbitMQ that end with this process.
#[derive(Debug)]
pub struct Servers {
    pub(crate) postgres: PrivatePostgres,
    pub(crate) rabbit: PrivateRabbit,
    regions: AtomicU32,
}

impl Servers {
    /// A database and a single broker, as durable as an office's: what they confirm survives that they are killed.
    ///
    /// # Errors
    /// When one does not start; the message carries its log.
    pub fn start() -> Result<Self> {
        Self::with(PrivateRabbit::start_with(Durability::Full)?)
    }

    /// A database and a cluster of three.
    ///
    /// # Errors
    /// As [`Servers::start`].
    pub fn with_a_cluster() -> Result<Self> {
        Self::with(PrivateRabbit::cluster_of_three()?)
    }

    fn with(rabbit: PrivateRabbit) -> Result<Self> {
        Ok(Self {
            postgres: PrivatePostgres::start_with(Durability::Full)?,
            rabbit,
            regions: AtomicU32::new(0),
        })
    }

    /// A name no other region of these servers has.
    pub(crate) fn fresh_name(&self) -> String {
        format!("region{}", self.regions.fetch_add(1, Ordering::Relaxed))
    }

    /// Messages in all queues of a virtual host, those in somebody's hand included, as the leaders of the queues know them:
    /// what `rabbitmqctl list_queues` prints is some seconds old.
    ///
    /// # Errors
    /// When the first node that is up cannot say.
    pub(crate) fn messages_in(&self, vhost: &str) -> Result<u64> {
        self.sum_of_queues(vhost, "query_messages_total")
    }

    /// Those of them that were delivered to somebody who has not acknowledged them.
    ///
    /// # Errors
    /// As [`Servers::messages_in`].
    pub(crate) fn in_hand(&self, vhost: &str) -> Result<u64> {
        self.sum_of_queues(vhost, "query_messages_checked_out")
    }

    /// What the machine behind every quorum queue answers, summed up.
    fn sum_of_queues(&self, vhost: &str, query: &str) -> Result<u64> {
        let asked = format!(
            "lists:sum([begin {{ok, {{_, Held}}, _}} = \
             ra:leader_query(amqqueue:get_pid(Queue), fun rabbit_fifo:{query}/1), Held end \
             || Queue <- rabbit_amqqueue:list(<<\"{vhost}\">>)])"
        );
        let mut answer = Err(anyhow::anyhow!("no node"));
        for node in self.rabbit.nodes() {
            answer = node.eval(&asked);
            if answer.is_ok() {
                break;
            }
        }
        Ok(answer?.trim().parse()?)
    }

    /// Has the queues of a virtual host elect a leader where they have none. A single node of RabbitMQ 3.10 that was killed may
    /// come back with a queue whose one member waits for a leader for ever: its administrator does the same.
    ///
    /// # Errors
    /// When the first node is down.
    pub(crate) fn elect(&self, vhost: &str) -> Result<()> {
        self.rabbit.node(0).eval(&format!(
            "[ra:trigger_election(amqqueue:get_pid(Queue)) || Queue <- rabbit_amqqueue:list(<<\"{vhost}\">>), \
             ets:lookup(ra_state, element(1, amqqueue:get_pid(Queue))) =:= [{{element(1, amqqueue:get_pid(Queue)), follower}}]]"
        ))?;
        Ok(())
    }
}
