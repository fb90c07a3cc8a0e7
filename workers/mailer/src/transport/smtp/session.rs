// SPDX-License-Identifier: EUPL-1.2
//! One connection to a relay, driven step by step.

use std::{fmt, future::Future, time::Duration};

use campanella_runtime::crash;
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Quit, Rcpt, Rset},
        extension::ClientId,
        response::Response,
    },
};
use secrecy::ExposeSecret as _;
use tokio::{net::TcpStream, time::timeout};

use super::{
    Timeouts,
    answer::{Answer, judge},
};
use crate::{
    mail::OutgoingMail,
    transport::{Delivery, Encryption, RelayUrl, Stage, Unavailable},
};

/// A connection that has said EHLO and, if asked to, who it is.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    timeouts: Timeouts,
}

/// What came of trying a mail on a connection.
#[derive(Debug)]
pub(super) enum Attempt {
    /// There is a verdict; the connection is kept or not.
    Settled {
        /// The verdict.
        delivery: Delivery,
        /// Whether the connection is beyond doubt.
        keep: bool,
    },
    /// The connection broke before the mail began: it certainly did not leave.
    Stale,
}

impl Session {
    /// Connects, all steps together within the connect timeout.
    pub(super) async fn open(
        relay: &RelayUrl,
        hello_name: &str,
        timeouts: Timeouts,
    ) -> Result<Self, Unavailable> {
        let opened = timeout(timeouts.connect, connect(relay, hello_name)).await;
        let connection = opened.unwrap_or_else(|_| Err("the relay did not answer in time".to_owned()));
        match connection {
            Ok(connection) => Ok(Self { connection, timeouts }),
            Err(reason) => Err(Unavailable(format!("{relay}: {reason}"))),
        }
    }

    /// Tries one mail.
    pub(super) async fn deliver(&mut self, mail: &OutgoingMail) -> Attempt {
        let envelope = mail.envelope();
        let Some(recipient) = envelope.to().first() else {
            return Attempt::Settled {
                delivery: Delivery::Refused { answer: "no recipient".to_owned() },
                keep: true,
            };
        };
        let command = self.timeouts.command;
        let from = Mail::new(envelope.from().cloned(), vec![]);
        if let Some(attempt) = self.step(Stage::Mail, command, from.to_string(), recipient).await {
            return attempt;
        }
        let to = Rcpt::new(recipient.clone(), vec![]);
        if let Some(attempt) = self.step(Stage::Rcpt, command, to.to_string(), recipient).await {
            return attempt;
        }
        if let Some(attempt) = self.step(Stage::Data, command, Data.to_string(), recipient).await {
            return attempt;
        }
        crash::point("mailer.before-data");
        let answer = answered(self.timeouts.body, self.connection.message(mail.bytes()), recipient).await;
        crash::point("mailer.after-data");
        match answer {
            Answer::Positive(answer) => {
                Attempt::Settled { delivery: Delivery::Accepted { answer }, keep: true }
            }
            Answer::Negative { code, text } => {
                Attempt::Settled { delivery: judge(Stage::Body, code, text), keep: code != 421 }
            }
            Answer::None(_) => {
                Attempt::Settled { delivery: Delivery::Uncertain { stage: Stage::Body }, keep: false }
            }
        }
    }

    /// One command before the mail itself. `None`: go on.
    async fn step(
        &mut self,
        stage: Stage,
        limit: Duration,
        command: String,
        recipient: &Address,
    ) -> Option<Attempt> {
        match answered(limit, self.connection.command(command), recipient).await {
            Answer::Positive(_) => None,
            // 421 is not about the mail: the relay closes the connection (RFC 5321, 3.8).
            Answer::Negative { code: 421, .. } | Answer::None(_) => Some(Attempt::Stale),
            Answer::Negative { code, text } => {
                let reset = answered(limit, self.connection.command(Rset), recipient).await;
                let keep = matches!(reset, Answer::Positive(_));
                Some(Attempt::Settled { delivery: judge(stage, code, text), keep })
            }
        }
    }

    /// Says goodbye; whether the relay hears it does not matter.
    pub(super) async fn quit(mut self) {
        let _ = timeout(self.timeouts.command, self.connection.command(Quit)).await;
    }
}

/// An answer within a time. After a timeout the connection must be dropped: the answer may still come.
async fn answered(
    limit: Duration,
    step: impl Future<Output = Result<Response, Error>>,
    recipient: &Address,
) -> Answer {
    match timeout(limit, step).await {
        Ok(result) => Answer::of(result, Some(recipient)),
        Err(_) => Answer::None("the relay did not answer in time".to_owned()),
    }
}

async fn connect(relay: &RelayUrl, hello_name: &str) -> Result<AsyncSmtpConnection, String> {
    let hello = ClientId::Domain(hello_name.to_owned());
    let mut connection = match relay.encryption {
        Encryption::Implicit => {
            // The library opens this socket itself, without TCP_NODELAY: right, but some 40 ms a mail slower.
            let tls = tls(relay)?;
            AsyncSmtpConnection::connect_tokio1(
                (relay.host.as_str(), relay.port),
                None,
                &hello,
                Some(tls),
                None,
            )
            .await
        }
        Encryption::None | Encryption::StartTls => {
            let stream = TcpStream::connect((relay.host.as_str(), relay.port))
                .await
                .map_err(|error| format!("no connection: {}", error.kind()))?;
            // The library writes the final dot apart from the mail: with Nagle's algorithm every mail waits 40 ms for it.
            stream.set_nodelay(true).map_err(|error| format!("no connection: {}", error.kind()))?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await
        }
    }
    .map_err(told)?;
    if relay.encryption == Encryption::StartTls {
        connection.starttls(tls(relay)?, &hello).await.map_err(told)?;
    }
    if let Some((user, password)) = &relay.credentials {
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(told)?;
    }
    Ok(connection)
}

fn tls(relay: &RelayUrl) -> Result<TlsParameters, String> {
    TlsParameters::new(relay.host.clone()).map_err(told)
}

fn told(error: Error) -> String {
    match Answer::of(Err(error), None) {
        Answer::Positive(text) | Answer::Negative { text, .. } | Answer::None(text) => text,
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").finish_non_exhaustive()
    }
}
