// SPDX-License-Identifier: EUPL-1.2
//! A process for each worker, as `compose/` has a service for each.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use campanella::workforce;
use campanella_testkit::{Crew, free_ports};
use campanella_tests::Wiring;

use crate::place::Place;
use crate::servers::Servers;

/// Everybody at work.
#[derive(Debug)]
pub(crate) struct Workers {
    crew: Crew,
    /// The `campanella` command.
    pub(crate) program: PathBuf,
    data: PathBuf,
    all: Vec<Worker>,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) name: &'static str,
    pub(crate) pid: u32,
    /// Where it answers `/status`.
    pub(crate) listen: String,
    environment: Vec<(String, String)>,
}

impl Workers {
    /// Migrates the database, starts everybody and returns when all say that they are well.
    ///
    /// # Errors
    /// When the migration fails or a worker ends; the message carries what it printed.
    pub(crate) fn start(place: &Place, servers: &Servers) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?.with_file_name("command");
        ensure!(program.is_file(), "{} is not built: use ./dev up", program.display());
        let data = place.join("data");
        let crew = Crew::in_folder(&place.join("workers"))?;
        let mut workers = Self { crew, program, data, all: Vec::new() };
        let names = workforce::names();
        let mails = format!("folder:{}", place.join("mail").display());
        for (name, port) in names.iter().zip(free_ports(names.len())?) {
            let listen = format!("127.0.0.1:{port}");
            let wiring = Wiring {
                database: &servers.workers.database,
                broker: &servers.workers.broker,
                management: &servers.management,
                mails: &mails,
                sender: "avvisi@campanella.example",
                listen: &listen,
            };
            let environment = wiring.environment();
            if workers.all.is_empty() {
                workers.migrate(&environment)?;
            }
            let pid = workers.launch(name, &environment)?;
            workers.all.push(Worker { name, pid, listen, environment });
        }
        for worker in &workers.all {
            workers.wait_until_well(worker)?;
        }
        Ok(workers)
    }

    /// All of them, in their order.
    pub(crate) fn all(&self) -> &[Worker] {
        &self.all
    }

    /// What one has printed.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.crew.log(name)
    }

    /// Starts those again that are not at work, and names them.
    pub(crate) fn start_again_who_ended(&self) -> anyhow::Result<Vec<&'static str>> {
        let mut ended = Vec::new();
        for worker in &self.all {
            if !self.crew.is_running(worker.name)? {
                self.launch(worker.name, &worker.environment)?;
                ended.push(worker.name);
            }
        }
        Ok(ended)
    }

    fn launch(&self, name: &str, environment: &[(String, String)]) -> anyhow::Result<u32> {
        let data = self.data.to_str().context("the data folder's path is not UTF-8")?;
        self.crew.start(name, &self.program, &["run", "--only", name, "--data", data], environment)
    }

    fn migrate(&self, environment: &[(String, String)]) -> anyhow::Result<()> {
        let output =
            command(&self.program, environment).args(["migrate", "--data"]).arg(&self.data).output()?;
        ensure!(output.status.success(), "migrate: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(())
    }

    /// Asks as the health check of the containers does.
    fn wait_until_well(&self, worker: &Worker) -> anyhow::Result<()> {
        for _ in 0..600 {
            let asked = command(&self.program, &worker.environment).arg("health").output()?;
            if asked.status.success() {
                return Ok(());
            }
            if !self.crew.is_running(worker.name)? {
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        let log = std::fs::read_to_string(self.log(worker.name)).unwrap_or_default();
        bail!("{} does not come to work:\n{}", worker.name, log.trim())
    }
}

/// The command, with this environment and nothing of ours.
fn command(program: &Path, environment: &[(String, String)]) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
    command
}
