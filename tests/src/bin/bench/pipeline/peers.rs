// SPDX-License-Identifier: EUPL-1.2
//! The same work on what else there is: `tests/peers`, installed by `./dev bench pipeline` into `target/bench/peers`.
//!
//! The rate is that of the rows in their inbox, from the first to the last; none of them is charged for its start.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use campanella_testkit::PassingDatabase;

use super::{ceiling, servers::Servers};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");
const INSTALLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/bench/peers");
/// Some ten seconds' worth each.
const CELERY: u32 = 5_000;
const GRAPHILE: u32 = 10_000;
const NODE: u32 = 20_000;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(180);
const LOOK: Duration = Duration::from_millis(500);

/// Their rates, in messages a second.
pub(super) struct Peers {
    pub(super) celery: f64,
    pub(super) graphile: f64,
    pub(super) node: f64,
}

pub(super) fn measure(servers: &Servers) -> anyhow::Result<Peers> {
    Ok(Peers { celery: celery(servers)?, graphile: graphile(servers)?, node: node(servers)? })
}

/// Acks late, prefork with two processes, quorum queues, confirmed publishing.
fn celery(servers: &Servers) -> anyhow::Result<f64> {
    let vhost = servers.vhost()?;
    let peer = Peer::new(servers, "celery", vhost.url())?;
    let programs = Path::new(INSTALLED).join("celery/bin");
    let folder = Path::new(SOURCES).join("celery");
    let fill = peer
        .command(&programs.join("python"))
        .current_dir(&folder)
        .args(["fill.py", &CELERY.to_string()])
        .status();
    ensure!(fill?.success(), "Celery's queue could not be filled");
    let mut worker = peer.command(&programs.join("celery"));
    worker.current_dir(&folder).args(["-A", "work", "worker", "-P", "prefork", "-c", "2", "-l", "ERROR"]);
    worker.args(["--without-gossip", "--without-mingle", "--without-heartbeat"]);
    let worker = Running(worker.spawn()?);
    let rate = peer.rate(CELERY)?;
    drop(worker);
    Ok(rate)
}

/// The faster of its two ways to take jobs.
fn graphile(servers: &Servers) -> anyhow::Result<f64> {
    let mut best = 0.0_f64;
    for local_queue in ["0", "100"] {
        let peer = Peer::new(servers, "graphile_worker", "")?;
        let program = Path::new(INSTALLED).join("graphile/release/campanella-peer-graphile");
        let worker = peer.command(&program).args([&GRAPHILE.to_string(), "8", local_queue]).spawn()?;
        let worker = Running(worker);
        best = best.max(peer.rate(GRAPHILE)?);
        drop(worker);
    }
    Ok(best)
}

/// By hand: one channel, prefetch 100, ten connections to the database.
fn node(servers: &Servers) -> anyhow::Result<f64> {
    let vhost = servers.vhost()?;
    let peer = Peer::new(servers, "node", vhost.url())?;
    let program = Path::new(INSTALLED).join("node/work.js");
    let node = |task: &str| {
        let mut command = peer.command(Path::new("node"));
        command.arg(&program).args([task, &NODE.to_string()]);
        command
    };
    ensure!(node("fill").status()?.success(), "Node's queue could not be filled");
    let worker = Running(node("work").spawn()?);
    let rate = peer.rate(NODE)?;
    drop(worker);
    Ok(rate)
}

/// A database with the peers' tables.
struct Peer<'a> {
    servers: &'a Servers,
    name: &'static str,
    database: PassingDatabase<'a>,
    folder: PathBuf,
    broker: String,
}

impl<'a> Peer<'a> {
    fn new(servers: &'a Servers, name: &'static str, broker: &str) -> anyhow::Result<Self> {
        let database = servers.database()?;
        let tables = std::fs::read_to_string(Path::new(SOURCES).join("reset.sql"))?;
        servers.postgres.run_sql(database.name(), &tables)?;
        servers.settle(&database)?;
        let folder = database.url().split(['=', '&']).nth(1).context("no folder in the URL")?.into();
        Ok(Self { servers, name, database, folder, broker: broker.to_owned() })
    }

    /// A program that finds its servers in the environment.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("PGHOST", &self.folder).env("PGUSER", "postgres").env("PGDATABASE", self.database.name());
        // Its body with id and number is then as large as ours.
        command
            .env("AMQP_URL", &self.broker)
            .env("PAD", ceiling::body_bytes().saturating_sub(70).to_string());
        // Quiet: no files beside its sources, no banner, no advice.
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONWARNINGS", "ignore").stdout(Stdio::null());
        command
    }

    /// Messages a second, once all are done.
    fn rate(&self, messages: u32) -> anyhow::Result<f64> {
        let ask = |sql: &str| self.servers.postgres.run_sql(self.database.name(), sql);
        let start = Instant::now();
        while ask("SELECT count(*) FROM inbox")? != messages.to_string() {
            ensure!(start.elapsed() < PATIENCE, "{} did not do its {messages} messages", self.name);
            sleep(LOOK);
        }
        let updates = ask("SELECT sum(version) FROM application")?;
        ensure!(updates == messages.to_string(), "{} updated {updates} of {messages} rows", self.name);
        let seconds: f64 = ask("SELECT extract(epoch FROM max(at) - min(at)) FROM inbox")?.parse()?;
        Ok(f64::from(messages - 1) / seconds)
    }
}

/// A program that ends with the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // SIGTERM first, as Celery's processes are its children; the shell's kill needs no unsafe code.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let start = Instant::now();
        while self.0.try_wait().is_ok_and(|ended| ended.is_none())
            && start.elapsed() < Duration::from_secs(10)
        {
            sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
