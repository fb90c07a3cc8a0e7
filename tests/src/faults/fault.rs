// SPDX-License-Identifier: EUPL-1.2
//! What may befall a region.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use campanella_runtime::clock::Clock as _;
use campanella_testkit::{PrivatePostgres, PrivateRabbit};
use chrono::TimeDelta;

use super::{region::Region, vanished};

/// How often a fault strikes in a story.
pub(crate) const STRIKES: usize = 2;
/// How long what lasts does.
const LASTING: Duration = Duration::from_secs(3);

/// A fault; it strikes twice in a story, at seeded moments, once it is seen that there is something to lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A worker's process is killed with -9 in the middle of a transaction that handles messages.
    Worker,
    /// A process dies while its relay has rows in hand: first before it publishes them, then when they are published and not
    /// yet deleted. Every process has a relay.
    Relay,
    /// A scheduler is killed with -9 in the middle of deciding what is due: first as it begins, then at a term.
    Scheduler,
    /// A mailer is killed with -9 while it waits for the relay's answer to a mail.
    Mailer,
    /// Every process is killed with -9 at once: first as a mailer above, then as a worker.
    Everybody,
    /// The broker is stopped in order and started; messages of its queues are being handled, here and below.
    Broker,
    /// The broker is killed with -9 and started.
    BrokerKilled,
    /// The database is stopped in order and started.
    Database,
    /// The database ends as in a power cut and is started.
    DatabaseKilled,
    /// The broker's memory alarm is raised, while there is something to publish, and cleared.
    Alarm,
    /// All connections to the broker are cut, in the middle of a batch.
    Cut,
    /// All connections to the database are cut, in the middle of a transaction.
    DatabaseCut,
    /// The machine of the database vanishes without a word, in the middle of a transaction: no connection is closed, nothing passes.
    DatabaseVanished,
    /// The node of a cluster that leads a queue is killed with -9 and started.
    Leader,
    /// Business time is set back an hour, and put right. What is decided already stays decided and is brought up to date; an
    /// application that becomes known in that hour waits for the next term or for a list, which decide it (ARD-020).
    Clock,
    /// Messages that panic, kill their process and hang.
    Poison,
    /// The disk under the queue file of an embedded installation is full, and has room again.
    FullDisk,
}

impl Fault {
    /// All of them, by the names of `./dev chaos NAME`.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("worker-killed", Self::Worker),
        ("relay-killed", Self::Relay),
        ("scheduler-killed", Self::Scheduler),
        ("mailer-killed", Self::Mailer),
        ("all-killed", Self::Everybody),
        ("connection-cut", Self::Cut),
        ("database-cut", Self::DatabaseCut),
        ("database-vanished", Self::DatabaseVanished),
        ("broker-restarted", Self::Broker),
        ("broker-killed", Self::BrokerKilled),
        ("memory-alarm", Self::Alarm),
        ("database-restarted", Self::Database),
        ("database-killed", Self::DatabaseKilled),
        ("clock-set-back", Self::Clock),
        ("poison", Self::Poison),
        ("disk-full", Self::FullDisk),
        ("queue-leader-killed", Self::Leader),
    ];

    /// Whether it needs a cluster.
    #[must_use]
    pub fn of_a_cluster(self) -> bool {
        self == Self::Leader
    }

    /// How many mails may be in doubt afterwards: four for each sender that died in the middle, two on each of its connections.
    pub(crate) const fn in_doubt_at_most(self) -> usize {
        let senders = match self {
            Self::Mailer => 1,
            // Both mailers are cut off, or end as they were in the middle of it.
            Self::Everybody | Self::DatabaseVanished => 2,
            // Its process sends mails too, and is ended up to three times by each of two messages.
            Self::Poison => 3,
            _ => 0,
        };
        senders * STRIKES * 4
    }

    /// How many mails must be: one at each death of a sender that was seen to be in the middle.
    pub(crate) const fn in_doubt_at_least(self) -> usize {
        match self {
            Self::Mailer => STRIKES,
            Self::Everybody => 1,
            _ => 0,
        }
    }

    /// Strikes once there is something to lose, lasts, heals. `draw` chooses among many.
    pub(crate) fn befall(self, region: &Region<'_>, draw: usize) -> Result<()> {
        // These ask when all that takes time is done: meanwhile what was told would be handled.
        let times = if matches!(self, Self::Alarm | Self::Leader) { 0 } else { region.ask_for_more() };
        let kill = |name: &str| region.kill9(name);
        let everybody = |_: &str| region.hands.iter().try_for_each(|(name, _)| region.kill9(name));
        match self {
            Self::Worker => region.while_handling(draw, kill),
            Self::Relay => region.wait_for_a_death(Duration::from_secs(60)),
            Self::Scheduler => region.while_deciding(draw, kill),
            Self::Mailer => region.while_sending(draw, kill),
            Self::Everybody if times == 0 => region.while_sending(draw, everybody),
            Self::Everybody => region.while_handling(draw, everybody),
            Self::Broker => restart_the_broker(region, draw, PrivateRabbit::stop),
            Self::BrokerKilled => {
                restart_the_broker(region, draw, PrivateRabbit::kill9)?;
                thread::sleep(LASTING);
                region.servers.elect(&region.vhost)
            }
            Self::Database => restart_the_database(region, draw, PrivatePostgres::stop),
            Self::DatabaseKilled => restart_the_database(region, draw, PrivatePostgres::kill),
            Self::Alarm => raise_an_alarm(region),
            Self::Cut => region.while_handling(draw, |_| {
                let cut = region.wire.cut();
                ensure!(cut > 0, "there was no connection to cut");
                Ok(())
            }),
            Self::DatabaseCut => cut_off_the_database(region),
            Self::DatabaseVanished => vanished::befall(region),
            Self::Leader => kill_the_leader(region, draw),
            Self::Clock => {
                let hour = TimeDelta::hours(1);
                region.clock.set(region.clock.now() - hour)?;
                thread::sleep(LASTING);
                region.clock.set(region.clock.now() + hour)
            }
            // Told with the facts, and a story of its own.
            Self::Poison | Self::FullDisk => Ok(()),
        }
    }
}

