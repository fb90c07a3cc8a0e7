// SPDX-License-Identifier: EUPL-1.2
//! A mail relay that takes everything, slowly enough that senders die in the middle of a mail, and counts it.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use anyhow::Result;

/// Between the end of a mail and the answer to it.
const PACE: Duration = Duration::from_millis(10);

type Taken = Arc<Mutex<BTreeMap<String, u32>>>;

/// A relay; it serves until the process ends.
#[derive(Debug, Clone)]
pub(crate) struct MailSink {
    pub(crate) address: SocketAddr,
    taken: Taken,
}

impl MailSink {
    pub(crate) fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let sink = Self { address: listener.local_addr()?, taken: Taken::default() };
        let taken = Arc::clone(&sink.taken);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let taken = Arc::clone(&taken);
                // A sender that dies is what this is for.
                thread::spawn(move || drop(serve(stream, &taken)));
            }
        });
        Ok(sink)
    }

    /// How often each mail was taken, by the local part of its `Message-ID`.
    pub(crate) fn taken(&self) -> BTreeMap<String, u32> {
        lock(&self.taken).clone()
    }
}

fn lock(taken: &Taken) -> MutexGuard<'_, BTreeMap<String, u32>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(stream: TcpStream, taken: &Taken) -> Result<()> {
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
                *lock(taken).entry(id).or_default() += 1;
                thread::sleep(PACE);
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
