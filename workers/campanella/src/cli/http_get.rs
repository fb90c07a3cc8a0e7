// SPDX-License-Identifier: EUPL-1.2
//! A question to a process of ours over HTTP. Written here: one GET on a loopback connection needs no client library.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long the whole answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// 200, 503 …
    pub(super) code: u16,
    pub(super) body: String,
}

/// Where to ask a process that listens on `address`: one that listens everywhere is asked here.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Asks for `path` of the process that listens on `address`, a name or number with a port.
///
/// # Errors
/// When nobody listens there, or whoever does answers too late or no HTTP.
pub(super) async fn get(address: &str, path: &str) -> io::Result<Answer> {
    let asking = async {
        let mut found = tokio::net::lookup_host(address).await?;
        let found = found.next().ok_or_else(|| io::Error::other("the name has no address"))?;
        let mut connection = TcpStream::connect(reachable(found)).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        read(&answer).ok_or_else(|| io::Error::other("the answer is not HTTP"))
    };
    timeout(PATIENCE, asking).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn read(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let mut first = head.strip_prefix("HTTP/1.")?.split(' ').skip(1);
    Some(Answer { code: first.next()?.parse().ok()?, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_code_and_a_body_or_is_none() {
        let answer = read("HTTP/1.1 503 Service Unavailable\r\na: b\r\n\r\n{}\r\n\r\n");
        assert_eq!(answer, Some(Answer { code: 503, body: "{}\r\n\r\n".to_owned() }));
        for other in ["", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 OK\r\n\r\n"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_process_that_listens_everywhere_is_asked_here() {
        let asked = |address: &str| reachable(address.parse().unwrap()).to_string();
        assert_eq!(asked("0.0.0.0:9464"), "127.0.0.1:9464");
        assert_eq!(asked("[::]:9464"), "[::1]:9464");
        assert_eq!(asked("10.0.0.7:9464"), "10.0.0.7:9464");
    }
}
