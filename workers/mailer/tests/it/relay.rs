// SPDX-License-Identifier: EUPL-1.2
//! Relays for tests: a real SMTP server, and a scripted one for what a real one never does.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{Arc, Mutex},
};

use mailin_embedded::{Handler, Response, Server, SslConfig, response};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// What the relay took: recipient and bytes.
pub(crate) type Taken = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A relay that answers by the recipient's local part: `450…` defers, `550…` refuses, anything else is taken.
#[derive(Clone)]
pub(crate) struct Relay {
    pub(crate) taken: Taken,
    pub(crate) connections: Arc<Mutex<usize>>,
    recipient: String,
    bytes: Vec<u8>,
}

impl Relay {
    pub(crate) fn start() -> (SocketAddr, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let relay = Self {
            taken: Taken::default(),
            connections: Arc::default(),
            recipient: String::new(),
            bytes: Vec::new(),
        };
        let mut server = Server::new(relay.clone());
        server.with_name("relay.example").with_ssl(SslConfig::None).unwrap();
        server.with_num_threads(8).with_tcp_listener(listener);
        // It serves until the test process ends.
        std::thread::spawn(move || {
            let _ = server.serve();
        });
        (address, relay)
    }

    pub(crate) fn count_by_recipient(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for (recipient, _) in self.taken.lock().unwrap().iter() {
            *counts.entry(recipient.clone()).or_default() += 1;
        }
        counts
    }
}

impl Handler for Relay {
    fn helo(&mut self, _ip: IpAddr, _domain: &str) -> Response {
        *self.connections.lock().unwrap() += 1;
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        self.recipient = to.to_owned();
        if to.starts_with("450") {
            Response::custom(450, format!("4.2.1 <{to}> try again later"))
        } else if to.starts_with("550") {
            Response::custom(550, format!("5.1.1 <{to}> does not exist"))
        } else {
            response::OK
        }
    }

    fn data_start(&mut self, _domain: &str, _from: &str, _is8bit: bool, _to: &[String]) -> Response {
        self.bytes.clear();
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.taken.lock().unwrap().push((self.recipient.clone(), self.bytes.clone()));
        response::OK
    }
}

/// What a scripted relay does at the step it is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Takes the mail and never answers.
    HangAfterData,
    /// Takes the mail and puts it off.
    DeferAfterData,
    /// Takes the mail and closes without an answer.
    CloseAfterData,
    /// Answers MAIL with 421 and closes, on the second mail of a connection only.
    TiresOfConnection,
    /// Closes at RCPT, always.
    CloseAtRcpt,
    /// Refuses the sender.
    RefuseSender,
    /// Greets with 554.
    RefuseConnection,
    /// Accepts the connection and says nothing.
    Silent,
}

/// Starts a scripted relay; it says how many mails it took.
pub(crate) async fn scripted(fault: Fault) -> (SocketAddr, Arc<Mutex<usize>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let taken = Arc::new(Mutex::new(0));
    let count = taken.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A connection that breaks is part of the script.
            tokio::spawn(serve(stream, fault, count.clone()));
        }
    });
    (address, taken)
}

async fn serve(stream: TcpStream, fault: Fault, taken: Arc<Mutex<usize>>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    match fault {
        Fault::Silent => std::future::pending::<()>().await,
        Fault::RefuseConnection => return write.write_all(b"554 5.7.1 go away\r\n").await,
        _ => write.write_all(b"220 relay.example\r\n").await?,
    }
    let mut mails = 0;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match (verb.as_str(), fault) {
            ("MAIL", Fault::TiresOfConnection) if mails > 0 => {
                return write.write_all(b"421 4.4.2 timeout\r\n").await;
            }
            ("MAIL", Fault::RefuseSender) => b"550 5.7.1 sender not allowed\r\n",
            ("RCPT", Fault::CloseAtRcpt) => return Ok(()),
            ("DATA", _) => b"354 go on\r\n",
            ("QUIT", _) => return write.write_all(b"221 bye\r\n").await,
            _ => b"250 2.0.0 fine\r\n",
        };
        write.write_all(answer).await?;
        if verb == "DATA" {
            while lines.next_line().await?.is_some_and(|line| line != ".") {}
            mails += 1;
            *taken.lock().unwrap() += 1;
            match fault {
                Fault::HangAfterData => std::future::pending::<()>().await,
                Fault::CloseAfterData => return Ok(()),
                Fault::DeferAfterData => write.write_all(b"450 4.3.0 no room just now\r\n").await?,
                _ => write.write_all(b"250 2.0.0 queued for <anna@posta.example>\r\n").await?,
            }
        }
    }
    Ok(())
}
