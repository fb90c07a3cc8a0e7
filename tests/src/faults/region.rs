// SPDX-License-Identifier: EUPL-1.2
//! A distributed installation under test: its database, its virtual host, its processes.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use campanella_runtime::clock::Clock as _;
use campanella_testkit::{Crew, HeldTable};
use tempfile::TempDir;

use super::{
    Fault, Servers,
    clock::ShiftedClock,
    database::Database,
    doom::Doom,
    facts,
    hands::{self, Hand, MAILERS},
    proxy::Proxy,
    sink::MailSink,
    stage, vanished,
    vanished::Line,
};
use crate::{Wiring, rome};

/// How often a region is looked at.
const GLANCE: Duration = Duration::from_millis(250);

/// An installation on servers of its process.
#[derive(Debug)]
pub(crate) struct Region<'a> {
    pub(crate) servers: &'a Servers,
    pub(crate) sink: MailSink,
    pub(crate) clock: ShiftedClock,
    pub(crate) wire: Proxy,
    /// Between its processes and the database, where that is to vanish.
    pub(crate) line: Option<Line>,
    /// The database as its processes reach it.
    database_url: String,
    crew: Crew,
    program: PathBuf,
    pub(crate) database: Database<'a>,
    /// Who is to die where nobody can strike from outside.
    pub(crate) doom: Option<Doom>,
    /// Its virtual host.
    pub(crate) vhost: String,
    pub(crate) hands: Vec<Hand>,
    environment: Vec<(String, String)>,
    /// Where each mailer hands its mails over.
    pub(crate) doors: BTreeMap<&'static str, SocketAddr>,
    /// The schedulers' ledger, while it is held.
    calendar: Mutex<Option<HeldTable>>,
    /// How often more facts were asked for.
    asked: AtomicUsize,
    /// Removed with the region.
    folder: TempDir,
}

impl<'a> Region<'a> {
    /// An empty one, whose processes are not yet started. `program` is the `hand` of this build; `draw` chooses who is doomed.
    pub(crate) fn begin(
        servers: &'a Servers,
        program: &Path,
        fault: Option<Fault>,
        draw: usize,
    ) -> Result<Self> {
        let name = servers.fresh_name();
        let database = Database::create(&servers.postgres, &name)?;
        let broker = servers.rabbit.lasting_vhost(&name)?;
        let folder = tempfile::tempdir()?;
        let clock = ShiftedClock::reading(&folder.path().join("clock"));
        clock.set(rome(facts::BEGIN)?)?;
        let (sink, wire) = (MailSink::open()?, Proxy::to(servers.rabbit.node(0).port())?);
        // One node is reached by the wire that can be cut, a cluster directly.
        let node = format!("127.0.0.1:{}", servers.rabbit.node(0).port());
        let broker =
            if broker.contains(',') { broker } else { broker.replace(&node, &wire.address.to_string()) };
        let vanishes = fault == Some(Fault::DatabaseVanished);
        let line = vanishes.then(|| Line::to(&database.url())).transpose()?;
        let database_url = line.as_ref().map_or_else(|| database.url(), |line| line.url.clone());
        let wiring = Wiring {
            database: &database_url,
            broker: &broker,
            management: "",
            mails: &format!("smtp://{}", sink.address),
            sender: "avvisi@campanella.example",
            listen: "",
        };
        let environment = environment(&wiring, &clock, fault);
        let crew = Crew::in_folder(&folder.path().join("crew"))?;
        let doors = MAILERS.iter().map(|(name, _)| Ok((*name, sink.another_door()?)));
        let doors = doors.collect::<Result<_>>()?;
        let program = program.to_owned();
        let region = Self {
            servers,
            sink,
            clock,
            wire,
            line,
            database_url,
            crew,
            program,
            database,
            doom: (fault == Some(Fault::Relay)).then(|| Doom::drawn(draw)),
            vhost: name,
            hands: hands::of(fault),
            environment,
            doors,
            calendar: Mutex::default(),
            asked: AtomicUsize::new(0),
            folder,
        };
        type_in(&region.program, &region.environment, &region.folder.path().join("data"), &["migrate"])?;
        Ok(region)
    }

