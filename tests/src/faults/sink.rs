// SPDX-License-Identifier: EUPL-1.2
//! A mail relay that takes everything and counts it. It may withhold its answers, so that a sender is in the middle of a mail.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::Result;

/// Between the end of a mail and the answer to it.
const PACE: Duration = Duration::from_millis(10);

/// What all doors share. A mail is known by the local part of its `Message-ID`.
#[derive(Debug, Default)]
struct Book {
    /// How often each mail was taken.
    taken: Mutex<BTreeMap<String, u32>>,
    /// Taken and not yet answered, and at which door.
    unanswered: Mutex<BTreeMap<String, SocketAddr>>,
    withheld: AtomicBool,
}

/// A relay; it serves until the process ends.
#[derive(Debug, Clone)]
pub(crate) struct MailSink {
    pub(crate) address: SocketAddr,
    book: Arc<Book>,
}

impl MailSink {
    pub(crate) fn open() -> Result<Self> {
        let book = Arc::<Book>::default();
        Ok(Self { address: open_a_door(&book)?, book })
    }

    /// Another address, so that its sender is known by it.
    pub(crate) fn another_door(&self) -> Result<SocketAddr> {
        open_a_door(&self.book)
    }

    /// Whether mails are left without an answer from here on.
    pub(crate) fn withhold(&self, answers: bool) {
        self.book.withheld.store(answers, Ordering::SeqCst);
    }

    /// Mails that were taken at a door and not yet answered.
    pub(crate) fn unanswered(&self, door: SocketAddr) -> Vec<String> {
        let unanswered = lock(&self.book.unanswered);
        unanswered.iter().filter(|(_, at)| **at == door).map(|(mail, _)| mail.clone()).collect()
    }

    /// How often each mail was taken.
    pub(crate) fn taken(&self) -> BTreeMap<String, u32> {
        lock(&self.book.taken).clone()
    }
}

fn open_a_door(book: &Arc<Book>) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let book = Arc::clone(book);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let book = Arc::clone(&book);
            // A sender that dies is what this is for.
            thread::spawn(move || drop(serve(stream, address, &book)));
        }
    });
    Ok(address)
}

fn lock<T>(map: &Mutex<T>) -> MutexGuard<'_, T> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(stream: TcpStream, door: SocketAddr, book: &Book) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut answers = stream;
    answers.write_all(b"220 sink\r\n")?;
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        let verb: String = line.chars().take(4).collect::<String>().to_uppercase();
        match verb.as_str() {
            "EHLO" => answers.write_all(b"250-sink\r\n250 8BITMIME\r\n")?,
            "DATA" => {
                answers.write_all(b"354 go on\r\n")?;
                let id = mail(&mut lines)?;
                *lock(&book.taken).entry(id.clone()).or_default() += 1;
                lock(&book.unanswered).insert(id.clone(), door);
                thread::sleep(PACE);
                while book.withheld.load(Ordering::SeqCst) {
                    thread::sleep(PACE);
                }
                lock(&book.unanswered).remove(&id);
                answers.write_all(b"250 2.0.0 taken\r\n")?;
            }
            "QUIT" => return Ok(answers.write_all(b"221 bye\r\n")?),
            _ => answers.write_all(b"250 OK\r\n")?,
        }
        line.clear();
    }
    Ok(())
}

/// Reads a mail to its end; its id.
fn mail(lines: &mut BufReader<TcpStream>) -> Result<String> {
    let mut id = String::new();
    loop {
        let mut line = Vec::new();
        anyhow::ensure!(lines.read_until(b'\n', &mut line)? > 0, "the sender is gone");
        if line == b".\r\n" {
            return Ok(id);
        }
        let text = String::from_utf8_lossy(&line);
        if let Some(rest) = text.strip_prefix("Message-ID: <")
            && let Some((local, _)) = rest.split_once('@')
        {
            local.clone_into(&mut id);
        }
    }
}
