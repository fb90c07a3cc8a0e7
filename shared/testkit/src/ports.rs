// SPDX-License-Identifier: EUPL-1.2
//! Ports nobody else has.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{LazyLock, Mutex, PoisonError};

use anyhow::ensure;

/// Below Linux's ephemeral range: while a node is down no outgoing connection of anybody takes its port.
const FIRST: u16 = 12_000;
const LAST: u16 = 32_000;

/// Those this process was ever given: a node that is down for a moment finds its own free when it comes back.
static GIVEN: LazyLock<Mutex<HashSet<u16>>> = LazyLock::new(Mutex::default);

/// So many different ports of the loopback address that are free now. Nothing keeps another process from taking one
/// before it is used; two that draw at random hardly ever do.
///
/// # Errors
/// When a thousand draws do not find as many.
pub fn free_ports(wanted: usize) -> anyhow::Result<Vec<u16>> {
    let mut found = Vec::with_capacity(wanted);
    for attempt in 0_u32..1000 {
        if found.len() == wanted {
            break;
        }
        // A new `RandomState` hashes with a new secret: chance from the system, without a crate for it.
        let drawn = RandomState::new().hash_one(attempt) % u64::from(LAST - FIRST);
        let port = FIRST + u16::try_from(drawn)?;
        if GIVEN.lock().unwrap_or_else(PoisonError::into_inner).insert(port) && nobody_answers(port) {
            found.push(port);
        }
    }
    ensure!(found.len() == wanted, "no free ports on the loopback address");
    Ok(found)
}

/// Asked by calling, not by listening: a child that another thread starts meanwhile would carry our listener with it
/// until it is a program of its own, and the port would be taken by it just when it is to be used.
fn nobody_answers(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn free_ports_differ_and_can_be_listened_at_together() -> anyhow::Result<()> {
        let ports = free_ports(7)?;
        let listen = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port));
        let listeners = ports.iter().map(listen).collect::<Result<Vec<_>, _>>()?;
        assert_eq!(listeners.len(), 7);
        assert!(ports.iter().all(|port| !nobody_answers(*port)), "each of them is taken now");
        Ok(())
    }
}