    /// Like a supervisor: starts whoever is not at work.
    pub(crate) fn revive(&self) -> Result<()> {
        for (name, workers) in &self.hands {
            if !self.crew.is_running(name)? {
                if let Some(doom) = self.doom.as_ref().filter(|doom| doom.has_ended(name)) {
                    doom.leaves(self.count("SELECT count(*) FROM outbox")?);
                }
                self.launch(name, workers)?;
            }
        }
        Ok(())
    }

    /// Waits until the doomed one has died once more.
    pub(crate) fn wait_for_a_death(&self, patience: Duration) -> Result<()> {
        let doom = self.doom.as_ref().context("nobody is doomed")?;
        doom.expect_one_more();
        let started = Instant::now();
        while !doom.has_come()? {
            // Crash points are compiled in by `./dev test` and `./dev chaos`.
            ensure!(started.elapsed() < patience, "it does not die: {doom:?}\n{}", self.last_words());
            thread::sleep(GLANCE);
            self.revive()?;
        }
        Ok(())
    }

    fn launch(&self, name: &str, workers: &str) -> Result<()> {
        let data = self.folder.path().join("data");
        let data = data.to_str().context("the folder's path is not UTF-8")?;
        let mut arguments = vec!["run", "--data", data];
        if !workers.is_empty() {
            arguments.extend(["--only", workers]);
        }
        // What it said before it died is worth keeping.
        let log = self.crew.log(name);
        if log.is_file() {
            let ended = log.with_file_name("ended.log");
            let said = std::fs::read(&log)?;
            std::fs::write(ended, said)?;
        }
        let mut environment = self.environment.clone();
        environment.extend(self.doom.as_ref().and_then(|doom| doom.begins(name)));
        // The server then says whose transaction it is, the relay whose mail.
        let joined = if self.database_url.contains('?') { '&' } else { '?' };
        let database = format!("{}{joined}application_name={name}", self.database_url);
        environment.push(("CAMPANELLA_DATABASE__URL".to_owned(), database));
        let door = self.doors.get(name).map(|door| format!("smtp://{door}"));
        environment.extend(door.map(|door| ("CAMPANELLA_MAIL__TRANSPORT".to_owned(), door)));
        self.crew.start(name, &self.program, &arguments, &environment)?;
        Ok(())
    }

    pub(crate) fn kill9(&self, name: &str) -> Result<()> {
        self.crew.kill9(name)
    }

    /// Whether it has ended and was not started again.
    pub(crate) fn has_ended(&self, name: &str) -> Result<bool> {
        Ok(!self.crew.is_running(name)?)
    }

    /// What it has said since it was started last.
    pub(crate) fn said(&self, name: &str) -> String {
        std::fs::read_to_string(self.crew.log(name)).unwrap_or_default()
    }

    /// The schedulers' ledger, while it is held.
    pub(crate) fn calendar(&self) -> MutexGuard<'_, Option<HeldTable>> {
        self.calendar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A fault is about to look for something in hand: now is the time to tell more. How often that was before.
    pub(crate) fn ask_for_more(&self) -> usize {
        self.asked.fetch_add(1, Ordering::SeqCst)
    }

    /// Waits until more was asked for so often.
    pub(crate) fn wait_until_asked(&self, times: usize, patience: Duration) -> Result<()> {
        let started = Instant::now();
        while self.asked.load(Ordering::SeqCst) < times {
            ensure!(started.elapsed() < patience, "the fault never asked for more to do");
            thread::sleep(GLANCE);
        }
        Ok(())
    }

    pub(crate) fn count(&self, text: &str) -> Result<u64> {
        self.database.count(text)
    }

    /// Waits until a count has come so far, whatever dies or is away meanwhile.
    pub(crate) fn wait_until(&self, text: &str, wanted: u64, patience: Duration) -> Result<()> {
        let started = Instant::now();
        loop {
            self.revive()?;
            let found = self.count(text);
            match found {
                Ok(found) if found >= wanted => return Ok(()),
                _ if started.elapsed() > patience => {
                    let found = found.map_or_else(|error| format!("{error:#}"), |found| found.to_string());
                    bail!("{text}: {found}, not {wanted}\n{}", self.last_words())
                }
                _ => thread::sleep(GLANCE),
            }
        }
    }

