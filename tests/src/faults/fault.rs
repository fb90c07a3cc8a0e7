// SPDX-License-Identifier: EUPL-1.2
//! What may befall a region.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use campanella_runtime::clock::Clock as _;
use chrono::TimeDelta;

use super::{
    region::{HANDS, Region},
    vanished,
};

/// How often a fault strikes in a story.
pub(crate) const STRIKES: usize = 2;

/// A fault; it strikes twice in a story, at seeded moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A worker's process is killed with -9.
    Worker,
    /// A process dies while its relay has rows in hand: first before it publishes them, then when they are published and not
    /// yet deleted. Every process has a relay.
    Relay,
    /// A scheduler is killed with -9.
    Scheduler,
    /// A mailer is killed with -9.
    Mailer,
    /// Every process is killed with -9 at once.
    Everybody,
    /// The broker is stopped in order and started.
    Broker,
    /// The broker is killed with -9 and started.
    BrokerKilled,
    /// The database is stopped in order and started.
    Database,
    /// The database ends as in a power cut and is started.
    DatabaseKilled,
    /// The broker's memory alarm is raised and cleared.
    Alarm,
    /// All connections to the broker are cut, in the middle of whatever passes.
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

    /// Strikes, lasts, heals. `draw` chooses among many.
    pub(crate) fn befall(self, region: &Region<'_>, draw: usize) -> Result<()> {
        let lasting = Duration::from_secs(3);
        let servers = region.servers;
        match self {
            Self::Worker => kill_one(region, &HANDS[..6], draw),
            Self::Relay => region.wait_for_a_death(Duration::from_secs(60)),
            Self::Scheduler => kill_one(region, &HANDS[8..], draw),
            Self::Mailer => kill_one(region, &HANDS[6..8], draw),
            Self::Everybody => HANDS.iter().try_for_each(|(name, _)| region.kill9(name)),
            Self::Broker => {
                servers.rabbit.stop()?;
                servers.rabbit.start_again()
            }
            Self::BrokerKilled => {
                servers.rabbit.kill9()?;
                servers.rabbit.start_again()?;
                thread::sleep(lasting);
                servers.elect(&region.vhost)
            }
            Self::Database => {
                servers.postgres.stop()?;
                thread::sleep(lasting);
                servers.postgres.start_again()
            }
            Self::DatabaseKilled => {
                servers.postgres.kill()?;
                thread::sleep(lasting);
                servers.postgres.start_again()
            }
            Self::Alarm => {
                servers.rabbit.memory_alarm(true)?;
                thread::sleep(lasting);
                servers.rabbit.memory_alarm(false)
            }
            Self::Cut => {
                let cut = region.wire.cut();
                ensure!(cut > 0, "there was no connection to cut");
                Ok(())
            }
            Self::DatabaseCut => cut_off_the_database(region),
            Self::DatabaseVanished => vanished::befall(region),
            Self::Leader => kill_the_leader(region),
            Self::Clock => {
                let hour = TimeDelta::hours(1);
                region.clock.set(region.clock.now() - hour)?;
                thread::sleep(lasting);
                region.clock.set(region.clock.now() + hour)
            }
            // Told with the facts, and a story of its own.
            Self::Poison | Self::FullDisk => Ok(()),
        }
    }
}

fn kill_one(region: &Region<'_>, among: &[(&str, &str)], draw: usize) -> Result<()> {
    let (name, _) = among.get(draw % among.len()).context("nobody to kill")?;
    region.kill9(name)
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

fn kill_the_leader(region: &Region<'_>) -> Result<()> {
    let rabbit = &region.servers.rabbit;
    let asked = rabbit.nodes().find_map(|node| node.leader_of(&region.vhost, "isee-exclusions").ok());
    let leader = asked.context("nobody leads the queue")?;
    let node = rabbit.nodes().find(|node| node.name() == leader).context("the leader is no node of ours")?;
    node.kill9()?;
    thread::sleep(Duration::from_secs(3));
    node.start_again()
}