/// Ends it while messages of its queues are being handled.
fn restart_the_broker(region: &Region<'_>, draw: usize, end: fn(&PrivateRabbit) -> Result<()>) -> Result<()> {
    let rabbit = &region.servers.rabbit;
    region.while_handling(draw, |_| end(rabbit))?;
    rabbit.start_again()
}

/// Ends it in the middle of a transaction that handles messages.
fn restart_the_database(
    region: &Region<'_>,
    draw: usize,
    end: fn(&PrivatePostgres) -> Result<()>,
) -> Result<()> {
    let postgres = &region.servers.postgres;
    region.while_handling(draw, |_| end(postgres))?;
    thread::sleep(LASTING);
    postgres.start_again()
}

/// More is to be published than before the alarm, and some of it is seen to be held back.
fn raise_an_alarm(region: &Region<'_>) -> Result<()> {
    let rabbit = &region.servers.rabbit;
    rabbit.memory_alarm(true)?;
    region.ask_for_more();
    let waited = region.wait_for_unpublished(LASTING);
    rabbit.memory_alarm(false)?;
    waited
}

/// As soon as somebody is in the middle of a transaction.
fn cut_off_the_database(region: &Region<'_>) -> Result<()> {
    const CUT: &str = "WITH others AS MATERIALIZED (SELECT pid, xact_start FROM pg_stat_activity \
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()) \
        SELECT count(pg_terminate_backend(pid)) FROM others \
        WHERE EXISTS (SELECT FROM others WHERE xact_start IS NOT NULL)";
    let started = Instant::now();
    while region.count(CUT)? == 0 {
        ensure!(started.elapsed() < Duration::from_secs(60), "nobody is in the middle of a transaction");
    }
    Ok(())
}

fn kill_the_leader(region: &Region<'_>, draw: usize) -> Result<()> {
    let rabbit = &region.servers.rabbit;
    let asked = rabbit.nodes().find_map(|node| node.leader_of(&region.vhost, "isee-exclusions").ok());
    let leader = asked.context("nobody leads the queue")?;
    let node = rabbit.nodes().find(|node| node.name() == leader).context("the leader is no node of ours")?;
    region.ask_for_more();
    region.while_handling(draw, |_| node.kill9())?;
    thread::sleep(LASTING);
    node.start_again()
}
