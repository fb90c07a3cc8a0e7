// SPDX-License-Identifier: EUPL-1.2
//! An embedded installation under test: a folder, one process that does everything, and a disk that can be full for its queue
//! file alone.
//!
//! The process may write no file beyond a size (`RLIMIT_FSIZE`), and a message nobody takes has brought the log of the queue file
//! beyond it; the database's is far below. Rejected: a small file system (mounting one takes rights a container of CI does not
//! have) and SQLite's `max_page_count` (it holds for one connection; the test of a full file in `campanella-store` sets it).

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use campanella::{installation::Installation, settings::Settings};
use campanella_runtime::clock::Clock as _;
use campanella_store::{
    notification, outbox,
    queue::{Put, QueueFile},
};
use campanella_testkit::{Crew, free_ports};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    clock::ShiftedClock,
    facts::{self, Teller},
    region::{environment, type_in},
    sink::MailSink,
};
use crate::{Wiring, rome};

/// The one process.
const NAME: &str = "everybody";
/// The queue nobody takes from, and how large its message is.
const FILLER: (&str, usize) = ("filler", 12 << 20);
/// The largest file there is room for while the disk is full.
const ROOM: u64 = 11 << 20;
const GLANCE: Duration = Duration::from_millis(250);

/// The installation.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) sink: MailSink,
    pub(crate) clock: ShiftedClock,
    pub(crate) teller: Teller,
    crew: Crew,
    pid: Pid,
    port: u16,
    program: PathBuf,
    environment: Vec<(String, String)>,
    /// Removed with it.
    folder: TempDir,
}

impl Embedded {
    /// An empty one but for places and schools, at work.
    pub(crate) fn begin(program: &Path, patience: Duration) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let clock = ShiftedClock::reading(&folder.path().join("clock"));
        clock.set(rome(facts::BEGIN)?)?;
        let sink = MailSink::open()?;
        let port = *free_ports(1)?.first().context("a port")?;
        let wiring = Wiring {
            database: "",
            broker: "",
            management: "",
            mails: &format!("smtp://{}", sink.address),
            sender: "avvisi@campanella.example",
            listen: &format!("127.0.0.1:{port}"),
        };
        let environment = environment(&wiring, &clock, None);
        let data = folder.path().join("data");
        make(&data)?;
        let teller = Teller::open(&format!("sqlite://{}", data.join("campanella.db").display()))?;
        // Before the calendar looks for the first time: what it finds is told to them.
        teller.settle()?;
        let crew = Crew::in_folder(&folder.path().join("crew"))?;
        let pid = start(&crew, program, &data, &environment)?;
        let started = Instant::now();
        while !status(port).is_ok_and(|status| status.starts_with("HTTP/1.1 200")) {
            ensure!(started.elapsed() < patience, "it does not begin: {}", crew.log(NAME).display());
            thread::sleep(GLANCE);
        }
        Ok(Self { sink, clock, teller, crew, pid, port, program: program.to_owned(), environment, folder })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn queue(&self) -> PathBuf {
        self.data().join("queue.db")
    }

    /// Puts the message nobody takes into the queue file, which is the process's own: nothing may be in hand.
    pub(crate) fn swell(&self) -> Result<()> {
        let (queue, size) = FILLER;
        let body = "x".repeat(size);
        let put = Put { queue, message_id: Uuid::nil(), body: &body };
        self.teller.wait(async {
            let file = QueueFile::open(&self.queue()).await?;
            file.put(&[put]).await?;
            file.close().await;
            Ok(())
        })
    }

    /// There is no room for more, or there is again.
    pub(crate) fn disk_is_full(&self, full: bool) -> Result<()> {
        let limit = Rlimit { current: full.then_some(ROOM), maximum: None };
        prlimit(Some(self.pid), Resource::Fsize, limit)?;
        Ok(())
    }

    /// What `/status` answers, head and body.
    pub(crate) fn status(&self) -> Result<String> {
        status(self.port)
    }

    /// Waits until `seen` is true.
    pub(crate) fn wait_until(
        &self,
        what: &str,
        patience: Duration,
        seen: impl Fn() -> Result<bool>,
    ) -> Result<()> {
        let started = Instant::now();
        while !seen()? {
            ensure!(self.crew.is_running(NAME)?, "the process has ended\n{}", self.last_words());
            ensure!(started.elapsed() < patience, "not within {patience:?}: {what}\n{}", self.last_words());
            thread::sleep(GLANCE);
        }
        Ok(())
    }

    /// Messages in the outbox.
    pub(crate) fn unpublished(&self) -> Result<i64> {
        self.teller.look(async |tx| Ok(outbox::stats(tx).await?.rows))
    }

    /// Whether no message is in the outbox or on a queue but the one nobody takes, and no mail is due or in hand.
    fn is_quiet(&self) -> Result<bool> {
        let now = self.clock.now();
        let (due, in_hand) = self.teller.look(async |tx| {
            let due = notification::next_due(tx).await?.is_some_and(|due| due <= now);
            let counts = notification::counts(tx).await?;
            Ok((due, counts.iter().any(|count| matches!(count.state.as_str(), "claimed" | "sending"))))
        })?;
        let depths = self.teller.wait(async { Ok(QueueFile::depths_beside(&self.queue()).await?) })?;
        Ok(self.unpublished()? == 0 && !due && !in_hand && depths.iter().all(|depth| depth.queue == FILLER.0))
    }

    /// Waits until nothing is left to do, and stops the process, which finishes what is in hand: only then it is certain.
    pub(crate) fn come_to_rest(&self, patience: Duration) -> Result<()> {
        loop {
            self.wait_until("something is left to do", patience, || self.is_quiet())?;
            self.crew.stop(NAME)?;
            if self.is_quiet()? {
                return Ok(());
            }
            start(&self.crew, &self.program, &self.data(), &self.environment)?;
        }
    }

    /// Carries the installation, at rest, into an empty database: `campanella copy`, once the queue file is empty.
    pub(crate) fn copy_to(&self, url: &str) -> Result<()> {
        self.teller.wait(async {
            let file = QueueFile::open(&self.queue()).await?;
            let holder = Uuid::max();
            let filler = file.lease(FILLER.0, holder, 1).await?;
            file.acknowledge(holder, &filler.iter().map(|message| message.position).collect::<Vec<_>>())
                .await?;
            file.close().await;
            Ok(())
        })?;
        type_in(&self.program, &self.environment, &self.data(), &["copy", "--to", url])
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.crew.log(NAME)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }
}

/// Makes an installation in a folder, as the first `campanella run` does.
fn make(data: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let installation = Installation::open(data, Settings::load(None, &[])?).await?;
        installation.store.close().await;
        Ok(())
    })
}

fn status(port: u16) -> Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(b"GET /status HTTP/1.1\r\nHost: campanella\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A process that writes beyond its limit is told so by an error and not by a signal, as on a full disk.
fn start(crew: &Crew, program: &Path, data: &Path, environment: &[(String, String)]) -> Result<Pid> {
    let program = program.to_str().context("the program's path is not UTF-8")?;
    let data = data.to_str().context("the folder's path is not UTF-8")?;
    let unharmed = "trap '' XFSZ; exec \"$@\"";
    let arguments = ["-c", unharmed, "sh", program, "run", "--data", data];
    let pid = crew.start(NAME, Path::new("/bin/sh"), &arguments, environment)?;
    Pid::from_raw(pid.cast_signed()).context("a process has a number")
}
