// SPDX-License-Identifier: EUPL-1.2
//! A database whose machine vanishes without a word, as in a power cut or behind a firewall that begins to drop: no connection is
//! closed, nothing passes any more, and whoever awaits an answer is never told.

use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::region::Region;

/// How a process is told not to wait long. It waits for a connection for less than a step may stand still: only who is in the
/// middle of something does not come back.
pub(crate) const SHORT: [(&str, &str); 4] = [
    ("CAMPANELLA_DATABASE__BUSY_TIMEOUT_SECONDS", "3"),
    ("CAMPANELLA_DATABASE__STATEMENT_TIMEOUT_SECONDS", "6"),
    ("CAMPANELLA_RUNNER__HANDLER_TIMEOUT_SECONDS", "6"),
    ("CAMPANELLA_HTTP__STUCK_AFTER_SECONDS", "7"),
];
/// What a process says that ends because of it: a loop stands still, or a handler does not come back.
const LAST_WORDS: &str = "the process ends";
/// For a transaction to be caught, and for a process to end.
const PATIENCE: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(250);

/// What becomes of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Passes,
    /// It waits on the way.
    Held,
    /// It is swallowed, and so is what was held.
    Vanished,
}

#[derive(Debug)]
struct Switch {
    mode: Mode,
    /// How often the machine has vanished: connections made before are lost.
    times: u32,
    /// Made while it was away: nobody answers.
    unanswered: Vec<TcpStream>,
    /// The server's ends.
    far: Vec<UnixStream>,
}

/// The line between the processes of a region and their database.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The database, through the line.
    pub(crate) url: String,
    switch: Arc<(Mutex<Switch>, Condvar)>,
}

impl Line {
    /// To a database of a private server, which listens on a socket in a folder.
    pub(crate) fn to(url: &str) -> Result<Self> {
        let (database, rest) = url
            .split_once("postgres:///")
            .and_then(|(_, rest)| rest.split_once("?host="))
            .context("a URL")?;
        let (folder, user) = rest.split_once("&user=").context("a user")?;
        let server = Path::new(folder).join(".s.PGSQL.5432");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let url = format!("postgres://{user}@{}/{database}", listener.local_addr()?);
        let switch = Switch { mode: Mode::Passes, times: 0, unanswered: Vec::new(), far: Vec::new() };
        let line = Self { url, switch: Arc::new((Mutex::new(switch), Condvar::new())) };
        let own = line.clone();
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                // A server that is down refuses by closing.
                drop(own.connect(near, &server));
            }
        });
        Ok(line)
    }

    fn switch(&self) -> MutexGuard<'_, Switch> {
        self.switch.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, mode: Mode) {
        self.switch().mode = mode;
        self.switch.1.notify_all();
    }

    /// Nothing passes for now; nothing is lost yet.
    fn hold(&self) {
        self.set(Mode::Held);
    }

    fn release(&self) {
        self.set(Mode::Passes);
    }

    /// What is on the way is swallowed, and so is whatever is sent on the connections there are.
    fn vanish(&self) {
        self.switch().times += 1;
        self.set(Mode::Vanished);
    }

    /// The machine is there again and knows nothing of its connections: their transactions are undone. Whoever still sends on
    /// one of them is told now.
    fn come_back(&self) {
        let mut switch = self.switch();
        for far in switch.far.drain(..) {
            let _ = far.shutdown(Shutdown::Both);
        }
        for near in switch.unanswered.drain(..) {
            let _ = near.shutdown(Shutdown::Both);
        }
        drop(switch);
        self.release();
    }

    fn connect(&self, near: TcpStream, server: &Path) -> io::Result<()> {
        let mut switch = self.switch();
        while switch.mode == Mode::Held {
            switch = self.switch.1.wait(switch).unwrap_or_else(PoisonError::into_inner);
        }
        if switch.mode == Mode::Vanished {
            switch.unanswered.push(near);
            return Ok(());
        }
        let far = UnixStream::connect(server)?;
        near.set_nodelay(true)?;
        switch.far.push(far.try_clone()?);
        let times = switch.times;
        drop(switch);
        let (there, back) = (self.clone(), self.clone());
        let (near_too, far_too) = (near.try_clone()?, far.try_clone()?);
        thread::spawn(move || {
            // Of what is lost neither end hears of the other's; what nobody holds any more is closed.
            if !matches!(there.pass(&near_too, &far_too, times), Ok(true)) {
                let _ = far_too.shutdown(Shutdown::Both);
            }
        });
        thread::spawn(move || {
            if !matches!(back.pass(&far, &near, times), Ok(true)) {
                let _ = near.shutdown(Shutdown::Both);
            }
        });
        Ok(())
    }

    /// Passes on what comes until the end; whether the connection was lost on the way. `times`: how often the machine had
    /// vanished when it was made.
    fn pass(&self, mut from: impl Read, mut to: impl Write, times: u32) -> io::Result<bool> {
        let mut bytes = [0; 16 << 10];
        loop {
            let count = from.read(&mut bytes)?;
            let mut switch = self.switch();
            while switch.mode == Mode::Held {
                switch = self.switch.1.wait(switch).unwrap_or_else(PoisonError::into_inner);
            }
            let lost = switch.times > times;
            let away = switch.mode == Mode::Vanished;
            drop(switch);
            match (count, lost) {
                (0, _) => return Ok(lost),
                (_, false) => to.write_all(&bytes[..count])?,
                (_, true) if away => {}
                // As the machine answers that knows of no such connection.
                (_, true) => return Ok(true),
            }
        }
    }
}

/// The machine vanishes while somebody is in the middle of a transaction, and comes back when that process has ended by itself.
pub(crate) fn befall(region: &Region<'_>) -> Result<()> {
    let line = region.line.as_ref().context("the database is not behind a line")?;
    catch_a_transaction(region, line)?;
    line.vanish();
    let started = Instant::now();
    let ended = loop {
        let mut hands = region.hands.iter().map(|(name, _)| *name);
        if let Some(ended) = hands.find(|name| region.has_ended(name).is_ok_and(|ended| ended)) {
            break ended;
        }
        ensure!(started.elapsed() < PATIENCE, "nobody ends\n{}", region.last_words());
        thread::sleep(GLANCE);
    };
    line.come_back();
    let said = region.said(ended);
    ensure!(said.contains(LAST_WORDS), "{ended} ended and did not say why:\n{said}");
    Ok(())
}

/// Holds the line at a moment at which the server waits for somebody who is in the middle of a transaction.
fn catch_a_transaction(region: &Region<'_>, line: &Line) -> Result<()> {
    let started = Instant::now();
    loop {
        line.hold();
        let before = in_the_middle(region)?;
        thread::sleep(GLANCE);
        // Those who do not come by the line go on.
        if before.intersection(&in_the_middle(region)?).next().is_some() {
            return Ok(());
        }
        line.release();
        ensure!(started.elapsed() < PATIENCE, "nobody is in the middle of a transaction");
        thread::sleep(GLANCE / 10);
    }
}

/// Sessions that wait for what their client says next in a transaction, and since when.
fn in_the_middle(region: &Region<'_>) -> Result<BTreeSet<String>> {
    const SQL: &str = "SELECT pid, state_change FROM pg_stat_activity WHERE datname = current_database() \
        AND pid <> pg_backend_pid() AND state = 'idle in transaction'";
    Ok(region.database.sql(SQL)?.lines().map(str::to_owned).collect())
}