    /// Waits until nobody has anything to do: no message written and not published, none in a queue or a hand, no mail on its
    /// way. Whoever dies is started again.
    pub(crate) fn wait_until_quiet(&self, patience: Duration) -> Result<()> {
        let started = Instant::now();
        // The same twice, with nothing handled in between: what moved from one place to the other would have been.
        let mut before = None;
        loop {
            self.revive()?;
            let seen = self.left();
            if let Ok(Left { waiting: 0, handled, .. }) = &seen {
                if before == Some(*handled) {
                    return Ok(());
                }
                before = Some(*handled);
            } else {
                before = None;
            }
            if started.elapsed() > patience {
                let seen = seen.map_or_else(|error| format!("{error:#}"), |left| left.detail);
                bail!("not quiet after {patience:?}: {seen}\n{}", self.last_words());
            }
            thread::sleep(GLANCE);
        }
    }

    fn left(&self) -> Result<Left> {
        let now = self.clock.now().to_rfc3339();
        let row = self.database.sql(&format!(
            "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM notification WHERE state IN ('claimed', 'sending') \
             OR (state IN ('queued', 'deferred') AND due_at <= '{now}')), (SELECT count(*) FROM inbox)"
        ))?;
        let numbers = row.split('|').map(str::parse).collect::<Result<Vec<u64>, _>>()?;
        let [outbox, mails, handled] = *numbers else { bail!("{row}") };
        let queued = self.servers.messages_in(&self.vhost)?;
        Ok(Left {
            waiting: outbox + mails + queued,
            handled,
            detail: format!("outbox {outbox}, mails {mails}, queues {queued}"),
        })
    }

    /// What each process said last.
    pub(crate) fn last_words(&self) -> String {
        let mut words = String::new();
        for (name, _) in &self.hands {
            let log = self.said(name);
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(2)..];
            words.push_str(&format!("--- {name}\n{}\n", last.join("\n")));
        }
        words
    }
}

/// What there is still to do.
#[derive(Debug)]
struct Left {
    waiting: u64,
    handled: u64,
    detail: String,
}

/// Runs a command on a folder to its end.
pub(crate) fn type_in(
    program: &Path,
    environment: &[(String, String)],
    data: &Path,
    arguments: &[&str],
) -> Result<()> {
    let environment = environment.iter().map(|(name, value)| (name, value));
    let mut command = Command::new(program);
    command.env_clear().envs(environment).stdin(Stdio::null()).args(arguments).arg("--data").arg(data);
    let output = command.output()?;
    ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

/// Where everything is, and times made short: they are machine time, nobody's right hangs on them.
pub(crate) fn environment(
    wiring: &Wiring<'_>,
    clock: &ShiftedClock,
    fault: Option<Fault>,
) -> Vec<(String, String)> {
    // A sender that lives, and cannot write down for a while what it sent, is not taken for dead.
    let lease = if fault.is_some_and(|fault| fault.in_doubt_at_most() > 0) { "8" } else { "120" };
    let pairs = [
        ("CAMPANELLA_DATABASE__CONNECTIONS", "4"),
        ("CAMPANELLA_MAIL__LEASE_SECONDS", lease),
        ("CAMPANELLA_RELAY__POLL_SECONDS", "1"),
        ("CAMPANELLA_SCHEDULER__POLL_SECONDS", "1"),
        ("CAMPANELLA_BROKER__HEARTBEAT_SECONDS", "4"),
        ("CAMPANELLA_BROKER__CONFIRM_SECONDS", "5"),
        ("CAMPANELLA_RUNNER__RETRY__FIRST_SECONDS", "1"),
        ("CAMPANELLA_RUNNER__RETRY__LONGEST_SECONDS", "2"),
        // Small batches: a fault then falls into the middle of one more often.
        ("CAMPANELLA_RUNNER__BATCH", "20"),
        ("CAMPANELLA_RUNNER__PREFETCH", "40"),
        ("CAMPANELLA_RUNNER__HANDLER_TIMEOUT_SECONDS", "10"),
    ];
    let short = if fault == Some(Fault::DatabaseVanished) { vanished::SHORT.as_slice() } else { &[] };
    let pairs = pairs.iter().chain(short).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let clock = (stage::CLOCK.to_owned(), clock.path().display().to_string());
    wiring.environment().into_iter().chain(pairs).chain([clock]).collect()
}
